//! The network in a database of its own: the published figures counted from its rows, and what must hold of any data.

use super::rows::Rows;
use super::{fill, people, persons, software};
use crate::access::{Database, Purpose, Roles, Scope, Viewer};
use crate::clock::Clock;
use crate::ids;
use crate::indicators;
use crate::reports::rules::{self, Content};
use crate::triage;
use crate::triage::rules::{Actor, Transition};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Europe::Belgrade;
use entity::answer::Answer;
use entity::case::Identification;
use entity::organisation::Kind;
use entity::person::Sex;
use entity::report::State;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

mod training;

const ISSUER: &str = "http://127.0.0.1:8080/issuer";

/// A migrated database in a folder of its own.
async fn empty() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = crate::testing::database_in(folder.path()).await;
    database.migrate_up().await.expect("it migrates");
    (folder, database)
}

/// The same with the indicator sets.
async fn database() -> (tempfile::TempDir, Database) {
    let (folder, database) = empty().await;
    indicators::import_embedded(&database, Clock::system()).await.expect("the sets are imported");
    (folder, database)
}

fn scope(database: &Database, purpose: Purpose) -> Scope {
    Scope::new(database.clone(), Viewer::service(purpose), Clock::system(), Uuid::nil())
}

/// Every row of the network, in the order of the keys.
async fn rows(database: &Database) -> Rows {
    macro_rules! all {
        ($scope:ident, $($field:ident: $module:ident by $key:ident,)*) => {
            Rows { $($field: {
                let mut rows = $scope.find::<entity::$module::Entity>().all().await.expect("they are read");
                rows.sort_by_key(|row| row.$key);
                rows
            },)* }
        };
    }
    let scope = scope(database, Purpose::Demonstration);
    let mut rows = all!(scope,
        organisations: organisation by id, accounts: account by id, memberships: membership by id, reports: report by id,
        persons: person by id, identities: person_identity by person_id, ticks: ticked_indicator by id,
        messages: report_message by id, events: report_event by id, deadlines: report_deadline by id, notes: internal_note by id, cases: case by id,
        programmes: programme by id, sessions: training_session by id, days: training_day by id,
        trainers: session_trainer by id, audiences: session_audience by id, registrations: registration by id,
        attendances: attendance by id, materials: material by id, printed: printed_material by id,
        reach: session_reach by session_id,
        questions: question by id, tests: session_test by id, asked: test_question by id,
        attempts: test_attempt by id, results: test_result by id, evaluated: session_evaluation by session_id,
        evaluations: evaluation by id, answered: evaluation_answered by registration_id, certificates: certificate by id,
        contents: certificate_content by certificate_id,
    );
    rows.reach.sort_by_key(|row| (row.session_id, row.organisation_id));
    // Keys are random, whatever they seal.
    rows.reports.iter_mut().for_each(|row| (row.sealing_key_id, row.sealing_key) = (None, Vec::new()));
    rows.persons.iter_mut().for_each(|row| (row.sealing_key_id, row.sealing_key) = (None, Vec::new()));
    rows
}

async fn filled() -> Rows {
    let (_folder, database) = database().await;
    assert!(fill(&database, Clock::system(), ISSUER).await.expect("it fills"));
    rows(&database).await
}

fn year(instant: DateTime<Utc>) -> i32 {
    instant.with_timezone(&Belgrade).year()
}

#[tokio::test]
async fn filling_twice_is_filling_once_and_every_network_is_the_same() {
    let (_folder, database) = database().await;
    assert!(fill(&database, Clock::system(), ISSUER).await.expect("it fills"));
    let first = rows(&database).await;
    assert!(!fill(&database, Clock::system(), ISSUER).await.expect("it looks"));
    assert_eq!(rows(&database).await, first);
    assert_eq!(filled().await, first);
}

#[tokio::test]
async fn without_indicators_nothing_is_written() {
    let (_folder, database) = empty().await;
    let refused = fill(&database, Clock::system(), ISSUER).await.expect_err("there are no indicators");
    assert!(refused.to_string().contains("import the indicator sets first"), "{refused}");
    assert_eq!(rows(&database).await, Rows::default());
}

#[tokio::test]
async fn the_reports_of_2018_are_those_that_were_published() {
    let rows = filled().await;
    let kinds: HashMap<Uuid, Kind> = rows.organisations.iter().map(|row| (row.id, row.kind)).collect();
    let mut sources = BTreeMap::new();
    for report in &rows.reports {
        assert_eq!(report.submitted_at.map(year), Some(2018));
        let source = match kinds[&report.organisation_id] {
            Kind::Police => "police",
            Kind::CentreForSocialWork | Kind::ChildrensHome => "social_welfare",
            Kind::NonGovernmental | Kind::Centre => "civil_society_and_other",
            _ => "other_government",
        };
        *sources.entry(source).or_insert(0) += 1;
    }
    let published = [("civil_society_and_other", 38), ("other_government", 21), ("police", 89), ("social_welfare", 45)];
    assert_eq!(sources, BTreeMap::from(published));
    assert_eq!(rows.reports.len(), 193);
}

#[tokio::test]
async fn the_identified_persons_of_2018_are_those_that_were_published() {
    let rows = filled().await;
    let cases = rows.cases.iter().filter(|case| case.identification == Identification::Identified);
    let identified: Vec<_> = cases
        .map(|case| {
            assert_eq!(case.decided_at.map(year), Some(2018));
            assert_eq!(case.void_at, None);
            let person = rows.persons.iter().find(|person| person.id == case.person_id).expect("a case has a person");
            let forms: Vec<String> = serde_json::from_str(&case.exploitation_forms).expect("a list");
            (person, forms)
        })
        .collect();
    assert_eq!(identified.len(), 76);
    let persons = |is: &dyn Fn(&entity::person::Model) -> bool| identified.iter().filter(|(p, _)| is(p)).count();
    assert_eq!(persons(&|person| person.sex == Sex::Female), 57);
    assert_eq!(persons(&|person| person.sex == Sex::Male), 19);
    assert_eq!(persons(&|person| person.child != Answer::No), 32);
    assert_eq!(persons(&|person| person.citizenship != "RS"), 5);
    let only = |form: &str| identified.iter().filter(|(_, forms)| *forms == [form]).count();
    assert_eq!(only("SexualExploitation"), 34);
    assert_eq!(only("ForcedLabour"), 18);
    assert_eq!(only("ForcedBegging"), 2);
    assert_eq!(only("ForcedCriminality"), 1);
    assert_eq!(identified.iter().filter(|(_, forms)| forms.len() > 1).count(), 21);
}

#[tokio::test]
async fn every_report_stands_where_its_history_leads() {
    let rows = filled().await;
    let members: HashMap<Uuid, &entity::membership::Model> = rows.memberships.iter().map(|m| (m.id, m)).collect();
    for report in &rows.reports {
        let mut events: Vec<_> = rows.events.iter().filter(|event| event.report_id == report.id).collect();
        events.sort_by_key(|event| event.id);
        let mut state = State::Draft;
        for event in &events {
            assert_eq!(event.from_state, state);
            assert_eq!(year(event.occurred_at), 2018);
            assert!(event.occurred_at > report.created_at && event.occurred_at <= report.updated_at);
            let by = members[&event.actor_id];
            let roles = Roles::parse(&by.roles);
            let actor = Actor { roles, reports: by.organisation_id == report.organisation_id };
            let transition = Transition::from_name(&event.transition).expect("one of the table");
            assert_eq!(triage::rules::next(state, transition, actor), Ok(event.to_state));
            state = event.to_state;
        }
        assert_eq!(state, report.state);
        assert_eq!(report.revision as usize, events.len() + 1);
        assert!(events.is_sorted_by_key(|event| event.occurred_at));
        assert_eq!(report.assignee_id.is_none(), report.state == State::Submitted);
        assert_eq!(report.joined_to_id.is_some(), report.state == State::Joined);
        let persons: BTreeSet<Uuid> = of(&rows.persons, |p| p.report_id == report.id).map(|p| p.id).collect();
        let cases: BTreeSet<Uuid> = of(&rows.cases, |c| c.report_id == report.id).map(|c| c.person_id).collect();
        assert_eq!(cases, if report.state == State::Accepted { persons } else { BTreeSet::new() });
        if let Some(earlier) = report.joined_to_id {
            assert!(earlier < report.id);
        }
    }
    let open =
        of(&rows.reports, |r| matches!(r.state, State::Submitted | State::InTriage | State::MoreInformationNeeded));
    assert_eq!(open.count(), 20);
    for state in [State::Accepted, State::Closed, State::PassedOn, State::Joined] {
        assert!(rows.reports.iter().any(|report| report.state == state), "{state:?}");
    }
    assert!(rows.events.iter().any(|event| event.transition == "reopen"));
}

fn of<T>(rows: &[T], which: impl Fn(&T) -> bool) -> impl Iterator<Item = &T> {
    rows.iter().filter(move |row| which(row))
}

#[tokio::test]
async fn messages_are_between_those_who_may_write_them() {
    use entity::report_message::Kind as Message;
    let rows = filled().await;
    let members: HashMap<Uuid, &entity::membership::Model> = rows.memberships.iter().map(|m| (m.id, m)).collect();
    let centre = rows.organisations[0].id;
    for message in &rows.messages {
        let author = members[&message.author_id];
        let partner = author.organisation_id == message.organisation_id && author.organisation_id != centre;
        let from_centre = matches!(message.kind, Message::Request | Message::Notice);
        assert_eq!((partner, author.organisation_id == centre), (!from_centre, from_centre));
        assert_eq!(message.kind == Message::Answer, message.in_reply_to_id.is_some());
    }
    let waiting = of(&rows.reports, |report| report.state == State::MoreInformationNeeded);
    for report in waiting {
        let asked = of(&rows.messages, |m| m.report_id == report.id && m.kind == Message::Request).count();
        let answered = of(&rows.messages, |m| m.report_id == report.id && m.kind == Message::Answer).count();
        assert_eq!(asked, answered + 1);
    }
    for kind in [Message::Information, Message::Request, Message::Answer, Message::WithdrawalRequest, Message::Notice] {
        assert!(rows.messages.iter().any(|message| message.kind == kind), "{kind:?}");
    }
}

#[tokio::test]
async fn reports_are_spread_and_in_the_order_of_their_time() {
    let rows = filled().await;
    assert!(rows.reports.is_sorted_by_key(|report| report.created_at));
    assert!(rows.reports.is_sorted_by_key(|report| report.submitted_at));
    let months: BTreeSet<_> = rows.reports.iter().map(|report| report.begun_on.month()).collect();
    assert_eq!(months.len(), 12);
    let places: BTreeSet<_> = rows.reports.iter().filter_map(|report| report.municipality_code.as_ref()).collect();
    assert!(places.len() > 40 && places.iter().all(|code| crate::code_lists::is_municipality(code)));
    assert_eq!(rows.persons.len(), 250);
    for person in &rows.persons {
        let ticks = of(&rows.ticks, |tick| tick.person_id == person.id).map(|tick| tick.indicator_id);
        let ticks: Vec<Uuid> = ticks.collect();
        assert!((3..=8).contains(&ticks.len()));
        assert_eq!(ticks.iter().collect::<HashSet<_>>().len(), ticks.len());
    }
    let references = rows.reports.iter().filter_map(|report| report.reference.as_deref());
    for reference in references {
        assert_eq!(ids::normalise_reference("PI", reference).as_deref(), Some(reference));
    }
    for case in &rows.cases {
        assert_eq!(ids::normalise_reference("PR", &case.reference).as_ref(), Some(&case.reference));
    }
}

#[tokio::test]
async fn every_report_could_have_been_written_by_a_partner() {
    let rows = filled().await;
    for report in &rows.reports {
        let content = Content {
            report: report.clone(),
            persons: of(&rows.persons, |row| row.report_id == report.id).cloned().collect(),
            identities: of(&rows.identities, |row| row.report_id == report.id).cloned().collect(),
            ticks: of(&rows.ticks, |row| row.report_id == report.id).cloned().collect(),
        };
        let problems = rules::validate(&content, report.begun_on, "content");
        assert!(problems.is_empty(), "{problems:?}");
        assert!(rules::missing(&content, "content").is_empty());
    }
}

#[tokio::test]
async fn persons_and_their_identities_agree_and_are_nobodys() {
    let rows = filled().await;
    assert!(!rows.identities.is_empty());
    for person in &rows.persons {
        if let Some(born) = person.birth_year {
            assert_eq!(person.child == Answer::Yes, born > 2018 - 18 && person.child != Answer::Unsure);
        }
    }
    for identity in &rows.identities {
        let number = &identity.personal_number;
        if let Some((first, check)) = number.split_at_checked(12) {
            assert_ne!(persons::check_digit(first).to_string(), check);
            assert_eq!(identity.birth_date.parse::<NaiveDate>().ok().map(|born| born.day()), first[..2].parse().ok());
        }
    }
    assert_eq!(persons::check_digit("010100650000"), 6, "a number worked out by hand");
}

#[tokio::test]
async fn the_network_has_every_kind_of_organisation_and_every_role() {
    let rows = filled().await;
    use sea_orm::Iterable;
    for kind in Kind::iter().filter(|kind| *kind != Kind::Centre) {
        assert!(of(&rows.organisations, |row| row.kind == kind).count() >= 2, "{kind:?}");
    }
    assert_eq!(rows.organisations.len(), 47);
    assert!(rows.organisations.iter().all(|row| crate::code_lists::is_municipality(&row.municipality_code)));
    assert_eq!(of(&rows.organisations, |row| row.suspended_at.is_some()).count(), 1);
    for role in crate::access::Role::ALL {
        assert!(rows.memberships.iter().any(|member| Roles::parse(&member.roles).has(role)), "{role:?}");
    }
    for member in &rows.memberships {
        let organisation = of(&rows.organisations, |row| row.id == member.organisation_id).next().expect("it has one");
        assert!(Roles::parse(&member.roles).iter().all(|role| role.fits(organisation.kind)));
    }
    let ended: Vec<_> = of(&rows.memberships, |member| member.ended_at.is_some()).map(|m| m.email.as_deref()).collect();
    assert_eq!(ended, [Some("former@school-02.example")]);
}

#[tokio::test]
async fn whoever_can_sign_in_has_an_account_and_software_has_a_membership() {
    let rows = filled().await;
    let subjects: BTreeSet<_> = rows.accounts.iter().map(|account| account.subject.clone()).collect();
    assert!(rows.accounts.iter().all(|account| account.issuer == ISSUER));
    assert_eq!(people().into_iter().map(|person| person.email).collect::<BTreeSet<_>>(), subjects);
    let clients: BTreeSet<_> = rows.memberships.iter().filter_map(|member| member.client_id.clone()).collect();
    assert_eq!(software().into_iter().map(|software| software.client_id).collect::<BTreeSet<_>>(), clients);
    for email in ["intake@centre.example", "reporter@school-01.example", "coordinator@authority-03.example"] {
        assert!(subjects.contains(email), "{email}");
    }
    let several = of(&rows.memberships, |member| member.email.as_deref() == Some("several@school-03.example"));
    assert_eq!(several.count(), 2);
    let written_by_software = of(&rows.reports, |report| {
        rows.memberships.iter().any(|member| member.id == report.author_id && member.client_id.is_some())
    });
    assert!(written_by_software.count() > 0);
}

#[test]
fn harmful_words_stay_out() {
    let texts = [
        include_str!("../../../data/demonstration/organisations.toml"),
        include_str!("../../../data/demonstration/phrases.toml"),
        include_str!("../../../data/demonstration/names.toml"),
        include_str!("../../../data/demonstration/training.toml"),
    ];
    for text in texts.map(str::to_lowercase) {
        for word in ["victim", "traffick", "жртв", "трговин"] {
            assert!(!text.contains(word), "{word}");
        }
    }
}
