import { type Field } from "../../field";
import { type Workload } from "../../graph/workload";

/** A key of a Secret. */
export interface SecretPlace {
  readonly secret: string;
  readonly key: string;
}

/** Whether the pods of a workload get a key of a Secret, by a variable or by a file. */
export function takesSecret(workload: Workload, { secret, key }: SecretPlace): boolean {
  const isNamed = (reference: Field, name: string) => reference.at(name).text() === secret;
  const byVariable = workload.containers.some(
    ({ field }) =>
      field
        .at("env")
        .items()
        .map((variable) => variable.at("valueFrom", "secretKeyRef"))
        .some((reference) => isNamed(reference, "name") && reference.at("key").text() === key) ||
      field
        .at("envFrom")
        .items()
        .some((source) => isNamed(source.at("secretRef"), "name")),
  );
  const volumes = workload.podSpec.at("volumes").items();
  const files = [
    ...volumes.map((volume) => ({ source: volume.at("secret"), name: "secretName" })),
    ...volumes
      .flatMap((volume) => volume.at("projected", "sources").items())
      .map((source) => ({ source: source.at("secret"), name: "name" })),
  ];
  return byVariable || files.some(({ source, name }) => isNamed(source, name) && holdsKey(source.at("items"), key));
}

/** Without a list of items all keys become files. */
function holdsKey(items: Field, key: string): boolean {
  return !items.exists || items.items().some((item) => item.at("key").text() === key);
}
