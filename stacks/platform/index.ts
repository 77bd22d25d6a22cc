import { RunError } from "@pulumi/pulumi/errors";
import { awsTarget, type ClusterTarget, sandboxTarget } from "../../infra/cluster";
import { type StackLayers } from "../../model/layers";
import { type Catalogue, type Platform } from "../../model/platform";
import { type Problem, renderProblems } from "../../model/problem";
import { readSettings } from "../settings/load";
import { type Settings } from "../settings/schema";
import { awsEnvironment } from "./aws";
import { findProblems } from "./checks";
import { budgetProblems } from "./cost";
import { kubeconfigProblems } from "./kubeconfig";
import { stackLayers } from "./layers";
import { resolvePlatform } from "./resolve";

export { namespaces } from "../altlas/namespaces";

/** A stack's platform and the cluster it goes to. */
export interface LoadedPlatform {
  readonly platform: Platform;
  readonly cluster: ClusterTarget;
  /** What of it the stack registers, and what it stands on. */
  readonly layers: StackLayers;
  readonly settings: Settings;
}

/**
 * Settings, catalogue and cluster, all checked before the first resource is registered.
 *
 * @param stack the stack's own name; absent: not compared with the one beneath
 * @throws RunError, which the engine prints without a stack trace, with every problem at once.
 */
export function loadPlatform(
  config: Readonly<Record<string, string>>,
  catalogue: Catalogue,
  projectFolder: string,
  stack?: string,
): LoadedPlatform {
  const result = tryLoadPlatform(config, catalogue, projectFolder, stack);
  if ("problems" in result) {
    throw new RunError(
      renderProblems("The stack's configuration cannot be used; nothing was registered", result.problems),
    );
  }
  return result;
}

/**
 * Like {@link loadPlatform}, for commands that show problems in their own way.
 *
 * @param projectFolder Absent: nobody will connect to the cluster, so no kubeconfig is looked for.
 */
export function tryLoadPlatform(
  config: Readonly<Record<string, string>>,
  catalogue: Catalogue,
  projectFolder?: string,
  stack?: string,
): LoadedPlatform | { readonly problems: readonly Problem[] } {
  const { settings, problems: found } = readSettings(config);
  const problems = [
    ...found,
    ...findProblems(settings, catalogue, stack),
    ...(projectFolder === undefined ? [] : kubeconfigProblems(settings.cluster, projectFolder)),
  ];
  if (problems.length > 0) return { problems };
  const complete = settings as Settings;
  const tooDear = budgetProblems(complete, catalogue);
  if (tooDear.length > 0) return { problems: tooDear };
  const platform = resolvePlatform(complete, catalogue);
  return {
    platform,
    cluster: clusterTarget(complete, platform),
    layers: stackLayers(complete),
    settings: complete,
  };
}

function clusterTarget({ cluster }: Settings, platform: Platform): ClusterTarget {
  switch (cluster.mode) {
    case "local":
      return sandboxTarget;
    case "kubeconfig":
      return {
        connection: { kubeconfig: cluster.kubeconfig, context: cluster.context, identifier: cluster.context },
        drivers: cluster.storage,
      };
    case "eks":
      return awsTarget(awsEnvironment(cluster, platform));
  }
}
