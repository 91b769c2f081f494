//! Notifications: the outbox, what members are told and how they want it, and what leaves the service.
//!
//! Whoever acts adds to the outbox and reads nothing of it. The service at this work finds out whom it concerns: it sees
//! memberships, registrations, and reports without a key to their texts. What a recipient may see is asked in its own name.

use crate::row_level_security::{Rights, on_postgres, sealed_anew, secure};
use crate::tables::{drop_tables, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The service at this work.
const TELLS: &str = "(SELECT app_purpose('notification'))";

/// The service that gives out places and reminds those who have one.
const REMINDS: &str = "(SELECT app_purpose('placement') AND app_membership() IS NULL)";

/// What removes what has expired.
const EXPIRES: &str = "(SELECT app_purpose('expiry'))";

/// A member itself, and none of its programmes.
const OWN: &str = "(membership_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation())
     AND NOT (SELECT app_purpose('calendar', 'recipient')))";

/// A member, also where the service counts in its name what is unread.
const COUNTED: &str = "(membership_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation())
     AND NOT (SELECT app_purpose('calendar')))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        outbox(manager).await?;
        notifications(manager).await?;
        preferences(manager).await?;
        webhooks(manager).await?;
        deliveries(manager).await?;
        reminders(manager).await?;
        on_postgres(
            manager,
            &format!(
                "CREATE POLICY membership_notification_select ON membership FOR SELECT USING ({TELLS});
                 CREATE POLICY registration_notification_select ON registration FOR SELECT USING ({TELLS});
                 CREATE POLICY attendance_notification ON attendance AS RESTRICTIVE FOR SELECT USING (NOT {TELLS});
                 CREATE POLICY report_notification_select ON report FOR SELECT USING ({TELLS} AND state <> 'draft');"
            ),
        )
        .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "DROP POLICY organisation_key_webhook ON organisation_key;
             DROP POLICY membership_notification_select ON membership;
             DROP POLICY registration_notification_select ON registration;
             DROP POLICY attendance_notification ON attendance;
             DROP POLICY report_notification_select ON report;",
        )
        .await?;
        let tables = ["session_reminder", "delivery", "webhook", "notification_preference", "notification", "outbox"];
        drop_tables(manager, &tables).await
    }
}

async fn reminders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("session_reminder")
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("news").text().not_null())
        .col(ColumnDef::new("about").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .primary_key(Index::create().col("session_id").col("news").col("about"))
        .foreign_key(&mut within_tenant(
            "session_reminder",
            "session_id",
            "training_session",
            ForeignKeyAction::NoAction,
        ));
    manager.create_table(table).await?;
    let rights = Rights { select: Some(REMINDS), insert: Some(REMINDS), ..Rights::default() };
    secure(manager, "session_reminder", rights).await
}

/// Columns that say what happened to which object.
fn happened(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    for column in ["news", "object_type"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table.col(ColumnDef::new("object_id").uuid().not_null())
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("outbox")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid())
        .col(ColumnDef::new("actor_id").uuid());
    happened(&mut table)
        .col(ColumnDef::new("occurred_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("leased_until").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("outbox", "actor_id", "membership", ForeignKeyAction::NoAction))
        .check(Expr::cust("(organisation_id IS NULL) = (actor_id IS NULL)"));
    manager.create_table(table).await?;
    // Nobody says so in another's name; the service alone says so in nobody's.
    let insert = "(actor_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation()))
         OR (actor_id IS NULL AND organisation_id IS NULL AND (SELECT app_membership()) IS NULL
             AND (SELECT app_purpose('notification', 'placement', 'timekeeping', 'webhook', 'matching')))
         OR (SELECT app_purpose('demonstration'))";
    let rights = Rights { select: Some(TELLS), insert: Some(insert), update: Some(TELLS), delete: Some(TELLS) };
    secure(manager, "outbox", rights).await
}

async fn notifications(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("notification");
    table.col(ColumnDef::new("membership_id").uuid().not_null());
    happened(&mut table)
        .col(ColumnDef::new("occurred_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("read_at").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("notification", "membership_id", "membership", ForeignKeyAction::NoAction));
    manager.create_table(table).await?;
    let mut index = Index::create();
    index.name("notification_membership_idx").table("notification").col("membership_id").col("id");
    manager.create_index(index).await?;
    let select = format!("{COUNTED} OR {TELLS} OR {EXPIRES}");
    let rights = Rights { select: Some(&select), insert: Some(TELLS), update: Some(OWN), delete: Some(EXPIRES) };
    secure(manager, "notification", rights).await
}

async fn preferences(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("notification_preference")
        .col(ColumnDef::new("membership_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("language").text().not_null())
        .col(ColumnDef::new("email").text().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant(
            "notification_preference",
            "membership_id",
            "membership",
            ForeignKeyAction::NoAction,
        ));
    manager.create_table(table).await?;
    let select = format!("{OWN} OR {TELLS}");
    let rights = Rights { select: Some(&select), insert: Some(OWN), update: Some(OWN), delete: None };
    secure(manager, "notification_preference", rights).await
}

/// Webhooks are their organisation's. The service that sends opens their secrets, and for that the keys of organisations.
async fn webhooks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("webhook");
    table.col(ColumnDef::new("registered_by_id").uuid().not_null());
    for column in ["url", "secret", "previous_secret"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["previous_until", "failing_since", "disabled_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone());
    }
    table.col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null()).foreign_key(&mut within_tenant(
        "webhook",
        "registered_by_id",
        "membership",
        ForeignKeyAction::NoAction,
    ));
    manager.create_table(table).await?;
    let own = "(organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator', 'administrator')))";
    let sends = "(SELECT app_purpose('webhook'))";
    let select = format!("{own} OR (SELECT app_purpose('webhook', 'notification', 'key_keeping'))");
    let insert = format!("{own} AND registered_by_id = (SELECT app_membership())");
    let update = format!("{own} OR {sends}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "webhook", rights).await?;
    sealed_anew(manager, "webhook", &["secret", "previous_secret"]).await?;
    let keys = format!("CREATE POLICY organisation_key_webhook ON organisation_key FOR SELECT USING ({sends})");
    on_postgres(manager, &keys).await
}

async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("delivery");
    table.col(ColumnDef::new("membership_id").uuid()).col(ColumnDef::new("webhook_id").uuid());
    happened(&mut table)
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("due_at").timestamp_with_time_zone())
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("leased_until").timestamp_with_time_zone())
        .col(ColumnDef::new("state").text().not_null())
        .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
        .foreign_key(&mut within_tenant("delivery", "membership_id", "membership", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("delivery", "webhook_id", "webhook", ForeignKeyAction::NoAction))
        .check(Expr::cust("(membership_id IS NULL) <> (webhook_id IS NULL)"))
        .check(Expr::cust("(state = 'waiting') = (ended_at IS NULL)"));
    manager.create_table(table).await?;
    let mut waiting = Index::create();
    waiting.name("delivery_waiting_idx").table("delivery").col("attempts").col("id");
    waiting.cond_where(Expr::cust("state = 'waiting'"));
    manager.create_index(waiting).await?;
    // One summary a day for each member, whichever server thinks of it.
    let mut summary = Index::create();
    summary.name("delivery_summary_key").table("delivery").unique().col("membership_id").col("due_at");
    summary.cond_where(Expr::cust("news = '' AND attempts = 0"));
    manager.create_index(summary).await?;
    let select = format!("{TELLS} OR {EXPIRES}");
    let rights = Rights { select: Some(&select), insert: Some(TELLS), update: Some(TELLS), delete: Some(EXPIRES) };
    secure(manager, "delivery", rights).await
}
