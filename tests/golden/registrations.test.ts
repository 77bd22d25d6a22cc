import { beforeAll, describe, expect, it } from "vitest";
import { changes, isEmpty, renderChanges } from "../support/golden/changes";
import {
  committedKeys,
  goldenFiles,
  goldenStacks,
  readGoldenFiles,
  readRegistrations,
  updateCommand,
} from "../support/golden/files";
import { vanishedKeys } from "../support/golden/keys";
import { written } from "../support/golden/written";
import { recordStack } from "../support/program";
import { type Recording } from "../../registrations/record";

describe.each(goldenStacks)("the registrations of stack %s", (stack) => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordStack(stack);
  });

  it("are those in its golden files", () => {
    const committed = readGoldenFiles(stack);
    const difference = changes(readRegistrations(committed), written(recording.registrations));
    if (!isEmpty(difference)) {
      expect.fail(
        `tests/golden/${stack} is not what the program registers:\n${renderChanges(difference)}\n` +
          `If that is meant: ${updateCommand}, and review it with git diff.`,
      );
    }
    // The outputs, the list of keys, and the text itself: what is left when the registrations are equal.
    for (const [name, text] of goldenFiles(recording)) {
      expect(committed.get(name), `tests/golden/${stack}/${name}; if it is meant: ${updateCommand}`).toBe(text);
    }
    expect([...committed.keys()]).toEqual([...goldenFiles(recording).keys()]);
  });

  it("keep every committed resource under its name, or under an alias", () => {
    const committed = committedKeys(stack);
    expect(committed.length).toBeGreaterThan(0);
    expect(vanishedKeys(committed, recording.registrations)).toEqual([]);
  });

  it("are the same to the byte in a second run", async () => {
    expect(goldenFiles(await recordStack(stack))).toEqual(goldenFiles(recording));
  });

  it("are the same resources in a preview, where what providers make is unknown", async () => {
    const preview = await recordStack(stack, { preview: true });
    expect(preview.registrations.map(({ key }) => key)).toEqual(recording.registrations.map(({ key }) => key));
    const [before, after] = [written(preview.registrations), written(recording.registrations)];
    const known = [...before].filter(([, registration]) => !JSON.stringify(registration).includes("<unknown>"));
    for (const [key, registration] of known) expect(registration).toEqual(after.get(key));
    expect(known.length).toBeGreaterThan(recording.registrations.length / 2);
  });
});
