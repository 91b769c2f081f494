//! A small network with a row of every kind in every table, and a viewer of every kind.

use crate::access::{Database, Membership, Purpose, Role, Roles, Viewer};
use chrono::{DateTime, NaiveDate, Utc};
use entity::organisation::Kind;
use entity::{
    account, attachment, attendance, audit_checkpoint, audit_event, audit_link, calendar_feed, case, certificate,
    certificate_content, delivery, erasure, evaluation, evaluation_answered, idempotency_key, identity_opening,
    index_key, indicator, indicator_set_version, internal_note, match_key, match_subject, material, membership,
    message_reading, notification, notification_preference, organisation, organisation_key, outbox, participant_needs,
    person, person_identity, possible_duplicate, printed_material, programme, question, registration, report,
    report_bar, report_deadline, report_event, report_message, session, session_audience, session_evaluation,
    session_places, session_reach, session_reminder, session_test, session_trainer, sign_in_attempt, test_attempt,
    test_question, test_result, ticked_indicator, training_day, training_session, webhook,
};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use uuid::Uuid;

pub(super) use crate::access::tables::for_each_table;

/// A row and what it is.
pub(super) struct Row<M> {
    pub(super) label: String,
    pub(super) model: M,
}

pub(super) fn row<M>(label: impl Into<String>, model: M) -> Row<M> {
    Row { label: label.into(), model }
}

#[derive(Default)]
pub(super) struct Network {
    pub(super) viewers: Vec<(&'static str, Viewer)>,
    pub(super) organisation: Vec<Row<organisation::Model>>,
    pub(super) organisation_key: Vec<Row<organisation_key::Model>>,
    pub(super) account: Vec<Row<account::Model>>,
    pub(super) membership: Vec<Row<membership::Model>>,
    pub(super) session: Vec<Row<session::Model>>,
    pub(super) sign_in_attempt: Vec<Row<sign_in_attempt::Model>>,
    pub(super) indicator_set_version: Vec<Row<indicator_set_version::Model>>,
    pub(super) indicator: Vec<Row<indicator::Model>>,
    pub(super) report: Vec<Row<report::Model>>,
    pub(super) person: Vec<Row<person::Model>>,
    pub(super) person_identity: Vec<Row<person_identity::Model>>,
    pub(super) ticked_indicator: Vec<Row<ticked_indicator::Model>>,
    pub(super) report_message: Vec<Row<report_message::Model>>,
    pub(super) attachment: Vec<Row<attachment::Model>>,
    pub(super) message_reading: Vec<Row<message_reading::Model>>,
    pub(super) report_event: Vec<Row<report_event::Model>>,
    pub(super) report_deadline: Vec<Row<report_deadline::Model>>,
    pub(super) internal_note: Vec<Row<internal_note::Model>>,
    pub(super) case: Vec<Row<case::Model>>,
    pub(super) identity_opening: Vec<Row<identity_opening::Model>>,
    pub(super) report_bar: Vec<Row<report_bar::Model>>,
    pub(super) erasure: Vec<Row<erasure::Model>>,
    pub(super) index_key: Vec<Row<index_key::Model>>,
    pub(super) match_subject: Vec<Row<match_subject::Model>>,
    pub(super) match_key: Vec<Row<match_key::Model>>,
    pub(super) possible_duplicate: Vec<Row<possible_duplicate::Model>>,
    pub(super) programme: Vec<Row<programme::Model>>,
    pub(super) training_session: Vec<Row<training_session::Model>>,
    pub(super) training_day: Vec<Row<training_day::Model>>,
    pub(super) session_trainer: Vec<Row<session_trainer::Model>>,
    pub(super) session_audience: Vec<Row<session_audience::Model>>,
    pub(super) session_places: Vec<Row<session_places::Model>>,
    pub(super) registration: Vec<Row<registration::Model>>,
    pub(super) participant_needs: Vec<Row<participant_needs::Model>>,
    pub(super) attendance: Vec<Row<attendance::Model>>,
    pub(super) session_reach: Vec<Row<session_reach::Model>>,
    pub(super) session_reminder: Vec<Row<session_reminder::Model>>,
    pub(super) question: Vec<Row<question::Model>>,
    pub(super) session_test: Vec<Row<session_test::Model>>,
    pub(super) test_question: Vec<Row<test_question::Model>>,
    pub(super) test_attempt: Vec<Row<test_attempt::Model>>,
    pub(super) test_result: Vec<Row<test_result::Model>>,
    pub(super) session_evaluation: Vec<Row<session_evaluation::Model>>,
    pub(super) evaluation: Vec<Row<evaluation::Model>>,
    pub(super) evaluation_answered: Vec<Row<evaluation_answered::Model>>,
    pub(super) certificate: Vec<Row<certificate::Model>>,
    pub(super) certificate_content: Vec<Row<certificate_content::Model>>,
    pub(super) calendar_feed: Vec<Row<calendar_feed::Model>>,
    pub(super) material: Vec<Row<material::Model>>,
    pub(super) printed_material: Vec<Row<printed_material::Model>>,
    pub(super) outbox: Vec<Row<outbox::Model>>,
    pub(super) notification: Vec<Row<notification::Model>>,
    pub(super) notification_preference: Vec<Row<notification_preference::Model>>,
    pub(super) webhook: Vec<Row<webhook::Model>>,
    pub(super) delivery: Vec<Row<delivery::Model>>,
    pub(super) idempotency_key: Vec<Row<idempotency_key::Model>>,
    pub(super) audit_event: Vec<Row<audit_event::Model>>,
    pub(super) audit_link: Vec<Row<audit_link::Model>>,
    pub(super) audit_checkpoint: Vec<Row<audit_checkpoint::Model>>,
}

pub(super) const SCHOOL: Uuid = Uuid::from_u128(0xa0);
pub(super) const OTHER_SCHOOL: Uuid = Uuid::from_u128(0xb0);
pub(super) const CENTRE: Uuid = Uuid::from_u128(0xc0);
pub(super) const INDICATOR: Uuid = Uuid::from_u128(0xd1);

/// Who there is: name, membership, organisation, role. The first nine are one a role.
const MEMBERS: [(&str, u128, Uuid, Role); 12] = [
    ("reporter", 1, SCHOOL, Role::Reporter),
    ("coordinator", 2, SCHOOL, Role::Coordinator),
    ("intake officer", 3, CENTRE, Role::IntakeOfficer),
    ("case worker", 4, CENTRE, Role::CaseWorker),
    ("supervisor", 5, CENTRE, Role::Supervisor),
    ("trainer", 6, CENTRE, Role::Trainer),
    ("analyst", 7, CENTRE, Role::Analyst),
    ("protection officer", 8, CENTRE, Role::ProtectionOfficer),
    ("administrator", 9, CENTRE, Role::Administrator),
    ("other school's reporter", 10, OTHER_SCHOOL, Role::Reporter),
    ("second case worker", 11, CENTRE, Role::CaseWorker),
    ("second trainer", 12, CENTRE, Role::Trainer),
];

pub(super) fn instant() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn account_of(member: u128) -> Uuid {
    Uuid::from_u128(0x100 + member)
}

impl Network {
    pub(super) fn new() -> Self {
        let mut network = Self::default();
        network.add_organisations();
        MEMBERS.iter().for_each(|member| network.add_member(*member));
        network.add_catalogue();
        network.add_reports();
        network.add_services();
        network.add_openings();
        network.add_training();
        network.add_learning();
        network.add_certificates();
        network.add_materials();
        network.add_reach();
        network.add_notifications();
        network.add_duplicates();
        network
    }

    /// The viewers that are members, one a role.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'static str, &Viewer)> {
        self.viewers.iter().take(Role::ALL.len()).map(|(name, viewer)| (*name, viewer))
    }

    pub(super) fn viewer(&self, name: &str) -> Viewer {
        self.viewers.iter().find(|(known, _)| *known == name).expect("a viewer").1.clone()
    }

    fn add_organisations(&mut self) {
        for (label, id, kind) in [
            ("the school", SCHOOL, Kind::School),
            ("the other school", OTHER_SCHOOL, Kind::School),
            ("the Centre", CENTRE, Kind::Centre),
        ] {
            let model = organisation::Model {
                id,
                name: label.to_owned(),
                kind,
                municipality_code: "novi-sad".to_owned(),
                suspended_at: None,
                created_at: instant(),
            };
            self.organisation.push(row(label, model));
            let key = organisation_key::Model {
                id: Uuid::from_u128(id.as_u128() + 0x900),
                organisation_id: id,
                master_key_id: "key".to_owned(),
                wrapped: Vec::new(),
                created_at: instant(),
                retired_at: None,
                destroyed_at: None,
            };
            self.organisation_key.push(row(format!("the key of {label}"), key));
            let event = audit_event::Model {
                id,
                occurred_at: instant(),
                organisation_id: Some(id),
                account_id: None,
                membership_id: None,
                action: "report.read".to_owned(),
                object_type: "report".to_owned(),
                object_id: None,
                request_id: Uuid::nil(),
                reason: None,
            };
            self.audit_event.push(row(format!("an act of {label}"), event));
        }
    }

    fn add_member(&mut self, (name, member, organisation_id, role): (&'static str, u128, Uuid, Role)) {
        let (id, account_id) = (Uuid::from_u128(member), account_of(member));
        let account = account::Model {
            id: account_id,
            issuer: "issuer".to_owned(),
            subject: name.to_owned(),
            email: None,
            created_at: instant(),
        };
        self.account.push(row(format!("the {name}'s account"), account));
        let membership = membership::Model {
            id,
            organisation_id,
            account_id: Some(account_id),
            email: Some(format!("{member}@example.rs")),
            client_id: None,
            name: name.to_owned(),
            function: String::new(),
            roles: role.as_str().to_owned(),
            revision: 1,
            created_at: instant(),
            ended_at: None,
        };
        self.membership.push(row(format!("the {name}'s membership"), membership));
        if matches!(member, 1 | 3 | 10) {
            self.add_session(name, member, organisation_id);
            self.add_own_act(name, member, organisation_id);
        }
        let organisation_kind = if organisation_id == CENTRE { Kind::Centre } else { Kind::School };
        let roles = Roles::from_iter([role]);
        let acting =
            Membership { id, organisation_id, organisation_kind, district: Some("RS-06"), roles, emergency: false };
        self.viewers.push((name, Viewer::signed_in(account_id, Some(acting), true)));
    }

    fn add_session(&mut self, name: &str, member: u128, organisation_id: Uuid) {
        let session = session::Model {
            id: Uuid::from_u128(0x200 + member),
            token_hash: member.to_be_bytes().to_vec(),
            account_id: account_of(member),
            membership_id: None,
            second_factor: true,
            created_at: instant(),
            last_seen_at: instant(),
        };
        self.session.push(row(format!("the {name}'s session"), session));
        let key = idempotency_key::Model {
            membership_id: Uuid::from_u128(member),
            key: "key".to_owned(),
            organisation_id,
            operation: "submitReport".to_owned(),
            input_digest: String::new(),
            result_id: Uuid::nil(),
            created_at: instant(),
        };
        self.idempotency_key.push(row(format!("the {name}'s key"), key));
    }

    fn add_own_act(&mut self, name: &str, member: u128, organisation_id: Uuid) {
        let event = audit_event::Model {
            id: Uuid::from_u128(0xe00 + member),
            occurred_at: instant(),
            organisation_id: Some(organisation_id),
            account_id: Some(account_of(member)),
            membership_id: Some(Uuid::from_u128(member)),
            action: "report.read".to_owned(),
            object_type: "report".to_owned(),
            object_id: None,
            request_id: Uuid::nil(),
            reason: None,
        };
        self.audit_event.push(row(format!("an act of the {name}"), event));
    }

    fn add_catalogue(&mut self) {
        let version = indicator_set_version::Model {
            id: Uuid::from_u128(0xd0),
            set_code: "set".to_owned(),
            version: "1".to_owned(),
            valid_from: NaiveDate::default(),
            valid_until: None,
            definition: "{}".to_owned(),
            imported_at: instant(),
        };
        let set_version_id = version.id;
        self.indicator_set_version.push(row("a set", version));
        let indicator = indicator::Model { id: INDICATOR, set_version_id, code: "A".to_owned() };
        self.indicator.push(row("an indicator", indicator));
    }

    fn add_services(&mut self) {
        let attempt = sign_in_attempt::Model {
            state_hash: vec![1],
            nonce: String::new(),
            pkce_verifier: String::new(),
            return_to: String::new(),
            expires_at: instant(),
        };
        self.sign_in_attempt.push(row("a sign-in under way", attempt));
        self.add_chain();
        for (name, member, purpose) in [
            ("analyst, counting", "analyst", Purpose::Count),
            ("coordinator, counting", "coordinator", Purpose::Count),
            ("reporter, as if beyond an assignment", "reporter", Purpose::BeyondAssignment),
            ("second case worker, beyond its assignments", "second case worker", Purpose::BeyondAssignment),
            ("reporter, moving a clock", "reporter", Purpose::Timekeeping),
            ("supervisor, exporting a person", "supervisor", Purpose::Export),
            ("intake officer, exporting a person", "intake officer", Purpose::Export),
        ] {
            let viewer = self.viewer(member).with_purpose(purpose);
            self.viewers.push((name, viewer));
        }
        for (name, purpose) in [
            ("the service, signing in", Purpose::SignIn),
            ("the service, importing indicators", Purpose::Import),
            ("the service, setting up", Purpose::Administration),
            ("the service, removing what expired", Purpose::Expiry),
            ("the service, linking the audit trail", Purpose::AuditLinking),
            ("the service, filling the demonstration", Purpose::Demonstration),
            ("the service, keeping the keys", Purpose::KeyKeeping),
            ("the service, erasing", Purpose::Erasure),
            ("the service, keeping deadlines", Purpose::Timekeeping),
            ("the service, looking after files", Purpose::AttachmentKeeping),
        ] {
            self.viewers.push((name, Viewer::service(purpose)));
        }
    }

    fn add_chain(&mut self) {
        let link = audit_link::Model { position: 1, event_id: CENTRE, digest: vec![1], hash: vec![2] };
        self.audit_link.push(row("the link of an act of the Centre", link));
        let checkpoint = audit_checkpoint::Model {
            position: 1,
            hash: vec![2],
            signed_at: instant(),
            key_id: "key".to_owned(),
            signature: vec![3],
        };
        self.audit_checkpoint.push(row("a checkpoint", checkpoint));
    }

    /// Writes every row, past the policies.
    pub(super) async fn store(&self, database: &Database) {
        let transaction = database.write(&Viewer::service(Purpose::Demonstration)).await.expect("a transaction");
        macro_rules! store {
            ($($table:ident),*) => {$(
                let rows = self.$table.iter().map(|row| row.model.clone().into_active_model().reset_all());
                let insert = entity::$table::Entity::insert_many(rows);
                insert.exec_without_returning(&transaction).await.expect(stringify!($table));
            )*};
        }
        for_each_table!(store);
        transaction.commit().await.expect("stored");
    }
}
