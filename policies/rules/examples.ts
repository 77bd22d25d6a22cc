import { type Resource } from "../sources/resource";

/** A Deployment of one container, cut down to what an example is about. */
export function deployment(
  container: Readonly<Record<string, unknown>>,
  pod: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "archive-service", namespace: "altlas-apps" },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": "archive-service" } },
      template: {
        metadata: { labels: { "app.kubernetes.io/name": "archive-service" } },
        spec: { ...pod, containers: [{ name: "app", image: "ghcr.io/example/archive-service:1.4.2", ...container }] },
      },
    },
  };
}

/** An object of any kind in the namespace of the examples. */
export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { apiVersion, kind, metadata: { name, namespace: "altlas-apps" }, ...rest };
}

/** An AWS resource, cut down to what an example is about. */
export function aws(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  more: Partial<Pick<Resource, "name" | "options">> = {},
): Resource {
  return { type: `aws:${type}`, name: "beta", inputs, ...more };
}
