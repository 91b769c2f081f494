-- The two roles that Oslonac uses on a PostgreSQL cluster. Run once as a superuser; running it again changes nothing.
--
--   oslonac_owner   owns the database and its tables, runs `oslonac migrate`. Nothing serves requests as this role.
--   oslonac_server  serves requests. It owns nothing and cannot pass row level security; the migrations grant it, table
--                   by table, exactly the commands that the service needs. `oslonac serve` refuses to start as any role
--                   that owns tables, is a superuser or has BYPASSRLS.
--
-- No passwords stand here. Set them afterwards with psql's \password, or let both roles sign in by peer or certificate.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['oslonac_owner', 'oslonac_server'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I', role_name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE oslonac_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE oslonac_server LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

-- A member of the owner's role would be an owner by another name.
DO $$
BEGIN
    IF pg_has_role('oslonac_server', 'oslonac_owner', 'MEMBER') THEN
        REVOKE oslonac_owner FROM oslonac_server;
    END IF;
END
$$;
