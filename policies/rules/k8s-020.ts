import { z } from "zod";
import { anyKnown, type Field } from "../field";
import { parseImage } from "../graph/image";
import { containers, workloads } from "../graph/subjects";
import { type Container, type Workload } from "../graph/workload";
import { childOf, type Draft, draftContainers, isUnset, mendPods, onLinux, setDefault } from "../remediation";
import { aspects, defineRule, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const settings = z.strictObject({
  ownRepositories: z
    .array(z.string().min(1))
    .default(["krozenking/alt-las-"])
    .describe("prefixes of the repositories of our own images, without the registry"),
  minimumUserId: z
    .int()
    .min(1)
    // Below 10000 an id may be that of an account of the node (checkov CKV_K8S_40 draws the line there too).
    .default(10_000)
    .describe("lowest user id for our own images"),
});

export const rule = defineRule<z.infer<typeof settings>>({
  id: "ALT-K8S-020",
  slug: "kubernetes-container-forbids-root",
  title: "Containers do not run as root; ours run as a user id of 10000 or more",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "Root in a container is root on the node for every escape and every mounted volume. An image may be rebuilt with " +
    "another user at any time, so the pod has to say it. A low user id may belong to an account of the node.",
  fix: "Set runAsNonRoot: true and, for our images, runAsUser to 10000 or more in the pod's or container's securityContext.",
  planSteps: ["2.2"],
  peers: [
    "checkov CKV_K8S_6, CKV_K8S_23, CKV_K8S_40",
    "kyverno require-run-as-nonroot",
    "polaris runAsRootAllowed",
    "kube-linter run-as-non-root",
    "kubescape C-0013",
    "gatekeeper-library users",
    "pod-security-admission runAsNonRoot, runAsUser (restricted)",
  ],
  settings,
  examples: {
    pass: {
      title: "set once for the pod",
      manifests: [deployment({}, { securityContext: { runAsNonRoot: true, runAsUser: 10_001 } })],
    },
    fail: { title: "left to the image", manifests: [deployment({})] },
  },
  parts: [
    part(
      ({ graph }) => containers(graph),
      function* (container, { settings: { ownRepositories, minimumUserId } }) {
        if (container.workload.onWindows) return new NotApplicable("Windows has no user ids.");
        const nonRoot = inherited(container, "runAsNonRoot");
        if (nonRoot.flag() !== true) {
          const actual = nonRoot.exists ? "sets runAsNonRoot to false" : "does not set runAsNonRoot";
          yield { problem: actual, path: nonRoot.path, fix: "set securityContext.runAsNonRoot to true" };
        }
        const user = inherited(container, "runAsUser");
        const id = user.number();
        if (id === 0) {
          const fix = `set securityContext.runAsUser to ${minimumUserId} or more`;
          yield { problem: "runs as user 0, which is root", path: user.path, fix };
        } else if ((id ?? 0) < minimumUserId && isOurs(container, ownRepositories)) {
          const actual = id === undefined ? "leaves its user id to the image" : `runs as user ${id}`;
          const problem = `${actual}, below the ${minimumUserId} that our images use`;
          yield { problem, path: user.path, fix: `set securityContext.runAsUser to ${minimumUserId} or more` };
        }
        return undefined;
      },
    ),
    // The Pod Security Standards refuse a pod that says so even where all its containers say otherwise.
    part(
      ({ graph }) => workloads(graph),
      function* (workload, { settings: { minimumUserId } }) {
        if (workload.onWindows) return new NotApplicable("Windows has no user ids.");
        const context = workload.podSpec.at("securityContext");
        return yield* aspects(
          function* () {
            const nonRoot = context.at("runAsNonRoot");
            if (nonRoot.flag() !== false || isInherited(workload, "runAsNonRoot")) return;
            const problem = "sets runAsNonRoot to false for containers that say nothing, such as injected ones";
            yield { problem, path: nonRoot.path, fix: "set securityContext.runAsNonRoot to true" };
          },
          function* () {
            const user = context.at("runAsUser");
            if (user.number() !== 0 || isInherited(workload, "runAsUser")) return;
            const problem = "makes root of containers that say nothing, such as injected ones";
            yield { problem, path: user.path, fix: `set securityContext.runAsUser to ${minimumUserId} or more` };
          },
        );
      },
    ),
  ],
  remediate: (inputs, { ownRepositories, minimumUserId }) =>
    mendPods(inputs, ({ spec }) => {
      if (!onLinux(spec)) return;
      const all = draftContainers(spec);
      const silent = all.filter((container) => isUnset(container, "securityContext", "runAsNonRoot"));
      // Whoever chose root has to choose again; this would only keep the container from starting.
      const choseRoot = silent.some((container) => [container, spec].map(userOf).find((id) => id !== undefined) === 0);
      if (silent.length > 0 && !choseRoot && isUnset(spec, "securityContext", "runAsNonRoot")) {
        setDefault(childOf(spec, "securityContext", true), "runAsNonRoot", true);
      }
      for (const container of all.filter((each) => isUnset(each, "securityContext", "runAsUser"))) {
        const { image } = container;
        if (!isUnset(spec, "securityContext", "runAsUser") || typeof image !== "string") continue;
        if (!isOwnImage(image, ownRepositories)) continue;
        setDefault(childOf(container, "securityContext", true), "runAsUser", minimumUserId);
      }
    }),
});

function userOf(podOrContainer: Draft): unknown {
  return childOf(podOrContainer, "securityContext")?.runAsUser ?? undefined;
}

/** What the container says itself, else what its pod says. */
function inherited({ field, workload }: Container, key: string): Field {
  const own = field.at("securityContext", key);
  const ofPod = workload.podSpec.at("securityContext", key);
  return own.exists || !ofPod.exists ? own : ofPod;
}

/** Whether a container takes a setting from its pod, and is reported for it. */
function isInherited({ containers: all }: Workload, key: string): boolean {
  return anyKnown(all, ({ field }) => !field.at("securityContext", key).exists);
}

function isOurs({ field }: Container, prefixes: readonly string[]): boolean {
  return isOwnImage(field.at("image").text() ?? "", prefixes);
}

function isOwnImage(image: string, prefixes: readonly string[]): boolean {
  const repository = parseImage(image)?.repository;
  // A mirror may put its own path before the repository.
  return prefixes.some(
    (prefix) => repository?.startsWith(prefix) === true || repository?.includes(`/${prefix}`) === true,
  );
}
