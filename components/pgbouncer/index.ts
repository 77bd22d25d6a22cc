import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { type Footprint } from "../../model/footprint";
import { registerObjects } from "../shared/register";
import { type PgbouncerArgs } from "./args";
import { pgbouncerFootprint, pgbouncerObjects } from "./specs/objects";

export { type PgbouncerArgs } from "./args";

/** PgBouncer in transaction mode in front of a server: many clients on few connections. */
export class Pgbouncer extends ComponentResource {
  /** What it takes from the cluster. */
  readonly footprint: Footprint;

  constructor(name: string, args: PgbouncerArgs, options?: ComponentResourceOptions) {
    super("platform:data:Pgbouncer", name, {}, options);
    registerObjects(name, pgbouncerObjects(args), { parent: this });
    this.footprint = pgbouncerFootprint(args);
    this.registerOutputs({ footprint: this.footprint });
  }
}
