//! Reasons of bars go with their report; an export of somebody's data is an opening of its identity.

use crate::m0004_reports::with_report;
use crate::row_level_security::on_postgres;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ERASES: &str = "(SELECT app_purpose('erasure'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut exported = ColumnDef::new("exported");
        exported.boolean().not_null().default(false);
        manager.alter_table(Table::alter().table("identity_opening").add_column(exported).to_owned()).await?;
        let ended = with_report("report_bar", "r.state IN ('accepted', 'joined', 'passed_on', 'closed')");
        let sql = format!(
            "CREATE POLICY report_bar_erasure_select ON report_bar FOR SELECT USING ({ERASES} AND {bar});
             CREATE POLICY report_bar_erasure_update ON report_bar FOR UPDATE USING ({ERASES} AND {ended})
                 WITH CHECK ({ERASES} AND reason = '' AND lift_reason = '');",
            bar = with_report("report_bar", "true"),
        );
        on_postgres(manager, &sql).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql =
            "DROP POLICY report_bar_erasure_select ON report_bar; DROP POLICY report_bar_erasure_update ON report_bar;";
        on_postgres(manager, sql).await?;
        manager.alter_table(Table::alter().table("identity_opening").drop_column("exported").to_owned()).await
    }
}
