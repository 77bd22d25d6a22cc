/**
 * An SDK input type with everything that is only known later taken out. Specs are written against it, so that the
 * compiler checks each field and no Output can slip into arithmetic, a checksum or a template string.
 */
export type Plain<T> =
  T extends Promise<unknown>
    ? never
    : T extends { readonly apply: unknown }
      ? never
      : T extends (infer Item)[]
        ? Plain<Item>[]
        : T extends object
          ? { [Key in keyof T]: Plain<T[Key]> }
          : T;
