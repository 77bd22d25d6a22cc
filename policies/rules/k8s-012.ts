import { z } from "zod";
import { type Field } from "../field";
import { containers } from "../graph/subjects";
import { defineRule, each, type Failure, NotApplicable, part } from "../rule";
import { deployment } from "./examples";

const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;
const handlers = ["httpGet", "tcpSocket", "grpc"] as const;

const settings = z.strictObject({
  undeclaredPorts: z
    .array(
      z.strictObject({
        container: z.string().min(1).describe("name of the container"),
        port: z.int().min(1).max(65535).describe("port that it listens at"),
        reason: z.string().min(20).describe("who makes its manifest, and where the port is written"),
      }),
    )
    .default([])
    .describe("ports of containers of other people's charts, which leave them out of their own list"),
});
type Settings = z.infer<typeof settings>;

const probed = (port: number | string) => ({
  ports: [{ name: "http", containerPort: 8080 }],
  readinessProbe: { httpGet: { path: "/health", port } },
});

export const rule = defineRule<Settings>({
  id: "ALT-K8S-012",
  slug: "kubernetes-container-matches-probe-port",
  title: "A probe asks a port that the container declares",
  severity: "high",
  gate: "mandatory",
  scope: "resource",
  why:
    "A probe on a wrong port fails for good: the pod never becomes ready or is restarted for ever. A name that no port " +
    "has fails in the same way, and the API server accepts both.",
  fix: "Name the port in the container's ports and refer to it by that name in the probe.",
  planSteps: [],
  peers: ["kube-linter liveness-port, readiness-port, startup-port"],
  settings,
  examples: {
    pass: { title: "a probe by port name", manifests: [deployment(probed("http"))] },
    fail: { title: "another port than the declared one", manifests: [deployment(probed(8081))] },
  },
  parts: [
    part(
      ({ graph }) => containers(graph, ["app", "sidecar"]),
      function* (container, { settings: { undeclaredPorts } }) {
        const { field } = container;
        const known = undeclaredPorts.filter((each) => each.container === container.name);
        const others = known.map(({ port }) => port);
        const asked = probes.flatMap((probe) => handlers.map((handler) => field.at(probe, handler)));
        if (!asked.some((handler) => handler.exists)) {
          return new NotApplicable("It has no probe that asks a port.");
        }
        return yield* each(
          asked.filter((handler) => handler.exists),
          (handler) => checkPort(handler.at("port"), field.at("ports").items(), others),
        );
      },
    ),
  ],
});

function* checkPort(port: Field, declared: readonly Field[], others: readonly number[]): Generator<Failure> {
  const value = port.numberOrText();
  if (value === undefined) {
    yield { problem: "has a probe without a port", path: port.path, fix: "name one of the container's ports" };
    return;
  }
  // The kubelet looks for a port of that name first and reads the text as a number then.
  const byName = declared.find((each) => each.at("name").text() === value);
  const number = /^\d+$/.test(String(value)) ? Number(value) : undefined;
  const match = byName ?? declared.find((each) => number !== undefined && each.at("containerPort").number() === number);
  if (match === undefined && number !== undefined && others.includes(number)) return;
  const protocol = match?.at("protocol").text() ?? "TCP";
  if (match === undefined) {
    const list = declared.map((each) =>
      [each.at("name").text(), each.at("containerPort").number()].filter(Boolean).join("="),
    );
    const known = list.length === 0 ? "declares no port" : `declares only ${list.join(", ")}`;
    const fix = "probe a declared port, or declare this one in ports";
    yield { problem: `is probed on port ${value} but ${known}`, path: port.path, fix };
  } else if (protocol !== "TCP") {
    const problem = `is probed on port ${value}, which is declared as ${protocol}`;
    yield { problem, path: port.path, fix: "probe a TCP port; probes speak nothing else" };
  }
}
