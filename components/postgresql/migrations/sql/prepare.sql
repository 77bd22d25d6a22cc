-- Schemas, and the table of what was applied. Whatever the owner makes from now on is nobody else's by itself.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS :"schema" AUTHORIZATION :"owner";
CREATE SCHEMA IF NOT EXISTS migrations AUTHORIZATION :"owner";
SET ROLE :"owner";
CREATE TABLE IF NOT EXISTS migrations.applied (
  version integer PRIMARY KEY,
  name text NOT NULL,
  checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seconds numeric(10, 3) NOT NULL,
  applied_by text NOT NULL
);
CREATE TABLE IF NOT EXISTS migrations.routines (
  name text PRIMARY KEY,
  checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- Roles that were made here, so that one that is no longer wanted is known.
CREATE TABLE IF NOT EXISTS migrations.roles (name name PRIMARY KEY);
RESET ROLE;
