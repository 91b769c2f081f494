//! The bank of questions, tests, attempts and results.

use super::*;

pub(super) async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    question(manager).await?;
    session_test(manager).await?;
    test_question(manager).await?;
    test_attempt(manager).await?;
    test_result(manager).await
}

async fn question(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("question");
    for column in ["lineage_id", "author_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["kind", "text", "options", "right_options", "expected", "topic"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    table
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("points").integer().not_null())
        .col(ColumnDef::new("indicator_set").text())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("retired_at").timestamp_with_time_zone())
        .index(Index::create().name("question_version_key").unique().col("lineage_id").col("version"))
        .foreign_key(&mut reference("question", "organisation_id", "organisation"))
        .foreign_key(&mut within_tenant("question", "author_id", "membership", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("question", "lineage_id", "question", ForeignKeyAction::NoAction))
        .check(Expr::cust("points > 0"));
    manager.create_table(table).await
}

async fn session_test(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("session_test");
    for column in ["attempts", "pass_percent", "out_of", "revision"] {
        table.col(ColumnDef::new(column).integer().not_null());
    }
    for column in ["opens_at", "closes_at", "created_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone().not_null());
    }
    table
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("stage").text().not_null())
        .col(ColumnDef::new("minutes").integer())
        .index(Index::create().name("session_test_stage_key").unique().col("session_id").col("stage"))
        .index(Index::create().name("session_test_session_key").unique().col("session_id").col("id"))
        .index(Index::create().name("session_test_revision_key").unique().col("session_id").col("id").col("revision"))
        .foreign_key(&mut within_tenant("session_test", "session_id", "training_session", ForeignKeyAction::NoAction))
        .check(Expr::cust("closes_at > opens_at"))
        .check(Expr::cust("pass_percent BETWEEN 0 AND 100"));
    manager.create_table(table).await
}

async fn test_question(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("test_question");
    for column in ["session_id", "test_id", "question_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["kind", "text", "options"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["position", "points"] {
        table.col(ColumnDef::new(column).integer().not_null());
    }
    table
        .index(Index::create().name("test_question_position_key").unique().col("test_id").col("position"))
        .index(Index::create().name("test_question_question_key").unique().col("question_id").col("test_id"))
        .foreign_key(&mut within_session("test_question", "test_id", "session_test"))
        .foreign_key(&mut within_tenant("test_question", "test_id", "session_test", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("test_question", "question_id", "question", ForeignKeyAction::NoAction));
    manager.create_table(table).await
}

async fn test_attempt(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("test_attempt");
    for column in ["session_id", "test_id", "registration_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["test_revision", "number", "ungraded", "points", "out_of"] {
        table.col(ColumnDef::new(column).integer().not_null());
    }
    for column in ["option_order", "answers", "scores"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["on_paper", "passed"] {
        table.col(ColumnDef::new(column).boolean().not_null());
    }
    for column in ["started_at", "ends_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone().not_null());
    }
    table
        .col(ColumnDef::new("submitted_at").timestamp_with_time_zone())
        .index(
            Index::create()
                .name("test_attempt_number_key")
                .unique()
                .col("test_id")
                .col("registration_id")
                .col("number"),
        )
        .foreign_key(&mut within_tenant("test_attempt", "registration_id", "registration", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_session("test_attempt", "registration_id", "registration"))
        // A test that was taken has the revision that it was taken in: the database refuses to change it.
        .foreign_key(
            ForeignKey::create()
                .name("test_attempt_test_id_fkey")
                .from("test_attempt", ("session_id", "test_id", "test_revision"))
                .to("session_test", ("session_id", "id", "revision")),
        )
        .check(Expr::cust("points BETWEEN 0 AND out_of"));
    manager.create_table(table).await?;
    let open = "CREATE INDEX test_attempt_open_idx ON test_attempt (ends_at) WHERE submitted_at IS NULL";
    manager.get_connection().execute_unprepared(open).await?;
    let of_registration =
        Index::create().name("test_attempt_registration_idx").table("test_attempt").col("registration_id").to_owned();
    manager.create_index(of_registration).await
}

async fn test_result(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("test_result");
    for column in ["session_id", "test_id", "registration_id", "attempt_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["points", "out_of"] {
        table.col(ColumnDef::new(column).integer().not_null());
    }
    table
        .col(ColumnDef::new("passed").boolean().not_null())
        .index(Index::create().name("test_result_key").unique().col("registration_id").col("test_id"))
        .foreign_key(&mut within_tenant("test_result", "registration_id", "registration", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("test_result", "attempt_id", "test_attempt", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_session("test_result", "registration_id", "registration"))
        .foreign_key(&mut within_session("test_result", "test_id", "session_test"));
    manager.create_table(table).await?;
    let of_session = Index::create().name("test_result_session_idx").table("test_result").col("session_id").to_owned();
    manager.create_index(of_session).await
}

pub(super) async fn secure_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    attempts(manager).await?;
    results(manager).await?;
    let select =
        format!("EXISTS (SELECT FROM training_session s WHERE s.id = session_test.session_id) OR {GRADES_ALONE}");
    let writes = format!("{DEMONSTRATION} OR {}", trains("session_test.session_id"));
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: Some(&writes), delete: None };
    secure(manager, "session_test", rights).await?;
    asked(manager).await?;
    bank(manager).await
}

async fn bank(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let own =
        format!("{DEMONSTRATION} OR ((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation()))");
    let select =
        format!("{own} OR ({TAKES_TEST} AND EXISTS (SELECT FROM test_question q WHERE q.question_id = question.id))");
    let insert = format!(
        "{DEMONSTRATION} OR ((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation())
             AND author_id = (SELECT app_membership()))"
    );
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&own), delete: None };
    secure(manager, "question", rights).await
}

async fn asked(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let trained = trains("test_question.session_id");
    let begun = itself("r.id = a.registration_id");
    let takes_part = itself("r.session_id = test_question.session_id");
    let select = format!(
        "{DEMONSTRATION} OR {SUPERVISES} OR {trained} OR ({TAKES_TEST} AND {takes_part})
             OR EXISTS (SELECT FROM test_attempt a WHERE a.test_id = test_question.test_id AND {begun})"
    );
    let writes = format!("{DEMONSTRATION} OR {trained}");
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: None, delete: Some(&writes) };
    secure(manager, "test_question", rights).await
}

async fn attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let own = itself("r.id = test_attempt.registration_id");
    let trained = trains("test_attempt.session_id");
    let keeps = "(SELECT app_purpose('key_keeping'))";
    let select = format!("{DEMONSTRATION} OR {GRADES_ALONE} OR {keeps} OR {trained} OR {own}");
    let insert = format!("{DEMONSTRATION} OR (on_paper AND {trained}) OR (NOT on_paper AND {TAKES_TEST} AND {own})");
    let update = format!("{DEMONSTRATION} OR {GRADES_ALONE} OR {trained} OR (NOT on_paper AND {TAKES_TEST} AND {own})");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "test_attempt", rights).await?;
    sealed_anew(manager, "test_attempt", &["answers"]).await
}

async fn results(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let own = itself("r.id = test_result.registration_id");
    let trained = trains("test_result.session_id");
    let institution = "((SELECT app_role('coordinator')) AND organisation_id = (SELECT app_organisation()))";
    let counts = "(SELECT app_purpose('count') AND app_role('analyst'))";
    let select =
        format!("{DEMONSTRATION} OR {GRADES_ALONE} OR {SUPERVISES} OR {counts} OR {institution} OR {trained} OR {own}");
    let writes = format!("{DEMONSTRATION} OR {GRADES_ALONE} OR {trained} OR ({TAKES_TEST} AND {own})");
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: Some(&writes), delete: None };
    secure(manager, "test_result", rights).await?;
    // A later attempt of the same participant counts, where it is better.
    may_move(manager, "test_result", &["attempt_id"], "true").await
}
