// The entry for the Pulumi engine (package.json "main"): loads the TypeScript program without a build folder.
"use strict";
const path = require("node:path");

module.exports = require("./ts.cjs").load(path.join(__dirname, "..", "stacks", "index.ts"));
