import { type Manifest } from "../../../model/manifest";
import { type Registered, type Workload } from "../../support/registered";
import { type Container, type PodSpec } from "../../support/registered/workload";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** What is registered with the server. */
export const objects: Manifest[] = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "data" },
    data: { "server.conf": "listen 5000\ndata /var/lib/server\n", level: "info" },
  },
  {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "keys", namespace: "data" },
    data: { password: base64("of the server") },
  },
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "server", namespace: "data" } },
];

/** What the server mounts. */
export const mounts = [
  { name: "configuration", mountPath: "/etc/server" },
  { name: "data", mountPath: "/var/lib/server" },
];

/** The volumes of its pod. */
export const volumes = [
  { name: "configuration", configMap: { name: "settings", items: [{ key: "server.conf", path: "server.conf" }] } },
  { name: "data", emptyDir: {} },
];

/** A server with one of everything that has a stand-in; `container` and `pod` replace fields of it. */
export function workload({ container, pod }: { container?: object; pod?: object } = {}): Workload {
  const own: Container = {
    name: "server",
    args: ["--config=/etc/server/server.conf", "--name=$(NAME)"],
    env: [
      { name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "settings", key: "level" } } },
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "keys", key: "password" } } },
      { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
      { name: "CORES", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      { name: "WHO", value: "$(NAME) costs $$5 and $(NOBODY)" },
    ],
    ports: [{ name: "main", containerPort: 5000 }],
    resources: { requests: undefined, limits: { cpu: "1500m", memory: "2Gi" } },
    volumeMounts: mounts,
    ...container,
  };
  const spec: PodSpec = {
    serviceAccountName: "server",
    securityContext: { runAsUser: 10_001, runAsGroup: 10_002, fsGroup: 10_003 },
    containers: [own],
    volumes,
    ...pod,
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "server", namespace: "data" },
    spec: { template: { metadata: { labels: { app: "server" } }, spec } },
  };
}

/** The server as it is to be started; `changes` replace parts of it. */
export function registered(changes: Partial<Registered> = {}): Registered {
  return {
    workload: workload(),
    container: "server",
    objects,
    folder: "/scratch",
    image: { entrypoint: ["/usr/bin/server"] },
    ports: { main: 20_001 },
    ...changes,
  };
}
