-- The database and its three roles; run by psql as a superuser, as often as you like:
--
--   CTTS_DATABASE=ctts CTTS_OWNER_PASSWORD=… CTTS_APP_PASSWORD=… CTTS_CONTRACT_PASSWORD=… \
--     psql -X -d postgres -f ctts/roles.sql
--
-- ctts_owner     owns every table; used by migrations only (MIGRATE_DATABASE_URL)
-- ctts_app       reads and writes rows; owns nothing, so it can neither truncate a table nor switch a trigger off
--                (DATABASE_URL); migrations take UPDATE and DELETE away from it where facts are only ever added
-- ctts_contract  reads the views of the schema "contract", nothing else
--
-- The embedded servers, the test plugin and docker-compose.yml run this same file.

\set ON_ERROR_STOP on
\set QUIET on
\getenv database CTTS_DATABASE
\getenv owner_password CTTS_OWNER_PASSWORD
\getenv app_password CTTS_APP_PASSWORD
\getenv contract_password CTTS_CONTRACT_PASSWORD

-- Passwords must not reach the server's log.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY['ctts_owner', 'ctts_app', 'ctts_contract']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE ctts_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE ctts_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
ALTER ROLE ctts_contract LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'contract_password';
ALTER ROLE ctts_contract SET default_transaction_read_only = on;
ALTER ROLE ctts_contract SET search_path = contract;
ALTER ROLE ctts_contract SET statement_timeout = '5min'; -- a report that was forgotten holds nothing back for ever

-- Sorting by code point is part of the product (people are sorted by a folded key); so the locale is not left to chance.
SELECT format('CREATE DATABASE %I OWNER ctts_owner TEMPLATE template0 ENCODING ''UTF8'' '
              'LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'' LOCALE ''C''', :'database')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO ctts_app, ctts_contract;
-- The databases that every server has are for its administrator only.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname)
  FROM pg_database
 WHERE datname IN ('postgres', 'template1') AND pg_has_role(datdba, 'USAGE')
   AND has_database_privilege('ctts_contract', oid, 'CONNECT')
\gexec

\connect :"database"

-- Everybody may make large objects otherwise, also a role that is to read only; none is used, and pg_dump as the owner
-- could not read a stranger's.
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = 'pg_catalog'::regnamespace AND (proname LIKE 'lo\_%' OR proname IN ('loread', 'lowrite'))
   AND pg_has_role(proowner, 'USAGE') AND has_function_privilege('ctts_contract', oid, 'EXECUTE')
\gexec

-- Nor is a role that only reads to hold a lock for which those who write would wait.
SELECT format('GRANT EXECUTE ON FUNCTION %1$s TO ctts_owner, ctts_app; REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC',
              oid::regprocedure)
  FROM pg_proc
 WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_'
   AND pg_has_role(proowner, 'USAGE') AND has_function_privilege('ctts_contract', oid, 'EXECUTE')
\gexec

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ctts_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ctts_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ctts_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ctts_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ctts_app;

SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS contract AUTHORIZATION ctts_owner;
GRANT USAGE ON SCHEMA contract TO ctts_contract;
ALTER DEFAULT PRIVILEGES FOR ROLE ctts_owner IN SCHEMA contract GRANT SELECT ON TABLES TO ctts_contract;
