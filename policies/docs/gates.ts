import { type Gate } from "../rule";

/** What a gate means, where the stack sets no level. */
export const gates: Readonly<Record<Gate, string>> = {
  mandatory: "mandatory in every environment",
  "mandatory-outside-dev": "mandatory in beta and prod, advice in dev",
  advisory: "advice in every environment",
};
