import { type Digest, resourceLabel } from "./events";

/** A chart that a preview shows as one resource, without its objects. */
export interface UnrenderedChart {
  /** Its resource, such as "helm.sh/v4 Chart ingress". */
  chart: string;
  reason: string;
}

const CHART = "kubernetes:helm.sh/v4:Chart";
/** Why the engine does not ask the provider at all. */
const NO_CLUSTER = "not rendered: its cluster is known only after the update, and nobody was asked for its objects";

/** The charts that have no object in the preview, each with what was said about it. */
export function unrenderedCharts({ seen, warnings }: Pick<Digest, "seen" | "warnings">): UnrenderedChart[] {
  const chains = [...seen.keys()].map((urn) => ({ urn, types: urn.split("::")[2] ?? "" }));
  return chains
    .filter(({ types }) => types.split("$").pop() === CHART)
    .filter(({ urn, types }) => {
      const name = urn.split("::").slice(3).join("::");
      const objects = chains.filter((other) => other.types.startsWith(`${types}$`));
      return !objects.some((other) => other.urn.split("::").slice(3).join("::").startsWith(`${name}:`));
    })
    .map(({ urn }) => {
      const chart = resourceLabel(urn);
      const said = warnings.find(({ resource, message }) => resource === chart && message.startsWith("not rendered"));
      return { chart, reason: said?.message ?? NO_CLUSTER };
    });
}

/** The same for people: nothing when every chart shows its objects. */
export function describeUnrendered(charts: readonly UnrenderedChart[]): string[] {
  return charts.map(({ chart, reason }) => `Charts: ${chart} ${reason}`);
}
