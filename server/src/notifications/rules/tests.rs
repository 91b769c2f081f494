use super::*;
use proptest::prelude::*;

const SCHOOL: Uuid = Uuid::from_u128(1);
const CENTRE: Uuid = Uuid::from_u128(2);

fn report(assignee: Option<u128>, urgency: Urgency) -> Concern {
    let assignee_id = assignee.map(Uuid::from_u128);
    Concern::Report { organisation_id: SCHOOL, author_id: Uuid::from_u128(10), assignee_id, urgency }
}

/// The author's own place, the colleague who waits for one, and somebody without a membership whom the coordinator registered.
fn participants() -> Concern {
    let all = [(10, true, true), (11, true, false), (12, false, true)];
    let participant = |(id, itself, has_place)| Participant { membership_id: Uuid::from_u128(id), itself, has_place };
    Concern::Participants(all.into_iter().map(participant).collect())
}

fn member(id: u128, organisation_id: Uuid, role: Role) -> Member {
    Member { id: Uuid::from_u128(id), organisation_id, roles: Roles::from_iter([role]) }
}

fn everybody() -> Vec<(&'static str, Member)> {
    vec![
        ("author", member(10, SCHOOL, Role::Reporter)),
        ("colleague", member(11, SCHOOL, Role::Reporter)),
        ("coordinator", member(12, SCHOOL, Role::Coordinator)),
        ("other coordinator", member(13, Uuid::from_u128(3), Role::Coordinator)),
        ("intake", member(20, CENTRE, Role::IntakeOfficer)),
        ("case worker", member(21, CENTRE, Role::CaseWorker)),
        ("other case worker", member(22, CENTRE, Role::CaseWorker)),
        ("supervisor", member(23, CENTRE, Role::Supervisor)),
        ("protection", member(24, CENTRE, Role::ProtectionOfficer)),
        ("analyst", member(25, CENTRE, Role::Analyst)),
        ("trainer", member(26, CENTRE, Role::Trainer)),
        ("administrator", member(27, CENTRE, Role::Administrator)),
    ]
}

fn told(news: News, report: Option<Concern>) -> Vec<&'static str> {
    let concerned = everybody().into_iter().filter(|(_, member)| concerns(news, report.as_ref(), member));
    concerned.map(|(name, _)| name).collect()
}

#[test]
fn everybody_hears_of_what_concerns_them_and_of_nothing_else() {
    let (fresh, assigned) = (|| report(None, Urgency::Ordinary), || report(Some(21), Urgency::Ordinary));
    for (news, report, expected) in [
        (News::ReportSubmitted, fresh(), vec!["intake"]),
        (News::ReportAssigned, assigned(), vec!["case worker"]),
        (News::ReportAnswered, assigned(), vec!["case worker"]),
        (News::ReportAnswered, fresh(), vec!["intake"]),
        (News::InformationRequested, assigned(), vec!["author", "coordinator"]),
        (News::NoticeSent, assigned(), vec!["author", "coordinator"]),
        (News::StatusChanged, fresh(), vec!["author", "coordinator"]),
        (News::DeadlineEscalated, assigned(), vec!["case worker", "supervisor"]),
        (News::EmergencyOpened, fresh(), vec!["supervisor", "protection"]),
        (News::ReviewOverdue, fresh(), vec!["supervisor", "protection"]),
    ] {
        assert_eq!(told(news, Some(report)), expected, "{news:?}");
    }
}

#[test]
fn of_a_session_those_hear_who_take_part() {
    for (news, expected) in [
        (News::SessionChanged, vec!["author", "colleague", "coordinator"]),
        (News::SessionSoon, vec!["author", "coordinator"]),
        (News::EvaluationOpened, vec!["author"]),
        (News::EvaluationAwaited, vec!["author"]),
        (News::TestAwaited, vec!["author"]),
        (News::PlaceOffered, vec!["author", "colleague", "coordinator"]),
        (News::RegistrationDecided, vec!["author", "colleague", "coordinator"]),
        (News::StatusChanged, vec![]),
    ] {
        assert_eq!(told(news, Some(participants())), expected, "{news:?}");
    }
}

#[test]
fn of_a_report_that_is_gone_nobody_hears() {
    let of_openings = [News::EmergencyOpened, News::ReviewOverdue];
    for news in News::ALL.iter().filter(|news| !of_openings.contains(news)) {
        assert_eq!(told(*news, None), Vec::<&str>::new(), "{news:?}");
    }
}

#[test]
fn software_learns_of_nothing_but_what_its_own_side_learns() {
    for news in News::ALL.iter().filter(|news| concerns_software(**news)) {
        assert_eq!(told(*news, Some(report(Some(21), Urgency::Ordinary))), ["author", "coordinator"], "{news:?}");
    }
}

#[test]
fn urgent_reports_go_to_intake_at_once_whatever_it_wants() {
    for (urgency, wanted, expected) in [
        (Urgency::Immediate, Email::None, Email::AtOnce),
        (Urgency::Urgent, Email::Daily, Email::AtOnce),
        (Urgency::Ordinary, Email::Daily, Email::Daily),
        (Urgency::Ordinary, Email::None, Email::None),
    ] {
        assert_eq!(how_soon(News::ReportSubmitted, Some(&report(None, urgency)), wanted), expected);
    }
    for (wanted, expected) in
        [(Email::Daily, Email::AtOnce), (Email::AtOnce, Email::AtOnce), (Email::None, Email::None)]
    {
        assert_eq!(how_soon(News::PlaceOffered, Some(&participants()), wanted), expected, "an offer ends");
        assert_eq!(how_soon(News::SessionSoon, Some(&participants()), wanted), wanted);
    }
    let urgent = report(Some(21), Urgency::Immediate);
    assert_eq!(how_soon(News::StatusChanged, Some(&urgent), Email::None), Email::None);
}

#[test]
fn a_summary_comes_at_its_hour_on_the_wall_also_when_clocks_change() {
    let instant = |text: &str| DateTime::parse_from_rfc3339(text).expect("an instant").to_utc();
    for (now, hour, expected) in [
        ("2018-01-15T05:59:59Z", 7, "2018-01-15T06:00:00Z"),
        ("2018-01-15T06:00:00Z", 7, "2018-01-16T06:00:00Z"),
        ("2018-07-15T12:00:00Z", 7, "2018-07-16T05:00:00Z"),
        // The night in which the hour from two to three is skipped, and the one in which it comes twice.
        ("2018-03-24T12:00:00Z", 2, "2018-03-25T01:00:00Z"),
        ("2018-10-27T12:00:00Z", 2, "2018-10-28T00:00:00Z"),
        ("2018-10-28T00:30:00Z", 2, "2018-10-29T01:00:00Z"),
    ] {
        assert_eq!(next_summary(instant(now), hour), instant(expected), "{now}");
    }
}

proptest! {
    #[test]
    fn a_summary_is_always_ahead_and_never_more_than_two_days(seconds in 0_i64..4_000_000_000, hour in 0_u32..24) {
        let now = DateTime::from_timestamp(seconds, 0).expect("an instant");
        let next = next_summary(now, hour);
        prop_assert!(next > now && next - now <= TimeDelta::hours(26), "{} {}", now, next);
    }

    #[test]
    fn what_fails_for_good_is_given_up_after_the_longest_time_and_not_before(hours in 1_i64..200) {
        let since = DateTime::UNIX_EPOCH;
        let (mut now, mut attempts) = (since, 0);
        while let Some(next) = again(Failure::Other, attempts + 1, since, now, TimeDelta::hours(hours)) {
            prop_assert!(next > now && next - now <= TimeDelta::hours(1));
            (now, attempts) = (next, attempts + 1);
        }
        prop_assert!(now - since > TimeDelta::hours(hours - 1) - TimeDelta::minutes(1), "{}", now);
    }
}

#[test]
fn who_does_not_exist_is_not_tried_again() {
    let now = DateTime::UNIX_EPOCH;
    assert_eq!(again(Failure::NoSuchRecipient, 1, now, now, TimeDelta::days(2)), None);
    assert_eq!(again(Failure::Other, 1, now, now, TimeDelta::days(2)), Some(now + TimeDelta::seconds(15)));
}
