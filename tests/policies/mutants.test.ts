import { beforeAll, describe, expect, test } from "vitest";
import { sentence } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { type Resource } from "../../policies/sources/resource";
import {
  drop,
  type Edit,
  findingsOf,
  type JudgeOptions,
  judgeResources,
  type Manifest,
  set,
  without,
} from "./fixtures";
import { recordedResources } from "./recorded";

/** One way in which our own program could be wrong, and the resource that the rule must then name. */
interface Mutant {
  readonly title: string;
  /** On the objects, by `Kind/metadata.name`. */
  readonly edits?: readonly Edit[];
  /** On the resources as the engine knows them. */
  readonly change?: (resources: Resource[]) => void;
  readonly options?: JudgeOptions;
  readonly says: RegExp;
}

const app = "spec.template.spec.containers[0]";
const gateway = "Deployment/api-gateway";
const budget = "PodDisruptionBudget/api-gateway";
const scaler = "HorizontalPodAutoscaler/api-gateway";
const labelled = { "app.kubernetes.io/name": "api-gateway" };

const mutants: Readonly<Record<string, readonly Mutant[]>> = {
  "ALT-K8S-001": [
    {
      title: "a service loses its memory request",
      edits: [drop(gateway, `${app}.resources.requests.memory`)],
      says: /api-gateway requests no memory/,
    },
  ],
  "ALT-K8S-002": [
    {
      title: "a service loses its limits",
      edits: [drop(gateway, `${app}.resources.limits`)],
      says: /api-gateway has no memory limit/,
    },
  ],
  "ALT-K8S-010": [
    {
      title: "a service loses its readiness probe",
      edits: [drop(gateway, `${app}.readinessProbe`)],
      says: /api-gateway has no readinessProbe/,
    },
  ],
  "ALT-K8S-012": [
    {
      title: "a port is renamed and its probes are not",
      edits: [set(gateway, `${app}.ports[0].name`, "web")],
      says: /api-gateway is probed on port http but declares only web=3000/,
    },
  ],
  "ALT-K8S-020": [
    {
      title: "a service runs as the user of its image",
      edits: [drop(gateway, "spec.template.spec.securityContext.runAsUser")],
      says: /api-gateway leaves its user id to the image/,
    },
  ],
  "ALT-K8S-023": [
    {
      title: "a service keeps its capabilities",
      edits: [drop(gateway, `${app}.securityContext.capabilities`)],
      says: /api-gateway drops no capability/,
    },
  ],
  "ALT-K8S-024": [
    {
      title: "a service is privileged",
      edits: [set(gateway, `${app}.securityContext.privileged`, true)],
      says: /api-gateway is privileged/,
    },
  ],
  "ALT-K8S-030": [
    {
      title: "a service runs its branch's image",
      edits: [set(gateway, `${app}.image`, "ghcr.io/krozenking/alt-las-api-gateway:main")],
      says: /whose tag main is moved/,
    },
  ],
  "ALT-K8S-040": [
    {
      title: "a password moves from its Secret to the environment",
      edits: [set(gateway, `${app}.env[0]`, { name: "REDIS_URL", value: "redis://:not-a-real-one@cache:6379" })],
      says: /sets REDIS_URL, which has an address with a password in it/,
    },
    {
      title: "a generated secret is put into a ConfigMap",
      change: (resources) => {
        const config = resources.findIndex(({ name }) => name === "api-gateway-environment");
        const original = resources[config]!;
        resources[config] = {
          ...original,
          inputs: { ...original.inputs, data: { GREETING: "hello" } },
          secrets: { inputs: new Set(["data.GREETING"]), outputs: new Set() },
        };
      },
      says: /has key GREETING with a value that the stack marks secret/,
    },
  ],
  "ALT-K8S-050": [
    {
      title: "a Service forgets its namespace",
      edits: [drop("Service/api-gateway", "metadata.namespace")],
      says: /Service api-gateway names no namespace/,
    },
    {
      title: "a namespace loses its level",
      edits: [drop("Namespace/altlas-data", ["metadata", "labels", "pod-security.kubernetes.io/enforce"])],
      says: /Namespace altlas-data has no Pod Security level/,
    },
  ],
  "ALT-K8S-063": [
    {
      title: "two services get the same labels",
      edits: [
        set(gateway, "spec.selector.matchLabels", { "app.kubernetes.io/part-of": "altlas" }),
        set(gateway, ["spec", "template", "metadata", "labels", "app.kubernetes.io/part-of"], "altlas"),
      ],
      says: /api-gateway selects the pods of Deployment altlas\/runner-service too/,
    },
  ],
  "ALT-K8S-064": [
    {
      title: "a Service targets a port of the old contract",
      edits: [set("Service/archive-service", "spec.ports[0].targetPort", 8081)],
      says: /targets TCP port 8081, but Deployment altlas\/archive-service declares only/,
    },
    {
      title: "a service is published past the ingress",
      edits: [set("Service/api-gateway", "spec.type", "NodePort")],
      says: /Service altlas\/api-gateway has the type NodePort/,
    },
  ],
  "ALT-SCALE-002": [
    {
      title: "a container is renamed and its autoscaler is not",
      edits: [set(gateway, `${app}.name`, "app")],
      says: /measures container api-gateway, but the pods have only app/,
    },
    {
      title: "replicas come back",
      edits: [set(gateway, "spec.replicas", 3)],
      says: /scales Deployment altlas\/api-gateway, which sets replicas to 3/,
    },
  ],
  "ALT-SCALE-020": [
    {
      title: "a budget is lost",
      edits: [without(budget)],
      says: /api-gateway runs 2 replicas at least and has no disruption budget/,
    },
    {
      title: "a budget selects the whole namespace",
      edits: [set(budget, "spec.selector", {})],
      says: /archive-service has 2 budgets on each pod/,
    },
  ],
  "ALT-SCALE-021": [
    {
      title: "a budget keeps every pod of the minimum",
      edits: [set(budget, "spec", { minAvailable: 2, selector: { matchLabels: labelled } })],
      says: /lets no pod go: minAvailable 2 of the 2 pods/,
    },
    {
      title: "the autoscaler's minimum falls to one",
      edits: [set(scaler, "spec.minReplicas", 1)],
      says: /is on Deployment altlas\/api-gateway, which has 1 pod at least/,
    },
  ],
  "ALT-NET-001": [
    {
      title: "the default-deny policy of the services is lost",
      edits: [
        (manifests) => {
          const isDeny = ({ metadata }: Manifest) =>
            (metadata as Manifest).name === "default-deny" && (metadata as Manifest).namespace === "altlas";
          manifests.splice(manifests.findIndex(isDeny), 1);
        },
      ],
      says: /Namespace altlas has no policy that denies ingress/,
    },
  ],
  "ALT-NET-002": [
    {
      title: "a service moves to a namespace that nobody closed",
      edits: [set(gateway, "metadata.namespace", "altlas-gateway")],
      says: /Deployment altlas-gateway\/api-gateway is selected by no policy for egress/,
    },
  ],
  "ALT-NET-005": [
    {
      title: "DNS is allowed by UDP only",
      edits: [
        (manifests) => {
          for (const manifest of manifests) {
            if ((manifest.metadata as Manifest | undefined)?.name !== "allow-dns") continue;
            set("NetworkPolicy", "spec.egress[0].ports", [{ port: 53, protocol: "UDP" }])([manifest]);
          }
        },
      ],
      says: /Deployment altlas\/api-gateway cannot ask the cluster's DNS: no policy allows TCP port 53/,
    },
    {
      title: "a service that is not named gets a way to the internet",
      edits: [
        set("NetworkPolicy/archive-service-to-postgresql-5432-egress", "spec.egress[0].to", [
          { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } },
        ]),
      ],
      says: /lets Deployment altlas\/archive-service reach the internet/,
    },
  ],
  "ALT-OPS-003": [
    {
      title: "the Secret's data loses its mark",
      change: (resources) => {
        const index = resources.findIndex(({ name }) => name === "api-gateway-secrets");
        resources[index] = { ...resources[index]!, secrets: { inputs: new Set(), outputs: new Set() } };
      },
      says: /Secret altlas\/api-gateway-secrets holds \S+ without a mark/,
    },
    {
      title: "a stack output tells a password",
      change: (resources) => {
        const index = resources.findIndex(({ type }) => type === "pulumi:pulumi:Stack");
        resources[index] = { ...resources[index]!, outputs: { cache: "redis://:not-a-real-one@cache:6379" } };
      },
      says: /Outputs of Stack altlas-dev has a value that has an address with a password/,
    },
  ],
  "ALT-OPS-005": [
    {
      title: "an exemption has ended",
      options: {
        exemptions: [
          {
            rule: "ALT-K8S-030",
            resource: "Deployment/altlas/api-gateway",
            reason: "The project publishes no other tag until its first release.",
            owner: "platform",
            expires: "2026-11-01",
          },
        ],
      },
      says: /does not hold: it ended on 2026-11-01/,
    },
  ],
};

function mutate(resources: readonly Resource[], { edits = [], change }: Mutant): Resource[] {
  const copy = resources.map((resource) => ({ ...resource, inputs: structuredClone(resource.inputs) }));
  // Edits remove and change inputs in place; a resource whose inputs were removed is gone.
  const manifests = copy.map(({ inputs }) => inputs);
  for (const edit of edits) edit(manifests);
  const left = copy.filter(({ inputs }) => manifests.includes(inputs));
  change?.(left);
  return left;
}

describe("our own program, stack dev", () => {
  let resources: readonly Resource[] = [];
  beforeAll(async () => {
    resources = await recordedResources("dev");
  });

  test.each([false, true])("breaks no rule in any environment; preview: %s", async (preview) => {
    const recorded = preview ? await recordedResources("dev", { preview }) : resources;
    for (const environment of ["dev", "beta", "prod"]) {
      const report = judgeResources(recorded, { environment });
      const failures = report.findings.flatMap(({ verdict }) =>
        verdict.failures.map((each) => sentence(verdict, each)),
      );
      expect(failures).toEqual([]);
      expect(report.totals.pass).toBeGreaterThan(300);
    }
  });

  test("every rule has something to judge in it, or none of its kind exists", () => {
    const idle = judgeResources(resources)
      .rules.filter(({ counts }) => counts.pass === 0)
      .map(({ rule }) => rule.id);
    // Exemptions: dev has none.
    expect(idle).toEqual(["ALT-OPS-005"]);
  });

  test("every rule has a mutant", () => {
    expect(Object.keys(mutants).sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  describe.each(Object.entries(mutants))("%s catches", (id, list) => {
    test.each(list)("$title", (mutant) => {
      const found = findingsOf(judgeResources(mutate(resources, mutant), { environment: "dev", ...mutant.options }), id)
        .filter(({ outcome }) => outcome === "fail")
        .flatMap(({ verdict }) => verdict.failures.map((failure) => sentence(verdict, failure)));
      expect(
        found.some((text) => mutant.says.test(text)),
        found.join("\n"),
      ).toBe(true);
    });
  });
});
