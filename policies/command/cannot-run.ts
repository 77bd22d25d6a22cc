/** The command cannot do what it was asked for; the message is a sentence for whoever asked. Exit code 2. */
export class CannotRun extends Error {
  public override readonly name = "CannotRun";
}
