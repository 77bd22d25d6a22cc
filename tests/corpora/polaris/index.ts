import path from "node:path";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, tryReadManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping } from "./mapping";

/** `test/checks/<check>/{success,failure}[.<what>].yaml`; `mutated` files are of its fixes. */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "test", "checks");
  return filesBelow(root, /^[^/]+\/(success|failure)[^/]*\.ya?ml$/).map((name): ForeignCase => {
    const [check = "", file = ""] = name.split("/");
    const expected = file.startsWith("success") ? "pass" : "fail";
    return { check, name, expected, manifests: tryReadManifests(path.join(root, name)) };
  });
}

export const corpus: Corpus = {
  name: "polaris",
  origin: "the fixtures of its checks",
  mapping,
  disagreements,
  reached: { agreement: 0.865, falseAlarms: 0.198 },
  read,
};
