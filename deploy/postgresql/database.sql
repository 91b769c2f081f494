-- What holds inside the one database that Oslonac uses. Run as a superuser, connected to that database:
--
--   createdb --owner=oslonac_owner oslonac
--   psql --dbname=oslonac --file=database.sql
--
-- Running it again changes nothing.

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO oslonac_server', current_database());
END
$$;

-- Only the owner makes tables; PostgreSQL before 15 let everybody.
ALTER SCHEMA public OWNER TO oslonac_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO oslonac_server;
