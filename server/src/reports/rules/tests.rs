use super::*;
use crate::error::UserErrorCode;
use chrono::NaiveDate;
use entity::answer::Answer;
use entity::person::{self, AgeBand, Sex};
use entity::report::{self, Channel, State};
use entity::{person_identity, ticked_indicator};
use proptest::prelude::*;
use sea_orm::Iterable;
use std::collections::BTreeSet;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn today() -> NaiveDate {
    day("2018-11-05")
}

fn a_report() -> report::Model {
    let began = today().and_time(chrono::NaiveTime::MIN).and_utc();
    report::Model {
        id: Uuid::from_u128(1),
        organisation_id: Uuid::from_u128(2),
        author_id: Uuid::from_u128(3),
        reference: None,
        channel: Channel::Portal,
        state: State::Draft,
        urgency: 2,
        reported_urgency: 2,
        revision: 1,
        section_revisions: "{}".to_owned(),
        begun_on: today(),
        created_at: began,
        updated_at: began,
        submitted_at: None,
        reporter_function: String::new(),
        reporter_contact: String::new(),
        on_behalf_of: String::new(),
        may_call_back: false,
        danger_now: Answer::No,
        exploiter_near: Answer::No,
        observations: "Долази гладна.".to_owned(),
        observed_from: None,
        observed_until: None,
        municipality_code: None,
        place: String::new(),
        suspected_forms: "[]".to_owned(),
        exploitation_place: String::new(),
        actions_taken: String::new(),
        person_knows: Answer::Unsure,
        assignee_id: None,
        joined_to_id: None,
        withdrawal_requested_at: None,
        sealing_key_id: None,
        sealing_key: Vec::new(),
    }
}

fn a_person(position: i32) -> person::Model {
    person::Model {
        id: Uuid::from_u128(100 + u128::try_from(position).expect("a position")),
        organisation_id: Uuid::from_u128(2),
        report_id: Uuid::from_u128(1),
        position,
        pseudonym: "Мира".to_owned(),
        age_band: None,
        birth_year: None,
        child: Answer::No,
        sex: Sex::Female,
        citizenship: "RS".to_owned(),
        language: "sr-Cyrl".to_owned(),
        communication_need: String::new(),
        guardian: String::new(),
        guardian_may_be_involved: Answer::Unsure,
        contact_channel: String::new(),
        contact_time: String::new(),
        contact_caution: String::new(),
        sealing_key_id: None,
        sealing_key: Vec::new(),
    }
}

fn an_identity(person: &person::Model) -> person_identity::Model {
    person_identity::Model {
        person_id: person.id,
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        names: "Мира Мирић".to_owned(),
        personal_number: "0101006715123".to_owned(),
        birth_date: "2006-01-01".to_owned(),
        phone: String::new(),
        address: String::new(),
    }
}

fn a_tick(person: &person::Model, indicator: u128) -> ticked_indicator::Model {
    ticked_indicator::Model {
        id: Uuid::from_u128(1000 + indicator),
        organisation_id: person.organisation_id,
        report_id: person.report_id,
        person_id: person.id,
        indicator_id: Uuid::from_u128(indicator),
        remark: String::new(),
    }
}

fn a_content() -> Content {
    let person = a_person(0);
    Content {
        report: a_report(),
        identities: vec![an_identity(&person)],
        ticks: vec![a_tick(&person, 1), a_tick(&person, 2)],
        persons: vec![person],
    }
}

/// Codes and paths of what is wrong once this is done to a content in which nothing is.
fn wrong(change: impl FnOnce(&mut Content)) -> Vec<(UserErrorCode, String)> {
    let mut content = a_content();
    change(&mut content);
    let problems = validate(&content, today(), "content");
    problems.into_iter().map(|problem| (problem.code, problem.field.join("."))).collect()
}

fn is_wrong(code: UserErrorCode, path: &str, change: impl FnOnce(&mut Content)) {
    assert_eq!(wrong(change), [(code, path.to_owned())], "{path}");
}

#[test]
fn a_content_in_order_has_no_problems() {
    assert_eq!(wrong(|_| {}), []);
    assert_eq!(missing(&a_content(), "content"), []);
}

#[test]
fn texts_have_limits() {
    use UserErrorCode::{Invalid, TooLong};
    is_wrong(TooLong, "content.place", |c| c.report.place = "а".repeat(201));
    assert_eq!(wrong(|c| c.report.place = "а".repeat(200)), []);
    is_wrong(TooLong, "content.observations", |c| c.report.observations = "а".repeat(20_001));
    assert_eq!(wrong(|c| c.report.observations = "а\n".repeat(10_000)), []);
    is_wrong(Invalid, "content.observations", |c| c.report.observations = "а\0б".to_owned());
    is_wrong(Invalid, "content.actionsTaken", |c| c.report.actions_taken = "\u{1b}[2J".to_owned());
    is_wrong(Invalid, "content.persons.0.safeContact.caution", |c| c.persons[0].contact_caution = "\u{7}".to_owned());
    is_wrong(TooLong, "content.persons.0.identity.names", |c| c.identities[0].names = "а".repeat(201));
    is_wrong(TooLong, "content.persons.0.indicators.1.remark", |c| c.ticks[1].remark = "а".repeat(20_001));
}

#[test]
fn days_and_years_are_possible_ones() {
    use UserErrorCode::Invalid;
    is_wrong(Invalid, "content.observedFrom", |c| c.report.observed_from = Some(day("2018-11-06")));
    is_wrong(Invalid, "content.observedUntil", |c| c.report.observed_until = Some(day("1899-12-31")));
    is_wrong(Invalid, "content.observedUntil", |c| {
        (c.report.observed_from, c.report.observed_until) = (Some(day("2018-11-02")), Some(day("2018-11-01")));
    });
    assert_eq!(wrong(|c| c.report.observed_until = Some(today())), []);
    is_wrong(Invalid, "content.persons.0.birthYear", |c| c.persons[0].birth_year = Some(1899));
    is_wrong(Invalid, "content.persons.0.birthYear", |c| c.persons[0].birth_year = Some(2019));
    assert_eq!(wrong(|c| c.persons[0].birth_year = Some(2018)), []);
    is_wrong(Invalid, "content.persons.0.identity.birthDate", |c| c.identities[0].birth_date = "2018-11-06".to_owned());
}

#[test]
fn codes_have_their_shape() {
    use UserErrorCode::Invalid;
    for bad in ["R", "RSB", "r1", "РС", "rs"] {
        is_wrong(Invalid, "content.persons.0.citizenship", |c| c.persons[0].citizenship = bad.to_owned());
    }
    for bad in ["s", "sr_RS", "sr-", "-sr", "1234", "српски", "sr-cyrl-abcdefghi"] {
        is_wrong(Invalid, "content.persons.0.language", |c| c.persons[0].language = bad.to_owned());
    }
    for good in ["", "sr", "rom", "sr-Latn-RS", "zh-Hant", "klingon"] {
        assert_eq!(wrong(|c| c.persons[0].language = good.to_owned()), [], "{good}");
    }
    is_wrong(Invalid, "content.municipality", |c| c.report.municipality_code = Some("atlantida".to_owned()));
    let somewhere = crate::code_lists::municipality_codes().next().map(str::to_owned);
    assert_eq!(wrong(|c| c.report.municipality_code = somewhere), []);
    is_wrong(Invalid, "content.persons.0.identity.personalNumber", |c| {
        c.identities[0].personal_number = "<script>".to_owned();
    });
    assert_eq!(wrong(|c| c.identities[0].personal_number = "P 123-456/78".to_owned()), []);
}

#[test]
fn lists_have_limits() {
    use UserErrorCode::{Invalid, TooLong};
    assert_eq!(wrong(|c| c.persons = (0..50).map(a_person).collect()), []);
    is_wrong(TooLong, "content.persons", |c| c.persons = (0..51).map(a_person).collect());
    assert_eq!(wrong(|c| c.ticks = (1..=300).map(|n| a_tick(&c.persons[0], n)).collect()), []);
    is_wrong(TooLong, "content.persons.0.indicators", |c| {
        c.ticks = (1..=301).map(|n| a_tick(&c.persons[0], n)).collect();
    });
    is_wrong(Invalid, "content.persons.0.indicators.2.code", |c| c.ticks.push(a_tick(&c.persons[0], 1)));
    assert_eq!(
        wrong(|c| {
            c.persons.push(a_person(1));
            c.ticks.push(a_tick(&c.persons[1], 1));
        }),
        []
    );
}

#[test]
fn a_report_needs_a_person_and_one_thing_that_was_noticed() {
    let lacking = |change: fn(&mut Content)| {
        let mut content = a_content();
        change(&mut content);
        missing(&content, "content").into_iter().map(|problem| problem.field.join(".")).collect::<Vec<_>>()
    };
    assert_eq!(lacking(|c| c.persons.clear()), ["content.persons"]);
    assert_eq!(lacking(|c| c.report.observations.clear()), Vec::<String>::new());
    assert_eq!(lacking(|c| c.ticks.clear()), Vec::<String>::new());
    assert_eq!(lacking(|c| c.identities.clear()), Vec::<String>::new());
    assert_eq!(
        lacking(|c| {
            c.ticks.clear();
            c.report.observations.clear();
        }),
        ["content.observations"]
    );
}

#[test]
fn a_disputed_age_is_a_child_s() {
    let is_child = |child, age_band, birth_year| {
        treated_as_child(&person::Model { child, age_band, birth_year, ..a_person(0) }, today())
    };
    assert!(is_child(Answer::Yes, Some(AgeBand::Over60), Some(1950)));
    assert!(is_child(Answer::Unsure, None, None));
    assert!(is_child(Answer::No, Some(AgeBand::From15To17), None));
    assert!(is_child(Answer::No, None, Some(2001)));
    assert!(is_child(Answer::No, None, Some(2000)), "17 until the birthday");
    assert!(!is_child(Answer::No, None, Some(1999)));
    assert!(!is_child(Answer::No, Some(AgeBand::From18To24), None));
    assert!(!is_child(Answer::No, None, None));
}

fn an_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![Just(Answer::Yes), Just(Answer::No), Just(Answer::Unsure)]
}

proptest! {
    #[test]
    fn urgency_follows_from_danger_the_exploiter_and_children(
        danger_now in an_answer(),
        exploiter_near in an_answer(),
        children in prop::collection::vec(an_answer(), 0..4),
    ) {
        let report = report::Model { danger_now, exploiter_near, ..a_report() };
        let persons: Vec<_> = children.iter().map(|child| person::Model { child: *child, ..a_person(0) }).collect();
        let child = children.iter().any(|answer| *answer != Answer::No);
        let found = urgency(&report, &persons);
        prop_assert_eq!(found == Urgency::Immediate, danger_now == Answer::Yes);
        prop_assert_eq!(
            found == Urgency::Ordinary,
            danger_now != Answer::Yes && exploiter_near != Answer::Yes && !child
        );
        prop_assert_eq!(Urgency::of_column(found.column()), found);
    }

    #[test]
    fn one_more_person_never_makes_a_report_less_urgent(
        danger_now in an_answer(), exploiter_near in an_answer(), children in prop::collection::vec(an_answer(), 1..4)
    ) {
        let report = report::Model { danger_now, exploiter_near, ..a_report() };
        let persons: Vec<_> = children.iter().map(|child| person::Model { child: *child, ..a_person(0) }).collect();
        prop_assert!(urgency(&report, &persons) <= urgency(&report, &persons[1..]));
    }

    #[test]
    fn any_text_is_kept_or_refused_where_it_stands_and_never_a_panic(text: String, year: i32) {
        let problems = wrong(|content| {
            let report = &mut content.report;
            for field in [&mut report.place, &mut report.observations, &mut report.reporter_contact] {
                field.clone_from(&text);
            }
            report.municipality_code = Some(text.clone());
            let person = &mut content.persons[0];
            for field in [&mut person.citizenship, &mut person.language, &mut person.pseudonym] {
                field.clone_from(&text);
            }
            person.birth_year = Some(year);
            content.identities[0].personal_number.clone_from(&text);
        });
        let control = text.trim().chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        let refused: BTreeSet<_> = problems.into_iter().map(|(_, path)| path).collect();
        prop_assert_eq!(refused.contains("content.observations"), control);
        prop_assert_eq!(refused.contains("content.persons.0.birthYear"), !(1900..=2018).contains(&year));
    }
}

#[test]
fn a_stale_change_is_told_which_sections_changed() {
    let before = a_content();
    let mut after = a_content();
    after.report.observations.push('!');
    after.report.person_knows = Answer::No;
    let changed = Sections::differing(&before, &after);
    assert_eq!(changed, [Section::Observations, Section::Actions]);
    let sections = Sections::default().noting(&changed, 2).noting(&[Section::Persons], 3);
    let sections = Sections::of_column(&sections.column());
    assert_eq!(sections.changed_since(1), [Section::Persons, Section::Observations, Section::Actions]);
    assert_eq!(sections.changed_since(2), [Section::Persons]);
    assert_eq!(sections.changed_since(3), []);
}

#[test]
fn every_field_belongs_to_a_section() {
    type Change = fn(&mut Content);
    let changes: [(Section, Change); 23] = [
        (Section::Reporter, |c| c.report.reporter_function.push('!')),
        (Section::Reporter, |c| c.report.reporter_contact.push('!')),
        (Section::Reporter, |c| c.report.on_behalf_of.push('!')),
        (Section::Reporter, |c| c.report.may_call_back = true),
        (Section::Danger, |c| c.report.danger_now = Answer::Yes),
        (Section::Danger, |c| c.report.exploiter_near = Answer::Yes),
        (Section::Observations, |c| c.report.observations.push('!')),
        (Section::Observations, |c| c.report.observed_from = Some(today())),
        (Section::Observations, |c| c.report.observed_until = Some(today())),
        (Section::Observations, |c| c.report.municipality_code = Some("nis".to_owned())),
        (Section::Observations, |c| c.report.place.push('!')),
        (Section::Exploitation, |c| c.report.suspected_forms = "[\"ForcedBegging\"]".to_owned()),
        (Section::Exploitation, |c| c.report.exploitation_place.push('!')),
        (Section::Actions, |c| c.report.actions_taken.push('!')),
        (Section::Actions, |c| c.report.person_knows = Answer::Yes),
        (Section::Persons, |c| c.persons[0].pseudonym.push('!')),
        (Section::Persons, |c| c.persons.push(a_person(1))),
        (Section::Persons, |c| c.persons.clear()),
        (Section::Persons, |c| c.identities[0].phone.push('1')),
        (Section::Persons, |c| c.identities.clear()),
        (Section::Persons, |c| c.ticks[0].remark.push('!')),
        (Section::Persons, |c| c.ticks.truncate(1)),
        (Section::Persons, |c| c.ticks.swap(0, 1)),
    ];
    for (section, change) in changes {
        let (before, mut after) = (a_content(), a_content());
        change(&mut after);
        assert_eq!(Sections::differing(&before, &after), [section]);
    }
    let mut same = a_content();
    same.ticks[0].id = Uuid::from_u128(9);
    assert_eq!(Sections::differing(&a_content(), &same), [], "a tick's own key says nothing");
}

#[test]
fn partners_learn_a_coarse_status_and_every_state_has_one() {
    for state in State::iter() {
        assert!(states(status(state)).contains(&state));
    }
    for hidden in [State::Accepted, State::Joined] {
        assert_eq!(status(hidden), status(State::InTriage), "an outcome, or that another report exists");
    }
}
