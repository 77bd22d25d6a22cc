import { everyComponentEdge } from "./database/component-edges";
import { edges } from "./edges";
import { endpoints } from "./endpoints";
import { namespaces } from "./namespaces";

/**
 * The pods of the components at the ends of edges: where they are, by which labels policies know them, and the ports that
 * edges lead to. Policies for them are made before they are, and some are made by an operator, never by this program.
 */
export const componentPods = endpoints.flatMap((endpoint) =>
  endpoint.kind === "component"
    ? [
        {
          namespace: namespaces[endpoint.concern],
          labels: endpoint.podLabels,
          ports: [...edges, ...everyComponentEdge]
            .filter(({ to }) => to === endpoint.name)
            .map(({ port, protocol }) => ({ number: port, protocol })),
        },
      ]
    : [],
);
