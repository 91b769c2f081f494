//! The functions that row level security asks: who acts, for whom, in which roles, for which purpose; and the one that refuses
//! to make a row somebody else's. The server may read which migrations are applied, to refuse to start on the tables of another
//! version.

use crate::row_level_security::on_postgres;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "CREATE FUNCTION app_account() RETURNS uuid LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.account', true), '')::uuid $$;
             CREATE FUNCTION app_organisation() RETURNS uuid LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.organisation', true), '')::uuid $$;
             CREATE FUNCTION app_membership() RETURNS uuid LANGUAGE sql STABLE
                 AS $$ SELECT NULLIF(current_setting('app.membership', true), '')::uuid $$;
             CREATE FUNCTION app_role(VARIADIC names text[]) RETURNS boolean LANGUAGE sql STABLE
                 AS $$ SELECT COALESCE(string_to_array(current_setting('app.roles', true), ',') && names, false) $$;
             CREATE FUNCTION app_purpose(VARIADIC names text[]) RETURNS boolean LANGUAGE sql STABLE
                 AS $$ SELECT COALESCE(current_setting('app.purpose', true) = ANY (names), false) $$;
             CREATE FUNCTION app_only_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF app_purpose('key_keeping') AND to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN
                     RAISE insufficient_privilege USING MESSAGE = 'who keeps the keys changes nothing else';
                 END IF;
                 RETURN NEW;
             END $$;
             CREATE FUNCTION app_refuse_move() RETURNS trigger LANGUAGE plpgsql
                 AS $$ BEGIN
                     RAISE insufficient_privilege USING MESSAGE = format('no such change of %I', TG_TABLE_NAME);
                 END $$;
             GRANT SELECT ON seaql_migrations TO oslonac_server;",
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "REVOKE SELECT ON seaql_migrations FROM oslonac_server;
             DROP FUNCTION app_account, app_organisation, app_membership, app_role(text[]), app_purpose(text[]),
                 app_only_sealed, app_refuse_move;",
        )
        .await
    }
}
