import { type Footprint } from "../../model/footprint";
import { type SecretKey } from "../../model/platform";
import { type ListedObject } from "../shared/object-list";
import { type PostgresqlArgs } from "./args";

/** What differs between the forms: who runs servers and poolers. Everything else is made of the same functions. */
export interface Form {
  /** Objects of the servers, and of the pooler where the form brings its own; nothing for a server of somebody else. */
  readonly objects: (args: PostgresqlArgs) => ListedObject[];
  /** What those objects take from a cluster. */
  readonly footprints: (args: PostgresqlArgs) => Footprint[];
  /** Suffixes of its objects that must be ready before a job may connect. */
  readonly ready: readonly string[];
  /** Whether the form runs PgBouncer itself; else the component does. */
  readonly bringsPooler: boolean;
  /** Where the primary answers, for poolers, jobs and exporters of the same namespace. */
  readonly address: (args: PostgresqlArgs) => { readonly host: string; readonly port: number };
  /** Where the authority of the server's certificate is, for callers to verify it; absent: they encrypt and trust. */
  readonly authority?: (args: PostgresqlArgs) => SecretKey | undefined;
  /** Full reference of an image with psql of the server's major, for the jobs. */
  readonly clientImage: (args: PostgresqlArgs) => string;
}
