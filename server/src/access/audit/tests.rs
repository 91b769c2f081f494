use super::*;
use crate::access::Purpose;

#[test]
fn a_row_names_the_object_where_there_is_one() {
    let viewer = Viewer::service(Purpose::SignIn);
    let object =
        |key| row(&viewer, Uuid::nil(), DateTime::UNIX_EPOCH, Action::SignedIn.into(), ObjectType::Session, key);
    assert_eq!(object(Uuid::from_u128(7)).object_id, Some(Uuid::from_u128(7)));
    assert_eq!(object(Uuid::nil()).object_id, None, "a sign-in that was refused opened no session");
}

#[test]
fn an_act_has_the_reason_that_was_given() {
    assert_eq!(Act::because(Action::SignInRefused, "why").reason(), Some("why"));
    assert_eq!(Act::from(Action::SignedIn).reason(), None);
}

#[test]
fn every_action_is_known_by_its_name() {
    assert!(Action::ALL.iter().all(|action| Action::from_name(action.as_str()) == Some(*action)));
    assert_eq!(Action::from_name("nothing"), None);
}
