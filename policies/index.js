// Entry point that the engine runs as a policy pack. It loads the TypeScript itself, without ts-node and type checking.
"use strict";
const path = require("node:path");
const { load, root } = require("../bin/ts.cjs");

// The SDK reads the pack's version from the package.json of the working folder.
process.chdir(root);
load(path.join(__dirname, "pack.ts"));
