-- Rights in the present database, exactly those that are wanted: all others are taken away, PUBLIC's included.
-- Changed in one transaction, so that nobody is without a right in between.
BEGIN;
-- An operator makes roles of its own, maybe later than this; the next run gives them their rights.
SELECT DISTINCT 'left out, the role is not there yet: ' || role FROM wanted_grants
WHERE to_regrole(quote_ident(role)) IS NULL AND role NOT IN (SELECT name FROM wanted_roles);
DELETE FROM wanted_grants
WHERE to_regrole(quote_ident(role)) IS NULL AND role NOT IN (SELECT name FROM wanted_roles);

CREATE TEMP VIEW present_grants AS
WITH objects AS (
  SELECT 'DATABASE' AS type, NULL AS schema, datname AS name, quote_ident(datname) AS sql_name,
    coalesce(datacl, acldefault('d', datdba)) AS acl, datdba AS owner
  FROM pg_database
  WHERE datname = current_database() OR (:'exclusive'::boolean AND datallowconn
    -- Once, from the platform's own database: what may enter those of nobody is in its list.
    AND current_database() = :'database' AND datname NOT IN (SELECT wanted_databases.name FROM wanted_databases) AND datname <> :'database')
UNION ALL
  SELECT 'SCHEMA', nspname, nspname, quote_ident(nspname), coalesce(nspacl, acldefault('n', nspowner)), nspowner
  FROM pg_namespace JOIN wanted_schemas ON nspname = wanted_schemas.name
UNION ALL
  SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, nspname, relname, pg_class.oid::regclass::text,
    coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), relowner
  FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  JOIN wanted_schemas ON nspname = wanted_schemas.name AND contents
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
  SELECT CASE prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, nspname, proname, pg_proc.oid::regprocedure::text,
    coalesce(proacl, acldefault('f', proowner)), proowner
  FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
  JOIN wanted_schemas ON nspname = wanted_schemas.name AND contents
)
SELECT type, schema, name, sql_name, privilege_type AS privilege, grantee,
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS sql_grantee
FROM objects LEFT JOIN LATERAL aclexplode(acl) ON grantee <> owner;

-- Rights on single columns are never wanted; to take them all from somebody takes those on columns too.
CREATE TEMP TABLE taken AS
SELECT DISTINCT format('REVOKE ALL ON TABLE %s FROM %s CASCADE', attrelid::regclass,
  CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) AS statement
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
JOIN wanted_schemas ON nspname = wanted_schemas.name AND contents
CROSS JOIN LATERAL aclexplode(attacl) WHERE grantee <> relowner
UNION ALL
SELECT format('REVOKE %s ON %s %s FROM %s CASCADE', privilege, type, sql_name, sql_grantee)
FROM present_grants
WHERE grantee IS NOT NULL
  -- The administrator, where it is not the owner, keeps what it needs to run this again.
  AND grantee <> to_regrole(quote_ident(current_user)) AND NOT EXISTS (
    SELECT FROM wanted_grants AS wanted
    WHERE wanted.type = CASE present_grants.type WHEN 'PROCEDURE' THEN 'FUNCTION' ELSE present_grants.type END
      AND wanted.schema IS NOT DISTINCT FROM present_grants.schema AND wanted.name = present_grants.name
      AND wanted.privilege = present_grants.privilege AND to_regrole(quote_ident(wanted.role)) = grantee);
SELECT statement FROM taken ORDER BY statement;
SELECT statement FROM taken ORDER BY statement \gexec

CREATE TEMP TABLE given AS
SELECT format('GRANT %s ON %s %s TO %I', wanted.privilege, present.type, present.sql_name, wanted.role) AS statement
FROM wanted_grants AS wanted
JOIN (SELECT DISTINCT type, schema, name, sql_name FROM present_grants) AS present
  ON wanted.type = CASE present.type WHEN 'PROCEDURE' THEN 'FUNCTION' ELSE present.type END
  AND wanted.schema IS NOT DISTINCT FROM present.schema AND wanted.name = present.name
WHERE NOT EXISTS (
  SELECT FROM present_grants AS already
  WHERE already.type = present.type AND already.sql_name = present.sql_name AND already.privilege = wanted.privilege
    AND already.grantee = to_regrole(quote_ident(wanted.role)));
SELECT statement FROM given ORDER BY statement;
SELECT statement FROM given ORDER BY statement \gexec

-- A grant of something that is not there would be a right that somebody counts on.
CREATE TEMP TABLE unmet AS
SELECT format('%s on %s %s for %s', wanted.privilege, lower(wanted.type), concat_ws('.', wanted.schema, nullif(wanted.name, wanted.schema)), wanted.role) AS what
FROM wanted_grants AS wanted
WHERE (wanted.schema IS DISTINCT FROM 'pgbouncer' OR :'superuser'::boolean) AND NOT EXISTS (
  SELECT FROM present_grants AS present
  WHERE wanted.type = CASE present.type WHEN 'PROCEDURE' THEN 'FUNCTION' ELSE present.type END
    AND wanted.schema IS NOT DISTINCT FROM present.schema AND wanted.name = present.name
    AND wanted.privilege = present.privilege AND present.grantee = to_regrole(quote_ident(wanted.role)));
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_temp.unmet) THEN
    RAISE EXCEPTION 'rights that are declared cannot be given, because their object does not exist'
      USING ERRCODE = 'undefined_object', DETAIL = (SELECT string_agg(what, E'\n' ORDER BY what) FROM pg_temp.unmet),
      HINT = 'Make it in a migration, or take the right out of the edge that declares it.';
  END IF;
END $$;
COMMIT;
