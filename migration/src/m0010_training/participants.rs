//! Registrations, what participants need, and attendance.

use super::*;

pub(super) async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    registration(manager).await?;
    let mut needs = Table::create();
    needs
        .table("participant_needs")
        .col(ColumnDef::new("registration_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organisation_id").uuid().not_null())
        .col(ColumnDef::new("session_id").uuid().not_null())
        .col(ColumnDef::new("photograph").boolean().not_null())
        .col(ColumnDef::new("dietary").text().not_null())
        .col(ColumnDef::new("access").text().not_null())
        .foreign_key(&mut within_tenant(
            "participant_needs",
            "registration_id",
            "registration",
            ForeignKeyAction::NoAction,
        ));
    manager.create_table(needs).await?;
    let mut attendance = tenant_table("attendance");
    for column in ["session_id", "registration_id", "day_id"] {
        attendance.col(ColumnDef::new(column).uuid().not_null());
    }
    attendance
        .col(ColumnDef::new("mark").text().not_null())
        .col(ColumnDef::new("method").text().not_null())
        .col(ColumnDef::new("arrived_at").timestamp_with_time_zone())
        .col(ColumnDef::new("left_at").timestamp_with_time_zone())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .index(Index::create().name("attendance_key").unique().col("registration_id").col("day_id"))
        .foreign_key(&mut within_tenant("attendance", "registration_id", "registration", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("attendance", "day_id", "training_day"))
        .foreign_key(&mut reference("attendance", "session_id", "training_session"));
    manager.create_table(attendance).await?;
    index(manager, "attendance", &[("attendance_session_idx", &["session_id"])]).await?;
    index(manager, "participant_needs", &[("participant_needs_session_idx", &["session_id"])]).await
}

async fn registration(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("registration");
    for column in ["session_id", "organiser_id", "registered_by_id"] {
        table.col(ColumnDef::new(column).uuid().not_null());
    }
    for column in ["name", "function", "kind", "state"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["created_at", "changed_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone().not_null());
    }
    table
        .col(ColumnDef::new("membership_id").uuid())
        .col(ColumnDef::new("offered_until").timestamp_with_time_zone())
        .col(ColumnDef::new("walk_in").boolean().not_null())
        .col(ColumnDef::new("revision").integer().not_null())
        .foreign_key(&mut reference("registration", "organisation_id", "organisation"))
        .foreign_key(&mut within_tenant("registration", "membership_id", "membership", ForeignKeyAction::NoAction))
        .foreign_key(&mut reference("registration", "registered_by_id", "membership"))
        .foreign_key(
            ForeignKey::create()
                .name("registration_session_id_fkey")
                .from("registration", ("organiser_id", "session_id"))
                .to("training_session", ("organisation_id", "id")),
        )
        .check(Expr::cust("(state = 'offered') = (offered_until IS NOT NULL)"));
    manager.create_table(table).await?;
    let once = Index::create()
        .name("registration_member_key")
        .table("registration")
        .unique()
        .col("session_id")
        .col("membership_id")
        .cond_where(Expr::cust("state IN ('requested', 'waiting', 'offered', 'registered')"))
        .to_owned();
    manager.create_index(once).await?;
    let indexes: &[(&'static str, &[&'static str])] = &[
        ("registration_session_idx", &["session_id", "state", "id"]),
        ("registration_organisation_idx", &["organisation_id", "id"]),
        ("registration_member_idx", &["membership_id"]),
    ];
    index(manager, "registration", indexes).await
}

pub(super) async fn secure_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let institution = "((SELECT app_role('coordinator')) AND organisation_id = (SELECT app_organisation()))";
    let own = format!(
        "({institution} OR ((SELECT app_role('reporter')) AND membership_id = (SELECT app_membership())
             AND organisation_id = (SELECT app_organisation())))"
    );
    let trained = trains("registration.session_id");
    let supervises = "(SELECT app_role('supervisor'))";
    let select = format!("{own} OR {trained} OR {supervises} OR {PLACES} OR {COUNTS} OR {DEMONSTRATION}");
    let insert = format!("(({own} OR {trained}) AND registered_by_id = (SELECT app_membership())) OR {DEMONSTRATION}");
    let update = format!("{own} OR {trained} OR {PLACES} OR {DEMONSTRATION}");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "registration", rights).await?;
    let takes_over = "OLD.membership_id IS NULL AND OLD.organisation_id = app_organisation()
         AND NEW.membership_id = app_membership()";
    may_move(manager, "registration", &["membership_id"], takes_over).await?;

    let of = |table: &str, who: &str| {
        format!("EXISTS (SELECT FROM registration r WHERE r.id = {table}.registration_id AND ({who}))")
    };
    let own = "((SELECT app_role('coordinator')) AND r.organisation_id = (SELECT app_organisation()))
         OR ((SELECT app_role('reporter')) AND r.membership_id = (SELECT app_membership()))";
    let concerned = of("participant_needs", &format!("{own} OR {}", trains("r.session_id")));
    let select = format!(
        "({concerned} AND NOT (SELECT app_purpose('count'))) OR (SELECT app_purpose('expiry', 'key_keeping', 'demonstration'))"
    );
    let writes = format!("{concerned} OR {DEMONSTRATION}");
    let delete = format!("{concerned} OR (SELECT app_purpose('expiry'))");
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: Some(&writes), delete: Some(&delete) };
    secure(manager, "participant_needs", rights).await?;
    sealed_anew(manager, "participant_needs", &["dietary", "access"]).await?;

    let select = of("attendance", "true");
    let by_code = format!("method = 'code' AND {}", of("attendance", own));
    let writes = format!("{DEMONSTRATION} OR {} OR ({by_code})", trains("attendance.session_id"));
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: Some(&writes), delete: None };
    secure(manager, "attendance", rights).await
}
