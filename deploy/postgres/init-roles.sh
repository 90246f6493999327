#!/bin/sh
# Make the two roles of Plumbline in a new database. The postgres image runs this once, when its
# data volume is empty; for a server of your own, see docs/operations.md, Two roles.
#
# The owner makes and migrates the tables, and may load what belongs to no organisation. The app
# role serves: it owns nothing and row-level security binds it, so that one organisation's rows
# stay closed to another even to SQL that forgets to ask.
set -eu

: "${POSTGRES_USER:?}" "${POSTGRES_DB:?}"
: "${PLUMBLINE_OWNER_PASSWORD:?}" "${PLUMBLINE_APP_PASSWORD:?}"

# psql reads the passwords from the environment: its arguments are visible to everybody.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner="${PLUMBLINE_OWNER_ROLE:-plumbline_owner}" \
    --set app="${PLUMBLINE_APP_ROLE:-plumbline_app}" <<'SQL'
\getenv owner_password PLUMBLINE_OWNER_PASSWORD
\getenv app_password PLUMBLINE_APP_PASSWORD

BEGIN;

CREATE ROLE :"owner" LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE
    PASSWORD :'owner_password';
CREATE ROLE :"app" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE
    PASSWORD :'app_password';

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO :"owner", :"app";

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"app";

-- What the owner makes from now on, the app role may use.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO :"app";

COMMIT;
SQL
