import { type Manifest } from "../../../model/manifest";
import { localPorts, type Registered } from "./plan";

interface ServiceManifest extends Manifest {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly targetPort?: string | number;
    }[];
  };
}

/**
 * The registered Service, led to the process on this machine: of type ExternalName `localhost`, under its own name. The
 * way from its port to the container's is walked as kube-proxy would.
 *
 * @returns the Service and the local port behind one of its ports.
 * @throws when its selector does not choose the workload's pods, or its port leads to none that they declare.
 */
export function leadToProcess(
  service: Manifest,
  { workload, container, ports }: Pick<Registered, "workload" | "container" | "ports">,
): { readonly service: Manifest; behind(port: string | number): number } {
  const { spec, metadata, ...object } = service as ServiceManifest;
  const { template } = workload.spec;
  const labels = template.metadata?.labels ?? {};
  const selector = Object.entries(spec.selector ?? {});
  if (selector.length === 0 || selector.some(([key, value]) => labels[key] !== value)) {
    throw new Error(`Service ${metadata.name} does not select the pods of ${workload.metadata.name}.`);
  }
  if (metadata.namespace !== workload.metadata.namespace) {
    throw new Error(`Service ${metadata.name} lies in another namespace than ${workload.metadata.name}.`);
  }
  const declared = template.spec.containers.find(({ name }) => name === container);
  const { byName } = localPorts(declared?.ports ?? [], ports, []);
  return {
    service: { ...object, metadata, spec: { type: "ExternalName", externalName: "localhost" } },
    behind: (port) => {
      const found = spec.ports?.find((each) => each.name === port || each.port === port);
      const local = found && byName.get(String(found.targetPort ?? found.port));
      if (local === undefined) {
        throw new Error(`Service ${metadata.name}: port ${port} leads to no port of the container.`);
      }
      return local;
    },
  };
}
