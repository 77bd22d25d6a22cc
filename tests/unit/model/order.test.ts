import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderGraph, type RegisteredNode, unknownInput } from "../../../model/order/graph";
import { controllers } from "../../../model/order/controllers";
import { proveNodes, remedies, type Verdict } from "../../../model/order/prove";
import { requirements } from "../../../model/order/requirements";
import { node, orderedWorld, urns, without } from "../../support/order-world";

const prove = (world: Record<string, RegisteredNode>) => proveNodes(Object.values(world));
const outcomes = (verdicts: readonly Verdict[]) => [...new Set(verdicts.map(({ outcome }) => outcome))];
/** Violations as `kept before keeper`. */
const violations = (world: Record<string, RegisteredNode>) =>
  prove(world).flatMap(({ kept, missing }) => missing.map(({ keeper }) => `${kept.name} < ${keeper.name}`));

describe("a graph in the right order", () => {
  const verdicts = prove(orderedWorld());

  it("is proven as a whole", () => {
    expect(outcomes(verdicts)).toEqual(["proven"]);
  });

  it("has something to prove of every requirement, and of every controller that it runs", () => {
    const found = new Set(verdicts.map(({ requirement }) => requirement.title));
    const absent = ["Karpenter", "EFS driver"];
    const wanted = [...Object.values(requirements), ...controllers.filter(({ name }) => !absent.includes(name))].map(
      ({ title }) => title,
    );
    expect(wanted.filter((title) => !found.has(title))).toEqual([]);
  });

  it("is proven in whatever order the nodes are listed", () => {
    const nodes = Object.values(orderedWorld());
    const summary = (list: readonly RegisteredNode[]) =>
      proveNodes(list)
        .map(({ requirement, kept, outcome, keepers }) => [
          requirement.title,
          kept.urn,
          outcome,
          urns(...keepers).sort(),
        ])
        .sort((a, b) => String(a).localeCompare(String(b)));
    fc.assert(
      fc.property(fc.shuffledSubarray(nodes, { minLength: nodes.length }), (shuffled) => {
        expect(summary(shuffled)).toEqual(summary(nodes));
      }),
      { numRuns: 20 },
    );
  });
});

// Each order is one in which somebody's destroy ended; the thread is named beside it.
describe("an order known to be bad", () => {
  const known: readonly (readonly [thread: string, edges: (readonly [string, string])[], found: string[]])[] = [
    [
      "aws-ia/terraform-aws-eks-blueprints#1843: load balancers without their controller",
      [
        ["service", "lbDeployment"],
        ["namespace", "lbDeployment"],
      ],
      [
        "Namespace-web < Deployment-aws-load-balancer-controller",
        "Service-front < Deployment-aws-load-balancer-controller",
      ],
    ],
    [
      "the controller's rights go before its load balancers",
      [["provider", "lbIdentity"]],
      [
        "Namespace-web < lb-identity",
        "Namespace-web < lb-rights",
        "Service-front < lb-identity",
        "Service-front < lb-rights",
      ],
    ],
    [
      "terraform-aws-modules/terraform-aws-eks#2743: the network plugin before the nodes",
      [["group", "cni"]],
      ["group < cni", "group < cni-rights"],
    ],
    [
      "aws/amazon-vpc-cni-k8s#1447: the network plugin's rights before the nodes",
      [["cni", "cniRights"]],
      ["group < cni-rights"],
    ],
    [
      "terraform-aws-modules/terraform-aws-eks#2923: access before the objects",
      [["provider", "policy"]],
      ["cluster < policy", "cluster < entry"],
    ],
    ["aws-samples/appmod-blueprints#582: routes before the nodes", [["group", "nat"]], ["group < nat"]],
    [
      "terraform-aws-modules/terraform-aws-eks#920: the log group before the control plane",
      [["cluster", "logs"]],
      ["eks < logs"],
    ],
    ["rights of the control plane before it", [["cluster", "clusterRights"]], ["eks < cluster-rights"]],
    ["rights of the nodes before them", [["group", "nodeRights"]], ["group < node-rights"]],
    [
      "pulumi/pulumi-kubernetes#1735: an object beside its definition",
      [["custom", "definition"]],
      ["Shop-corner < CustomResourceDefinition-shops.example.org"],
    ],
    [
      "pulumi/pulumi-kubernetes#1920: a namespace beside what is in it",
      [["claim", "namespace"]],
      ["PersistentVolumeClaim-data < Namespace-web", "VolumeSnapshot-daily < Namespace-web"],
    ],
    [
      "global-capacity-orchestrator-on-aws#297: volumes without their driver",
      [["provider", "ebs"]],
      ["Namespace-web < ebs", "PersistentVolumeClaim-data < ebs"],
    ],
    [
      "snapshots without their controller, which also brings their kind",
      [["provider", "snapshots"]],
      ["Namespace-web < snapshots", "VolumeSnapshot-daily < snapshots", "VolumeSnapshot-daily < snapshots"],
    ],
    [
      "cloudnative-pg, finalizers_delete.go: databases without the operator that finalises them, and brings their kind",
      [
        ["database", "operator"],
        ["plugin", "operator"],
        ["namespace", "operator"],
      ],
      [
        "Cluster-sales < Deployment-cloudnative-pg",
        "Cluster-sales < Deployment-cloudnative-pg",
        "Namespace-web < Deployment-cloudnative-pg",
      ],
    ],
    [
      "stores of backups without the plugin whose kind they are",
      [
        ["store", "plugin"],
        ["namespace", "plugin"],
      ],
      [
        "Namespace-web < Deployment-plugin-barman-cloud",
        "ObjectStore-backups < Deployment-plugin-barman-cloud",
        "ObjectStore-backups < Deployment-plugin-barman-cloud",
      ],
    ],
    [
      "certificates without cert-manager, which also brings their kind",
      [
        ["certificate", "issuer"],
        ["namespace", "issuer"],
      ],
      [
        "Certificate-front < Deployment-cert-manager",
        "Certificate-front < Deployment-cert-manager",
        "Namespace-web < Deployment-cert-manager",
      ],
    ],
    ["a claim beside its class", [["claim", "storageClass"]], ["PersistentVolumeClaim-data < StorageClass-disk"]],
    [
      "kubernetes/kubernetes#75788: an API that outlives whoever answers",
      [["api", "front"]],
      ["APIService-v1beta1.metrics.k8s.io < Deployment-metrics", "APIService-v1beta1.metrics.k8s.io < Service-metrics"],
    ],
    [
      "kubernetes/kubernetes#60807: an API that outlives a namespace",
      [["api", "namespace"]],
      ["APIService-v1beta1.metrics.k8s.io < Namespace-web"],
    ],
    [
      "spidernet-io/egressgateway#748: a webhook that outlives whoever answers",
      [["webhook", "front"]],
      [
        "ValidatingWebhookConfiguration-checks < Deployment-metrics",
        "ValidatingWebhookConfiguration-checks < Service-metrics",
      ],
    ],
  ];

  it.each(known)("%s", (_, edges, found) => {
    expect(violations(without(orderedWorld(), ...edges)).sort()).toEqual(found.sort());
  });

  it("node groups that go before pods: aws-ia/terraform-aws-eks-blueprints#353", () => {
    const world = without(orderedWorld(), ["provider", "group"], ["ebs", "group"], ["snapshots", "group"]);
    const pods = violations(world).filter((pair) => pair.startsWith("Deployment-"));
    const names = ["aws-load-balancer-controller", "metrics", "cloudnative-pg", "plugin-barman-cloud", "cert-manager"];
    expect(pods).toEqual(names.map((name) => `Deployment-${name} < group`));
    // What a controller has to remove waits for nodes as well.
    expect(violations(world)).toContain("Service-front < group");
    expect(violations(world)).toContain("PersistentVolumeClaim-data < group");
  });

  it("says which edge is missing, on the provider where it holds for all objects", () => {
    const told = (...edges: (readonly [string, string])[]) =>
      prove(without(orderedWorld(), ...edges)).flatMap(({ missing }) => remedies(missing));
    expect(told(["provider", "ebs"])).toEqual(Array(2).fill("set dependsOn: [Addon ebs] on provider cluster"));
    expect(told(["claim", "storageClass"])).toEqual([
      "set dependsOn: [StorageClass disk] on PersistentVolumeClaim web/data",
    ]);
  });

  it("says that an edge runs the wrong way", () => {
    const world = without(orderedWorld(), ["cluster", "logs"]);
    const turned = { ...world, logs: { ...world.logs!, dependencies: [world.cluster!.urn] } };
    const missing = prove(turned).flatMap((verdict) => verdict.missing);
    expect(missing.map(({ reversed }) => reversed)).toEqual([true]);
    expect(remedies(missing)).toEqual([
      "let LogGroup logs no longer depend on Cluster eks, and set dependsOn: [LogGroup logs] on Cluster eks",
    ]);
  });
});

describe("what is not known, or not here", () => {
  const changed = (name: string, inputs: Record<string, unknown>) => {
    const world = orderedWorld();
    return { ...world, [name]: { ...world[name]!, inputs: { ...world[name]!.inputs, ...inputs } } };
  };
  const undecided = (world: Record<string, RegisteredNode>) =>
    prove(world).flatMap(({ kept, unknown }) => (unknown === undefined ? [] : [`${kept.name} ${unknown}`]));

  it("a property that decides on the keeper leaves a claim undecided", () => {
    expect(undecided(changed("service", { spec: { type: unknownInput } }))).toEqual(["Service-front spec.type"]);
    expect(undecided(changed("claim", { spec: unknownInput }))).toEqual([
      "PersistentVolumeClaim-data spec.storageClassName",
    ]);
    expect(undecided(changed("service", { metadata: { name: "front", namespace: unknownInput } }))).toEqual([
      "Service-front metadata.namespace",
    ]);
    expect(undecided(changed("storageClass", { provisioner: unknownInput }))).toEqual([
      "PersistentVolumeClaim-data spec.storageClassName",
    ]);
  });

  it("a provider that may talk to any cluster leaves access undecided", () => {
    const world = without(orderedWorld(), ["provider", "cluster"]);
    const alone = {
      ...world,
      provider: { ...world.provider!, dependencies: [], inputs: { kubeconfig: unknownInput } },
    };
    expect(undecided(alone)).toEqual(["cluster kubeconfig"]);
    const elsewhere = { ...alone, provider: { ...alone.provider, inputs: { context: "shop-two" } } };
    expect(prove(elsewhere).filter(({ requirement }) => requirement === requirements.access)).toEqual([]);
    const named = { ...alone, provider: { ...alone.provider, inputs: { kubeconfig: '{"name":"shop"}' } } };
    expect(violations(named)).toContain("cluster < eks");
  });

  it("a controller that runs elsewhere is told, and does not count as proven", () => {
    const { lbDeployment: gone, ...rest } = without(
      orderedWorld(),
      ["service", "lbDeployment"],
      ["namespace", "lbDeployment"],
    );
    const told = prove(rest).filter(({ outcome }) => outcome === "elsewhere");
    expect(gone).toBeDefined();
    expect(told.map(({ kept, reason }) => [kept.name, reason])).toEqual([
      ["Service-front", "This stack runs no load-balancer controller; whoever does must outlive the stack."],
    ]);
  });

  it("a Service of another type, an Ingress of another class and a volume of another driver concern nobody", () => {
    const about = (world: Record<string, RegisteredNode>, name: string) =>
      prove(world)
        .filter(({ kept }) => kept.name === name)
        .flatMap(({ keepers }) => keepers.map((keeper) => keeper.name));
    expect(about(changed("service", { spec: { type: "ClusterIP" } }), "Service-front")).toEqual(["Namespace-web"]);
    const disk = changed("storageClass", { provisioner: "example.org/disk" });
    expect(about(disk, "PersistentVolumeClaim-data")).toEqual(["Namespace-web", "StorageClass-disk"]);
    const ingress = (spec: object) => {
      const world = orderedWorld();
      const own = node("kubernetes:networking.k8s.io/v1:Ingress", "ingress", {
        provider: world.provider!.urn,
        inputs: { metadata: { name: "i" }, spec },
      });
      return about({ ...world, ingress: own }, "ingress");
    };
    expect(ingress({ ingressClassName: "nginx" })).toEqual([]);
    expect(ingress({ ingressClassName: "alb" })).toContain("Deployment-aws-load-balancer-controller");
    expect(ingress({})).toContain("Deployment-aws-load-balancer-controller");
  });

  it("two clusters are kept apart", () => {
    const world = orderedWorld();
    const other = Object.fromEntries(
      Object.entries(orderedWorld()).map(([key, own]) => {
        const text = JSON.stringify(own)
          .replaceAll('"shop"', '"other"')
          .replaceAll("/shop/", "/other/")
          .replaceAll('"role":"cluster"', '"role":"cluster-2"')
          .replaceAll('"inputs":{"name":"cluster"}', '"inputs":{"name":"cluster-2"}');
        const renamed = JSON.parse(text, (name, value: unknown) =>
          typeof value === "string" && (name === "urn" || (value.includes("::") && !value.startsWith("arn:")))
            ? `${value}-2`
            : value,
        ) as RegisteredNode;
        return [`${key}2`, { ...renamed, type: own.type }];
      }),
    );
    expect(outcomes(prove({ ...world, ...other }))).toEqual(["proven"]);
    expect(prove({ ...world, ...other })).toHaveLength(2 * prove(world).length);
  });
});

describe("a controller that is a chart", () => {
  const chart = (custom: boolean, type: string): Record<string, RegisteredNode> => {
    const { lbDeployment, ...world } = orderedWorld();
    const own = node(type, "lb", {
      custom,
      provider: world.provider!.urn,
      inputs: { chart: "https://aws.github.io/eks-charts/aws-load-balancer-controller" },
    });
    const child = { ...lbDeployment!, parent: own.urn };
    const others = world.namespace!.dependencies.filter((urn) => urn !== lbDeployment!.urn);
    const namespace = { ...world.namespace!, dependencies: [own.urn, ...others] };
    const service = { ...world.service!, dependencies: urns(namespace, own) };
    return { ...world, own, namespace, service, ...(custom ? {} : { child }) };
  };

  it.each([
    [true, "kubernetes:helm.sh/v3:Release"],
    [false, "kubernetes:helm.sh/v4:Chart"],
  ])("custom %s: its objects are kept by whoever waits for it", (custom, type) => {
    const world = chart(custom, type);
    const keepers = prove(world).find(({ requirement }) => requirement === controllers[0])?.keepers;
    expect(keepers?.[0]?.name).toBe(custom ? "lb" : "Deployment-aws-load-balancer-controller");
    expect(outcomes(prove(world))).toEqual(["proven"]);
    const namespace = { ...world.namespace!, dependencies: [] };
    const loose = { ...world, namespace, service: { ...world.service!, dependencies: urns(namespace) } };
    expect(violations(loose)).toContain(
      custom ? "Service-front < lb" : "Service-front < Deployment-aws-load-balancer-controller",
    );
  });

  it("sees to the order of its own parts", () => {
    const world = chart(false, "kubernetes:helm.sh/v4:Chart");
    const own = world.own!.urn;
    const [definition, custom] = [world.definition!, world.custom!].map((each) => ({ ...each, parent: own }));
    const inside = { ...world, definition: definition!, custom: { ...custom!, dependencies: urns(world.namespace!) } };
    expect(violations(inside)).toEqual([]);
  });
});

describe("OrderGraph", () => {
  /** Graphs whose edges run from later nodes to earlier ones, of every sort. */
  const graphs = fc.integer({ min: 1, max: 9 }).chain((size) =>
    fc
      .array(
        fc.tuple(
          fc.nat(size - 1),
          fc.nat(size - 1),
          fc.constantFrom("dependencies", "parent", "provider", "deletedWith", "property"),
        ),
        { maxLength: 20 },
      )
      .map((pairs) => {
        const nodes: RegisteredNode[] = Array.from({ length: size }, (_, index) => node("t", `${index}`));
        for (const [a, b, sort] of pairs) {
          if (a === b) continue;
          const [later, earlier] = [Math.max(a, b), Math.min(a, b)];
          const [own, urn] = [nodes[later]!, nodes[earlier]!.urn];
          nodes[later] =
            sort === "dependencies"
              ? { ...own, dependencies: [...own.dependencies, urn] }
              : sort === "property"
                ? { ...own, propertyDependencies: { ...own.propertyDependencies, [`p${earlier}`]: [urn] } }
                : { ...own, [sort]: urn };
        }
        return nodes;
      }),
  );
  const direct = ({ parent, provider, deletedWith, dependencies, propertyDependencies = {} }: RegisteredNode) => [
    ...[parent, provider, deletedWith].filter((urn) => urn !== undefined),
    ...dependencies,
    ...Object.values(propertyDependencies).flat(),
  ];

  it("knows what a resource stands on, as a closure of all edges does", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const graph = new OrderGraph(nodes);
        const index = new Map(nodes.map(({ urn }, at) => [urn, at]));
        const reach = nodes.map((own) => nodes.map(({ urn }) => direct(own).includes(urn)));
        for (const k of nodes.keys())
          for (const i of nodes.keys()) for (const j of nodes.keys()) reach[i]![j] ||= reach[i]![k]! && reach[k]![j]!;
        for (const a of nodes)
          for (const b of nodes) expect(graph.outlivedBy(a, b)).toBe(reach[index.get(a.urn)!]![index.get(b.urn)!]);
      }),
    );
  });

  it("promises exactly what the engine keeps: it deletes step by step whatever nothing left stands on", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const graph = new OrderGraph(nodes);
        // pulumi/pulumi, pkg/resource/deploy/step_generator.go, ScheduleDeletes: antichains, taken in reverse.
        const schedule = new Map<string, number>();
        for (let step = 0; schedule.size < nodes.length; step += 1) {
          const ready = nodes.filter((own) => !schedule.has(own.urn) && direct(own).every((urn) => schedule.has(urn)));
          for (const { urn } of ready) schedule.set(urn, step);
        }
        expect(new Map(graph.steps())).toEqual(schedule);
        for (const a of nodes)
          for (const b of nodes)
            if (graph.outlivedBy(a, b)) expect(schedule.get(a.urn)).toBeGreaterThan(schedule.get(b.urn)!);
      }),
    );
  });

  it("what it does not promise may happen the other way round", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const graph = new OrderGraph(nodes);
        for (const kept of nodes)
          for (const keeper of nodes) {
            if (kept === keeper || graph.outlivedBy(kept, keeper)) continue;
            // Make `kept` and all that it stands on first: a valid order of creation without the keeper.
            const first = new Set([...graph.standsOn(kept), kept]);
            expect(first.has(keeper)).toBe(false);
            for (const own of first) for (const urn of direct(own)) expect(urns(...first)).toContain(urn);
          }
      }),
    );
  });

  it("takes a dependency on a component for one on the children that stand before it in the engine's list", () => {
    const chart = node("chart", "c", { custom: false, position: 0 });
    const child = node("object", "child", { parent: chart.urn, position: 1 });
    const own = node("object", "own", { dependencies: [chart.urn], position: 2 });
    const late = node("object", "late", { parent: chart.urn, position: 3 });
    const graph = new OrderGraph([chart, child, own, late]);
    expect([child, late].map((each) => graph.outlivedBy(own, each))).toEqual([true, false]);
    const listless = [chart, child, own].map((each) => ({ ...each, position: undefined }));
    expect(new OrderGraph(listless).outlivedBy(listless[2]!, listless[1]!)).toBe(true);
  });

  it("does not take a parent for its other children", () => {
    const parent = node("component", "c", { custom: false });
    const [one, two] = ["one", "two"].map((name) => node("object", name, { parent: parent.urn }));
    expect(new OrderGraph([parent, one!, two!]).outlivedBy(one!, two!)).toBe(false);
  });

  it("reads a broken file with a circle without hanging", () => {
    const [a, b] = [node("t", "a", { dependencies: ["t::b"] }), node("t", "b", { dependencies: ["t::a"] })];
    const graph = new OrderGraph([a, b]);
    expect([graph.outlivedBy(a, b), graph.outlivedBy(b, a)]).toEqual([true, true]);
    expect([...graph.steps().keys()].sort()).toEqual(["t::a", "t::b"]);
  });
});
