import { z } from "zod";
import { chartNames, chartPlace } from "../../model/charts";
import { policyKeys } from "../../model/policy-keys";
import { type SettingsOf } from "../../model/read-settings";
import { foreignImages } from "../../model/versions";
import { eksCluster } from "./cluster-eks";
import { databaseSettings } from "./database";
import { stackLayers } from "./layers";
import { nodePool } from "./node-pool";

/** Names of Kubernetes objects that become part of DNS names (RFC 1123 label). */
const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be lower-case letters, digits and dashes, at most 63 characters",
  );
const registry = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "must be a registry host with an optional path");
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 hexadecimal digits");
/** Where a chart comes from. */
const chartSource = z
  .string()
  .refine(
    (text) => Object.values(chartPlace).some((pattern) => pattern.test(text)),
    "must be a repository (https://…), the chart's address in a registry (oci://…) or a path (./…, /…)",
  );
/** Beyond this a single service would need more pods than the plan's largest cluster has room for. */
const replicas = z.int().min(1).max(100);
const zones = z.array(dnsLabel).min(1).describe("names of the zones that nodes are spread over");

const cluster = z
  .discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("local"), zones }),
    z.strictObject({
      mode: z.literal("kubeconfig"),
      kubeconfig: z.string().min(1).describe("path of the kubeconfig file, absolute or from the project's folder"),
      context: z.string().min(1).describe("context in that file; never the current one by accident"),
      zones,
      storage: z
        .strictObject({
          block: z.string().min(1).describe("CSI driver that makes ReadWriteOnce volumes"),
          shared: z.string().min(1).describe("CSI driver that makes ReadWriteMany volumes"),
        })
        .describe("provisioners of the storage classes"),
      metricsApi: z
        .enum(["registered", "absent"])
        .default("registered")
        .describe("absent where the API server cannot reach pods, as on simulated nodes"),
      kubeletCertificates: z
        .enum(["verified", "unverified"])
        .default("verified")
        .describe(
          "unverified where kubelets sign their own certificates; metrics are then read without proof of origin",
        ),
    }),
    eksCluster,
  ])
  .describe("where the platform runs: local, kubeconfig or eks");

const service = z
  .strictObject({
    name: dnsLabel,
    contract: z.enum(["current", "target"]).optional().describe("overrides the stack's contract for this service"),
    pool: dnsLabel.optional().describe("node pool, in place of the catalogue's"),
    replicas: z
      .strictObject({ minimum: replicas.optional(), maximum: replicas.optional() })
      .optional()
      .describe("bounds of the autoscaler, in place of the scaled plan's"),
    tag: z.string().min(1).optional().describe("image tag, in place of images.tag"),
    digest: digest.optional().describe("image digest; decides which image runs, whatever the tag says"),
  })
  .refine(
    ({ replicas: bounds }) =>
      bounds?.minimum === undefined || bounds.maximum === undefined || bounds.minimum <= bounds.maximum,
    {
      path: ["replicas", "minimum"],
      message: "is larger than replicas.maximum; the autoscaler could never satisfy both",
    },
  );

const edge = z.strictObject({
  from: z.string().min(1).describe("service or endpoint that calls"),
  to: z.string().min(1).describe("service or endpoint that is called"),
  port: z.int().min(1).max(65535),
  protocol: z.enum(["TCP", "UDP"]).default("TCP"),
  application: z.enum(["http", "postgresql", "nats", "resp", "smtp", "otlp"]).default("http"),
  purpose: z.string().min(10).describe("why the call is needed; shown in the policy and in reports"),
  timeoutSeconds: z.number().positive().max(600).default(10),
});

/**
 * The stack configuration below the project's namespace `altlas:`; every key a stack may set, and nothing else.
 * Each description ends in the error message for that key.
 */
export const settingsShape = {
  environment: z.enum(["dev", "beta", "prod"]).describe("what the stack is for; decides how strict policies are"),
  owner: dnsLabel.describe("team that answers for the stack"),
  cluster,
  layers: stackLayers
    .optional()
    .describe("part of its environment that the stack registers, and the stack beneath; absent: all of it"),
  nodePools: z.array(nodePool).min(1).describe("pools of nodes, each name once"),
  budget: z
    .strictObject({
      monthlyUsd: z.number().positive().describe("US dollars that the stack may cost in a month as expected"),
      highestUsd: z
        .number()
        .positive()
        .optional()
        .describe("and in a month in which every autoscaler stays at its highest; default: the same"),
    })
    .optional()
    .describe("refuses a preview whose expected cost is above it, and warns where the highest is; absent: no bound"),
  scale: z
    .strictObject({
      resources: z.number().positive().max(1).describe("factor on the plan's CPU and memory"),
      minimumReplicas: replicas.describe("largest number of replicas a service starts with"),
      maximumReplicas: replicas.describe("largest number of replicas an autoscaler may reach"),
    })
    .optional()
    .describe("part of the plan's sizes that the stack uses; absent: the plan's own"),
  contract: z
    .enum(["current", "target"])
    .default("current")
    .describe("what the services are taken to do: what their sources do today, or what the plan asks of them"),
  services: z.array(service).default([]).describe("what differs for single services, each name once"),
  images: z
    .strictObject({
      tag: z.string().min(1).describe("tag of the five services' images"),
      mirrors: z.record(registry, registry).default({}).describe("registry by registry, where to pull from instead"),
      digests: z
        .partialRecord(z.enum(foreignImages), digest)
        .default({})
        .describe("digests of the images that are not the project's own, by name"),
    })
    .describe("which images run and from where"),
  charts: z
    .partialRecord(z.enum(chartNames), chartSource)
    .default({})
    .describe("where a chart is read from in place of its makers' repository, by its name"),
  database: databaseSettings
    .optional()
    .describe("PostgreSQL; absent: the smallest that works in dev, CloudNativePG with failover elsewhere"),
  edges: z.array(edge).default([]).describe("calls that this environment has beyond the catalogue's"),
  secrets: z
    .record(z.string(), z.strictObject({ secretName: dnsLabel, key: z.string().min(1) }))
    .default({})
    .describe("Secret object and key that hold each secret which is not ours to make"),
  rotations: z
    .record(z.string(), z.int().min(1))
    .default({})
    .describe("number of each generated secret's generation; raise it to make a new one"),
  mail: z
    .strictObject({
      host: z.string().min(1).describe("mail server"),
      // Submission with STARTTLS; the gateway's other way, TLS from the first byte, has no setting of ours.
      port: z.literal(587).default(587),
      from: z.string().min(3).describe("sender address"),
    })
    .optional()
    .describe("mail server for password resets; absent: no mail leaves the platform"),
  frontendUrl: z.url().default("http://localhost:3000").describe("address that links in mails point to"),
  corsOrigins: z.array(z.url()).default([]).describe("origins whose pages may call the gateway; none by default"),
  logLevel: z.enum(["error", "warn", "info", "debug"]).default("info").describe("how much the services log"),
  ...policyKeys,
} as const;

/** A stack's configuration, checked. */
export type Settings = SettingsOf<typeof settingsShape>;
export type ClusterSettings = Settings["cluster"];
