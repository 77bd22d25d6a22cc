import { selectorLabels } from "../../model/labels";

/** What the labels of a component's objects are made of. */
export interface LabelArgs {
  /** Labels of every object besides the recommended ones. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name of the whole that the component is part of. */
  readonly partOf: string;
}

/** Labels by which Deployment, Service, budget and spread find the pods; they cannot change without a replacement. */
export function selector(name: string): Record<string, string> {
  return { ...selectorLabels(name), "app.kubernetes.io/instance": name };
}

/** Labels of every object. The version is not among them: a new image must change the Deployment only. */
export function objectLabels(name: string, args: LabelArgs): Record<string, string> {
  return {
    ...args.labels,
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": args.partOf,
    ...selector(name),
  };
}

/** Labels of the Deployment and its pods. */
export function podLabels(name: string, args: LabelArgs & { readonly image: string }): Record<string, string> {
  return { ...objectLabels(name, args), "app.kubernetes.io/version": imageVersion(args.image) };
}

/** Version of an image reference as a label can carry it: its tag, or the start of its digest. */
export function imageVersion(image: string): string {
  const [reference = "", digest] = image.split("@");
  // A colon before the last slash belongs to the registry's port.
  const tag = /:([^/:]+)$/.exec(reference)?.[1];
  const version = tag ?? digest?.replace(/^sha256:/, "").slice(0, 12) ?? "unknown";
  return version.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}
