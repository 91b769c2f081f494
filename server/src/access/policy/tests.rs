use super::own_key;
use entity::{case, person, report};
use sea_orm::IdenStatic;

#[test]
fn reports_and_persons_have_keys_of_their_own() {
    let names = |found: Option<(&str, &str)>| found.map(|(organisation, key)| format!("{organisation} {key}"));
    let expected = Some("organisation_id sealing_key_id".to_owned());
    let own = own_key::<report::Entity>().map(|(organisation, key)| (organisation.as_str(), key.as_str()));
    assert_eq!(names(own), expected);
    let own = own_key::<person::Entity>().map(|(organisation, key)| (organisation.as_str(), key.as_str()));
    assert_eq!(names(own), expected);
    assert!(own_key::<case::Entity>().is_none(), "a case is sealed with its report's");
}
