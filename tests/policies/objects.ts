import { drop, type Manifest, pod, set } from "./fixtures";
import { type Resource } from "../../policies/sources/resource";

export const container = "spec.template.spec.containers[0]";
export const podOf = (spec: Manifest, kind = "Pod", apiVersion = "v1"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: "extra", namespace: "altlas" },
  ...spec,
});
export const job = (spec: Manifest): Manifest =>
  podOf({ spec: { template: { spec: { restartPolicy: "Never", ...spec } } } }, "Job", "batch/v1");
export const cronJob = (spec: Manifest): Manifest =>
  podOf({ spec: { jobTemplate: { spec: { template: { spec } } } } }, "CronJob", "batch/v1");
export const ephemeral = (rest: Manifest): Manifest =>
  podOf({ spec: { containers: [], ephemeralContainers: [{ name: "debugger", ...rest }] } });
export const windows = set("Deployment", `${pod}.os`, { name: "windows" });
export const onWindows = [windows, drop("Deployment", `${pod}.securityContext`)];
export const denyPolicy = "NetworkPolicy/default-deny";
export const dnsPolicy = "NetworkPolicy/allow-dns";
export const gatewayPolicy = "NetworkPolicy/from-gateway";
export const networkPolicy = (name: string, spec: Manifest): Manifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "altlas" },
  spec,
});
export const inSystemNamespace = set("Deployment", "metadata.namespace", "kube-system");
export const namespaced = (apiVersion: string, kind: string, name: string, rest: Manifest): Manifest => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "altlas" },
  ...rest,
});
export const autoscaler = "HorizontalPodAutoscaler";
export const budget = "PodDisruptionBudget";
export const minimumReplicas = (replicas: number) => set(autoscaler, "spec.minReplicas", replicas);
export const daemonSet = namespaced("apps/v1", "DaemonSet", "agent", {
  spec: { selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" } }, spec: {} } },
});
export const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiJ0ZXN0In0", "c2lnbmF0dXJlLW9mLXRlc3Q"].join(".");
export const privateKey = ["-----BEGIN", "PRIVATE KEY-----\nMIIB\n-----END", "PRIVATE KEY-----"].join(" ");
export const databaseAddress = "postgres://archive:not-a-real-one@postgresql:5432/archive";
export const engineResource = (type: string, rest: Partial<Resource>): Resource => ({
  type,
  name: "one",
  inputs: {},
  secrets: { inputs: new Set(), outputs: new Set() },
  ...rest,
});
