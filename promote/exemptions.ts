import { charts } from "../model/charts";
import { matchesResource, type ResourceIdentity } from "../model/exemptions";
import { type Manifest } from "../model/manifest";
import { type Catalogue } from "../model/platform";
import { systemNamespace } from "../model/system";
import { foreignImages } from "../model/versions";
import { stackManifests } from "../stacks/manifests";
import { type Settings } from "../stacks/settings/schema";

/** The rule that asks for digests. */
const rule = "ALT-K8S-031";

/** An exemption that nothing needs any more. */
export interface Unneeded {
  readonly setting: string;
  readonly resource: string;
  readonly owner: string;
  readonly expires: string;
}

/** A workload, and whether each of its images has a digest. */
interface Workload {
  readonly identity: ResourceIdentity;
  readonly pinned: boolean;
}

/**
 * Exemptions from digests whose images all have one by now. They are listed and never removed: an exemption is somebody's
 * word, and the policy pack warns of each that is not used.
 */
export function unneededExemptions(settings: Settings, catalogue: Catalogue): Unneeded[] {
  const workloads = [
    ...stackManifests(settings, catalogue).manifests.flatMap(workloadOf),
    ...workloadsOfCharts(settings),
  ];
  return settings.exemptions.flatMap((exemption, index): Unneeded[] => {
    if (exemption.rule !== rule) return [];
    const matched = workloads.filter(({ identity }) => matchesResource(exemption.resource, identity));
    if (matched.length === 0 || matched.some(({ pinned }) => !pinned)) return [];
    const { resource, owner, expires } = exemption;
    return [{ setting: `altlas:exemptions[${index}]`, resource, owner, expires }];
  });
}

interface Images {
  readonly image?: string;
}

interface PodTemplate {
  readonly template?: {
    readonly spec?: {
      readonly containers?: readonly Images[];
      readonly initContainers?: readonly Images[];
      readonly volumes?: readonly { readonly image?: { readonly reference?: string } }[];
    };
  };
}

function workloadOf({ kind, metadata, ...rest }: Manifest): Workload[] {
  const { spec } = rest as { readonly spec?: PodTemplate & { readonly jobTemplate?: { readonly spec?: PodTemplate } } };
  const pod = (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
  if (!pod) return [];
  const { containers = [], initContainers = [], volumes = [] } = pod;
  const references = [
    ...[...containers, ...initContainers].map(({ image = "" }) => image),
    ...volumes.flatMap(({ image }) => (image ? [image.reference ?? ""] : [])),
  ];
  const identity = { kind, namespace: metadata.namespace, name: metadata.name };
  return [{ identity, pinned: references.every((reference) => reference.includes("@sha256:")) }];
}

/** Charts make their objects themselves; ours are for AWS. */
function workloadsOfCharts({ cluster, images }: Settings): Workload[] {
  if (cluster.mode !== "eks") return [];
  const made: readonly string[] = Object.values(charts).flatMap(({ deployments }) => deployments);
  return foreignImages
    .filter((name) => made.includes(name))
    .map((name) => ({
      identity: { kind: "Deployment", namespace: systemNamespace, name },
      pinned: images.digests[name] !== undefined,
    }));
}
