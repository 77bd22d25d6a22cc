import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStack, stackTraceLines, type StackRunner } from "../support/stack-runner";

const pool = { allocatable: { cpu: "3920m", memory: "14Gi", pods: 58 }, minimum: 3, maximum: 5 };
const purpose = "an edge that a test adds";
const zones = ["a"];
const storage = { block: "ebs.csi.aws.com", shared: "efs.csi.aws.com" };

/** Each bad input, the settings that have it, and the sentences that its owner must read: what is wrong and what to do. */
const badInputs: Record<string, { changes: Record<string, unknown>; says: string[] }> = {
  "an unknown configuration key": {
    changes: { nodePool: [] },
    says: ["altlas:nodePool", "There is no such setting, so it would have no effect.", "Did you mean nodePools?"],
  },
  "a number out of range": {
    changes: { scale: { resources: 1.5, minimumReplicas: 2, maximumReplicas: 4 } },
    says: [
      "altlas:scale.resources",
      "1.5",
      "Use at most 1.",
      "pulumi config set --path 'altlas:scale.resources' <value>",
    ],
  },
  "a minimum above its maximum": {
    changes: { services: [{ name: "api-gateway", replicas: { minimum: 5, maximum: 3 } }] },
    says: [
      "altlas:services[0].replicas.minimum",
      "larger than replicas.maximum; the autoscaler could never satisfy both",
      "pulumi config set --path 'altlas:services[0].replicas.minimum' <value>",
    ],
  },
  "a service named twice": {
    changes: { services: [{ name: "api-gateway" }, { name: "api-gateway", contract: "target" }] },
    says: ["altlas:services[1]", "api-gateway", "already named at position 0"],
  },
  "an unknown pool": {
    changes: { services: [{ name: "runner-service", pool: "generl" }] },
    says: ["altlas:services[0].pool", "generl", "Did you mean general?"],
  },
  "an edge to nowhere": {
    changes: { edges: [{ from: "api-gateway", to: "postgres", port: 5432, purpose }] },
    says: ["altlas:edges[0].to", "postgres", "Did you mean postgresql?"],
  },
  "a missing secret": {
    changes: { mail: { host: "mail.example.org", from: "noreply@example.org" } },
    says: [
      "altlas:secrets.smtp-user",
      "altlas:secrets.smtp-password",
      "pulumi config set --path 'altlas:secrets.smtp-password.secretName' <name>",
    ],
  },
};

describe.skipIf(process.env.ALTLAS_SKIP_ENGINE_TESTS === "1")("pulumi up of a stack with", () => {
  let folder: string;
  let stack: StackRunner;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "altlas-bad-"));
    stack = await openStack(folder, "none");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function expectRefusal(changes: Record<string, unknown>, says: readonly string[]): Promise<void> {
    const { code, output } = await stack.operate("up", changes);
    for (const sentence of ["nothing was registered", ...says]) expect(output).toContain(sentence);
    expect(code).not.toBe(0);
    expect(stackTraceLines(output)).toEqual([]);
    expect(await stack.resources()).toEqual([]);
  }

  it.each(Object.entries(badInputs))("%s says what to do, and makes nothing", async (_, { changes, says }) => {
    await expectRefusal(changes, says);
  });

  it("a kubeconfig that is not there, cannot be read, or is none, says what to do, and makes nothing", async () => {
    const kubeconfig = path.join(folder, "mine");
    const cluster = { mode: "kubeconfig", kubeconfig, context: "mine", zones, storage };
    const remedy = "Name the kubeconfig file of the cluster, and check that you may read it.";
    await expectRefusal({ cluster }, ["altlas:cluster.kubeconfig", kubeconfig, "There is no such file.", remedy]);
    // A folder is what even root cannot read as a file.
    await expectRefusal({ cluster: { ...cluster, kubeconfig: folder } }, ["The file cannot be read (EISDIR).", remedy]);
    writeFileSync(kubeconfig, "{ not: [yaml");
    await expectRefusal({ cluster }, ["altlas:cluster.kubeconfig", "The file is not YAML, so it is no kubeconfig."]);
    writeFileSync(kubeconfig, "contexts: [{ name: theirs }]");
    await expectRefusal({ cluster }, ["altlas:cluster.context", "has no context of that name", "Use one of: theirs."]);
  });

  it("several mistakes names all of them at once", async () => {
    const nodePools = ["general", "cpu", "memory", "cpu"].map((name) => ({ name, ...pool }));
    await expectRefusal({ nodePools, logLevel: "loud", owner: undefined }, [
      "3 problems",
      "altlas:nodePools[3]",
      "altlas:logLevel",
      "Use one of: error, warn, info, debug.",
      "altlas:owner",
      "It is required.",
    ]);
  });
});
