-- Said again after each \connect: a new session has none of it.
SET client_min_messages = warning;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET search_path = pg_catalog;
SET timezone = 'UTC';
-- When this process is killed, the server notices and lets go of the lock, even in the middle of a long statement.
SET client_connection_check_interval = '2s';
-- Passwords are sent below; nothing of it is to be logged, whatever the server logs otherwise. Who is no superuser may
-- lack the right: then statements are sent with their values beside them, which only log_statement = all would show.
SELECT set_config(name, value, false) FROM (VALUES
  ('log_statement', 'none'), ('log_min_duration_statement', '-1'), ('log_min_error_statement', 'panic'),
  ('log_parameter_max_length_on_error', '0')
) AS quiet (name, value)
WHERE has_parameter_privilege(name, 'SET')
\g /dev/null
