import { type Resource } from "../../policies/sources/resource";
import { aws } from "../../policies/rules/examples";
import { type Manifest } from "./fixtures";
import { type Case } from "./case";

export { aws };

/** One AWS resource, as a case has it. */
export const one = (type: string, inputs: Manifest, more: Partial<Resource> = {}): readonly Resource[] => [
  { ...aws(type, inputs), ...more },
];

/** A stack that has nothing of AWS. */
export const elsewhere: readonly Case[] = [{ title: "nothing of AWS" }];

/** A change of a recorded program: these resources join it. */
export const join =
  (...more: readonly Resource[]) =>
  (resources: Resource[]): void => {
    resources.push(...more);
  };

/** A policy document with one statement that allows something. */
export const allow = (statement: Manifest): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

/** A mutant of stack beta: every resource of a type, changed. */
export const altered = (
  type: string,
  change: (inputs: Manifest) => void,
): { readonly stack: "beta"; readonly change: (resources: Resource[]) => void } => ({
  stack: "beta",
  change: (resources) => {
    const found = resources.filter((resource) => resource.type === `aws:${type}`);
    if (found.length === 0) throw new Error(`stack beta registers no ${type}`);
    for (const { inputs } of found) change(inputs);
  },
});

/** A mutant of stack beta: everything of a type is gone. */
export const missing = (
  type: string,
): { readonly stack: "beta"; readonly change: (resources: Resource[]) => void } => ({
  stack: "beta",
  change: (resources) => {
    const left = resources.filter((resource) => resource.type !== `aws:${type}`);
    if (left.length === resources.length) throw new Error(`stack beta registers no ${type}`);
    resources.splice(0, resources.length, ...left);
  },
});
