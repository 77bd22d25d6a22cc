import { LockTimeoutError } from "../lock";
import { ToolFailure } from "../toolchain";
import { UsageError } from "./arguments";
import { StackError } from "./stack";

/** Problems whose message is a sentence for the user; all others are faults of the sandbox and show where they arose. */
const EXPECTED = [UsageError, StackError, ToolFailure, LockTimeoutError];

/** Names of errors for users that other parts of the sandbox throw, without depending on those parts. */
const EXPECTED_NAMES = new Set(["ControlPlaneError", "NodePoolError"]);

/** Whether an error is one the user can do something about. */
function isExpected(error: unknown): error is Error {
  return error instanceof Error && (EXPECTED.some((type) => error instanceof type) || EXPECTED_NAMES.has(error.name));
}

/** Ends the process with the exit code of `work`, or 1 and the problem in words. */
export async function finish(work: Promise<number>): Promise<void> {
  try {
    process.exitCode = await work;
  } catch (error) {
    process.exitCode = error instanceof UsageError ? 2 : 1;
    const text = isExpected(error)
      ? error.message
      : `A fault of the sandbox:\n${String((error as Error).stack ?? error)}`;
    process.stderr.write(`${text}\n`);
  }
}
