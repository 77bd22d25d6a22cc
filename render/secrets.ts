import { type SecretNeed } from "../model/manifest";
import { type RenderedFile } from "./files";

/** The page that says which Secret objects a rendered stack needs; values are in no file. */
export function secretsPage(stack: string, needs: readonly SecretNeed[]): RenderedFile {
  const sections = needs.map(({ namespace, name, keys }) =>
    [
      `## ${namespace}/${name}`,
      "",
      "| key | value |",
      "| --- | --- |",
      ...keys.map(({ key, value }) => `| \`${key}\` | ${value.replaceAll("|", "\\|")} |`),
    ].join("\n"),
  );
  const introduction =
    needs.length === 0
      ? "This stack needs no Secret objects."
      : "The stack needs these Secret objects, of type `Opaque`; no value of them is in this folder. Make them with the tool\n" +
        "that keeps your secrets (External Secrets, Sealed Secrets, `kubectl create secret generic`) as soon as\n" +
        "`kubectl apply -f 00-cluster` has made their namespaces: pods that read one wait for it. A name in angle brackets\n" +
        "stands for one value; where it occurs twice, the value is the same.";
  return { path: "secrets.md", text: `${[`# Secrets of stack ${stack}`, introduction, ...sections].join("\n\n")}\n` };
}
