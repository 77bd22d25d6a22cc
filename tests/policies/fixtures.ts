import { contentChecksum } from "../../model/checksum";
import { platformLabels, servicePlace } from "../../model/labels";
import { type Scale } from "../../model/platform";
import { type RuleSettings } from "../../model/rule-settings";
import { UNKNOWN, Unknown } from "../../policies/field";
import { Graph } from "../../policies/graph/graph";
import { evaluate, type Finding, type Report } from "../../policies/evaluate";
import { rules } from "../../policies/rules";
import { type Rule } from "../../policies/rule";
import { readExemptions, resolveRuleSettings } from "../../policies/settings";
import { fromObjects } from "../../policies/sources/objects";
import { type Resource } from "../../policies/sources/resource";

export type Manifest = Record<string, unknown>;
/** Keys down to a property; a text with dots where no key has one. */
export type PropertyPath = string | readonly (string | number)[];
/** Changes a list of manifests in place. */
export type Edit = (manifests: Manifest[]) => void;

/** Day on which every test's exemptions are judged. */
export const today = "2026-11-23";

const labels = { "app.kubernetes.io/name": "archive-service" };
const platform = platformLabels({ owner: "worker-4", environment: "dev" }, servicePlace);
const objectLabels = {
  ...platform,
  ...labels,
  "app.kubernetes.io/instance": "archive-service",
  "app.kubernetes.io/version": "1.4.2",
};
const environment = { LOG_LEVEL: "info" };
/** What the gateway's proxy pods carry; an operator makes them, so no object of the stack does. */
const ingressLabels = { "app.kubernetes.io/name": "envoy", "app.kubernetes.io/component": "proxy" };
const podSecurity = { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } };
const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};
const resources = {
  requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "1Gi" },
  limits: { cpu: "200m", memory: "256Mi", "ephemeral-storage": "2Gi" },
};
const image = `ghcr.io/krozenking/alt-las-archive-service:1.4.2@sha256:${"5f".repeat(32)}`;

/** A copy in which nothing is shared, so that an edit changes one place; `structuredClone` keeps shared objects shared. */
function clone<T>(value: T): T {
  if (Array.isArray(value)) return value.map(clone) as T;
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, clone(each as unknown)])) as T;
}

function object(apiVersion: string, kind: string, name: string, rest: Manifest): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: "altlas", labels: { ...objectLabels } }, ...rest };
}

const peer = (namespace: string, pods: Record<string, string>) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: pods },
});

/** A service as a careful stack has it: every rule that looks at it passes. A new copy each time. */
export function compliant(): Manifest[] {
  return clone([
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "altlas",
        labels: {
          ...platform,
          "pod-security.kubernetes.io/enforce": "restricted",
          "linkerd.io/inject": "disabled",
        },
      },
    },
    object("apps/v1", "Deployment", "archive-service", {
      spec: {
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: {
          metadata: { labels: objectLabels, annotations: { "checksum/environment": contentChecksum(environment) } },
          spec: {
            serviceAccountName: "archive-service",
            automountServiceAccountToken: false,
            securityContext: podSecurity,
            priorityClassName: "altlas-services",
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels: labels },
              },
            ],
            initContainers: [
              { name: "migrate", image, resources, securityContext: containerSecurity },
              {
                name: "proxy",
                image,
                restartPolicy: "Always",
                resources,
                securityContext: containerSecurity,
                ports: [{ name: "proxy", containerPort: 9100 }],
                livenessProbe: { tcpSocket: { port: "proxy" } },
                readinessProbe: { grpc: { port: 9100 } },
              },
            ],
            containers: [
              {
                name: "app",
                image,
                envFrom: [{ configMapRef: { name: "archive-service" } }],
                args: ["--listen=:9000", "--token-file", "/run/secrets/token"],
                env: [
                  { name: "LOG_LEVEL", value: "info" },
                  { name: "SIGNING_KEY", valueFrom: { secretKeyRef: { name: "archive-service", key: "password" } } },
                ],
                resources,
                securityContext: containerSecurity,
                ports: [{ name: "http", containerPort: 9000 }],
                livenessProbe: { tcpSocket: { port: "http" } },
                readinessProbe: { httpGet: { path: "/health", port: 9000 } },
              },
            ],
            volumes: [{ name: "scratch", emptyDir: { sizeLimit: "1Gi" } }],
          },
        },
      },
    }),
    object("v1", "Service", "archive-service", {
      spec: { selector: labels, ports: [{ name: "http", port: 9000, targetPort: "http" }] },
    }),
    object("v1", "ConfigMap", "archive-service", { data: environment }),
    object("v1", "Secret", "archive-service", { stringData: { password: "not-a-real-one" } }),
    object("autoscaling/v2", "HorizontalPodAutoscaler", "archive-service", {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "archive-service" },
        minReplicas: 2,
        maxReplicas: 12,
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
        metrics: [
          {
            type: "ContainerResource",
            containerResource: {
              container: "app",
              name: "cpu",
              target: { type: "Utilization", averageUtilization: 70 },
            },
          },
        ],
      },
    }),
    object("policy/v1", "PodDisruptionBudget", "archive-service", {
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", "default-deny", {
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", "allow-dns", {
      spec: {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [peer("kube-system", { "k8s-app": "kube-dns" })],
            ports: [
              { port: 53, protocol: "UDP" },
              { port: 53, protocol: "TCP" },
            ],
          },
        ],
      },
    }),
    object("networking.k8s.io/v1", "NetworkPolicy", "from-gateway", {
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ["Ingress"],
        ingress: [{ from: [peer("altlas-ingress", ingressLabels)], ports: [{ port: 9000 }] }],
      },
    }),
  ] satisfies Manifest[]);
}

/** Keys of a path. */
function keysOf(path: PropertyPath): (string | number)[] {
  if (typeof path !== "string") return [...path];
  return path.split(/[.[\]]+/).flatMap((key) => (key === "" ? [] : [/^\d+$/.test(key) ? Number(key) : key]));
}

function holder(manifest: Manifest, path: PropertyPath): [Record<string | number, unknown>, string | number] {
  const keys = keysOf(path);
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string | number, unknown>>((current, key) => {
    current[key] ??= {};
    return current[key] as Record<string | number, unknown>;
  }, manifest);
  return [parent, last];
}

/** Finds a manifest by kind, or by `Kind/name` where there are several. */
export function find(manifests: readonly Manifest[], reference: string): Manifest {
  const [kind, name] = reference.split("/");
  const found = manifests.find(
    (each) => each.kind === kind && (name === undefined || (each.metadata as Manifest).name === name),
  );
  if (!found) throw new Error(`there is no ${reference}`);
  return found;
}

/** Sets a property. */
export function set(reference: string, path: PropertyPath, value: unknown): Edit {
  return (manifests) => {
    const [parent, key] = holder(find(manifests, reference), path);
    parent[key] = value;
  };
}

/** Makes a property one that only an update computes. */
export const unknown = (reference: string, path: PropertyPath): Edit => set(reference, path, UNKNOWN);

/** Removes a property. */
export function drop(reference: string, path: PropertyPath): Edit {
  return (manifests) => {
    const [parent, key] = holder(find(manifests, reference), path);
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- absent is what the test is about
    delete parent[key];
  };
}

/** Removes a manifest. */
export function without(reference: string): Edit {
  return (manifests) => {
    manifests.splice(manifests.indexOf(find(manifests, reference)), 1);
  };
}

/** Adds manifests. */
export function add(...more: Manifest[]): Edit {
  return (manifests) => {
    manifests.push(...clone(more));
  };
}

/** Adds a changed copy of a manifest. */
export function copy(reference: string, name: string, ...edits: Edit[]): Edit {
  return (manifests) => {
    const twin = clone(find(manifests, reference));
    (twin.metadata as Manifest).name = name;
    for (const edit of edits) edit([twin]);
    manifests.push(twin);
  };
}

/** Where the one container, init container or sidecar of the fixture stands. */
export const pod = "spec.template.spec";
export const app = `${pod}.containers[0]`;
export const init = `${pod}.initContainers[0]`;
export const sidecar = `${pod}.initContainers[1]`;

export interface JudgeOptions {
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exemptions?: readonly unknown[];
  readonly environment?: string;
  readonly only?: readonly Rule[];
  readonly complete?: boolean;
  readonly today?: string;
  /** Part of the plan's sizes that the stack uses; default: all. */
  readonly scale?: Scale;
  /** What the stack's other settings say to rules. */
  readonly stack?: RuleSettings;
  readonly elapsedSeconds?: number;
}

/** Judges resources as the pack does. */
export function judgeResources(resources_: readonly Resource[], options: JudgeOptions = {}): Report {
  return evaluate(new Graph(resources_), {
    rules,
    ...(options.only && { chosen: options.only }),
    settings: {
      ...(options.environment !== undefined && { environment: options.environment }),
      ruleSettings: resolveRuleSettings(options.settings ?? {}, rules, options.scale, options.stack),
      ...readExemptions(options.exemptions ?? []),
    },
    today: options.today ?? today,
    ...(options.complete !== undefined && { complete: options.complete }),
    ...(options.elapsedSeconds !== undefined && { elapsedSeconds: options.elapsedSeconds }),
  });
}

/** Judges the compliant service after some edits. */
export function judge(edits: readonly Edit[] = [], options: JudgeOptions = {}): Report {
  const manifests = compliant();
  for (const edit of edits) edit(manifests);
  return judgeResources(fromObjects(manifests), options);
}

/** What one rule found. */
export function findingsOf(report: Report, id: string): Finding[] {
  return report.findings.filter(({ rule }) => rule.id === id);
}
