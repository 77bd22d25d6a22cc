import partitioningSql from "./partitioning.sql";

/**
 * SQL that makes the schema `partitioning`: the plan's table, the log of runs, the view of the horizon, and the procedure
 * `partitioning.maintain`. Applied again it changes nothing but code. It needs the roles `platform_owner`,
 * `platform_maintenance` and `monitoring`, and is run outside of a procedure by a role that may become `platform_owner`.
 */
export { partitioningSql };
