//! Reasons of bars go with their report; an export of somebody's data is an opening of its identity; whoever must know is told
//! of an opening that nobody reviewed in time; what somebody was told of a report goes when it is barred from it.

use crate::m0004_reports::{KEEPS_TIME_ALONE, with_report};
use crate::row_level_security::{may_move, on_postgres};
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
        let mut overdue = ColumnDef::new("overdue_at");
        overdue.timestamp_with_time_zone();
        manager.alter_table(Table::alter().table("identity_opening").add_column(overdue).to_owned()).await?;
        let ended = with_report("report_bar", "r.state IN ('accepted', 'joined', 'passed_on', 'closed')");
        let awaits = format!("{KEEPS_TIME_ALONE} AND reviewed_at IS NULL");
        let sql = format!(
            "CREATE POLICY report_bar_erasure_select ON report_bar FOR SELECT USING ({ERASES} AND {bar});
             CREATE POLICY report_bar_erasure_update ON report_bar FOR UPDATE USING ({ERASES} AND {ended})
                 WITH CHECK ({ERASES} AND reason = '' AND lift_reason = '');
             CREATE POLICY notification_not_barred ON notification AS RESTRICTIVE FOR SELECT
                 USING (object_id <> ALL ((SELECT app_barred())::uuid[]));
             CREATE POLICY identity_opening_timekeeping_select ON identity_opening FOR SELECT USING ({awaits});
             CREATE POLICY identity_opening_timekeeping_update ON identity_opening FOR UPDATE USING ({awaits})
                 WITH CHECK ({awaits} AND overdue_at IS NOT NULL);",
            bar = with_report("report_bar", "true"),
        );
        on_postgres(manager, &sql).await?;
        // Otherwise whoever opened could mark it, and nobody would be told.
        let marks = "OLD.overdue_at IS NULL AND app_purpose('timekeeping') AND app_membership() IS NULL";
        may_move(manager, "identity_opening", &["overdue_at"], marks).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql =
            "DROP POLICY report_bar_erasure_select ON report_bar; DROP POLICY report_bar_erasure_update ON report_bar;
             DROP POLICY notification_not_barred ON notification;
             DROP TRIGGER identity_opening_overdue_at_moves ON identity_opening;
             DROP POLICY identity_opening_timekeeping_select ON identity_opening;
             DROP POLICY identity_opening_timekeeping_update ON identity_opening;";
        on_postgres(manager, sql).await?;
        manager.alter_table(Table::alter().table("identity_opening").drop_column("overdue_at").to_owned()).await?;
        manager.alter_table(Table::alter().table("identity_opening").drop_column("exported").to_owned()).await
    }
}
