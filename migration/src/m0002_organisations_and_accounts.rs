//! Organisations, accounts, memberships, and how people sign in.

use crate::row_level_security::{Rights, keep, may_move, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        organisations(manager).await?;
        accounts(manager).await?;
        memberships(manager).await?;
        secure_organisations(manager).await?;
        keys(manager).await?;
        sessions(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // It asks the memberships.
        on_postgres(manager, "DROP POLICY organisation_select ON organisation").await?;
        drop_tables(
            manager,
            &["sign_in_attempt", "session", "organisation_key", "membership", "account", "organisation"],
        )
        .await
    }
}

async fn organisations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("organisation")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("name").text().not_null())
                .col(ColumnDef::new("kind").text().not_null())
                .col(ColumnDef::new("municipality_code").text().not_null())
                .col(ColumnDef::new("suspended_at").timestamp_with_time_zone())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .to_owned(),
        )
        .await
}

/// Keys are of no use without the master key, which no database holds. Those who read an organisation's texts may read the
/// wrapped ones; who first writes for it makes one. None is ever removed: of a destroyed one the row stays.
async fn keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("organisation_key");
    table
        .col(ColumnDef::new("master_key_id").text().not_null())
        .col(ColumnDef::new("wrapped").binary().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("retired_at").timestamp_with_time_zone())
        .col(ColumnDef::new("destroyed_at").timestamp_with_time_zone())
        .check(Expr::cust("destroyed_at IS NULL OR retired_at IS NOT NULL"))
        .foreign_key(&mut reference("organisation_key", "organisation_id", "organisation"));
    manager.create_table(table).await?;
    let in_use =
        "CREATE UNIQUE INDEX organisation_key_in_use ON organisation_key (organisation_id) WHERE retired_at IS NULL";
    manager.get_connection().execute_unprepared(in_use).await?;
    let keeps = "(SELECT app_purpose('key_keeping', 'demonstration'))";
    let own = "organisation_id = (SELECT app_organisation())";
    let centre = "(SELECT app_role('intake_officer', 'case_worker', 'supervisor', 'trainer', 'protection_officer'))";
    let (select, insert) = (format!("{own} OR {centre} OR {keeps}"), format!("{own} OR {keeps}"));
    let only_keeps = "(SELECT app_purpose('key_keeping'))";
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(only_keeps), delete: None };
    secure(manager, "organisation_key", rights).await
}

async fn accounts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("account")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("issuer").text().not_null())
                .col(ColumnDef::new("subject").text().not_null())
                .col(ColumnDef::new("email").text())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .index(Index::create().name("account_issuer_subject_key").unique().col("issuer").col("subject"))
                .to_owned(),
        )
        .await?;
    let signing_in = "(SELECT app_purpose('sign_in', 'demonstration'))";
    secure(
        manager,
        "account",
        Rights {
            select: Some(&format!("id = (SELECT app_account()) OR {signing_in}")),
            insert: Some(signing_in),
            update: Some(signing_in),
            delete: None,
        },
    )
    .await?;
    keep(manager, "account", &["subject"]).await?;
    may_move(manager, "account", &["issuer"], "app_purpose('demonstration')").await
}

async fn memberships(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("membership");
    table
        .col(ColumnDef::new("account_id").uuid())
        .col(ColumnDef::new("email").text())
        .col(ColumnDef::new("client_id").text())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("function").text().not_null())
        .col(ColumnDef::new("roles").text().not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
        .foreign_key(&mut reference("membership", "organisation_id", "organisation"))
        .foreign_key(&mut reference("membership", "account_id", "account"))
        .check(Expr::cust("(email IS NULL) <> (client_id IS NULL)"));
    manager.create_table(table).await?;
    let active = || Expr::col("ended_at").is_null();
    for (name, columns) in [
        ("membership_active_email_key", vec!["organisation_id", "email"]),
        ("membership_active_client_key", vec!["client_id"]),
    ] {
        let mut index = Index::create();
        index.name(name).table("membership").unique().cond_where(active());
        for column in columns {
            index.col(column);
        }
        manager.create_index(index).await?;
    }
    for column in ["account_id", "email"] {
        let index = Index::create().name(format!("membership_{column}_idx")).table("membership").col(column).to_owned();
        manager.create_index(index).await?;
    }
    let manages = "(organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator')))
         OR (SELECT app_role('administrator') OR app_purpose('administration', 'demonstration'))";
    secure(
        manager,
        "membership",
        Rights {
            select: Some(
                "id = (SELECT app_membership())
                 OR account_id = (SELECT app_account())
                 OR (organisation_id = (SELECT app_organisation()) AND (SELECT app_role('reporter', 'coordinator')))
                 OR (roles LIKE '%trainer%' AND (SELECT app_role('trainer')))
                 OR (SELECT app_role('intake_officer', 'case_worker', 'supervisor', 'protection_officer', 'administrator'))
                 OR (SELECT app_purpose('sign_in', 'administration', 'demonstration'))",
            ),
            insert: Some(manages),
            update: Some(&format!("{manages} OR (SELECT app_purpose('sign_in'))")),
            delete: None,
        },
    )
    .await?;
    // Whoever could take over another's membership would act in its roles.
    keep(manager, "membership", &["email", "client_id"]).await?;
    may_move(manager, "membership", &["account_id"], "OLD.account_id IS NULL AND app_purpose('sign_in')").await
}

/// After the memberships, which its policy asks.
async fn secure_organisations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let manages = "app_role('administrator') OR app_purpose('administration', 'demonstration')";
    secure(
        manager,
        "organisation",
        Rights {
            select: Some(
                "id = (SELECT app_organisation())
                 OR (SELECT app_role('intake_officer', 'case_worker', 'supervisor', 'trainer', 'protection_officer', 'administrator'))
                 OR (SELECT app_purpose('sign_in', 'administration', 'demonstration', 'count'))
                 OR EXISTS (SELECT FROM membership m WHERE m.organisation_id = organisation.id
                            AND m.account_id = (SELECT app_account()) AND m.ended_at IS NULL)",
            ),
            insert: Some(manages),
            update: Some(manages),
            delete: None,
        },
    )
    .await?;
    keep(manager, "organisation", &["kind"]).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("session")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("token_hash").binary().not_null().unique_key())
                .col(ColumnDef::new("account_id").uuid().not_null())
                .col(ColumnDef::new("membership_id").uuid())
                .col(ColumnDef::new("second_factor").boolean().not_null())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .col(ColumnDef::new("last_seen_at").timestamp_with_time_zone().not_null())
                .foreign_key(&mut reference("session", "account_id", "account"))
                .foreign_key(&mut reference("session", "membership_id", "membership"))
                .to_owned(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("sign_in_attempt")
                .col(ColumnDef::new("state_hash").binary().not_null().primary_key())
                .col(ColumnDef::new("nonce").text().not_null())
                .col(ColumnDef::new("pkce_verifier").text().not_null())
                .col(ColumnDef::new("return_to").text().not_null())
                .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
                .to_owned(),
        )
        .await?;
    let own = "account_id = (SELECT app_account()) OR (SELECT app_purpose('sign_in', 'expiry'))";
    let (all, signing_in) = (Some(own), Some("(SELECT app_purpose('sign_in'))"));
    secure(manager, "session", Rights { select: all, insert: signing_in, update: all, delete: all }).await?;
    keep(manager, "session", &["token_hash"]).await?;
    may_move(manager, "session", &["membership_id"], "OLD.account_id = app_account()").await?;
    let belongs = "membership_id IS NULL
         OR EXISTS (SELECT FROM membership m WHERE m.id = session.membership_id AND m.account_id = session.account_id)";
    let acts_in_its_own =
        format!("CREATE POLICY session_belongs ON session AS RESTRICTIVE USING (true) WITH CHECK ({belongs})");
    on_postgres(manager, &acts_in_its_own).await?;
    let seen = Some("(SELECT app_purpose('sign_in', 'expiry'))");
    let rights = Rights { select: seen, insert: signing_in, update: None, delete: seen };
    secure(manager, "sign_in_attempt", rights).await
}
