import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress, formatElapsed, type ProgressStream, wantsColour, withStep } from "../../../sandbox/progress";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function recorder(isTTY: boolean): ProgressStream & { text: string } {
  return {
    isTTY,
    columns: 100,
    text: "",
    write(chunk: string) {
      this.text += chunk;
    },
  };
}

const now = (): number => Date.now();

describe("progress away from a terminal", () => {
  it("says a plain line every few seconds and one at the end, without any control character", () => {
    const stream = recorder(false);
    const step = createProgress(stream, { now, environment: {} }).step("etcd 3.7.3", "kwok 0.8.0");
    step.update("building with Go");
    vi.advanceTimersByTime(11_000);
    step.done();
    expect(stream.text).toBe(
      "… etcd 3.7.3 – building with Go (5 s; next: kwok 0.8.0)\n" +
        "… etcd 3.7.3 – building with Go (10 s; next: kwok 0.8.0)\n" +
        "✓ etcd 3.7.3 (11 s)\n",
    );
  });

  it("says nothing more after the end of a step", () => {
    const stream = recorder(false);
    const step = createProgress(stream, { now, environment: {} }).step("etcd");
    step.fail();
    step.done();
    vi.advanceTimersByTime(60_000);
    expect(stream.text).toBe("✗ etcd – failed (0 s)\n");
  });
});

describe("progress on a terminal", () => {
  it("draws the running steps again in place, one line each", () => {
    const stream = recorder(true);
    const progress = createProgress(stream, { now, environment: { NO_COLOR: "1" } });
    const one = progress.step("one");
    progress.step("two");
    vi.advanceTimersByTime(400);
    expect(stream.text).toBe("… one (0 s)\n… two (0 s)\n\u001b[2A\u001b[0J… one (0 s)\n… two (0 s)\n");
    one.done("ready");
    expect(stream.text.endsWith("\u001b[2A\u001b[0J✓ one – ready (0 s)\n… two (0 s)\n")).toBe(true);
  });

  it("cuts a line that would wrap, for a wrapped one cannot be drawn over", () => {
    const stream = { ...recorder(true), columns: 20 };
    createProgress(stream, { now, environment: {} }).step("a label that is far too long");
    vi.advanceTimersByTime(200);
    expect(stream.text).toBe("… a label that is …\n");
  });
});

describe("colour", () => {
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
    [false, {}, false],
  ])("terminal %s, environment %j: %s", (isTTY, environment, expected) => {
    expect(wantsColour({ isTTY }, environment)).toBe(expected);
  });
});

describe("elapsed time", () => {
  it.each([
    [0, "0 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [125_000, "2 min 05 s"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text);
  });
});

describe("work as a step", () => {
  it("passes the error on after it has marked the step", async () => {
    const stream = recorder(false);
    const progress = createProgress(stream, { now, environment: {} });
    await expect(withStep(progress, "etcd", undefined, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(stream.text).toBe("✗ etcd – failed (0 s)\n");
  });
});
