import { readFileSync } from "node:fs";
import path from "node:path";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, tryReadManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping } from "./mapping";

/** Folders of other tests than that of the check itself. */
const otherTests: ReadonlySet<string> = new Set(["example_Suppressed"]);

/** Files whose name is about another check that reads the same folder; by the counts in the test, this one fails them. */
const misnamed: ReadonlySet<string> = new Set([
  "MinimizeCapabilities example_DropCapabilities/pod-drop-NET_RAW-capabilities-PASSED.yaml",
]);

/**
 * `test_<check>.py` runs a check on a folder `example_<what>`, whose files say in their names whether they pass it. Files
 * that say both, or that the check has no opinion of them, are left out, and so are deliberately malformed ones and
 * those of OpenShift's own kinds.
 */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "tests", "kubernetes", "checks");
  return filesBelow(root, /^test_\w+\.py$/).flatMap((test) => {
    const source = readFileSync(path.join(root, test), "utf8");
    const check = /checks\.resource\.k8s\.(\w+)/.exec(source)?.[1];
    const example = /"\/?(example_\w+)"/.exec(source)?.[1];
    if (check === undefined || example === undefined || otherTests.has(example)) return [];
    return filesBelow(path.join(root, example), /\.(ya?ml|json)$/).flatMap((file): ForeignCase[] => {
      const [passes, fails] = [/pass/i.test(file), /fail/i.test(file)];
      if (passes === fails || /malformed|deploymentConfig/.test(file)) return [];
      const name = `${example}/${file}`;
      const manifests = tryReadManifests(path.join(root, example, file));
      const expected = passes && !misnamed.has(`${check} ${name}`) ? "pass" : "fail";
      return [{ check, name, expected, manifests }];
    });
  });
}

export const corpus: Corpus = {
  name: "checkov",
  origin: "the examples of its Kubernetes checks",
  mapping,
  disagreements,
  reached: { agreement: 0.877, falseAlarms: 0.193 },
  read,
};
