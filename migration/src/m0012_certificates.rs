//! Certificates, and what stands on them.
//!
//! Two tables, because of the public page that says whether a number is valid: the service at that work reads the first and
//! never the second. Policies ask who is registered and who trains, and nobody asks them.

use crate::m0010_training::trains;
use crate::row_level_security::{Rights, on_postgres, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The service filling the demonstration.
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

/// The service saying whether a certificate is valid.
const VERIFICATION: &str = "(SELECT app_purpose('verification'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        certificate(manager).await?;
        content(manager).await?;
        secure_both(manager).await?;
        let verification =
            format!("CREATE POLICY programme_verification ON programme FOR SELECT USING ({VERIFICATION})");
        on_postgres(manager, &verification).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        on_postgres(manager, "DROP POLICY programme_verification ON programme").await?;
        drop_tables(manager, &["certificate_content", "certificate"]).await
    }
}

async fn certificate(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("certificate");
    for column in ["session_id", "organiser_id", "registration_id", "batch_id", "issued_by_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["programme_id", "replaces_id"] {
        table.col(ColumnDef::new(column).uuid());
    }
    table
        .col(ColumnDef::new("number").text().not_null())
        .col(ColumnDef::new("issued_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("valid_until").date())
        .col(ColumnDef::new("revoked_at").timestamp_with_time_zone())
        .col(ColumnDef::new("revocation").text())
        .index(Index::create().name("certificate_number_key").unique().col("number"))
        .index(Index::create().name("certificate_replaces_key").unique().col("replaces_id"))
        .foreign_key(&mut within_tenant("certificate", "registration_id", "registration", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("certificate", "replaces_id", "certificate", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("certificate", "programme_id", "programme"))
        .foreign_key(&mut reference("certificate", "issued_by_id", "membership"))
        .foreign_key(
            ForeignKey::create()
                .name("certificate_session_id_fkey")
                .from("certificate", ("organiser_id", "session_id"))
                .to("training_session", ("organisation_id", "id")),
        )
        .check(Expr::cust("(revoked_at IS NULL) = (revocation IS NULL)"));
    manager.create_table(table).await?;
    // One that counts for each registration, whoever issues at the same time.
    let once = Index::create()
        .name("certificate_registration_key")
        .table("certificate")
        .unique()
        .col("registration_id")
        .cond_where(Expr::cust("revoked_at IS NULL"))
        .to_owned();
    manager.create_index(once).await?;
    for (name, columns) in [
        ("certificate_session_idx", ["session_id", "id"]),
        ("certificate_registration_idx", ["registration_id", "id"]),
        ("certificate_organisation_idx", ["organisation_id", "id"]),
    ] {
        let mut index = Index::create();
        index.name(name).table("certificate");
        for column in columns {
            index.col(column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

async fn content(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("certificate_content")
        .col(ColumnDef::new("certificate_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null());
    for column in ["language", "holder", "kind", "title", "accreditor", "accreditation_number", "organiser"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("hours").integer().not_null())
        .col(ColumnDef::new("held_from").date().not_null())
        .col(ColumnDef::new("held_until").date().not_null())
        .foreign_key(&mut within_tenant(
            "certificate_content",
            "certificate_id",
            "certificate",
            ForeignKeyAction::NoAction,
        ))
        .check(Expr::cust("held_until >= held_from"));
    manager.create_table(table).await
}

async fn secure_both(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let concerned = format!(
        "EXISTS (SELECT FROM registration r WHERE r.id = certificate.registration_id AND (
             ((SELECT app_role('coordinator')) AND r.organisation_id = (SELECT app_organisation()))
             OR ((SELECT app_role('reporter')) AND r.membership_id = (SELECT app_membership())
                 AND r.organisation_id = (SELECT app_organisation()))
             OR {} OR (SELECT app_role('supervisor'))))",
        trains("r.session_id")
    );
    let select = format!("{concerned} OR {VERIFICATION} OR {DEMONSTRATION}");
    let insert = format!(
        "({} AND issued_by_id = (SELECT app_membership()) AND EXISTS (SELECT FROM registration r
             WHERE r.id = certificate.registration_id AND r.session_id = certificate.session_id)) OR {DEMONSTRATION}",
        trains("certificate.session_id")
    );
    let update = format!("{} OR {DEMONSTRATION}", trains("certificate.session_id"));
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "certificate", rights).await?;

    let of = |who: &str| {
        format!("EXISTS (SELECT FROM certificate c WHERE c.id = certificate_content.certificate_id AND ({who}))")
    };
    let select = format!("{} AND NOT {VERIFICATION}", of("true"));
    let insert = of(&format!("{} OR {DEMONSTRATION}", trains("c.session_id")));
    let rights = Rights { select: Some(&select), insert: Some(&insert), ..Rights::default() };
    secure(manager, "certificate_content", rights).await
}
