import { describe, expect, it } from "vitest";
import { renderProblems } from "../../../model/problem";
import { readSettings } from "../../../stacks/settings/load";
import { stackConfig } from "../../support/stack";

const problemsOf = (changes: Record<string, unknown>) => readSettings(stackConfig("dev", changes)).problems;

describe("readSettings", () => {
  it("reads the dev stack without a problem and fills in the defaults", () => {
    const { settings, problems } = readSettings(stackConfig("dev"));
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ environment: "dev", contract: "current", services: [], corsOrigins: [] });
    expect(settings.nodePools?.map(({ name }) => name)).toEqual(["general", "cpu", "memory"]);
  });

  it("leaves other namespaces' keys alone", () => {
    expect(
      readSettings({ ...stackConfig("dev"), "kubernetes:context": "mine", "aws:region": "eu-west-1" }).problems,
    ).toEqual([]);
  });

  it("names the nearest known key for a typo at the top and deep inside", () => {
    const [top] = problemsOf({ nodepools: [] });
    expect(top).toMatchObject({
      setting: "altlas:nodepools",
      remedy: expect.stringContaining("Did you mean nodePools?") as string,
    });
    const [deep] = problemsOf({ scale: { resources: 0.5, minimumReplica: 1, minimumReplicas: 1, maximumReplicas: 2 } });
    expect(deep).toMatchObject({
      setting: "altlas:scale.minimumReplica",
      value: 1,
      remedy: expect.stringContaining("Did you mean minimumReplicas?") as string,
    });
  });

  it("lists the known keys when nothing looks like the unknown one", () => {
    expect(problemsOf({ zzzzzzzz: "1" })[0]?.remedy).toContain(
      "Known here: budget, charts, cluster, contract, corsOrigins",
    );
  });

  it("tells range, value, meaning and command for a number out of range", () => {
    const problems = problemsOf({ scale: { resources: 1.5, minimumReplicas: 0, maximumReplicas: 2 } });
    expect(problems).toEqual([
      {
        setting: "altlas:scale.resources",
        value: 1.5,
        why: "Too big: expected number to be <=1.",
        remedy:
          "Use at most 1. It means: factor on the plan's CPU and memory. " +
          "Set it with: pulumi config set --path 'altlas:scale.resources' <value>",
      },
      expect.objectContaining({ setting: "altlas:scale.minimumReplicas", value: 0 }),
    ]);
  });

  it("refuses a pool whose minimum is above its maximum", () => {
    const pool = { name: "general", allocatable: { cpu: "2", memory: "4Gi", pods: 10 }, minimum: 5, maximum: 3 };
    expect(problemsOf({ nodePools: [pool] })).toEqual([
      expect.objectContaining({
        setting: "altlas:nodePools[0].minimum",
        value: 5,
        why: expect.stringContaining("larger than maximum") as string,
      }),
    ]);
  });

  it("reports every problem of every key at once", () => {
    const problems = problemsOf({
      environment: "staging",
      owner: "Team A",
      logLevel: "loud",
      images: undefined,
      typo: "x",
    });
    expect(problems.map(({ setting }) => setting).sort()).toEqual([
      "altlas:environment",
      "altlas:images",
      "altlas:logLevel",
      "altlas:owner",
      "altlas:typo",
    ]);
    expect(problems.find(({ setting }) => setting === "altlas:images")?.why).toBe("It is required.");
    const message = renderProblems("Cannot be used", problems);
    expect(message).toMatch(/^Cannot be used \(5 problems\)\n1\. /);
    for (const { setting, why, remedy } of problems) {
      for (const part of [setting, why, remedy]) expect(message).toContain(part);
    }
  });

  it("refuses amounts that Kubernetes would read differently than meant", () => {
    const allocatable = { cpu: "2 cores", memory: "4GB", pods: 10 };
    const problems = problemsOf({ nodePools: [{ name: "general", allocatable, minimum: 1, maximum: 3 }] });
    expect(problems.map(({ setting }) => setting)).toEqual([
      "altlas:nodePools[0].allocatable.cpu",
      "altlas:nodePools[0].allocatable.memory",
    ]);
  });

  it("never throws on text that is not JSON where structure is expected", () => {
    expect(problemsOf({ nodePools: "{broken" })).toEqual([
      expect.objectContaining({ setting: "altlas:nodePools", value: "{broken" }),
    ]);
  });
});
