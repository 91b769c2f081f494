use super::{Permission, RootFields};
use crate::access::{Membership, Purpose, Role, Roles, Viewer};
use crate::error::Fault;
use async_graphql::Variables;
use async_graphql::parser::parse_query;
use entity::organisation::Kind;
use serde_json::{Value, json};
use uuid::Uuid;

const SDL: &str = "
    type Query { all: Int @permission(of: MEMBER) few: Int @permission(of: REVIEW_OPENINGS) }
    type Mutation { act: Int @permission(of: REVIEW_OPENINGS) }
    type Subscription {
        feed: Int @permission(of: REVIEW_OPENINGS)
        bare: Int
        misspelt: Int @permission(of: EVERYBODY)
    }
    type Report { bare: Int }";

fn member(roles: &[Role], organisation_kind: Kind) -> Viewer {
    let roles: Roles = roles.iter().copied().collect();
    let (id, organisation_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let membership = Membership { id, organisation_id, organisation_kind, roles, emergency: false, district: None };
    Viewer::signed_in(Uuid::from_u128(3), Some(membership), true)
}

fn reporter() -> Viewer {
    member(&[Role::Reporter], Kind::School)
}

fn refusal(document: &str, operation: Option<&str>, variables: Value, viewer: Option<&Viewer>) -> Option<Fault> {
    let document = parse_query(document).expect("a document");
    let fields = RootFields::of_schema(SDL);
    fields.refuse(&document, operation, &Variables::from_json(variables), viewer).err()
}

fn refused(document: &str) -> bool {
    refusal(document, None, json!({}), Some(&reporter())) == Some(Fault::NotFound)
}

#[test]
fn every_root_field_is_read_from_the_contract_and_nothing_else() {
    let fields = RootFields::of_schema(SDL);
    let mut unguarded = fields.unguarded();
    unguarded.sort_unstable();
    assert_eq!(unguarded, ["bare", "misspelt"]);
    let found: Vec<_> = fields.iter().collect();
    let few = Some(Permission::ReviewOpenings);
    assert_eq!(
        found,
        [
            ("Mutation", "act", few),
            ("Query", "all", Some(Permission::Member)),
            ("Query", "few", few),
            ("Subscription", "bare", None),
            ("Subscription", "feed", few),
            ("Subscription", "misspelt", None),
        ]
    );
}

#[test]
fn what_the_viewer_does_not_reach_does_not_exist() {
    for (document, expected) in [
        ("{ all }", false),
        ("{ few }", true),
        ("{ all few }", true),
        ("{ nothing }", false),
        ("mutation { act }", true),
        ("subscription { feed }", true),
        ("subscription { bare }", true),
        ("subscription { misspelt }", true),
    ] {
        assert_eq!(refused(document), expected, "{document}");
    }
    let officer = member(&[Role::ProtectionOfficer], Kind::Centre);
    for (document, expected) in [("{ few }", None), ("subscription { bare }", Some(Fault::NotFound))] {
        assert_eq!(refusal(document, None, json!({}), Some(&officer)), expected, "{document}");
    }
    assert_eq!(refusal("{ all }", None, json!({}), None), Some(Fault::Unauthenticated));
}

#[test]
fn fragments_hide_nothing() {
    assert!(refused("{ all ... on Query { few } }"));
    assert!(refused("{ ...F } fragment F on Query { ... { few } }"));
    assert!(!refused("{ ...F } fragment F on Query { all }"));
    assert!(!refused("{ ...F } fragment F on Query { ...F }"), "without end");
    let inline = |depth: usize| format!("{{ {} few {} }}", "... {".repeat(depth), "}".repeat(depth));
    let spread = |depth: usize| {
        let fragments = (1..depth).map(|n| format!("fragment F{n} on Query {{ ...F{} }}", n + 1)).collect::<String>();
        format!("{{ ...F1 }} {fragments} fragment F{depth} on Query {{ few }}")
    };
    for (depth, expected) in [(1, true), (2, true), (32, true), (33, false)] {
        // Deeper ones are the depth limit's to refuse.
        assert_eq!(refused(&inline(depth)), expected, "{depth} inline");
        assert_eq!(refused(&spread(depth)), expected, "{depth} spread");
    }
}

#[test]
fn what_is_left_out_is_not_asked_for() {
    for (directive, expected) in [
        ("@skip(if: true)", false),
        ("@skip(if: false)", true),
        ("@include(if: true)", true),
        ("@include(if: false)", false),
        ("@defer(if: true)", true),
        ("@skip(if: $yes)", false),
        ("@include(if: $no)", false),
        ("@skip(if: $unset)", true),
        ("@include(if: $yes) @skip(if: $yes)", false),
    ] {
        let document = format!("query ($yes: Boolean, $no: Boolean, $unset: Boolean) {{ all few {directive} }}");
        let refusal = refusal(&document, None, json!({ "yes": true, "no": false }), Some(&reporter()));
        assert_eq!(refusal.is_some(), expected, "{directive}");
    }
}

#[test]
fn only_the_operation_that_is_carried_out_counts() {
    let viewer = reporter();
    let of = |document, operation| refusal(document, operation, json!({}), Some(&viewer));
    let two = "query A { all } query B { few }";
    assert_eq!(of(two, Some("A")), None);
    assert_eq!(of(two, Some("B")), Some(Fault::NotFound));
    assert_eq!(of("query B { few }", None), Some(Fault::NotFound));
    // Which is meant is not known: the execution refuses those.
    assert_eq!(of("query A { few } query B { few }", None), None);
    assert_eq!(of(two, Some("C")), None);
}

#[test]
fn who_is_signed_in_needs_no_role_for_what_is_its_own() {
    let somebody = Viewer::signed_in(Uuid::from_u128(3), None, true);
    let without_roles = member(&[], Kind::School);
    for viewer in [&somebody, &without_roles] {
        assert!(Permission::SignedIn.is_given_to(viewer));
        assert!(!Permission::Member.is_given_to(viewer));
    }
    let service = Viewer::service(Purpose::Demonstration);
    assert!(Permission::ALL.into_iter().all(|permission| !permission.is_given_to(&service)));
}

#[test]
fn coverage_is_the_centres_though_partners_have_trainers_too() {
    for (kind, expected) in [(Kind::Centre, true), (Kind::School, false), (Kind::Police, false)] {
        assert_eq!(Permission::ReadCoverage.is_given_to(&member(&[Role::Trainer], kind)), expected, "{kind:?}");
    }
}
