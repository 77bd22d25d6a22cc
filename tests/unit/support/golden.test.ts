import { describe, expect, it } from "vitest";
import { changes, isEmpty, renderChanges } from "../../support/golden/changes";
import { goldenFiles, readRegistrations } from "../../support/golden/files";
import { vanishedKeys } from "../../support/golden/keys";
import { written } from "../../support/golden/written";
import { type Registration } from "../../../registrations/record";

const registration = (key: string, more: Partial<Registration> = {}): Registration => ({
  key,
  type: key.split("::")[0]!.split("$").at(-1)!,
  name: key.split("::")[1]!,
  custom: true,
  inputs: {},
  options: {},
  ...more,
});
const component = registration("a:b:C::new", { custom: false, outputs: { done: true } });
const child = registration("a:b:C$k:v1:Pod::new-pod", { parent: component.key, inputs: { image: "x" } });

describe("golden files", () => {
  it("give back exactly what was written: a file for each component, one for each kind at the root", () => {
    const others = [registration("k:v1:Node::one"), registration("k:v1:Node::two", { inputs: { size: 2 } })];
    const registrations = [component, child, ...others].sort((a, b) => (a.key < b.key ? -1 : 1));
    const files = goldenFiles({ registrations, outputs: { address: "here" } });
    expect([...files.keys()]).toEqual(["Node.yaml", "new.yaml", "outputs.yaml", "urns.txt"]);
    expect(readRegistrations(files)).toEqual(written(registrations));
    expect(files.get("urns.txt")).toBe(registrations.map(({ key }) => `${key}\n`).join(""));
  });

  it("name a whole crowd that is waited for by its kind, so that one more is no change of those that wait", () => {
    const crowd = (size: number) => Array.from({ length: size }, (_, index) => registration(`k:v1:Policy::${index}`));
    const waiting = (size: number, waitsFor = size) => {
      const all = crowd(size);
      const dependsOn = all.slice(0, waitsFor).map(({ key }) => key);
      return written([...all, registration("k:v1:App::app", { options: { dependsOn } })]).get("k:v1:App::app");
    };
    expect(waiting(6)).toEqual(waiting(7));
    expect(waiting(6)?.options?.dependsOn).toEqual(["k:v1:Policy::*"]);
    expect(waiting(6, 5)?.options?.dependsOn).toHaveLength(5);
  });
});

describe("the difference between two sets of registrations", () => {
  const before = written([component, child]);

  it("is empty for equal ones", () => {
    expect(isEmpty(changes(before, written([component, child])))).toBe(true);
  });

  it("tells what came, what went, and each place that differs", () => {
    const changed = { ...child, inputs: { image: "y", ports: [80] } };
    const difference = changes(before, written([changed, registration("k:v1:Node::one")]));
    expect(isEmpty(difference)).toBe(false);
    expect(renderChanges(difference).split("\n")).toEqual([
      "+ k:v1:Node::one",
      "- a:b:C::new",
      "~ a:b:C$k:v1:Pod::new-pod",
      '    inputs.image: "x" → "y"',
      "    inputs.ports: (nothing) → [80]",
    ]);
  });
});

describe("a committed URN", () => {
  it("has vanished when nothing has it any more", () => {
    expect(vanishedKeys([child.key, "k:v1:Node::gone"], [component, child])).toEqual(["k:v1:Node::gone"]);
  });

  it("has not when a resource names it as its former name", () => {
    const renamed = registration("k:v1:Node::now", { options: { aliases: [{ name: "before" }, "x:y:Z::whole"] } });
    expect(vanishedKeys(["k:v1:Node::before", "x:y:Z::whole"], [renamed])).toEqual([]);
    const moved = { ...child, options: { aliases: [{ noparent: true }] } };
    expect(vanishedKeys(["k:v1:Pod::new-pod"], [component, moved])).toEqual([]);
    expect(vanishedKeys(["k:v1:Pod::new-pod"], [component, child])).toEqual(["k:v1:Pod::new-pod"]);
  });

  it("has not when its parent was renamed, because children follow, with the part of their name that is its", () => {
    const renamed = { ...component, options: { aliases: [{ name: "old" }] } };
    expect(vanishedKeys(["a:b:C::old", "a:b:C$k:v1:Pod::old-pod"], [renamed, child])).toEqual([]);
    const retyped = { ...component, options: { aliases: [{ type: "a:b:Former" }] } };
    expect(vanishedKeys(["a:b:Former$k:v1:Pod::new-pod"], [retyped, child])).toEqual([]);
  });
});
