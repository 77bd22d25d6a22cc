import { readFileSync } from "node:fs";
import path from "node:path";
import { type Corpus, type ForeignCase, type Manifest } from "../corpus";
import { filesBelow, readManifests } from "../manifests";
import { disagreements } from "./disagreements";
import { mapping, onApiVersions } from "./mapping";

/** Options of a call that change what its check asks; their names become part of the check's. */
const options = /(IgnoreContainer\w+Requirement):\s+true|(KubernetesVersion|MinReplicas\w+)/g;

/** `score/*_test.go` call a function with a file of `score/testdata`, a check and the grade that it must get. */
function read(folder: string): ForeignCase[] {
  const root = path.join(folder, "score", "testdata");
  const fixtures = filesBelow(root, /\.yaml$/);
  const known = new Map<string, readonly Manifest[]>();
  const manifestsOf = (name: string, asWritten: boolean): readonly Manifest[] => {
    const key = `${name} ${asWritten}`;
    const manifests = known.get(key) ?? readManifests(path.join(root, name), { asWritten });
    known.set(key, manifests);
    return manifests;
  };
  const tests = filesBelow(path.join(folder, "score"), /^[^/]+_test\.go$/);
  const cases = tests.flatMap((test) =>
    calls(readFileSync(path.join(folder, "score", test), "utf8")).flatMap((text): ForeignCase[] => {
      const texts = [...text.matchAll(/"([^"\n]*)"/g)].map((match) => match[1] ?? "");
      const grade = /scorecard\.Grade(\w+)\s*\)$/.exec(text)?.[1];
      const last = texts.at(-1) ?? "";
      if (grade === undefined) return [];
      const set = [...text.matchAll(options)].map((match) => match[1] ?? match[2] ?? "");
      const check = [last, ...new Set(set)].join(", ");
      // A name that is put together in a loop stands for all files that fit.
      const [first = "", ...rest] = texts.slice(0, texts.findIndex((each) => each.endsWith(".yaml")) + 1);
      const files = fixtures.filter((name) => (rest.length === 0 ? name === first : fits(name, [first, ...rest])));
      return files.map((name) => ({
        check,
        name,
        expected: grade === "AllOK" ? "pass" : "fail",
        manifests: manifestsOf(name, onApiVersions.has(last)),
      }));
    }),
  );
  // Some say the same twice.
  return [...new Map(cases.map((each) => [`${each.check} ${each.name} ${each.expected}`, each])).values()];
}

function fits(name: string, [start = "", end = ""]: readonly string[]): boolean {
  const between = name.slice(start.length, -end.length);
  return name.startsWith(start) && name.endsWith(end) && /^\w+$/.test(between);
}

/** The calls that state a grade, each with all its arguments. */
function calls(source: string): string[] {
  return [...source.matchAll(/\btestExpectedScore(?:WithConfig)?\(/g)].map(({ index }) => {
    let depth = 0;
    let end = index;
    for (; end < source.length; end += 1) {
      if (source[end] === "(") depth += 1;
      else if (source[end] === ")") depth -= 1;
      if (depth === 0 && source[end] === ")") break;
    }
    return source.slice(index, end + 1);
  });
}

export const corpus: Corpus = {
  name: "kube-score",
  origin: "its unit tests",
  source: { module: "github.com/zegl/kube-score" },
  mapping,
  disagreements,
  reached: { agreement: 0.938, falseAlarms: 0.115 },
  read,
};
