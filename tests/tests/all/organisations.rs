//! Organisations and memberships: who manages whom, and what ends with a membership or a suspension.

use rstest::rstest;
use serde_json::{Value, json};
use tests::{Client, Database, Server};

const MEMBERS: &str = "{ organisations(first: 60) { totalCount nodes { id name kind memberships(first: 20) { nodes {
    id revision name email roles endedAt } } } } }";
const INVITE: &str = "mutation Invite($input: InviteMemberInput!) { inviteMember(input: $input) {
    membership { id roles takenUp } userErrors { code field message } } }";
const ROLES: &str = "mutation Roles($input: ChangeMembershipRolesInput!) { changeMembershipRoles(input: $input) {
    membership { revision roles } userErrors { code field message } } }";
const END: &str = "mutation End($input: EndMembershipInput!) { endMembership(input: $input) {
    membership { endedAt } userErrors { code field message } } }";
const SUSPEND: &str = "mutation Suspend($input: SuspendOrganisationInput!) { suspendOrganisation(input: $input) {
    organisation { suspendedAt } userErrors { code field message } } }";
const REINSTATE: &str = "mutation Reinstate($input: SuspendOrganisationInput!) { reinstateOrganisation(input: $input) {
    organisation { suspendedAt } userErrors { code field message } } }";

/// The membership with this address, among those that a client sees.
async fn membership(client: &Client, email: &str) -> Value {
    let response = client.query(MEMBERS, ()).await;
    let organisations =
        response.expect_no_errors().data()["organisations"]["nodes"].as_array().expect("a list").clone();
    let all = organisations.iter().flat_map(|o| o["memberships"]["nodes"].as_array().expect("a list"));
    all.into_iter().find(|m| m["email"] == email).unwrap_or_else(|| panic!("no {email}")).clone()
}

async fn organisation(client: &Client, of: &str) -> Value {
    let response = client.query(MEMBERS, ()).await;
    let organisations =
        response.expect_no_errors().data()["organisations"]["nodes"].as_array().expect("a list").clone();
    let has = |o: &Value| o["memberships"]["nodes"].as_array().expect("a list").iter().any(|m| m["email"] == of);
    organisations.into_iter().find(has).unwrap_or_else(|| panic!("no organisation of {of}"))
}

#[rstest]
#[tokio::test]
async fn a_partner_sees_its_own_organisation_and_no_other(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let response = reporter.query(MEMBERS, ()).await;
    assert_eq!(response.data()["organisations"]["totalCount"], 1);
    let emails: Vec<&str> = response.data()["organisations"]["nodes"][0]["memberships"]["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|m| m["email"].as_str())
        .collect();
    assert!(emails.iter().all(|email| email.ends_with("@school-01.example")), "{emails:?}");

    let administrator = server.sign_in_as("administrator@centre.example").await;
    let other = organisation(&administrator, "reporter@school-02.example").await;
    let document = "query Look($id: ID!) { organisation(id: $id) { name } }";
    for id in [other["id"].clone(), json!("organisation_01h455vb4pex5vsknk084sn02q"), json!("report_x"), json!("\u{0}")]
    {
        let response = reporter.query(document, json!({ "id": id })).await;
        assert_eq!(response.expect_no_errors().data()["organisation"], Value::Null, "{id}");
    }
}

#[rstest]
#[tokio::test]
async fn a_coordinator_invites_for_its_own_organisation_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await.accept_language("en");
    let input = json!({ "input": { "idempotencyKey": "invite-nada-1", "name": "Нада", "email": "Nada@School-01.example",
        "roles": ["REPORTER"] } });
    let first = coordinator.query(INVITE, input.clone()).await;
    assert_eq!(first.user_errors("inviteMember"), &[] as &[Value]);
    assert_eq!(first.payload("inviteMember")["membership"]["takenUp"], false);
    let second = coordinator.query(INVITE, input.clone()).await;
    assert_eq!(first.payload("inviteMember"), second.payload("inviteMember"), "the same key, the same answer");

    let mut other = input.clone();
    other["input"]["name"] = json!("Неко други");
    assert_eq!(coordinator.query(INVITE, other).await.user_errors("inviteMember")[0]["code"], "KEY_REUSED");

    let mut again = input;
    again["input"]["idempotencyKey"] = json!("invite-nada-2");
    let taken = coordinator.query(INVITE, again.clone()).await;
    assert_eq!(taken.user_errors("inviteMember")[0]["code"], "TAKEN");
    assert_eq!(taken.user_errors("inviteMember")[0]["field"], json!(["email"]));

    again["input"]["email"] = json!("no address");
    assert_eq!(coordinator.query(INVITE, again.clone()).await.user_errors("inviteMember")[0]["code"], "INVALID");
    again["input"]["email"] = json!("mila@school-01.example");
    again["input"]["roles"] = json!(["SUPERVISOR"]);
    let unfit = coordinator.query(INVITE, again).await;
    assert_eq!(
        unfit.user_errors("inviteMember")[0]["field"],
        json!(["roles"]),
        "a school has no supervisor of the Centre"
    );
}

#[rstest]
#[tokio::test]
async fn a_coordinator_reaches_no_other_organisation(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let other = organisation(&administrator, "coordinator@school-02.example").await;
    let reporter = membership(&administrator, "reporter@school-02.example").await;
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let invite = json!({ "input": { "idempotencyKey": "not-mine-1", "organisationId": other["id"], "name": "X",
        "email": "x@school-02.example", "roles": ["REPORTER"] } });
    let refused = coordinator.query(INVITE, invite).await;
    assert_eq!(refused.user_errors("inviteMember")[0]["code"], "NOT_FOUND");
    let roles = json!({ "input": { "membershipId": reporter["id"], "revision": 1, "roles": ["COORDINATOR"] } });
    assert_eq!(coordinator.query(ROLES, roles).await.user_errors("changeMembershipRoles")[0]["code"], "NOT_FOUND");
    let end = json!({ "input": { "membershipId": reporter["id"], "revision": 1, "reason": "none of my business" } });
    assert_eq!(coordinator.query(END, end).await.user_errors("endMembership")[0]["code"], "NOT_FOUND");
}

#[rstest]
#[tokio::test]
async fn the_last_coordinator_cannot_remove_itself(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let coordinator = server.sign_in_as("coordinator@school-02.example").await;
    let own = membership(&coordinator, "coordinator@school-02.example").await;
    let roles = json!({ "input": { "membershipId": own["id"], "revision": own["revision"], "roles": ["REPORTER"] } });
    let refused = coordinator.query(ROLES, roles.clone()).await;
    assert_eq!(refused.user_errors("changeMembershipRoles")[0]["code"], "LAST_COORDINATOR");
    let end = json!({ "input": { "membershipId": own["id"], "revision": own["revision"], "reason": "I am leaving" } });
    assert_eq!(coordinator.query(END, end).await.user_errors("endMembership")[0]["code"], "LAST_COORDINATOR");

    let colleague = membership(&coordinator, "reporter@school-02.example").await;
    let promote = json!({ "input": { "membershipId": colleague["id"], "revision": colleague["revision"],
        "roles": ["REPORTER", "COORDINATOR"] } });
    let promoted = coordinator.query(ROLES, promote.clone()).await;
    assert_eq!(promoted.user_errors("changeMembershipRoles"), &[] as &[Value]);
    assert_eq!(coordinator.query(ROLES, promote).await.user_errors("changeMembershipRoles")[0]["code"], "STALE");
    assert_eq!(coordinator.query(ROLES, roles).await.user_errors("changeMembershipRoles"), &[] as &[Value]);
    let now_a_reporter = coordinator
        .query(
            INVITE,
            json!({ "input": { "idempotencyKey": "too-late-1", "name": "X",
        "email": "x@school-02.example", "roles": ["REPORTER"] } }),
        )
        .await;
    assert_eq!(now_a_reporter.error_codes(), ["NOT_FOUND"], "roles count from the next request on");
}

#[rstest]
#[tokio::test]
async fn an_ended_membership_ends_access_at_once(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let server = Server::start(database).await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    reporter.query(MEMBERS, ()).await.expect_no_errors();
    let coordinator = server.sign_in_as("coordinator@school-01.example").await;
    let own = membership(&coordinator, "reporter@school-01.example").await;
    let end =
        json!({ "input": { "membershipId": own["id"], "revision": own["revision"], "reason": "left the school" } });
    let ended = coordinator.query(END, end).await;
    assert_eq!(ended.user_errors("endMembership"), &[] as &[Value]);
    assert_eq!(reporter.query(MEMBERS, ()).await.error_codes(), ["NOT_FOUND"]);
}

#[rstest]
#[tokio::test]
async fn suspending_an_organisation_ends_its_members_access_at_once(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let reporter = server.sign_in_as("reporter@school-01.example").await;
    let school = organisation(&administrator, "reporter@school-01.example").await;
    let input = json!({ "input": { "organisationId": school["id"], "reason": "the memorandum ended" } });
    assert_eq!(reporter.query(SUSPEND, input.clone()).await.error_codes(), ["NOT_FOUND"]);
    let suspended = administrator.query(SUSPEND, input.clone()).await;
    assert_eq!(suspended.user_errors("suspendOrganisation"), &[] as &[Value]);
    assert_eq!(reporter.query(MEMBERS, ()).await.error_codes(), ["NOT_FOUND"]);
    assert_eq!(
        administrator.query(SUSPEND, input.clone()).await.user_errors("suspendOrganisation")[0]["code"],
        "WRONG_STATE"
    );
    assert_eq!(administrator.query(REINSTATE, input).await.user_errors("reinstateOrganisation"), &[] as &[Value]);
    reporter.query(MEMBERS, ()).await.expect_no_errors();

    let centre = organisation(&administrator, "administrator@centre.example").await;
    let itself = json!({ "input": { "organisationId": centre["id"], "reason": "a slip" } });
    assert_eq!(administrator.query(SUSPEND, itself).await.user_errors("suspendOrganisation")[0]["code"], "WRONG_STATE");
}

#[rstest]
#[tokio::test]
async fn one_account_in_two_organisations_acts_for_one_at_a_time(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let server = Server::start(database).await;
    let several = server.sign_in_as("several@school-03.example").await;
    let document = "{ viewer { roles membership { id } memberships { organisation { id kind } } } }";
    let response = several.query(document, ()).await;
    let viewer = &response.expect_no_errors().data()["viewer"];
    assert_eq!((&viewer["membership"], &viewer["roles"]), (&Value::Null, &json!([])), "nothing is chosen for it");
    assert_eq!(several.query(MEMBERS, ()).await.error_codes(), ["NOT_FOUND"], "and so it has no role yet");
    let memberships = viewer["memberships"].as_array().expect("a list");
    assert_eq!(memberships.len(), 2);
    for membership in memberships {
        let organisation = membership["organisation"]["id"].as_str().expect("an id");
        let acting = several.clone().header("oslonac-organisation", organisation);
        let response = acting.query(MEMBERS, ()).await;
        let seen = response.expect_no_errors().data()["organisations"].clone();
        assert!(seen["nodes"].as_array().expect("a list").iter().any(|o| o["id"] == organisation), "{seen}");
    }
}
