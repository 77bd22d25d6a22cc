import { type Manifest } from "../../../model/manifest";

/** The keys of a ConfigMap or Secret with their values, or `undefined` when it is not among the objects. */
export type DataOf = (kind: "ConfigMap" | "Secret", name: string) => Readonly<Record<string, Buffer>> | undefined;

/** Reads ConfigMaps and Secrets of one namespace among registered objects. */
export function dataAmong(objects: readonly Manifest[], namespace: string | undefined): DataOf {
  return (kind, name) => {
    const object = objects.find(
      (each) => each.kind === kind && each.metadata.name === name && each.metadata.namespace === namespace,
    );
    if (object === undefined) return undefined;
    const { data, binaryData, stringData } = object as Partial<
      Record<"data" | "binaryData" | "stringData", Readonly<Record<string, string>>>
    >;
    const encoded = (values: Readonly<Record<string, string>> = {}) => decodeAll(values, "base64");
    const plain = (values: Readonly<Record<string, string>> = {}) => decodeAll(values, "utf8");
    return kind === "Secret" ? { ...encoded(data), ...plain(stringData) } : { ...plain(data), ...encoded(binaryData) };
  };
}

function decodeAll(values: Readonly<Record<string, string>>, encoding: BufferEncoding): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value, encoding)]));
}
