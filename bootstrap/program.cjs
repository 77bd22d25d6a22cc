// The entry for the Pulumi engine (Pulumi.yaml "main"): loads the TypeScript program without a build folder.
"use strict";
const path = require("node:path");

module.exports = require("../bin/ts.cjs").load(path.join(__dirname, "index.ts"));
