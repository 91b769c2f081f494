//! Twenty years of sessions. Everything follows from numbers, so that every run measures the same rows.

use crate::{Result, time};
use chrono::{Days, NaiveDate};
use reqwest::Url;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};
use std::path::Path;

/// How many institutions there are, the Centre apart.
pub const INSTITUTIONS: u32 = 3_000;
const SESSIONS: u32 = 6_000;
const REGISTRATIONS: u32 = 160_000;
const REPORTS: u32 = 4_000;
/// How many days back it begins: 20 years.
const DAYS: u32 = 7_300;
/// Sessions at the end that were held and are not completed yet.
const NOT_COMPLETED: u32 = 20;
/// The secret of the supervisor's session.
pub const SESSION_SECRET: [u8; 32] = [7; 32];

/// How a database writes what the other writes otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Postgres,
    Sqlite,
}

impl Dialect {
    /// The key of a row, by its table and its number, which is an expression.
    fn key(self, table: u64, number: &str) -> String {
        let number = format!("{} + ({number})", table << 40);
        match self {
            Self::Postgres => format!("lpad(to_hex({number}), 32, '0')::uuid"),
            Self::Sqlite => format!("unhex(printf('%032x', {number}))"),
        }
    }

    /// An instant: so many days after a day, at this hour. The number of days is an expression.
    fn instant(self, first: NaiveDate, days: &str, hour: u32) -> String {
        match self {
            Self::Postgres => {
                format!("(timestamptz '{first} {hour:02}:00:00+00' + ({days}) * interval '1 day')")
            }
            Self::Sqlite => {
                format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', '{first} {hour:02}:00:00', ({days}) || ' days')")
            }
        }
    }

    fn date(self, instant: &str) -> String {
        match self {
            Self::Postgres => format!("({instant})::date"),
            Self::Sqlite => format!("date({instant})"),
        }
    }

    fn bytes(self, bytes: &[u8]) -> String {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Postgres => format!("'\\x{digits}'::bytea"),
            Self::Sqlite => format!("x'{digits}'"),
        }
    }
}

/// The numbers from nought to one below another, as a table `numbers` with a column `n`.
fn numbers(below: u32) -> String {
    format!("WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {below})")
}

/// Fills PostgreSQL, past row level security.
pub async fn fill_postgres(connection: &mut PgConnection, issuer: &Url) -> Result<()> {
    for statement in statements(Dialect::Postgres, issuer) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    sqlx::raw_sql("VACUUM (ANALYZE)").execute(connection).await?;
    Ok(())
}

/// Fills the SQLite file.
pub async fn fill_sqlite(file: &Path, issuer: &Url) -> Result<()> {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await?;
    sqlx::raw_sql("BEGIN").execute(&mut connection).await?;
    for statement in statements(Dialect::Sqlite, issuer) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    sqlx::raw_sql("COMMIT").execute(&mut connection).await?;
    Ok(())
}

fn statements(dialect: Dialect, issuer: &Url) -> Vec<String> {
    let first = time::now().date_naive() - Days::new(u64::from(DAYS));
    let writer = Writer { dialect, first };
    let mut statements = writer.organisations(issuer);
    statements.extend(writer.sessions());
    statements.extend(writer.participants());
    statements.push(writer.reports());
    statements
}

/// Tables, as keys tell them apart.
const ORGANISATION: u64 = 1;
const MEMBERSHIP: u64 = 2;
const SESSION: u64 = 3;
const DAY: u64 = 4;
const REGISTRATION: u64 = 5;
const ATTENDANCE: u64 = 6;
const REPORT: u64 = 7;
const ACCOUNT: u64 = 8;
const SIGN_IN: u64 = 9;

struct Writer {
    dialect: Dialect,
    first: NaiveDate,
}

impl Writer {
    fn key(&self, table: u64, number: &str) -> String {
        self.dialect.key(table, number)
    }

    /// The key of the Centre, or of its supervisor: they come behind the institutions.
    fn centre(&self, table: u64) -> String {
        self.key(table, &INSTITUTIONS.to_string())
    }

    fn at(&self, days: &str, hour: u32) -> String {
        self.dialect.instant(self.first, days, hour)
    }

    fn organisations(&self, issuer: &Url) -> Vec<String> {
        let all = numbers(INSTITUTIONS + 1);
        let (organisation, member, begun) = (self.key(ORGANISATION, "n"), self.key(MEMBERSHIP, "n"), self.at("0", 8));
        let kinds =
            "CASE WHEN n = 3000 THEN 'centre' WHEN n % 3 < 2 THEN 'school' WHEN n % 4 = 0 THEN 'centre_for_social_work'
             WHEN n % 4 = 1 THEN 'health_service' WHEN n % 4 = 2 THEN 'police' ELSE 'non_governmental' END";
        let places =
            "CASE n % 7 WHEN 0 THEN 'zemun' WHEN 1 THEN 'palilula' WHEN 2 THEN 'vozdovac' WHEN 3 THEN 'novi-sad'
             WHEN 4 THEN 'backa-topola' WHEN 5 THEN 'novi-beograd' ELSE 'rakovica' END";
        let hash = self.dialect.bytes(&Sha256::digest(SESSION_SECRET));
        let (account, supervisor) = (self.key(ACCOUNT, "0"), self.centre(MEMBERSHIP));
        vec![
            format!(
                "{all} INSERT INTO organisation (id, name, kind, municipality_code, created_at)
                 SELECT {organisation}, 'Основна школа број ' || n, {kinds}, {places}, {begun} FROM numbers"
            ),
            format!(
                "INSERT INTO account (id, issuer, subject, email, created_at)
                 VALUES ({account}, '{issuer}', 'supervisor', 'supervisor@centre.example', {begun})"
            ),
            format!(
                "{all} INSERT INTO membership (id, organisation_id, account_id, email, name, function, roles, revision, created_at)
                 SELECT {member}, {organisation}, CASE WHEN n = {INSTITUTIONS} THEN {account} END, 'member' || n || '@partner.example',
                        'Милица Петровић', 'психолог', CASE WHEN n = {INSTITUTIONS} THEN 'supervisor' ELSE 'coordinator' END, 1, {begun}
                 FROM numbers"
            ),
            format!(
                "INSERT INTO session (id, token_hash, account_id, membership_id, second_factor, created_at, last_seen_at)
                 VALUES ({}, {hash}, {account}, {supervisor}, true, {now}, {now})",
                self.key(SIGN_IN, "0"),
                // Seen in the future: that a session's use is noted once a minute is not what is measured.
                now = self.at(&(DAYS + 1).to_string(), 0),
            ),
        ]
    }

    fn sessions(&self) -> Vec<String> {
        let (begins, ends) = (format!("n * {DAYS} / {SESSIONS} - 2 - n % 2"), format!("n * {DAYS} / {SESSIONS} - 2"));
        let completed = SESSIONS - NOT_COMPLETED;
        let (centre, member) = (self.centre(ORGANISATION), self.centre(MEMBERSHIP));
        let (starts_at, ends_at, before) = (self.at(&begins, 8), self.at(&ends, 14), self.at("-9", 8));
        let session = format!(
            "{} INSERT INTO training_session (id, organisation_id, kind, state, title, topic, hours, mode, venue, online_address,
                 language, partners, donor, trainer_names, organiser, indicator_sets, capacity, taken, waiting_list, approval,
                 offer_hours, registration_opens_at, registration_closes_at, starts_at, ends_at, attendance_percent,
                 certificate_needs_test, revision, created_at, planner_id)
             SELECT {}, {centre}, 'training', CASE WHEN n < {completed} THEN 'completed' ELSE 'held' END, 'Знакови у школи ' || n,
                    'Препознавање знакова и пут до Центра.', 12, 'online', '', '', 'sr', '', '', 'Милица Петровић', 'Центар', '', 30,
                    27, true, false, 0, {}, {before}, {starts_at}, {ends_at}, 100, false, 1, {before}, {member} FROM numbers",
            numbers(SESSIONS),
            self.key(SESSION, "n"),
            self.at("-10", 8),
        );
        let day = format!(
            "{} INSERT INTO training_day (id, organisation_id, session_id, starts_at, ends_at, code_secret)
             SELECT {}, {centre}, {}, {}, {}, '' FROM numbers WHERE n / {SESSIONS} <= n % 2",
            numbers(2 * SESSIONS),
            self.key(DAY, "n"),
            self.key(SESSION, &format!("n % {SESSIONS}")),
            self.at("0", 8),
            self.at("0", 14),
        );
        vec![session, day]
    }

    /// Each participant of a session comes from another institution, which is the most that there can be to count.
    fn participants(&self) -> Vec<String> {
        let (session, centre) = (format!("n % {SESSIONS}"), self.centre(ORGANISATION));
        let institution = format!("(n % {SESSIONS} * 7919 + n / {SESSIONS} * 131) % {INSTITUTIONS}");
        let (organisation, of_session) = (self.key(ORGANISATION, &institution), self.key(SESSION, &session));
        let before = self.at("-9", 8);
        let registration = format!(
            "{} INSERT INTO registration (id, organisation_id, session_id, organiser_id, name, function, kind, state, walk_in,
                 registered_by_id, revision, created_at, changed_at)
             SELECT {}, {organisation}, {of_session}, {centre}, 'Милица Петровић ' || n, 'школски психолог', 'school', 'registered', false,
                    {}, 1, {before}, {before} FROM numbers",
            numbers(REGISTRATIONS),
            self.key(REGISTRATION, "n"),
            self.centre(MEMBERSHIP),
        );
        let attendance = |day: u32| {
            format!(
                "{} INSERT INTO attendance (id, organisation_id, session_id, registration_id, day_id, mark, method, recorded_at)
                 SELECT {}, {organisation}, {of_session}, {}, {}, CASE WHEN n % 10 = 9 THEN 'absent' ELSE 'present' END, 'trainer', {before}
                 FROM numbers WHERE {day} <= n % 2",
                numbers(REGISTRATIONS),
                self.key(ATTENDANCE, &format!("n + {day} * {REGISTRATIONS}")),
                self.key(REGISTRATION, "n"),
                self.key(DAY, &format!("{session} + {day} * {SESSIONS}")),
            )
        };
        let kept = format!(
            "INSERT INTO session_reach (session_id, organisation_id, organiser_id, ended_on, participants)
             SELECT a.session_id, a.organisation_id, s.organisation_id, {}, COUNT(DISTINCT a.registration_id)
             FROM attendance a JOIN training_session s ON s.id = a.session_id
             WHERE s.state = 'completed' AND a.mark <> 'absent'
             GROUP BY a.session_id, a.organisation_id, s.organisation_id, s.ends_at",
            self.dialect.date("s.ends_at")
        );
        vec![registration, attendance(0), attendance(1), kept]
    }

    fn reports(&self) -> String {
        let institution = format!("n * 37 % {INSTITUTIONS}");
        let at = self.at(&format!("n * {DAYS} / {REPORTS}"), 10);
        format!(
            "{} INSERT INTO report (id, organisation_id, author_id, reference, channel, state, urgency, reported_urgency, revision, section_revisions,
                 begun_on, created_at, updated_at, submitted_at, reporter_function, reporter_contact, on_behalf_of, may_call_back,
                 danger_now, exploiter_near, observations, place, suspected_forms, exploitation_place, actions_taken, person_knows,
                 sealing_key)
             SELECT {}, {}, {}, 'PI-' || n, 'portal', 'closed', 2, 2, 1, '{{}}', {}, {at}, {at}, {at}, '', '', '', true, 'no', 'no', '', '',
                    '[]', '', '', 'no', {} FROM numbers",
            numbers(REPORTS),
            self.key(REPORT, "n"),
            self.key(ORGANISATION, &institution),
            self.key(MEMBERSHIP, &institution),
            self.dialect.date(&at),
            self.dialect.bytes(&[]),
        )
    }
}
