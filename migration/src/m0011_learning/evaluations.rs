//! Evaluations, and who has given one. Nothing leads from the one to the other.

use super::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

pub(super) async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut window = Table::create();
    window
        .table("session_evaluation")
        .col(ColumnDef::new("session_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("opens_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("closes_at").timestamp_with_time_zone().not_null())
        .foreign_key(&mut within_tenant(
            "session_evaluation",
            "session_id",
            "training_session",
            ForeignKeyAction::NoAction,
        ))
        .check(Expr::cust("closes_at > opens_at"));
    manager.create_table(window).await?;
    let mut evaluation = tenant_table("evaluation");
    evaluation.col(ColumnDef::new("session_id").uuid().not_null());
    for column in ["marks", "comment"] {
        evaluation.col(ColumnDef::new(column).text().not_null());
    }
    evaluation.foreign_key(&mut within_tenant(
        "evaluation",
        "session_id",
        "training_session",
        ForeignKeyAction::NoAction,
    ));
    let mut answered = Table::create();
    answered
        .table("evaluation_answered")
        .col(ColumnDef::new("registration_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("session_id").uuid().not_null())
        .foreign_key(&mut within_tenant(
            "evaluation_answered",
            "registration_id",
            "registration",
            ForeignKeyAction::NoAction,
        ))
        .foreign_key(&mut within_session("evaluation_answered", "registration_id", "registration"));
    for mut table in [evaluation, answered] {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            // SQLite's own row numbers would tell in which order they came.
            table.extra("WITHOUT ROWID");
        }
        manager.create_table(table).await?;
    }
    for (name, table) in
        [("evaluation_session_idx", "evaluation"), ("evaluation_answered_session_idx", "evaluation_answered")]
    {
        manager.create_index(Index::create().name(name).table(table).col("session_id").to_owned()).await?;
    }
    Ok(())
}

pub(super) async fn secure_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let select = "EXISTS (SELECT FROM training_session s WHERE s.id = session_evaluation.session_id)";
    let writes = format!("{DEMONSTRATION} OR {}", trains("session_evaluation.session_id"));
    let rights = Rights { select: Some(select), insert: Some(&writes), update: Some(&writes), delete: None };
    secure(manager, "session_evaluation", rights).await?;

    let keeps = "(SELECT app_purpose('key_keeping'))";
    let select = format!("{DEMONSTRATION} OR {keeps} OR {SUPERVISES} OR {}", trains("evaluation.session_id"));
    let takes_part = itself("r.session_id = evaluation.session_id AND r.state = 'registered'");
    let insert = format!("{DEMONSTRATION} OR ({EVALUATES} AND {takes_part})");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: None, delete: None };
    secure(manager, "evaluation", rights).await?;
    sealed_anew(manager, "evaluation", &["comment"]).await?;

    let own = itself("r.id = evaluation_answered.registration_id");
    let select = format!("{DEMONSTRATION} OR {own} OR {}", trains("evaluation_answered.session_id"));
    let insert = format!("{DEMONSTRATION} OR ({EVALUATES} AND {own})");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: None, delete: None };
    secure(manager, "evaluation_answered", rights).await?;

    // What participants write of a session is sealed with the organiser's key, which is none of their institution's.
    on_postgres(
        manager,
        &format!(
            "CREATE POLICY organisation_key_evaluation_select ON organisation_key FOR SELECT USING ({EVALUATES});
             CREATE POLICY organisation_key_evaluation_insert ON organisation_key FOR INSERT WITH CHECK ({EVALUATES});"
        ),
    )
    .await
}

pub(super) async fn drop_policies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    on_postgres(
        manager,
        "DROP POLICY organisation_key_evaluation_select ON organisation_key;
         DROP POLICY organisation_key_evaluation_insert ON organisation_key;",
    )
    .await
}
