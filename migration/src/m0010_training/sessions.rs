//! Sessions with their days, trainers, audience and places.

use super::*;

pub(super) async fn create(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    session(manager).await?;
    parts(manager).await
}

async fn session(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = tenant_table("training_session");
    table.col(ColumnDef::new("programme_id").uuid()).col(ColumnDef::new("series_id").uuid());
    for column in ["kind", "state", "title", "topic", "mode", "venue", "online_address", "language"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["partners", "donor", "organiser", "trainer_names", "indicator_sets"] {
        table.col(ColumnDef::new(column).text().not_null());
    }
    for column in ["hours", "capacity", "taken", "offer_hours", "attendance_percent", "revision"] {
        table.col(ColumnDef::new(column).integer().not_null());
    }
    for column in ["waiting_list", "approval", "certificate_needs_test"] {
        table.col(ColumnDef::new(column).boolean().not_null());
    }
    for column in ["registration_opens_at", "registration_closes_at", "starts_at", "ends_at", "created_at"] {
        table.col(ColumnDef::new(column).timestamp_with_time_zone().not_null());
    }
    table
        .col(ColumnDef::new("municipality_code").text())
        .col(ColumnDef::new("certificate_months").integer())
        .col(ColumnDef::new("planner_id").uuid().not_null())
        .foreign_key(&mut within_tenant("training_session", "programme_id", "programme", ForeignKeyAction::NoAction))
        .foreign_key(&mut within_tenant("training_session", "planner_id", "membership", ForeignKeyAction::NoAction))
        .index(Index::create().name("training_session_planner_key").unique().col("id").col("planner_id"))
        // What two at once would give out twice, the database refuses.
        .check(Expr::cust("taken >= 0 AND taken <= capacity"))
        .check(Expr::cust("ends_at > starts_at"))
        .check(Expr::cust("registration_closes_at > registration_opens_at"));
    manager.create_table(table).await?;
    let indexes: &[(&'static str, &[&'static str])] =
        &[("training_session_start_idx", &["starts_at", "id"]), ("training_session_state_idx", &["state", "ends_at"])];
    index(manager, "training_session", indexes).await
}

async fn parts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let part = |name: &'static str| {
        let mut table = tenant_table(name);
        table.col(ColumnDef::new("session_id").uuid().not_null());
        table.foreign_key(&mut within_tenant(name, "session_id", "training_session", ForeignKeyAction::NoAction));
        table
    };
    let mut day = part("training_day");
    day.col(ColumnDef::new("starts_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("ends_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("code_secret").text().not_null())
        .check(Expr::cust("ends_at > starts_at"));
    let mut trainer = part("session_trainer");
    trainer
        .col(ColumnDef::new("membership_id").uuid().not_null())
        .col(ColumnDef::new("planner_id").uuid().not_null())
        .index(Index::create().name("session_trainer_key").unique().col("membership_id").col("session_id"))
        .foreign_key(&mut reference("session_trainer", "membership_id", "membership"))
        // Its policy asks no session, because sessions ask it: this key says that the planner is the session's.
        .foreign_key(
            ForeignKey::create()
                .name("session_trainer_planner_id_fkey")
                .from("session_trainer", ("session_id", "planner_id"))
                .to("training_session", ("id", "planner_id")),
        );
    let mut audience = part("session_audience");
    audience
        .col(ColumnDef::new("kind").text())
        .col(ColumnDef::new("district_code").text())
        .col(ColumnDef::new("invited_id").uuid())
        .foreign_key(&mut reference("session_audience", "invited_id", "organisation"));
    let mut places = part("session_places");
    places
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("places").integer().not_null())
        .index(Index::create().name("session_places_key").unique().col("session_id").col("kind"))
        .check(Expr::cust("places > 0"));
    for table in [day, trainer, audience, places] {
        manager.create_table(table).await?;
    }
    for (name, table) in [
        ("training_day_session_idx", "training_day"),
        ("session_trainer_session_idx", "session_trainer"),
        ("session_audience_session_idx", "session_audience"),
    ] {
        index(manager, table, &[(name, &["session_id"])]).await?;
    }
    Ok(())
}

pub(super) async fn secure_all(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let applies = "(SELECT app_role('reporter', 'coordinator'))
         AND (kind IS NULL OR kind = (SELECT app_kind()))
         AND (district_code IS NULL OR district_code = (SELECT app_district()))
         AND (invited_id IS NULL OR invited_id = (SELECT app_organisation()))";
    let trained = trains("session_audience.session_id");
    let supervises = "(SELECT app_role('supervisor'))";
    let select = format!("({applies}) OR {trained} OR {supervises} OR {DEMONSTRATION}");
    let writes = format!("{trained} OR {DEMONSTRATION}");
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: None, delete: Some(&writes) };
    secure(manager, "session_audience", rights).await?;

    let registered = "EXISTS (SELECT FROM registration r WHERE r.session_id = training_session.id
             AND (r.membership_id = (SELECT app_membership())
                  OR (r.organisation_id = (SELECT app_organisation()) AND (SELECT app_role('coordinator')))))";
    let invited = "EXISTS (SELECT FROM session_audience a WHERE a.session_id = training_session.id)";
    let own = format!(
        "((SELECT app_role('trainer')) AND planner_id = (SELECT app_membership())) OR {}",
        trains("training_session.id")
    );
    let select = format!(
        "{DEMONSTRATION} OR {COUNTS} OR {supervises} OR {own} OR (state <> 'draft' AND ({PLACES_ALONE} OR (SELECT app_purpose('expiry'))
             OR ((SELECT app_role('reporter', 'coordinator')) AND ({invited} OR {registered}))))"
    );
    let insert = format!(
        "{DEMONSTRATION} OR ((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation())
             AND planner_id = (SELECT app_membership()))"
    );
    let update = format!("{DEMONSTRATION} OR {own} OR (state IN ('open', 'closed') AND {PLACES})");
    let rights = Rights { select: Some(&select), insert: Some(&insert), update: Some(&update), delete: None };
    secure(manager, "training_session", rights).await?;
    may_move(manager, "training_session", &["programme_id"], "app_role('trainer')").await?;
    may_move(manager, "training_session", &["series_id"], "app_role('trainer') AND OLD.series_id IS NULL").await?;

    let select = format!("{TAKES_PART} OR {DEMONSTRATION} OR {PLACES_ALONE}");
    let writes = format!(
        "{DEMONSTRATION} OR ((SELECT app_role('trainer')) AND organisation_id = (SELECT app_organisation())
             AND planner_id = (SELECT app_membership()))"
    );
    let rights = Rights { select: Some(&select), insert: Some(&writes), update: None, delete: Some(&writes) };
    secure(manager, "session_trainer", rights).await?;

    for table in ["training_day", "session_places"] {
        let select = format!("EXISTS (SELECT FROM training_session s WHERE s.id = {table}.session_id)");
        let writes = format!("{DEMONSTRATION} OR {}", trains(&format!("{table}.session_id")));
        let rights =
            Rights { select: Some(&select), insert: Some(&writes), update: Some(&writes), delete: Some(&writes) };
        secure(manager, table, rights).await?;
    }
    Ok(())
}
