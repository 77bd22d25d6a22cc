import { type ResourceChange } from "../compare/resources";
import { type PropertyObject, type PropertyValue } from "../../registrations/property-values";
import { listOf, newEntries, wordOf } from "./lists";
import { type Found } from "./rights";

/** Ways that a change opens: network policies, security groups, and authorisation in the mesh. */
export function networkFound(change: ResourceChange): Found[] {
  const [before, after] = [change.before?.inputs, change.after?.inputs];
  if (change.type.startsWith("kubernetes:networking.k8s.io/v1:NetworkPolicy")) return policyFound(before, after);
  if (change.type === "aws:ec2/securityGroup:SecurityGroup" && after) {
    return (["ingress", "egress"] as const).flatMap((direction) =>
      newEntries(before?.[direction], after[direction]).map((rule) => ({
        class: isEverywhere(rule) && direction === "ingress" ? ("exposure" as const) : ("network" as const),
        what: `has a new ${direction} rule`,
        path: direction,
      })),
    );
  }
  return [];
}

function policyFound(before: PropertyObject | undefined, after: PropertyObject | undefined): Found[] {
  const [old, now] = [specOf(before), specOf(after)];
  if (!after) {
    // With a default deny in place, an allowing policy that goes closes a way.
    const denied = directionsOf(old).filter((direction) => listOf(old[direction]).length === 0);
    return denied.length === 0
      ? []
      : [{ class: "network", what: `is deleted: ${denied.join(" and ")} is no longer denied by it` }];
  }
  const opened = (["ingress", "egress"] as const).flatMap((direction) =>
    newEntries(old[direction], now[direction]).map((rule): Found => {
      const open = direction === "ingress" && isEverywhere(rule);
      return {
        class: open ? "exposure" : "network",
        what: `allows ${describe(direction, rule)}`,
        path: `spec.${direction}`,
      };
    }),
  );
  const lifted = before ? directionsOf(old).filter((direction) => !directionsOf(now).includes(direction)) : [];
  return [
    ...opened,
    ...lifted.map((direction): Found => ({
      class: "network",
      what: `no longer denies ${direction}`,
      path: "spec.policyTypes",
    })),
  ];
}

function describe(direction: "ingress" | "egress", rule: PropertyValue): string {
  const { from, to, ports } = rule as PropertyObject;
  const peers = listOf(from ?? to).map((peer) => {
    const { ipBlock, podSelector, namespaceSelector } = peer as PropertyObject;
    if (ipBlock !== undefined) return wordOf((ipBlock as PropertyObject).cidr);
    const labels = [podSelector, namespaceSelector].flatMap((selector) =>
      Object.values(((selector as PropertyObject | undefined)?.matchLabels ?? {}) as PropertyObject).map(String),
    );
    return labels.length === 0 ? "every pod" : labels.join(" in ");
  });
  const numbers = listOf(ports).map((port) => {
    const given = (port as PropertyObject).port;
    return typeof given === "string" || typeof given === "number" ? String(given) : "any";
  });
  const whom = peers.length === 0 ? "everybody" : peers.join(", ");
  return `${direction} ${direction === "ingress" ? "from" : "to"} ${whom} on ${numbers.length === 0 ? "every port" : `port ${numbers.join(", ")}`}`;
}

function specOf(inputs: PropertyObject | undefined): PropertyObject {
  return (inputs?.spec ?? {}) as PropertyObject;
}

/** As the API server decides when a policy does not say. */
function directionsOf(spec: PropertyObject): ("ingress" | "egress")[] {
  const given = listOf(spec.policyTypes).map((each) => wordOf(each).toLowerCase());
  const found = given.length > 0 ? given : ["ingress", ...(spec.egress === undefined ? [] : ["egress"])];
  return (["ingress", "egress"] as const).filter((direction) => found.includes(direction));
}

function isEverywhere(rule: PropertyValue): boolean {
  return /"(?:0\.0\.0\.0\/0|::\/0)"/.test(JSON.stringify(rule));
}
