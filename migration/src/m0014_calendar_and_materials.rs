//! Addresses for calendar programmes, materials for participants, and printed material that was given out.
//!
//! Policies ask who trains, who is registered and which sessions there are; nobody asks them. A calendar programme acts in no
//! role: it sees what names the member, and of sessions when and where they are.

use crate::m0010_training::trains;
use crate::row_level_security::{Rights, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The service filling the demonstration.
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

/// A trainer, of what its organisation holds.
const OF_OWN_ORGANISATION: &str = "((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation()))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        calendar_feed(manager).await?;
        calendar_purpose(manager).await?;
        material(manager).await?;
        secure_material(manager).await?;
        printed_material(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(
            manager,
            "DROP POLICY training_session_calendar ON training_session;
             DROP POLICY registration_calendar ON registration;
             DROP POLICY session_trainer_calendar ON session_trainer;
             DROP POLICY attendance_calendar ON attendance;",
        )
        .await?;
        drop_tables(manager, &["printed_material", "material", "calendar_feed"]).await
    }
}

async fn calendar_feed(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("calendar_feed");
    table
        .col(ColumnDef::new("membership_id").uuid().not_null())
        .col(ColumnDef::new("secret_hash").binary().not_null())
        .col(ColumnDef::new("language").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .index(Index::create().name("calendar_feed_membership_key").unique().col("membership_id"))
        .foreign_key(&mut within_tenant("calendar_feed", "membership_id", "membership", ForeignKeyAction::NoAction));
    manager.create_table(table).await?;
    let own = "(membership_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation())
         AND NOT (SELECT app_purpose('calendar')))";
    let select = format!("{own} OR (SELECT app_purpose('sign_in'))");
    let rights = Rights { select: Some(&select), insert: Some(own), update: Some(own), delete: Some(own) };
    secure(manager, "calendar_feed", rights).await
}

/// What a calendar programme sees of the tables that there are.
async fn calendar_purpose(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    on_postgres(
        manager,
        "CREATE POLICY session_trainer_calendar ON session_trainer FOR SELECT
             USING ((SELECT app_purpose('calendar')) AND membership_id = (SELECT app_membership()));
         CREATE POLICY registration_calendar ON registration FOR SELECT USING ((SELECT app_purpose('calendar'))
             AND membership_id = (SELECT app_membership()) AND organisation_id = (SELECT app_organisation()));
         CREATE POLICY training_session_calendar ON training_session FOR SELECT USING ((SELECT app_purpose('calendar'))
             AND ((state <> 'draft' AND EXISTS (SELECT FROM registration r WHERE r.session_id = training_session.id))
                 OR EXISTS (SELECT FROM session_trainer t WHERE t.session_id = training_session.id)));
         CREATE POLICY attendance_calendar ON attendance AS RESTRICTIVE FOR SELECT
             USING (NOT (SELECT app_purpose('calendar')));",
    )
    .await
}

async fn material(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("material");
    for column in ["programme_id", "session_id"] {
        table.col(ColumnDef::new(column).uuid());
    }
    for column in ["first_id", "published_by_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["kind", "title", "language", "about"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["replaced_at", "withdrawn_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone());
    }
    table
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("address").text())
        .col(ColumnDef::new("valid_from").date().not_null())
        .col(ColumnDef::new("published_at").timestamp_with_time_zone().not_null())
        .index(Index::create().name("material_version_key").unique().col("first_id").col("version"))
        .foreign_key(&mut within_tenant("material", "programme_id", "programme", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("material", "session_id", "training_session", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("material", "first_id", "material", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("material", "published_by_id", "membership"))
        .check(Expr::cust("(programme_id IS NULL) <> (session_id IS NULL)"))
        .check(Expr::cust("version > 0"));
    manager.create_table(table).await?;
    for (name, column) in [("material_session_idx", "session_id"), ("material_programme_idx", "programme_id")] {
        manager.create_index(Index::create().name(name).table("material").col(column).to_owned()).await?;
    }
    Ok(())
}

async fn secure_material(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let trained = trains("material.session_id");
    let writes = format!("{trained} OR (session_id IS NULL AND {OF_OWN_ORGANISATION})");
    // A version that was replaced stays for those who had a place while it was the newest.
    let place = "r.membership_id = (SELECT app_membership()) AND r.organisation_id = (SELECT app_organisation())
         AND r.state = 'registered' AND (material.replaced_at IS NULL OR r.created_at < material.replaced_at)";
    let has_a_place = format!(
        "((SELECT app_role('reporter', 'coordinator')) AND withdrawn_at IS NULL AND (
             EXISTS (SELECT FROM registration r WHERE r.session_id = material.session_id AND {place})
             OR EXISTS (SELECT FROM training_session s WHERE s.programme_id = material.programme_id
                 AND EXISTS (SELECT FROM registration r WHERE r.session_id = s.id AND {place}))))"
    );
    let select = format!("{DEMONSTRATION} OR (SELECT app_role('supervisor')) OR {writes} OR {has_a_place}");
    let insert = format!("{DEMONSTRATION} OR (({writes}) AND published_by_id = (SELECT app_membership()))");
    let update = format!("{DEMONSTRATION} OR {writes}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "material", rights).await
}

async fn printed_material(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("printed_material");
    for column in ["session_id", "recipient_id"] {
        table.col(ColumnDef::new(column).uuid());
    }
    for column in ["item", "language", "recipient"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("quantity").integer().not_null())
        .col(ColumnDef::new("given_on").date().not_null())
        .col(ColumnDef::new("given_by_id").uuid().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant(
            "printed_material",
            "session_id",
            "training_session",
            ForeignKeyAction::NoAction,
        ))
        .foreign_key(&mut reference("printed_material", "organisation_id", "organisation"))
        .foreign_key(&mut reference("printed_material", "recipient_id", "organisation"))
        .foreign_key(&mut reference("printed_material", "given_by_id", "membership"))
        .check(Expr::cust("quantity > 0"))
        .check(Expr::cust("(recipient_id IS NULL) = (recipient <> '')"));
    manager.create_table(table).await?;
    let by_day = Index::create()
        .name("printed_material_given_idx")
        .table("printed_material")
        .col("organisation_id")
        .col("given_on")
        .col("id")
        .to_owned();
    manager.create_index(by_day).await?;
    let select = format!("{DEMONSTRATION} OR (SELECT app_role('supervisor')) OR {OF_OWN_ORGANISATION}");
    let insert = format!("{DEMONSTRATION} OR ({OF_OWN_ORGANISATION} AND given_by_id = (SELECT app_membership()))");
    let rights =
        Rights { select: Some(&select), insert: Some(&insert), update: None, delete: Some(OF_OWN_ORGANISATION) };
    secure(manager, "printed_material", rights).await
}
