/** An image as charts put it together: `repository`, a colon, `tag`; a digest follows the tag. @throws without a tag. */
export function imageParts(reference: string): { readonly repository: string; readonly tag: string } {
  const colon = /:(?=[^/:@]+(@|$))/.exec(reference);
  if (!colon) throw new Error(`${reference} has no tag`);
  return { repository: reference.slice(0, colon.index), tag: reference.slice(colon.index + 1) };
}
