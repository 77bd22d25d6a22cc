/** The comparison cannot be made at all; the message is a sentence for whoever asked. Exit code 2. */
export class CannotCompare extends Error {
  public override readonly name = "CannotCompare";
}
