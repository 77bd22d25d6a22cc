"use strict";
const path = require("node:path");
const { load, root } = require("../../../../bin/ts.cjs");

process.chdir(root);
load(path.join(__dirname, "pack.ts"));
