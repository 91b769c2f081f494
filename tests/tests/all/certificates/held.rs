//! A session that took place, put into the database as it is after its last day.

use tests::Database;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

/// The session, and how its rows are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    database: Database,
    /// Tells sessions of one database apart.
    number: u128,
}

/// A participant: name, and the member that it is, where it is one.
pub(crate) type Participant<'a> = (&'a str, Option<&'a str>);

impl Held {
    pub(crate) fn new(database: Database, number: u128) -> Self {
        Self { database, number }
    }

    /// A key of this session: its own is 0.
    fn key(self, part: u128) -> Uuid {
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + (self.number << 16) + part)
    }

    /// The id of the session.
    pub(crate) fn id(self) -> String {
        encode("training_session", self.key(0))
    }

    /// The id of the registration of the participant at this position.
    pub(crate) fn registration(self, position: u128) -> String {
        encode("registration", self.key(0x100 + position))
    }

    /// The id of the first day.
    pub(crate) fn day(self) -> String {
        encode("training_day", self.key(3))
    }

    fn literal(self, key: Uuid) -> String {
        match self.database {
            Database::Sqlite => format!("x'{}'", key.simple()),
            Database::Postgres => format!("'{key}'"),
        }
    }

    fn of(self, part: u128) -> String {
        self.literal(self.key(part))
    }

    /// The session of two days in November 2018, of a programme, trained by the Centre's trainer.
    pub(crate) fn session(self, needs_test: bool) -> String {
        let organiser = member("organisation_id", "trainer@centre.example");
        let trainer = member("id", "trainer@centre.example");
        let (session, programme) = (self.of(0), self.of(1));
        let day = |part: u128, date: &str| {
            format!(
                "INSERT INTO training_day (id, organisation_id, session_id, starts_at, ends_at, code_secret)
                 VALUES ({}, {organiser}, {session}, '2018-11-{date}T08:00:00Z', '2018-11-{date}T14:00:00Z', '');",
                self.of(part)
            )
        };
        format!(
            "INSERT INTO programme (id, organisation_id, title, topic, accreditor, accreditation_number, hours, valid_from, revision,
                 created_at)
             VALUES ({programme}, {organiser}, 'Програм', '', 'Завод', '1123/2018', 12, '2018-01-01', 1, '2018-01-01T08:00:00Z');
             INSERT INTO training_session (id, organisation_id, programme_id, kind, state, title, topic, hours, mode, venue,
                 online_address, language, partners, donor, trainer_names, organiser, indicator_sets, capacity, taken, waiting_list, approval,
                 offer_hours, registration_opens_at, registration_closes_at, starts_at, ends_at, attendance_percent,
                 certificate_needs_test, certificate_months, revision, created_at, planner_id)
             VALUES ({session}, {organiser}, {programme}, 'training', 'held', 'Знакови у школи', '', 12, 'online', '', '', 'sr', '',
                 '', '', 'Центар', '', 20, 0, true, false, 0, '2018-10-01T08:00:00Z', '2018-11-01T08:00:00Z', '2018-11-05T08:00:00Z',
                 '2018-11-06T14:00:00Z', 100, {needs_test}, 12, 1, '2018-10-01T08:00:00Z', {trainer});
             INSERT INTO session_trainer (id, organisation_id, session_id, membership_id, planner_id)
             VALUES ({}, {organiser}, {session}, {trainer}, {trainer}); {} {}",
            self.of(2),
            day(3, "05"),
            day(4, "06"),
        )
    }

    /// Lets the session last from one instant (RFC 3339) to another, and nobody have come yet.
    pub(crate) fn lasts(self, start: &str, end: &str) -> String {
        format!(
            "UPDATE training_session SET state = 'closed', starts_at = '{start}', ends_at = '{end}' WHERE id = {};
             UPDATE training_day SET starts_at = '{start}', ends_at = '{end}' WHERE id = {};
             DELETE FROM attendance WHERE session_id = {};",
            self.of(0),
            self.of(3),
            self.of(0)
        )
    }

    /// Lets it have ended at an instant.
    pub(crate) fn ended(self, end: &str) -> String {
        format!("UPDATE training_session SET ends_at = '{end}' WHERE id = {};", self.of(0))
    }

    /// Gives the session another trainer.
    pub(crate) fn is_trained_by(self, email: &str) -> String {
        format!("UPDATE session_trainer SET membership_id = {} WHERE id = {};", member("id", email), self.of(2))
    }

    /// A participant of the first school, with its marks of the two days.
    pub(crate) fn participant(
        self,
        position: u128,
        (name, email): Participant<'_>,
        state: &str,
        marks: [&str; 2],
    ) -> String {
        let organiser = member("organisation_id", "trainer@centre.example");
        let school = member("organisation_id", "coordinator@school-01.example");
        let itself = email.map_or("NULL".to_owned(), |email| member("id", email));
        let (session, registration) = (self.of(0), self.of(0x100 + position));
        let mut sql = format!(
            "INSERT INTO registration (id, organisation_id, session_id, organiser_id, membership_id, name, function, kind, state,
                 walk_in, registered_by_id, revision, created_at, changed_at)
             VALUES ({registration}, {school}, {session}, {organiser}, {itself}, '{name}', '', 'school', '{state}', false, {}, 1,
                 '2018-10-02T08:00:00Z', '2018-10-02T08:00:00Z');",
            member("id", "coordinator@school-01.example")
        );
        for (day, mark) in marks.into_iter().enumerate() {
            let key = self.of(0x200 + position * 2 + day as u128);
            sql += &format!(
                "INSERT INTO attendance (id, organisation_id, session_id, registration_id, day_id, mark, method, recorded_at)
                 VALUES ({key}, {school}, {session}, {registration}, {}, '{mark}', 'trainer', '2018-11-06T14:00:00Z');",
                self.of(3 + day as u128)
            );
        }
        sql
    }

    /// The test after the session, which the participant at this position passed in its first attempt.
    pub(crate) fn passed_by(self, position: u128) -> String {
        let organiser = member("organisation_id", "trainer@centre.example");
        let school = member("organisation_id", "coordinator@school-01.example");
        let (session, test, attempt) = (self.of(0), self.of(5), self.of(6));
        let registration = self.of(0x100 + position);
        format!(
            "INSERT INTO session_test (id, organisation_id, session_id, stage, attempts, pass_percent, out_of, opens_at, closes_at,
                 revision, created_at)
             VALUES ({test}, {organiser}, {session}, 'after', 1, 50, 4, '2018-11-06T14:00:00Z', '2018-11-07T14:00:00Z', 1,
                 '2018-11-06T08:00:00Z');
             INSERT INTO test_attempt (id, organisation_id, session_id, test_id, test_revision, registration_id, number, on_paper,
                 option_order, answers, scores, ungraded, points, out_of, passed, started_at, ends_at, submitted_at)
             VALUES ({attempt}, {school}, {session}, {test}, 1, {registration}, 1, true, '[]', '', '[]', 0, 3, 4, true,
                 '2018-11-06T14:00:00Z', '2018-11-06T14:30:00Z', '2018-11-06T14:20:00Z');
             INSERT INTO test_result (id, organisation_id, session_id, test_id, registration_id, attempt_id, points, out_of, passed)
             VALUES ({}, {school}, {session}, {test}, {registration}, {attempt}, 3, 4, true);",
            self.of(7)
        )
    }

    /// Withdraws the programme.
    pub(crate) fn withdraw_programme(self) -> String {
        format!("UPDATE programme SET withdrawn_at = '2019-01-10T08:00:00Z' WHERE id = {}", self.of(1))
    }
}

fn encode(prefix: &str, key: Uuid) -> String {
    TypeSafeId::from_type_and_uuid(DynamicType::new(prefix).expect("a prefix"), key).to_string()
}

/// A column of the membership with this address.
fn member(column: &str, email: &str) -> String {
    format!("(SELECT {column} FROM membership WHERE email = '{email}')")
}
