import path from "node:path";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, readManifests } from "../manifests";
import { everything, mapping } from "./mapping";

/** The version of the standards to hold our rules against: the newest that Kubernetes 1.36 knows. */
const standard = "v1.35";

/**
 * `test/testdata/<level>/<version>/{pass,fail}/<control><n>.yaml`, a pod each. One in `fail` breaks that control; one in
 * `pass` keeps every control of its level, so it is asked of all of them.
 */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "test", "testdata");
  return filesBelow(root, /\.yaml$/).flatMap((name): ForeignCase[] => {
    const [, level = "", version, expected, control = ""] =
      /^(\w+)\/([\w.]+)\/(pass|fail)\/(\w+?)\d*\.yaml$/.exec(name) ?? [];
    if (version !== standard || (expected !== "pass" && expected !== "fail")) return [];
    const check = `${level}: ${expected === "pass" ? everything : control}`;
    return [{ check, name, expected, manifests: readManifests(path.join(root, name)) }];
  });
}

export const corpus: Corpus = {
  name: "pod-security-admission",
  origin: `the pods with which Kubernetes tests its own admission plugin, for the Pod Security Standards of ${standard}`,
  source: { module: "k8s.io/pod-security-admission" },
  mapping,
  disagreements: [],
  reached: { agreement: 1, falseAlarms: 0 },
  read,
};
