import { type ComponentResourceOptions, type CustomResource, type Resource } from "@pulumi/pulumi";
import { GovernedNamespace } from "../components/governed-namespace";
import { type Concern } from "../model/endpoint";
import { type Footprint } from "../model/footprint";
import { platformLabels } from "../model/labels";
import { type Platform } from "../model/platform";
import { createPriorityClasses } from "./priorities";
import { governedNamespaceArgs } from "./specs/namespaces";
import { createSnapshotClasses, createStorageClasses, type Storage } from "./storage";

export interface Foundation {
  /** The namespaces by concern; whatever goes into one depends on it. */
  readonly namespaces: Readonly<Record<Concern, GovernedNamespace>>;
  /** Priority and storage classes; pods and claims name them, so they come first. */
  readonly classes: readonly CustomResource[];
}

/** Namespaces, quotas, default-deny policies, priority and storage classes. */
export function createFoundation(
  platform: Platform,
  footprints: Readonly<Record<Concern, readonly Footprint[]>>,
  storage: Storage,
  controllers: readonly Resource[],
  options: ComponentResourceOptions,
): Foundation {
  const foundation = (planStep: string) => platformLabels(platform, { tier: "foundation", planStep });
  const classes = [
    ...createPriorityClasses(foundation("2.2.2"), options),
    ...createStorageClasses(storage, foundation("2.2.5"), options),
    ...createSnapshotClasses(storage, foundation("3.4.5"), options),
  ];
  const governed = (concern: Concern) =>
    new GovernedNamespace(
      platform.namespaces[concern],
      governedNamespaceArgs(concern, platform, footprints[concern]),
      // What is in it waits for whoever finalises it, such as the controller of load balancers, so it goes before them.
      { ...options, dependsOn: [...controllers] },
    );
  return {
    namespaces: {
      services: governed("services"),
      data: governed("data"),
      messaging: governed("messaging"),
      observability: governed("observability"),
      ingress: governed("ingress"),
    },
    classes,
  };
}
