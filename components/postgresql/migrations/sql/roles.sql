-- Roles as they are wanted: what differs is changed and told, all else is left alone.
CREATE TEMP TABLE changes (number integer GENERATED ALWAYS AS IDENTITY, statement text NOT NULL);

CREATE FUNCTION pg_temp.change(statement text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  INSERT INTO pg_temp.changes (statement) VALUES (statement);
END $$;

DO $$
DECLARE
  wanted record;
  superuser boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
  attributes text;
  setting text;
  gone name;
  membership record;
BEGIN
  -- A role of ours must not be more than a role, whoever made it so.
  SELECT string_agg(rolname, ', ') INTO gone FROM pg_roles JOIN pg_temp.wanted_roles ON rolname = name WHERE rolsuper;
  IF gone IS NOT NULL AND NOT superuser THEN
    RAISE EXCEPTION 'these roles are superusers: %', gone
      USING HINT = 'Ask whoever runs the server: ALTER ROLE … NOSUPERUSER. Nothing was applied.';
  END IF;
  FOR wanted IN SELECT * FROM pg_temp.wanted_roles ORDER BY name LOOP
    IF to_regrole(quote_ident(wanted.name)) IS NULL THEN
      PERFORM pg_temp.change(format('CREATE ROLE %I', wanted.name));
    END IF;
    SELECT concat_ws(' ',
      CASE WHEN rolcanlogin <> wanted.login THEN CASE WHEN wanted.login THEN 'LOGIN' ELSE 'NOLOGIN' END END,
      CASE WHEN rolconnlimit <> wanted.connections THEN 'CONNECTION LIMIT ' || wanted.connections END,
      CASE WHEN rolcreatedb THEN 'NOCREATEDB' END,
      CASE WHEN rolcreaterole THEN 'NOCREATEROLE' END,
      -- Only a superuser may say these, even where nothing changes by it.
      CASE WHEN superuser AND rolsuper THEN 'NOSUPERUSER' END,
      CASE WHEN superuser AND rolbypassrls THEN 'NOBYPASSRLS' END,
      CASE WHEN superuser AND rolreplication <> wanted.replication
        THEN CASE WHEN wanted.replication THEN 'REPLICATION' ELSE 'NOREPLICATION' END END)
    INTO attributes FROM pg_roles WHERE rolname = wanted.name;
    IF attributes <> '' THEN
      PERFORM pg_temp.change(format('ALTER ROLE %I %s', wanted.name, attributes));
    END IF;
    IF ARRAY(SELECT unnest(setconfig) FROM pg_db_role_setting
        WHERE setrole = to_regrole(quote_ident(wanted.name)) AND setdatabase = 0 ORDER BY 1)
      <> ARRAY(SELECT unnest(wanted.settings) ORDER BY 1)
      OR EXISTS (SELECT FROM pg_db_role_setting WHERE setrole = to_regrole(quote_ident(wanted.name)) AND setdatabase <> 0)
    THEN
      EXECUTE format('ALTER ROLE %I RESET ALL', wanted.name);
      PERFORM pg_temp.change(format('ALTER ROLE %I IN DATABASE %I RESET ALL', wanted.name, datname))
      FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
      WHERE setrole = to_regrole(quote_ident(wanted.name));
      FOREACH setting IN ARRAY wanted.settings LOOP
        PERFORM pg_temp.change(format('ALTER ROLE %I SET %s = %L', wanted.name, split_part(setting, '=', 1),
          substr(setting, position('=' IN setting) + 1)));
      END LOOP;
    END IF;
  END LOOP;
  INSERT INTO migrations.roles (name) SELECT name FROM pg_temp.wanted_roles ON CONFLICT DO NOTHING;

  -- Roles that went away keep what they own and can do nothing any more; their grants go with those nobody wants.
  FOR gone IN
    SELECT name FROM migrations.roles JOIN pg_roles ON rolname = name
    WHERE rolcanlogin AND name NOT IN (SELECT wanted_roles.name FROM pg_temp.wanted_roles)
  LOOP
    PERFORM pg_temp.change(format('ALTER ROLE %I NOLOGIN CONNECTION LIMIT 0 PASSWORD NULL', gone));
  END LOOP;

  -- A member of the owner would have all of its rights.
  FOR membership IN
    SELECT granted.rolname AS granted, member.rolname AS member
    FROM pg_auth_members
    JOIN pg_roles AS granted ON granted.oid = roleid
    JOIN pg_roles AS member ON member.oid = pg_auth_members.member
    WHERE member.rolname IN (SELECT name FROM migrations.roles)
      AND (granted.rolname, member.rolname) NOT IN (SELECT wanted_members.granted, wanted_members.member FROM pg_temp.wanted_members)
  LOOP
    PERFORM pg_temp.change(format('REVOKE %I FROM %I', membership.granted, membership.member));
  END LOOP;
  FOR membership IN
    SELECT wanted_members.granted, wanted_members.member FROM pg_temp.wanted_members
    WHERE NOT pg_has_role(wanted_members.member, wanted_members.granted, 'MEMBER')
  LOOP
    IF superuser OR pg_has_role(membership.granted, 'MEMBER WITH ADMIN OPTION') THEN
      PERFORM pg_temp.change(format('GRANT %I TO %I', membership.granted, membership.member));
    ELSE
      INSERT INTO pg_temp.changes (statement)
      VALUES (format('left out, only whoever runs the server may: GRANT %I TO %I', membership.granted, membership.member));
    END IF;
  END LOOP;
END $$;

-- To give a database to its owner, one must be able to act as it. A superuser is; since 16, whoever made a role is not.
SELECT format('GRANT %I TO CURRENT_USER', owner) FROM wanted_databases
WHERE NOT :'superuser'::boolean \gexec

\ir passwords.sql
SELECT statement FROM changes ORDER BY number;
