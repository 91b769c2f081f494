use super::{Membership, Purpose, Role, Roles, Viewer};
use chrono::{DateTime, TimeDelta};
use entity::organisation::Kind;
use std::collections::BTreeSet;
use uuid::Uuid;

fn membership(roles: &[Role], organisation_kind: Kind, emergency: bool) -> Membership {
    let roles = roles.iter().copied().collect();
    Membership {
        id: Uuid::from_u128(1),
        organisation_id: Uuid::from_u128(2),
        organisation_kind,
        roles,
        emergency,
        district: Some("nisavski"),
    }
}

fn member(roles: &[Role], kind: Kind, second_factor: bool) -> Viewer {
    Viewer::signed_in(Uuid::from_u128(3), Some(membership(roles, kind, false)), second_factor)
}

#[test]
fn a_role_has_one_name() {
    for role in Role::ALL {
        assert_eq!(Role::from_name(role.as_str()), Some(role));
        assert!(role.as_str().len() > 6 && role.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
    }
    assert_eq!(Role::from_name("nobody"), None);
}

#[test]
fn roles_are_read_as_they_are_written() {
    let roles = Roles::parse("coordinator,nobody,reporter,reporter");
    assert_eq!(roles.to_string(), "reporter,coordinator");
    assert_eq!(Roles::parse(&roles.to_string()), roles);
    assert!(roles.has(Role::Reporter) && !roles.has(Role::Trainer) && !roles.is_empty());
    assert!(roles.has_any(&[Role::Trainer, Role::Coordinator]) && !roles.has_any(&[Role::Trainer]));
    assert!(Roles::parse("").is_empty() && Roles::default().iter().next().is_none());
}

#[test]
fn a_role_counts_where_it_fits() {
    use Role::{Coordinator, Reporter, Trainer};
    for role in Role::ALL {
        for kind in [Kind::Centre, Kind::School, Kind::Police] {
            let expected = match role {
                Trainer => true,
                Reporter | Coordinator => kind != Kind::Centre,
                _ => kind == Kind::Centre,
            };
            assert_eq!(role.fits(kind), expected, "{role:?} of {kind:?}");
            assert_eq!(member(&[role], kind, true).has_any(&[role]), expected, "{role:?} of {kind:?}");
        }
    }
}

#[test]
fn roles_of_the_centre_count_with_a_second_factor_only() {
    for (kind, roles, second_factor, counted, missing) in [
        (Kind::Centre, "supervisor,trainer", true, "supervisor,trainer", false),
        (Kind::Centre, "supervisor,trainer", false, "", true),
        (Kind::Centre, "reporter", false, "", false),
        (Kind::Centre, "", false, "", false),
        (Kind::School, "reporter,trainer", false, "reporter,trainer", false),
        (Kind::School, "reporter,supervisor", false, "reporter", false),
    ] {
        let roles: Vec<Role> = Roles::parse(roles).iter().collect();
        let viewer = member(&roles, kind, second_factor);
        assert_eq!(viewer.roles().to_string(), counted, "{kind:?} {roles:?} {second_factor}");
        assert_eq!(viewer.second_factor_missing(), missing, "{kind:?} {roles:?} {second_factor}");
    }
    assert!(!Viewer::signed_in(Uuid::nil(), None, false).second_factor_missing());
}

#[test]
fn emergency_access_is_a_case_workers() {
    let viewer = |role, emergency| {
        Viewer::signed_in(Uuid::nil(), Some(membership(&[role], Kind::Centre, emergency)), true).in_emergency()
    };
    assert!(viewer(Role::CaseWorker, true));
    assert!(!viewer(Role::CaseWorker, false) && !viewer(Role::IntakeOfficer, true));
}

#[test]
fn whoever_works_on_rows_without_reading_them_reads_no_texts() {
    use Purpose::{Grading, Timekeeping};
    let sealed = [
        Purpose::Expiry,
        Purpose::AuditLinking,
        Purpose::KeyKeeping,
        Purpose::Erasure,
        Purpose::Notification,
        Purpose::Recipient,
        Purpose::AttachmentKeeping,
        Purpose::Matching,
        Grading,
        Timekeeping,
    ];
    for purpose in Purpose::ALL {
        assert_eq!(Viewer::service(*purpose).leaves_sealed(), sealed.contains(purpose), "{purpose:?}");
    }
    let supervisor = member(&[Role::Supervisor], Kind::Centre, true);
    assert!(!supervisor.leaves_sealed());
    for purpose in [Grading, Timekeeping] {
        assert!(!supervisor.with_purpose(purpose).leaves_sealed(), "a member at {purpose:?} reads what it works on");
    }
}

#[test]
fn whoever_is_barred_is_barred_from_those_keys_only() {
    let viewer = member(&[Role::CaseWorker], Kind::Centre, true).barred_from([Uuid::from_u128(4)]);
    assert!(viewer.is_barred_from(Uuid::from_u128(4)) && !viewer.is_barred_from(Uuid::from_u128(5)));
}

#[test]
fn a_calendar_programme_acts_in_no_role_whatever_its_member_may() {
    let acting = membership(&[Role::CaseWorker], Kind::Centre, true);
    let viewer = Viewer::calendar_of(Uuid::from_u128(3), acting);
    assert!(viewer.roles().is_empty() && !viewer.in_emergency() && viewer.acts_for(Purpose::Calendar));
    assert_eq!((viewer.account_id(), viewer.membership_id()), (Some(Uuid::from_u128(3)), acting.id));
}

#[test]
fn row_level_security_learns_all_of_it() {
    let viewer = member(&[Role::Reporter, Role::Coordinator], Kind::School, true);
    let viewer = viewer.barred_from([Uuid::from_u128(4), Uuid::from_u128(5)]);
    let viewer = viewer.at_instant(DateTime::UNIX_EPOCH + TimeDelta::microseconds(1)).with_purpose(Purpose::Count);
    let id = |last: u8| format!("00000000-0000-0000-0000-00000000000{last}");
    let expected = format!(
        "SET LOCAL app.account = '{}'; SET LOCAL app.organisation = '{}'; SET LOCAL app.membership = '{}'; \
         SET LOCAL app.roles = 'reporter,coordinator'; SET LOCAL app.purpose = 'count'; SET LOCAL app.barred = '{},{}'; \
         SET LOCAL app.now = '1970-01-01T00:00:00.000001Z'; SET LOCAL app.kind = 'school'; \
         SET LOCAL app.district = 'nisavski'",
        id(3),
        id(2),
        id(1),
        id(4),
        id(5)
    );
    assert_eq!(viewer.settings(), expected);
    let nothing = Viewer::service(Purpose::SignIn).settings();
    assert_eq!(nothing.matches("''").count(), 8, "{nothing}");
    let names: BTreeSet<String> = Purpose::ALL.iter().map(|purpose| Viewer::service(*purpose).settings()).collect();
    assert_eq!(names.len(), Purpose::ALL.len());
}
