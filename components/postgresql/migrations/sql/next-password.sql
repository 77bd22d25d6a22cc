-- Sets the password of the next role, then of all others.
SELECT EXISTS (SELECT FROM passwords_due) AS more \gset
\if :more
  SELECT name, :'passwords' || '/' || name AS file FROM passwords_due ORDER BY name LIMIT 1 \gset next_
  \set password `cat :'next_file'`
  SELECT pg_temp.set_password($1, $2, $3) AS set \bind :next_name :next_file :password \gset
  \unset password
  DELETE FROM passwords_due WHERE name = :'next_name';
  \ir next-password.sql
\endif
