import { readFileSync } from "node:fs";
import path from "node:path";
import { type Corpus, type ForeignCase } from "../corpus";
import { filesBelow, tryReadManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping } from "./mapping";

/** `rules/<rule>/test/<case>/input/*` holds objects, `expected.json` beside it the alerts, none when the case passes. */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "rules");
  return filesBelow(root, /^[^/]+\/test\/[^/]+\/expected\.json$/).flatMap((file): ForeignCase[] => {
    const [check = ""] = file.split("/");
    const here = path.join(root, path.dirname(file));
    const alerts = JSON.parse(readFileSync(path.join(root, file), "utf8")) as readonly unknown[];
    const inputs = filesBelow(here, /^input\/.*\.(ya?ml|json)$/);
    const manifests = inputs.flatMap((input) => tryReadManifests(path.join(here, input)));
    const name = path.dirname(file);
    // Policies of Cilium's own kinds, which no rule of ours reads.
    const cilium = manifests.some(({ apiVersion }) => String(apiVersion).startsWith("cilium.io/"));
    return [
      { check: cilium ? `${check}, by Cilium` : check, name, expected: alerts.length > 0 ? "fail" : "pass", manifests },
    ];
  });
}

export const corpus: Corpus = {
  name: "kubescape",
  origin: "the tests of its rule library",
  mapping,
  disagreements,
  reached: { agreement: 0.943, falseAlarms: 0.125 },
  read,
};
