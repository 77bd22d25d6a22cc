SELECT /* altlas report: log */ sum(size)::float8 AS "bytes", count(*) AS "segments" FROM pg_ls_waldir()
