//! Steps that many tests take: submitting a report, one action of the Centre, somebody who may do everything.

use serde_json::{Value, json};
use tests::{Client, Response, Server};

/// Runs a mutation and asks for what `selection` names of its payload.
pub async fn act(client: &Client, mutation: &str, selection: &str, input: Value) -> Response {
    let document = format!(
        "mutation Act($input: {}!) {{ {mutation}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}",
        input_type(mutation)
    );
    client.query(&document, json!({ "input": input })).await
}

/// The payload of a mutation that must be done.
#[track_caller]
pub fn done(client: &Client, mutation: &str, selection: &str, input: Value) -> impl Future<Output = Value> {
    let caller = std::panic::Location::caller();
    async move {
        let response = act(client, mutation, selection, input).await;
        let errors = response.expect_no_errors().user_errors(mutation);
        assert!(errors.is_empty(), "{mutation} at {caller} was refused: {errors:?}");
        response.payload(mutation).clone()
    }
}

/// Code and path of every user error of a mutation that must be refused, such as `("STALE", "revision")`.
pub async fn refusals(client: &Client, mutation: &str, input: Value) -> Vec<(String, String)> {
    let response = act(client, mutation, "__typename", input).await;
    let errors = response.expect_no_errors().user_errors(mutation);
    assert!(!errors.is_empty(), "{mutation} was done: {}", response.body());
    errors.iter().map(|error| (text(&error["code"]), path(error))).collect()
}

/// The message of the first user error of a mutation that must be refused with this code.
pub async fn refusal(client: &Client, mutation: &str, input: Value, code: &str) -> String {
    let response = act(client, mutation, "__typename", input).await;
    let errors = response.expect_no_errors().user_errors(mutation);
    assert_eq!(errors.first().map(|error| &error["code"]), Some(&json!(code)), "{mutation}: {}", response.body());
    text(&errors[0]["message"])
}

/// The path of a user error, with dots.
pub fn path(error: &Value) -> String {
    list(&error["field"]).iter().map(text).collect::<Vec<_>>().join(".")
}

fn input_type(mutation: &str) -> String {
    match mutation {
        "reinstateOrganisation" => "SuspendOrganisationInput".to_owned(),
        "openSession" | "closeSession" | "holdSession" | "completeSession" => "SessionStepInput".to_owned(),
        "rotateWebhookSecret" | "disableWebhook" | "enableWebhook" | "testWebhook" => "WebhookStepInput".to_owned(),
        "acceptOffer" | "approveRegistration" | "declineRegistration" | "withdrawRegistration" => {
            "RegistrationStepInput".to_owned()
        }
        _ => {
            let (first, rest) = mutation.split_at(1);
            format!("{}{rest}Input", first.to_uppercase())
        }
    }
}

/// The elements of a list.
#[track_caller]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is not a list"))
}

/// A text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}

/// The invented name of the adult in a small report: reports that say the same are about the same, and others about others.
pub fn invented(observations: &str) -> String {
    let consonants = ["б", "в", "г", "д", "з", "к", "л", "м", "н", "п", "р", "с", "т", "х", "ц", "ш"];
    let mut number = observations.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    let mut name = "Измишљен Из".to_owned();
    for vowel in ["о", "а", "у", "е", "и"] {
        name.push_str(consonants[usize::try_from(number >> 32 & 15).expect("a position")]);
        name.push_str(vowel);
        number = number.wrapping_mul(0x0100_0000_01b3).rotate_left(17);
    }
    name + "ћ"
}

/// A small report about one adult.
pub fn content(observations: &str) -> Value {
    json!({
        "observations": observations,
        "persons": [{ "pseudonym": "A", "child": "NO", "birthYear": 1980, "sex": "MALE",
            "identity": { "names": invented(observations) },
            "indicators": [{ "set": "unodc-general", "code": "UN-G-01" }] }]
    })
}

/// A report as the tests go on with it.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// Its id.
    pub id: Value,
    /// Its reference.
    pub reference: String,
    /// The id of its first person.
    pub person: Value,
}

/// Submits a report.
pub async fn submit(client: &Client, key: &str, content: Value) -> Submitted {
    let input = json!({ "idempotencyKey": key, "report": { "content": content } });
    let sent = done(client, "submitReport", "report { id reference persons { id } }", input).await["report"].clone();
    Submitted { id: sent["id"].clone(), reference: text(&sent["reference"]), person: sent["persons"][0]["id"].clone() }
}

/// One field of a report as the client sees it; null where it sees none.
pub async fn field(client: &Client, id: &Value, field: &str) -> Value {
    let document = format!("query One($id: ID!) {{ report(id: $id) {{ value: {field} }} }}");
    let response = client.query(&document, json!({ "id": id })).await;
    response.expect_no_errors().data()["report"]["value"].clone()
}

/// Takes a step of the Centre with a report as it is now; answers the report's new state.
pub async fn step(client: &Client, mutation: &str, id: &Value, more: Value) -> Value {
    let revision = field(client, id, "revision").await;
    let mut input = json!({ "reportId": id, "revision": revision });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    done(client, mutation, "report { state }", input).await["report"]["state"].clone()
}

/// The id of the membership a client acts in.
pub async fn own_membership(client: &Client) -> Value {
    let response = client.query("{ viewer { membership { id } } }", ()).await;
    response.expect_no_errors().data()["viewer"]["membership"]["id"].clone()
}

/// The Centre's supervisor, after the administrator has given it every role that the Centre has.
pub async fn with_every_role(server: &Server) -> Client {
    let administrator = server.sign_in_as("administrator@centre.example").await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let response = supervisor.query("{ viewer { membership { id revision } } }", ()).await;
    let own = response.expect_no_errors().data()["viewer"]["membership"].clone();
    let roles =
        ["INTAKE_OFFICER", "CASE_WORKER", "SUPERVISOR", "ANALYST", "PROTECTION_OFFICER", "ADMINISTRATOR", "TRAINER"];
    let input = json!({ "membershipId": own["id"], "revision": own["revision"], "roles": roles });
    done(&administrator, "changeMembershipRoles", "membership { id }", input).await;
    supervisor.accept_language("en")
}
