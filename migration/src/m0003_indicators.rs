//! Indicator sets: published, versioned, nobody's property.

use crate::row_level_security::{Rights, secure};
use crate::tables::{drop_tables, reference};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("indicator_set_version")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("set_code").text().not_null())
                    .col(ColumnDef::new("version").text().not_null())
                    .col(ColumnDef::new("valid_from").date().not_null())
                    .col(ColumnDef::new("valid_until").date())
                    .col(ColumnDef::new("definition").text().not_null())
                    .col(ColumnDef::new("imported_at").timestamp_with_time_zone().not_null())
                    .index(Index::create().name("indicator_set_version_key").unique().col("set_code").col("version"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("indicator")
                    .col(ColumnDef::new("id").uuid().not_null().primary_key())
                    .col(ColumnDef::new("set_version_id").uuid().not_null())
                    .col(ColumnDef::new("code").text().not_null())
                    .index(Index::create().name("indicator_code_key").unique().col("set_version_id").col("code"))
                    .foreign_key(&mut reference("indicator", "set_version_id", "indicator_set_version"))
                    .to_owned(),
            )
            .await?;
        let importing = Some("(SELECT app_purpose('import'))");
        for table in ["indicator_set_version", "indicator"] {
            let update = if table == "indicator" { None } else { importing };
            secure(manager, table, Rights { select: Some("true"), insert: importing, update, delete: None }).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["indicator", "indicator_set_version"]).await
    }
}
