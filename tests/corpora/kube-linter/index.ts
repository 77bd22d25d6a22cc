import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Corpus, type ForeignCase } from "../corpus";
import { readManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping, onApiVersions } from "./mapping";

/** Kinds that are not Kubernetes' own, and so no rule of ours reads. */
const foreignKinds: ReadonlySet<unknown> = new Set(["DeploymentConfig", "SecurityContextConstraints", "Route"]);

/** Objects that the script's counts leave out of the reports, whatever their names. */
const silent: ReadonlySet<string> = new Set([
  "dangling-hpa.yml HorizontalPodAutoscaler/RELEASE-NAME-mychart",
  "no-rolling-update-strategy.yml Deployment/app3",
  "pdb-max-unavailable.yaml PodDisruptionBudget/baz",
]);

/**
 * `e2etests/bats-tests.sh` runs a check on a file and states the objects that it must report, as `Kind: message`, and how
 * many. The files of `tests/checks` name each object that must not be reported `dont-fire…`.
 */
function read(folder: string): ForeignCase[] {
  const script = readFileSync(path.join(folder, "e2etests", "bats-tests.sh"), "utf8");
  return script.split(/^@test /m).flatMap((test): ForeignCase[] => {
    const file = /^\s*tmp="\.?\/?(tests\/checks\/[^"]+)"/m.exec(test)?.[1];
    const check = /--include ([\w-]+)/.exec(test)?.[1];
    if (file === undefined || check === undefined || !existsSync(path.join(folder, file))) return [];
    const kinds = new Set([...test.matchAll(/== "(\w+): /g)].map((match) => match[1]));
    const manifests = readManifests(path.join(folder, file), { asWritten: onApiVersions.has(check) });
    return manifests.flatMap((manifest): ForeignCase[] => {
      const { kind } = manifest;
      const name = (manifest.metadata as { name?: string } | undefined)?.name ?? "";
      if (!kinds.has(String(kind)) || foreignKinds.has(kind)) return [];
      const label = `${path.basename(file)} ${String(kind)}/${name}`;
      return [
        {
          check,
          name: label,
          expected: /^dont-?fire/.test(name) || silent.has(label) ? "pass" : "fail",
          manifests,
          about: (object) => object.kind === kind && (name === "" || object.name === name),
        },
      ];
    });
  });
}

export const corpus: Corpus = {
  name: "kube-linter",
  origin: "its end-to-end tests",
  mapping,
  disagreements,
  reached: { agreement: 0.975, falseAlarms: 0.033 },
  read,
};
