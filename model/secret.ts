/** A secret that services refer to by name; values never stand in the catalogue. */
export type SecretDefinition = { readonly name: string; readonly why: string } &
  /** Made once by the program and kept in the state, encrypted. */
  (
    | {
        readonly kind: "generated";
        readonly length: number;
        /** Role of the database that logs in with it; absent for what is no such password. */
        readonly role?: string;
      }
    /** An address with a generated password in it, for programs that read nothing else. */
    | {
        readonly kind: "connection";
        readonly scheme: string;
        readonly user?: string;
        readonly password: string;
        readonly endpoint: string;
        readonly port: number;
        /** What follows the slash after the port: database name and parameters. */
        readonly path?: string;
      }
    /** Somebody else's: the stack names the Secret object and key that hold it. */
    | { readonly kind: "foreign"; readonly needs: "mail" }
  );
