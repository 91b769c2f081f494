//! The generator of the walk: from the contract alone it makes requests for everything that a query can show, and for every
//! mutation that can name an object.

use super::learned::topic;
use crate::contract::places::type_at;
use crate::steps::text;
use serde_json::{Value, json};
use std::collections::HashMap;
use tests::{Below, Client, Contract, Field, Path, Response};

/// How many objects deep the walk looks, and how long its lists are there.
const DEEP: (usize, usize) = (3, 10);
/// The same where it looks at every page.
const WIDE: (usize, usize) = (2, 50);
/// The same through every filter, and by every id for whatever has it: what is found shows the same fields as elsewhere.
const FLAT: (usize, usize) = (1, 10);
/// The most that a list shows at once.
const LONGEST: usize = 100;

/// Objects to ask for: their ids, and the references of those that have one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) ids: Vec<Value>,
    pub(crate) references: Vec<String>,
}

impl Known {
    /// Whether one of them is named in a path.
    pub(crate) fn is_in(&self, path: &str) -> bool {
        self.ids.iter().filter_map(Value::as_str).any(|id| path.contains(id))
            || self.references.iter().any(|reference| path.contains(reference))
    }
}

/// One request of the walk.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) field: String,
    document: String,
    variables: Value,
    /// Whether the pages behind the first are asked for as well.
    pub(crate) every_page: bool,
    /// Whether it is a subscription, of which the first answer counts.
    listens: bool,
}

/// What the server said to a root field.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) field: String,
    pub(crate) response: Response,
}

fn plausible(name: &str) -> Option<Value> {
    match name {
        "year" => Some(json!(2018)),
        "id" | "reference" => Some(json!("")),
        "idempotencyKey" => Some(json!("of-the-walk")),
        "email" => Some(json!("walker@example.rs")),
        "municipality" => Some(json!("novi-sad")),
        "revision" => Some(json!(1)),
        _ => None,
    }
}

/// The known ids that fit each argument of a root field which takes one, or many at once.
fn identified(contract: &Contract, field: &Field, known: &Known) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    for place in contract.places(field, "ID") {
        let prefix = type_at(field, &place).map(|expected| format!("{expected}_")).unwrap_or_default();
        let fitting = known.ids.iter().filter(|id| text(id).starts_with(&prefix)).cloned();
        match place.split_last() {
            Some((last, list)) if last == "0" => {
                let fitting: Vec<Value> = fitting.collect();
                found.extend(fitting.chunks(100).map(|ids| (list.to_vec(), json!(ids))));
            }
            _ => found.extend(fitting.map(|id| (place.clone(), id))),
        }
    }
    found
}

/// Values for every other argument that narrows what is found.
fn narrowed(contract: &Contract, field: &Field, known: &Known) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    let mut add = |scalar: &str, values: &[Value]| {
        for place in contract.places(field, scalar) {
            found.extend(values.iter().map(|value| (place.clone(), value.clone())));
        }
    };
    add("Boolean", &[json!(true), json!(false)]);
    add("Date", &[json!("2018-03-01")]);
    add("DateTime", &[json!("2018-03-01T00:00:00Z")]);
    found.extend(contract.choices(field));
    let years =
        contract.places(field, "Int").into_iter().filter(|place| place.last().is_some_and(|name| name == "year"));
    found.extend(years.map(|place| (place, json!(2021))));
    for place in contract.places(field, "String") {
        match place.last().expect("a place has a name").as_str() {
            "reference" => found.extend(known.references.iter().map(|reference| (place.clone(), json!(reference)))),
            "number" => found.extend(known.references.iter().map(|number| (place.clone(), json!(number)))),
            "municipality" => found.push((place, json!("novi-sad"))),
            "district" => found.push((place, json!("RS-06"))),
            "language" => found.push((place, json!("sr"))),
            "topic" => found.push((place, json!(topic()))),
            "set" | "indicatorSet" => found.push((place, json!("unodc-general"))),
            "code" => found.push((place, json!("UN-G-01"))),
            // Pages are walked from both ends; these narrow nothing.
            "after" | "before" | "version" | "remark" => {}
            name => panic!("say here what is to be looked for in {name} of {}", field.name),
        }
    }
    found
}

fn request(contract: &Contract, root: &str, field: &Field, size: (usize, usize), at: &(Path, Value)) -> Request {
    let mut variables = contract.arguments(field, &at.0, &at.1, &plausible);
    if field.takes("first") && variables.get("last").is_none() {
        variables["first"] = json!(size.1);
    }
    // Whoever asks for the last page of a list gets the last pages of those below.
    let below = Below { from_the_end: at.0 == ["last"], ..Below::of(size.1) };
    let document = contract.document_with(root, field, size.0, below);
    let listens = root == "Subscription";
    Request { field: field.name.clone(), document, variables, every_page: false, listens }
}

/// Requests for everything that the queries show: deep, page by page, by each id, through each filter.
pub(crate) fn queries(contract: &Contract, known: &Known) -> Vec<Request> {
    let mut requests = Vec::new();
    for field in contract.fields("Query") {
        let plain = (Vec::new(), Value::Null);
        requests.push(request(contract, "Query", field, DEEP, &plain));
        if field.takes("first") {
            let first = request(contract, "Query", field, WIDE, &plain);
            requests.push(Request { every_page: true, ..first });
            let last = (vec!["last".to_owned()], json!(WIDE.1));
            requests.push(Request { every_page: true, ..request(contract, "Query", field, WIDE, &last) });
        } else {
            // What is no list itself may hold long ones.
            requests.push(request(contract, "Query", field, (WIDE.0, LONGEST), &plain));
        }
        let by_id = match field.name.as_str() {
            // Of every type at once, one level is a large document already.
            "nodes" => (WIDE.0, DEEP.1),
            "node" => (0, DEEP.1),
            _ if field.takes("first") => FLAT,
            _ => DEEP,
        };
        let identified = identified(contract, field, known);
        requests.extend(identified.iter().map(|at| request(contract, "Query", field, by_id, at)));
        requests.extend(narrowed(contract, field, known).iter().map(|at| request(contract, "Query", field, FLAT, at)));
    }
    requests.extend(below(contract, known));
    requests
}

/// Requests for every field of an object that narrows what it shows, through the root fields that lead to it by themselves.
fn below(contract: &Contract, known: &Known) -> Vec<Request> {
    let mut requests = Vec::new();
    for nested in contract.nested() {
        let values = [identified(contract, &nested.field, known), narrowed(contract, &nested.field, known)].concat();
        assert!(!values.is_empty(), "say in narrowed what to ask {} for", nested.field.name);
        for field in contract.fields("Query").iter().filter(|field| !field.needs_arguments()) {
            let below = Below { nested: Some(&nested), ..Below::of(DEEP.1) };
            let document = contract.document_with("Query", field, WIDE.0, below);
            // Once where it is declared, and where it is passed.
            if document.matches("$below_").count() <= nested.field.arguments().count() {
                continue;
            }
            let plain = request(contract, "Query", field, WIDE, &(Vec::new(), Value::Null));
            requests.extend(values.iter().map(|(place, value)| {
                let arguments = contract.arguments(&nested.field, place, value, &plausible);
                let mut variables = nested.variables(&arguments);
                if field.takes("first") {
                    variables["first"] = plain.variables["first"].clone();
                }
                Request { document: document.clone(), variables, ..plain.clone() }
            }));
        }
    }
    assert!(!requests.is_empty(), "fields of objects with arguments are asked for");
    requests
}

/// Requests for the first answer of every subscription, by each id that it can take.
pub(crate) fn subscriptions(contract: &Contract, known: &Known) -> Vec<Request> {
    let each = |field: &Field| {
        let plain = request(contract, "Subscription", field, DEEP, &(Vec::new(), Value::Null));
        let found = identified(contract, field, known);
        let by_id = found.iter().map(|at| request(contract, "Subscription", field, DEEP, at));
        std::iter::once(plain).chain(by_id).collect::<Vec<_>>()
    };
    contract.fields("Subscription").iter().flat_map(each).collect()
}

/// Requests for every mutation that can name one of these objects.
pub(crate) fn mutations(contract: &Contract, known: &Known) -> Vec<Request> {
    let each = |field| {
        let found = identified(contract, field, known).into_iter();
        found.map(move |at| request(contract, "Mutation", field, FLAT, &at))
    };
    contract.fields("Mutation").iter().flat_map(each).collect()
}

/// After so many refusals of a root field as a whole a walker asks it no more: whether it is there does not depend on what
/// is asked.
const REFUSALS: usize = 3;

/// So many pages are asked for from the end of a list; what lies before them was seen from the front.
const BACKWARDS: usize = 3;

/// What a client is answered.
pub(crate) async fn ask(client: &Client, requests: &[Request]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut refusals: HashMap<&str, usize> = HashMap::new();
    for request in requests {
        if refusals.get(&*request.field).is_some_and(|count| *count >= REFUSALS) {
            continue;
        }
        let mut variables = request.variables.clone();
        let backwards = variables["last"].is_number();
        for page_number in 1.. {
            let response = match request.listens {
                true => client.listen(&request.document, variables.clone()).await.first().await,
                false => client.query(&request.document, variables.clone()).await,
            };
            let page = response.body()["data"][&request.field]["pageInfo"].clone();
            *refusals.entry(&request.field).or_default() += usize::from(response.error_codes() == ["NOT_FOUND"]);
            answers.push(Answer { field: request.field.clone(), response });
            let (more, cursor, name) = match backwards {
                true => ("hasPreviousPage", "startCursor", "before"),
                false => ("hasNextPage", "endCursor", "after"),
            };
            if !request.every_page || page[more] != true || (backwards && page_number == BACKWARDS) {
                break;
            }
            variables[name] = page[cursor].clone();
        }
    }
    answers
}
