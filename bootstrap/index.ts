import { RunError } from "@pulumi/pulumi/errors";
import { allConfig } from "@pulumi/pulumi/runtime/config";
import { renderProblems } from "../model/problem";
import { createBootstrap } from "./resources";
import { readBootstrap } from "./load";

// The program: an account's settings become its bucket, keys and deployers.
const read = readBootstrap(allConfig());
if ("problems" in read) {
  throw new RunError(
    renderProblems("The account's configuration cannot be used; nothing was registered", read.problems),
  );
}
const outputs = createBootstrap(read.settings);
export = outputs;
