//! What participants learn, and what they say of a session.
//!
//! Policies ask in one direction: who trains and who is registered, then attempts, then what a test asks, then the bank.

mod evaluations;
mod tests;

use crate::m0010_training::trains;
use crate::row_level_security::{Rights, may_move, on_postgres, sealed_anew, secure};
use crate::tables::{drop_tables, reference, tenant_table, within_tenant};
use sea_orm_migration::prelude::*;

pub(crate) struct Migration;

impl MigrationName for Migration {
    // The derived name is that of the file, which folders share.
    fn name(&self) -> &'static str {
        "m0011_learning"
    }
}

/// The service filling the demonstration.
const DEMONSTRATION: &str = "(SELECT app_purpose('demonstration'))";

/// A member that takes a test.
const TAKES_TEST: &str = "(SELECT app_purpose('grading') AND app_role('reporter', 'coordinator'))";

/// The service alone, ending attempts whose time is over.
const GRADES_ALONE: &str = "(SELECT app_purpose('grading') AND app_membership() IS NULL)";

/// A member that evaluates a session.
const EVALUATES: &str = "(SELECT app_purpose('evaluation') AND app_role('reporter', 'coordinator'))";

/// The Centre's supervisor.
const SUPERVISES: &str = "(SELECT app_role('supervisor'))";

/// Whether the viewer itself is registered, where a condition names the registration of a row.
fn itself(registration: &str) -> String {
    format!(
        "((SELECT app_role('reporter', 'coordinator')) AND EXISTS (SELECT FROM registration r
             WHERE {registration} AND r.membership_id = (SELECT app_membership())))"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // An attempt and its registration are of the same session.
        let of_session = Index::create()
            .name("registration_of_session_key")
            .table("registration")
            .unique()
            .col("session_id")
            .col("id")
            .to_owned();
        manager.create_index(of_session).await?;
        tests::create(manager).await?;
        evaluations::create(manager).await?;
        tests::secure_all(manager).await?;
        evaluations::secure_all(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        evaluations::drop_policies(manager).await?;
        on_postgres(
            manager,
            "DROP POLICY question_select ON question; DROP POLICY test_question_select ON test_question;",
        )
        .await?;
        drop_tables(
            manager,
            &[
                "evaluation_answered",
                "evaluation",
                "session_evaluation",
                "test_result",
                "test_attempt",
                "test_question",
                "session_test",
                "question",
            ],
        )
        .await?;
        manager.drop_index(Index::drop().name("registration_of_session_key").table("registration").to_owned()).await
    }
}

/// A foreign key to a row of the same session.
fn within_session(from: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{from}_{column}_session_fkey"))
        .from(from, ("session_id", column))
        .to(to, ("session_id", "id"))
        .to_owned()
}
