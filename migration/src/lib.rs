//! How the tables of Oslonac came to be, for SQLite and PostgreSQL.
//!
//! A migration that has been released is never edited. Each one creates its tables, their indexes and, on PostgreSQL,
//! their rights and row level security: see [`row_level_security`].

pub use sea_orm_migration::prelude::{DbErr, MigrationTrait, MigratorTrait};

mod m0001_row_level_security_functions;
mod m0002_organisations_and_accounts;
mod m0003_indicators;
mod m0004_reports;
mod m0005_triage;
mod m0006_audit;
mod m0007_audit_chain;
mod m0008_openings;
mod m0009_retention;
mod m0010_training;
mod m0011_learning;
mod m0012_certificates;
mod m0013_reach;
mod m0014_calendar_and_materials;
mod m0015_deadlines;
mod m0016_notifications;
mod m0017_attachments;
mod m0018_messages_read;
mod m0019_duplicates;
mod m0020_bars_and_exports;
pub mod row_level_security;
mod tables;

/// The migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_row_level_security_functions::Migration),
            Box::new(m0002_organisations_and_accounts::Migration),
            Box::new(m0003_indicators::Migration),
            Box::new(m0004_reports::Migration),
            Box::new(m0005_triage::Migration),
            Box::new(m0006_audit::Migration),
            Box::new(m0007_audit_chain::Migration),
            Box::new(m0008_openings::Migration),
            Box::new(m0009_retention::Migration),
            Box::new(m0010_training::Migration),
            Box::new(m0011_learning::Migration),
            Box::new(m0012_certificates::Migration),
            Box::new(m0013_reach::Migration),
            Box::new(m0014_calendar_and_materials::Migration),
            Box::new(m0015_deadlines::Migration),
            Box::new(m0016_notifications::Migration),
            Box::new(m0017_attachments::Migration),
            Box::new(m0018_messages_read::Migration),
            Box::new(m0019_duplicates::Migration),
            Box::new(m0020_bars_and_exports::Migration),
        ]
    }
}
