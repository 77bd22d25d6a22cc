import { add, app, drop, pod, set, sidecar, unknown, without } from "../fixtures";
import { type Mutant, type RuleCases } from "../case";
import { container, podOf } from "../objects";

const left = (name: string, port: number) => ({ container: name, port, reason: "its chart does not list the port" });

export const cases: RuleCases = {
  pass: [
    {
      title: "a port number written as a text",
      edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, "9000")],
    },
    {
      title: "an exec probe beside a probe of a port",
      edits: [set("Deployment", `${app}.livenessProbe`, { exec: { command: ["true"] } })],
    },
  ],
  fail: [
    {
      title: "a port that is left out, of another container and of another number",
      edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, 8080)],
      options: { settings: { "ALT-K8S-012": { undeclaredPorts: [left("other", 8080), left("app", 8081)] } } },
      says: /is probed on port 8080 but declares only http=9000/,
      at: `${container}.readinessProbe.httpGet.port`,
    },
    {
      title: "a port that is not declared",
      edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, 8080)],
      says: /Container app .* is probed on port 8080 but declares only http=9000/,
      at: `${container}.readinessProbe.httpGet.port`,
    },
    {
      title: "a name that no port has",
      edits: [set("Deployment", `${app}.livenessProbe.tcpSocket.port`, "web")],
      says: /is probed on port web but declares only http=9000/,
      at: `${container}.livenessProbe.tcpSocket.port`,
    },
    {
      title: "another than the two that are declared, one of them without a name",
      edits: [
        set("Deployment", `${app}.ports[1]`, { containerPort: 9001 }),
        set("Deployment", `${app}.readinessProbe.httpGet.port`, 9002),
      ],
      says: /is probed on port 9002 but declares only http=9000, 9001 \(/,
      at: `${container}.readinessProbe.httpGet.port`,
    },
    {
      title: "a number that only other programs would read so",
      edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, "0x2328")],
      says: /is probed on port 0x2328 but declares only http=9000/,
      at: `${container}.readinessProbe.httpGet.port`,
    },
    {
      title: "a name, where a port has no number",
      edits: [
        set("Deployment", `${app}.ports[1]`, { name: "later" }),
        set("Deployment", `${app}.livenessProbe.tcpSocket.port`, "web"),
      ],
      says: /is probed on port web but declares only http=9000, later \(/,
      at: `${container}.livenessProbe.tcpSocket.port`,
    },
    {
      title: "no port declared at all",
      edits: [drop("Deployment", `${app}.ports`)],
      says: /declares no port/,
      at: `${container}.livenessProbe.tcpSocket.port`,
      count: 2,
    },
    {
      title: "a gRPC probe of a sidecar",
      edits: [set("Deployment", `${sidecar}.readinessProbe.grpc.port`, 9101)],
      says: /Sidecar container proxy .* is probed on port 9101/,
      at: `${pod}.initContainers[1].readinessProbe.grpc.port`,
    },
    {
      title: "a startup probe",
      edits: [set("Deployment", `${app}.startupProbe`, { tcpSocket: { port: 1 } })],
      says: /is probed on port 1 but/,
      at: `${container}.startupProbe.tcpSocket.port`,
    },
    {
      title: "a UDP port",
      edits: [set("Deployment", `${sidecar}.ports[0].protocol`, "UDP")],
      says: /is probed on port (proxy|9100), which is declared as UDP/,
      at: `${pod}.initContainers[1].livenessProbe.tcpSocket.port`,
      count: 2,
    },
    {
      title: "a probe without a port",
      edits: [drop("Deployment", `${app}.readinessProbe.httpGet.port`)],
      says: /has a probe without a port/,
      at: `${container}.readinessProbe.httpGet.port`,
    },
  ],
  notApplicable: [
    {
      title: "only exec probes",
      edits: [
        without("Deployment"),
        add(podOf({ spec: { containers: [{ name: "a", livenessProbe: { exec: {} } }] } })),
      ],
    },
  ],
  unknown: [
    {
      title: "a port from an output",
      edits: [unknown("Deployment", `${app}.readinessProbe.httpGet.port`)],
      because: `${container}.readinessProbe.httpGet.port`,
    },
    {
      title: "declared ports from an output",
      edits: [unknown("Deployment", `${app}.ports`)],
      because: `${container}.ports`,
    },
  ],
  configured: [
    {
      title: "a port that a chart of others leaves out",
      edits: [set("Deployment", `${app}.readinessProbe.httpGet.port`, 8080)],
      options: { settings: { "ALT-K8S-012": { undeclaredPorts: [left("app", 8080)] } } },
      outcome: "pass",
    },
  ],
};

const ourGateway = "Deployment/api-gateway";

export const mutants: readonly Mutant[] = [
  {
    title: "a port is renamed and its probes are not",
    edits: [set(ourGateway, `${app}.ports[0].name`, "web")],
    says: /api-gateway is probed on port http but declares only web=3000/,
  },
];
