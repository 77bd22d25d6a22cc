import { checkAgreement } from "../model/connectivity/agreement";
import { platformNetwork } from "../model/connectivity/platform-network";
import { type Edge } from "../model/endpoint";
import { activeEdges, stackEndpoints } from "../stacks/altlas/active-edges";
import { namespaces } from "../stacks/altlas/namespaces";
import { type EdgeUnderPolicies, printSimulation, type Simulation, underPolicies } from "./connectivity-simulation";
import { drawLayers } from "./pictures/svg";
import { defineReport, type ReportInput } from "./report";

/** One edge in the report. */
export interface ReportedEdge extends Edge {
  /** Whether this stack makes it. */
  readonly active: boolean;
  /** When it is made, in words. */
  readonly when: string;
  readonly policies: EdgeUnderPolicies;
}

/** The figures of the report. */
export interface ConnectivityData {
  readonly stack: string;
  readonly edges: readonly ReportedEdge[];
  /** The ends of edges, services first. */
  readonly ends: readonly { readonly name: string; readonly concern: string; readonly note: string }[];
  /** The simulation of everything else. */
  readonly simulation: Simulation;
}

/** Who may talk to whom; everything that is not in it is denied. */
export const connectivityReport = defineReport<ConnectivityData>({
  name: "connectivity",
  purpose: "who may talk to whom, on which port, since when and why",
  data: connectivityData,
  draw: ({ stack, edges, ends }) => {
    const active = edges.filter((edge) => edge.active);
    return drawLayers(
      `Who talks to whom in ${stack}; everything else is denied`,
      ends
        .filter(({ name }) => active.some(({ from, to }) => from === name || to === name))
        .map(({ name, concern, note }) => ({ name, note, group: concern })),
      active.map(({ from, to, application, port }) => ({ from, to, label: `${application} ${port}` })),
    );
  },
  print: (data, paper) => {
    const active = data.edges.filter((edge) => edge.active).length;
    paper.heading(`Connectivity of stack ${data.stack}`);
    paper.paragraph(
      `${active} of ${data.edges.length} edges are made; beside them only DNS is allowed, and all else is denied.`,
    );
    paper.blank();
    paper.table(
      [
        { title: "from" },
        { title: "to" },
        { title: "port", align: "right" },
        { title: "made", wrap: true },
        { title: "purpose", wrap: true },
      ],
      data.edges.map((edge) => [
        edge.from,
        edge.to,
        `${edge.port}${edge.protocol === "UDP" ? "/udp" : ""}`,
        edge.active ? "yes" : `no: ${edge.when}`,
        edge.purpose,
      ]),
    );
    printSimulation(data.edges, data.simulation, paper);
  },
});

/** The report's figures for a stack: the catalogue's edges in their order, then the stack's own. */
export function connectivityData({ stack, settings, catalogue }: ReportInput): ConnectivityData {
  const active = activeEdges(settings, catalogue);
  const own = active.filter((edge) => !catalogue.edges.includes(edge));
  const declared = { edges: active, endpoints: stackEndpoints(settings, catalogue), namespaces };
  const agreement = checkAgreement(declared, platformNetwork(declared));
  const { agree, connections, dns, unexpected } = agreement;
  return {
    stack,
    ends: [
      ...catalogue.services.map(({ name, runtime, pool }) => ({
        name,
        concern: "services",
        note: `${runtime}, pool ${pool}`,
      })),
      ...catalogue.endpoints.map((endpoint) => ({
        name: endpoint.name,
        concern: endpoint.kind === "external" ? "outside" : endpoint.concern,
        note: endpoint.kind === "external" ? "outside the cluster" : "comes with its component",
      })),
    ],
    edges: [
      ...catalogue.edges.map((edge) => ({
        ...edge,
        active: active.includes(edge),
        when: condition(edge),
        policies: underPolicies(edge, agreement),
      })),
      ...own.map((edge) => ({
        ...edge,
        active: true,
        when: "altlas:edges of this stack",
        policies: underPolicies(edge, agreement),
      })),
    ],
    simulation: { agree, connections, dns, unexpected },
  };
}

function condition(edge: Edge): string {
  const needs = edge.needs === undefined ? [] : [`needs altlas:${edge.needs}`];
  const follows =
    edge.status === "exists" ? [] : [`needs target of ${edge.follows === "callee" ? edge.to : edge.from}`];
  return [...follows, ...needs].join(" and ") || "in every stack";
}
