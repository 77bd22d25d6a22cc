import { readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, readManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping, onApiVersions } from "./mapping";

/** What `suite.yaml` of a template says, as far as it is read here. */
interface Suite {
  readonly tests?: readonly {
    readonly constraint?: string;
    readonly cases?: readonly {
      readonly name: string;
      readonly object: string;
      readonly inventory?: readonly string[];
      readonly assertions?: readonly { readonly violations?: unknown }[];
    }[];
  }[];
}

/** `library/<group>/<template>/suite.yaml` lists objects, whether they violate a constraint, and what else there is. */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "library");
  return filesBelow(root, /^[^/]+\/[^/]+\/suite\.yaml$/).flatMap((file) => {
    const here = path.join(root, path.dirname(file));
    const template = path.basename(here);
    const suite = load(readFileSync(path.join(root, file), "utf8")) as Suite;
    return (suite.tests ?? []).flatMap(({ constraint = "", cases = [] }) => {
      const check = `${template}/${constraint.replace(/^samples\//, "").replace(/\.yaml$/, "")}`.replace(
        /\/constraint$/,
        "",
      );
      return cases.map(({ name, object, inventory = [], assertions = [] }): ForeignCase => {
        const asWritten = onApiVersions.has(template);
        const own = readManifests(path.join(here, object), { asWritten });
        const rest = inventory.flatMap((each) => readManifests(path.join(here, each), { asWritten }));
        const violated = assertions.some(({ violations }) => violates(violations));
        const subjects = own.map(({ kind, metadata }) => [kind, (metadata as { name?: unknown } | undefined)?.name]);
        return {
          // Their exemption is by image or by namespace, ours by workload: another question.
          check: `${name} ${object}`.includes("exempt") ? `${check}, exempted` : check,
          name: `${template}/${name}`,
          expected: violated ? "fail" : "pass",
          manifests: [...own, ...rest],
          about: (identity) => subjects.some(([kind, its]) => identity.kind === kind && identity.name === its),
        };
      });
    });
  });
}

/** `yes`, `no`, or how many. */
function violates(violations: unknown): boolean {
  return violations === "yes" || violations === true || (typeof violations === "number" && violations > 0);
}

export const corpus: Corpus = {
  name: "gatekeeper-library",
  origin: "the suites of its constraint templates",
  mapping,
  disagreements,
  reached: { agreement: 0.972, falseAlarms: 0.016 },
  read,
};
