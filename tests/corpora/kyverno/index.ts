import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { type ResourceIdentity } from "../../../model/exemptions";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, readManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping, onApiVersions } from "./mapping";

/** What `kyverno-test.yaml` says, as far as it is read here. */
interface Test {
  readonly resources?: readonly string[];
  readonly results?: readonly {
    readonly policy?: string;
    readonly rule?: string;
    readonly kind?: string;
    readonly resources?: readonly string[];
    readonly result?: string;
  }[];
}

/** Copies of the same policies in other languages of Kyverno, with the same cases. */
const copies = /^[\w-]+-(cel|vpol|gpol|mpol|dpol)\//;

/** `<group>/<policy>/.kyverno-test/kyverno-test.yaml` lists resources and what a policy's rule says of each. */
function read(folder: string): ForeignCase[] {
  return filesBelow(folder, /\/\.kyverno-test\/kyverno-test\.yaml$/)
    .filter((file) => !copies.test(file))
    .flatMap((file) => {
      const here = path.join(folder, path.dirname(file));
      const { resources = [], results = [] } = load(readFileSync(path.join(folder, file), "utf8")) as Test;
      const known = resources.map((each) => path.join(here, each)).filter((each) => existsSync(each));
      const asWritten = results.some(({ policy = "" }) => onApiVersions.has(policy));
      const manifests = known.flatMap((each) => readManifests(each, { asWritten }));
      const group = file.split("/").slice(0, -3).join("/");
      return results.flatMap(({ policy = "", rule = "", kind = "", resources: names = [], result }): ForeignCase[] => {
        // The others are "skip", of what a rule does not ask.
        if (result !== "pass" && result !== "fail") return [];
        return names.map((name) => ({
          check: `${policy}/${rule}`,
          name: `${group}: ${kind}/${name}`,
          expected: result,
          manifests,
          about: (object) => object.kind === kind && isNamed(object, name),
        }));
      });
    });
}

/** Names may have their namespace before them. */
function isNamed({ name, namespace }: ResourceIdentity, wanted: string): boolean {
  return wanted === name || wanted === `${namespace ?? "default"}/${name}`;
}

export const corpus: Corpus = {
  name: "kyverno",
  origin: "the tests of its policies for the command line",
  mapping,
  disagreements,
  reached: { agreement: 0.986, falseAlarms: 0.015 },
  read,
};
