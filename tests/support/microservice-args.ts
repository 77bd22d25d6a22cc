import { type MicroserviceArgs } from "../../components/microservice";
import { type NodePool } from "../../model/node-pool";

/** Arguments of a microservice, whose nested parts may be replaced one by one. */
export interface ArgsChanges extends Partial<Omit<MicroserviceArgs, "contract" | "environment" | "placement">> {
  readonly contract?: Partial<MicroserviceArgs["contract"]>;
  readonly environment?: Partial<MicroserviceArgs["environment"]>;
  readonly pool?: Partial<NodePool>;
}

/**
 * A service that needs none of the optional objects: fixed at one pod, no plain environment, no metrics, no mesh.
 * Tests add what they are about, so that a failing test shows its cause.
 */
export function microserviceArgs(changes: ArgsChanges = {}): MicroserviceArgs {
  const { contract, environment, pool, ...rest } = changes;
  return {
    namespace: "services",
    image: "registry.example:5000/team/archive:1.2.3@sha256:0123456789abcdef",
    partOf: "example",
    runtime: "go",
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } },
    replicas: { minimum: 1, maximum: 1 },
    scaling: [],
    contract: {
      port: 9000,
      protocol: "http",
      probes: {
        liveness: {
          handler: { kind: "tcp" },
          initialDelaySeconds: 30,
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 3,
          why: "example",
        },
        readiness: {
          handler: { kind: "http", path: "/health" },
          periodSeconds: 5,
          timeoutSeconds: 2,
          failureThreshold: 3,
          why: "example",
        },
      },
      volumes: [],
      shutdown: { preStopSeconds: 10, drainSeconds: 20, why: "example" },
      ...contract,
    },
    environment: { plain: {}, secrets: {}, ...environment },
    placement: {
      pool: {
        name: "general",
        allocatable: { cpu: "3920m", memory: "14Gi", pods: 58 },
        minimum: 3,
        maximum: 5,
        taints: [],
        zones: ["a", "b", "c"],
        ...pool,
      },
    },
    priorityClassName: "services",
    meshed: false,
    ...rest,
  };
}
