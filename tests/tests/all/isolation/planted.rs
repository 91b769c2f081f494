//! What the walk looks for: everything that four authors and the Centre can write, each text with the mark of its author and
//! of what it is.

use super::decided::decide;
use super::directory::{institution, members};
use super::trained::train;
use super::walk::Known;
use crate::steps::{Submitted, content, done, field, list, own_membership, step, submit, text};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::{Client, Contract, Database, Server};

/// Whose data there is: a school's reporter, that school's own software, another partner's reporter, and the Centre, which
/// noted down what it was told.
pub(super) const SOURCES: [(&str, &str); 4] =
    [("the school", "quokka"), ("its software", "numbat"), ("the other partner", "bilby"), ("the Centre", "potoroo")];

/// Who writes, in the order of [`SOURCES`].
pub(super) const AUTHORS: [&str; 4] = [
    "reporter@school-01.example",
    "school-information-system",
    "reporter@social-work-01.example",
    "intake@centre.example",
];

/// Texts by which one class of one author's data is known.
#[derive(Debug)]
pub(super) struct Marks {
    pub(super) source: usize,
    /// What it is, such as `open.content`: content of the report that the Centre has not accepted.
    pub(super) class: String,
    /// In whatever case the server shows them.
    pub(super) texts: Vec<String>,
}

/// Everything that was planted.
#[derive(Debug, Default)]
pub(super) struct Planted {
    pub(super) marks: Vec<Marks>,
    /// What can be asked for, of each author's draft, open report and accepted report.
    pub(super) known: Vec<(usize, &'static str, Known)>,
    /// What can be asked for of training.
    pub(super) training: Known,
    /// Ids of reports and persons that a class is about, by the first word of its name, where no others are known of it.
    pub(super) others: Vec<(usize, &'static str, Vec<Value>)>,
}

/// The last word of a class whose texts the database holds sealed.
const SEALED: [&str; 14] = [
    "content",
    "identity",
    "note",
    "reason",
    "withdrawal",
    "opening",
    "emergency",
    "review",
    "bar",
    "erasure",
    "file",
    "needs",
    "answer",
    "comment",
];

impl Marks {
    /// Whether the database holds these texts sealed.
    pub(super) fn is_sealed(&self) -> bool {
        self.class.rsplit('.').next().is_some_and(|last| SEALED.contains(&last))
    }

    /// The texts that somebody typed, rather than ids and names that the network had.
    pub(super) fn typed(&self) -> impl Iterator<Item = &String> {
        self.texts.iter().filter(|text| is_typed(text))
    }
}

/// Whether a mark was typed by somebody.
pub(super) fn is_typed(text: &str) -> bool {
    SOURCES.iter().any(|(_, word)| text.starts_with(word)) || text.starts_with(BORN_IN)
}

/// The year in which nobody else was born.
const BORN_IN: &str = "2013";

/// A day of birth of its own for each person, which is part of the identity.
fn born(source: usize, kind: &str) -> String {
    format!("{BORN_IN}-{:02}-{:02}", kind.len(), 21 + source)
}

/// Signs in a person by e-mail address or software by its name; nobody where there is no name.
pub(super) async fn sign_in(server: &Server, who: &str) -> Client {
    if who.is_empty() {
        return server.anonymous();
    }
    if who.contains('@') {
        return server.sign_in_as(who).await;
    }
    let form = [("grant_type", "client_credentials"), ("client_id", who), ("client_secret", "demonstration-only")];
    server.anonymous().bearer(&text(&server.token(&form).await["access_token"]))
}

/// The mark of a class of data: letters only, so that it fits every place.
pub(super) fn mark(source: usize, class: &str) -> String {
    format!("{}{}", SOURCES[source].1, class.replace('.', ""))
}

/// A key of an author's own for an action, with a mark: nobody is shown it, its author neither.
pub(super) fn key(source: usize, what: &str) -> Value {
    json!(format!("{}-{what}", mark(source, "key")))
}

/// The marks of one class of an author's data.
pub(super) fn marks(source: usize, class: &str) -> Marks {
    Marks { source, class: class.to_owned(), texts: vec![mark(source, class)] }
}

/// A report in which every place for text is marked, as introspection finds them.
fn marked(contract: &Contract, source: usize, kind: &str) -> Value {
    let mut whole = content("");
    whole["persons"][0]["child"] = json!("YES");
    whole["persons"][0]["identity"]["birthDate"] = json!(born(source, kind));
    for place in contract.places(&contract.mutation("createDraft"), "String") {
        let Some(place) = place.strip_prefix(&["input".to_owned(), "content".to_owned()]) else { continue };
        let name = place.last().expect("a place has a name").as_str();
        let class = if place.iter().any(|name| name == "identity") { "identity" } else { "content" };
        let mark = mark(source, &format!("{kind}.{class}"));
        let text = match name {
            "municipality" | "set" | "version" | "code" | "citizenship" | "language" => continue,
            "personalNumber" => mark,
            name => format!("{mark} {name}"),
        };
        *place.iter().fold(&mut whole, |at, name| match name.parse::<usize>() {
            Ok(position) => &mut at[position],
            Err(_) => &mut at[name],
        }) = json!(text);
    }
    whole
}

/// Plants one author's data.
struct Planter<'a> {
    server: &'a Server,
    contract: &'a Contract,
    author: Client,
    supervisor: Client,
    source: usize,
}

impl Planter<'_> {
    fn says(&self, class: &str, what: &str) -> Value {
        json!(format!("{} {what}", mark(self.source, class)))
    }

    fn key(&self, what: &str) -> Value {
        key(self.source, what)
    }

    async fn draft(&self) -> Known {
        let input =
            json!({ "idempotencyKey": self.key("draft"), "content": marked(self.contract, self.source, "draft") });
        let draft = done(&self.author, "createDraft", "report { id revision }", input).await["report"].clone();
        let content = marked(self.contract, self.source, "draft");
        let input = json!({ "reportId": draft["id"], "revision": draft["revision"], "content": content });
        let draft = done(&self.author, "updateDraft", "report { id persons { id } }", input).await["report"].clone();
        let file = self.file(&draft["id"], "draft").await;
        Known { ids: vec![draft["id"].clone(), draft["persons"][0]["id"].clone(), file], references: Vec::new() }
    }

    /// Sends a text as a file of the report: its id.
    async fn file(&self, report: &Value, kind: &str) -> Value {
        let input = json!({ "idempotencyKey": self.key(&format!("{kind}-file")), "reportId": report });
        let file = done(&self.author, "addAttachment", "attachment { id uploadPath }", input).await;
        let path = text(&file["attachment"]["uploadPath"]);
        let content = text(&self.says(&format!("{kind}.file"), "file"));
        let sent = self.author.request(Method::PUT, &path).body(content).send().await;
        assert_eq!(sent.expect("an answer").status(), StatusCode::CREATED);
        file["attachment"]["id"].clone()
    }

    async fn submitted(&self, kind: &str) -> Submitted {
        let key = text(&self.key(kind));
        let report = submit(&self.author, &key, marked(self.contract, self.source, kind)).await;
        self.file(&report.id, kind).await;
        let note = json!({ "idempotencyKey": self.key(&format!("{kind}-note")), "reportId": report.id,
            "text": self.says(&format!("{kind}.note"), "note") });
        done(&self.supervisor, "addNote", "report { id }", note).await;
        report
    }

    /// A report on which the Centre and its author have exchanged messages. The school's is the case worker's.
    async fn open(&self) -> Known {
        let report = self.submitted("open").await;
        let told = json!({ "idempotencyKey": self.key("told"), "reportId": report.id,
            "text": self.says("open.content", "information") });
        done(&self.author, "addInformation", "report { id }", told).await;
        let assignee = if self.source == 0 { "caseworker@centre.example" } else { "supervisor@centre.example" };
        let assignee = own_membership(&self.server.sign_in_as(assignee).await).await;
        step(&self.supervisor, "assignReport", &report.id, json!({ "membershipId": assignee })).await;
        let urgent = json!({ "urgency": "IMMEDIATE", "reason": self.says("open.reason", "changeUrgency") });
        step(&self.supervisor, "changeUrgency", &report.id, urgent).await;
        for mutation in ["closeReport", "reopenReport", "passReportOn", "reopenReport"] {
            let mut why = json!({ "reason": self.says("open.reason", mutation) });
            if mutation == "passReportOn" {
                why["authority"] = self.says("open.reason", "authority");
            }
            step(&self.supervisor, mutation, &report.id, why).await;
        }
        self.exchange(&report).await;
        if self.source == 0 {
            self.bar(&report).await;
        }
        self.known(&report).await
    }

    /// What the Centre and the author say to each other.
    async fn exchange(&self, report: &Submitted) {
        let says = |what| self.says("open.content", what);
        let asked = json!({ "idempotencyKey": self.key("asked"), "question": says("question") });
        step(&self.supervisor, "requestInformation", &report.id, asked).await;
        let messages = field(&self.author, &report.id, "messages(last: 1) { nodes { id } }").await;
        let answer = json!({ "idempotencyKey": self.key("answered"), "reportId": report.id,
            "messageId": messages["nodes"][0]["id"], "text": says("answer") });
        done(&self.author, "answerInformationRequest", "report { id }", answer).await;
        let notice = json!({ "idempotencyKey": self.key("notice"), "text": says("notice") });
        step(&self.supervisor, "sendNotice", &report.id, notice).await;
        let withdraw = json!({ "idempotencyKey": self.key("withdraw"), "reportId": report.id,
            "reason": self.says("open.withdrawal", "reason") });
        done(&self.author, "requestWithdrawal", "report { id }", withdraw).await;
    }

    /// One intake officer is barred from the school's open report, wrongly, and then says so itself.
    async fn bar(&self, report: &Submitted) {
        let officer = self.server.sign_in_as("intake2@centre.example").await;
        let bar = json!({ "idempotencyKey": self.key("barred"), "reportId": report.id,
            "membershipId": own_membership(&officer).await, "reason": self.says("open.bar", "conflict") });
        let bar = done(&self.supervisor, "barFromReport", "bar { id }", bar).await;
        let lift = json!({ "barId": bar["bar"]["id"], "reason": self.says("open.bar", "none after all") });
        done(&self.supervisor, "liftBar", "bar { id }", lift).await;
        let declared = json!({ "idempotencyKey": self.key("declared"), "reportId": report.id,
            "reason": self.says("open.bar", "conflict after all") });
        done(&officer, "declareConflictOfInterest", "reportId", declared).await;
    }

    /// A report that became a case, and was decided. Of the school's the intake officer has opened the identity.
    async fn accepted(&self) -> Known {
        let report = self.submitted("accepted").await;
        let accept =
            json!({ "idempotencyKey": self.key("accepts"), "reason": self.says("accepted.reason", "acceptance") });
        step(&self.supervisor, "acceptReport", &report.id, accept).await;
        let case = field(&self.supervisor, &report.id, "cases { id revision }").await[0].clone();
        let decide = json!({ "caseId": case["id"], "revision": case["revision"], "outcome": "NOT_IDENTIFIED",
            "reason": self.says("accepted.reason", "decision") });
        done(&self.supervisor, "decideIdentification", "case { id }", decide).await;
        if self.source == 0 {
            let officer = self.server.sign_in_as("intake@centre.example").await;
            let opening = json!({ "idempotencyKey": self.key("opens"), "personId": report.person,
                "reason": self.says("accepted.opening", "opening") });
            done(&officer, "openIdentity", "opening { id }", opening).await;
        }
        self.known(&report).await
    }

    async fn known(&self, report: &Submitted) -> Known {
        let document =
            "query P($id: ID!) { report(id: $id) { attachments { id } messages { nodes { id } } notes { nodes { id } }
            events { nodes { id } } cases { id reference } } }";
        let response = self.supervisor.query(document, json!({ "id": report.id })).await;
        let seen = response.expect_no_errors().data()["report"].clone();
        let mut known =
            Known { ids: vec![report.id.clone(), report.person.clone()], references: vec![report.reference.clone()] };
        for connection in ["messages", "notes", "events"] {
            known.ids.extend(list(&seen[connection]["nodes"]).iter().map(|node| node["id"].clone()));
        }
        known.ids.extend(list(&seen["attachments"]).iter().map(|file| file["id"].clone()));
        known.ids.extend(list(&seen["cases"]).iter().map(|case| case["id"].clone()));
        known.references.extend(list(&seen["cases"]).iter().map(|case| text(&case["reference"])));
        known
    }
}

/// Plants everything.
pub(super) async fn plant(server: &Server, database: Database, contract: &Contract) -> Planted {
    let mut planted = Planted::default();
    for (source, author) in AUTHORS.iter().enumerate() {
        let author = sign_in(server, author).await;
        let supervisor = server.sign_in_as("supervisor@centre.example").await;
        let planter = Planter { server, contract, author, supervisor, source };
        let kinds =
            [("draft", planter.draft().await), ("open", planter.open().await), ("accepted", planter.accepted().await)];
        for (kind, known) in kinds {
            // What belongs to a report is looked for beside the report itself, and its file by itself.
            let (whole, parts) = known.ids.split_at(2);
            let (files, parts): (Vec<_>, Vec<_>) = parts.iter().map(text).partition(|id| id.starts_with("attachment_"));
            let whole = whole.iter().map(text).chain(known.references.iter().take(1).cloned());
            let parts = parts.into_iter().chain(known.references.iter().skip(1).cloned());
            planted.add(source, &format!("{kind}.known"), whole.collect());
            planted.add(source, &format!("{kind}.parts"), parts.collect());
            let file = format!("{kind}.file");
            planted.add(source, &file, [vec![mark(source, &file)], files].concat());
            for class in ["content", "identity", "note", "reason", "withdrawal", "opening", "bar"] {
                planted.marks.push(marks(source, &format!("{kind}.{class}")));
            }
            planted.add(source, &format!("{kind}.identity"), vec![born(source, kind)]);
            planted.known.push((source, kind, known));
        }
        planted.marks.push(marks(source, "key"));
        planted.marks.extend(match source {
            0 => members(server, source, "coordinator@school-01.example", "REPORTER").await,
            2 => members(server, source, "coordinator@social-work-01.example", "REPORTER").await,
            3 => members(server, source, "administrator@centre.example", "ANALYST").await,
            _ => Vec::new(),
        });
    }
    planted.marks.extend(institution(server).await);
    decide(server, &mut planted).await;
    let trained = train(server, database).await;
    planted.marks.extend(trained.marks);
    planted.training = trained.known;
    planted
}

impl Planted {
    /// What was planted of one author's reports of this kind.
    pub(super) fn of(&self, source: usize, kind: &str) -> &Known {
        let found = self.known.iter().find(|(of, which, _)| (*of, *which) == (source, kind));
        &found.expect("each author has reports of each kind").2
    }

    fn add(&mut self, source: usize, class: &str, texts: Vec<String>) {
        self.marks.push(Marks { source, class: class.to_owned(), texts });
    }

    /// All that can be asked for.
    pub(super) fn everything(&self) -> Known {
        let mut all = Known::default();
        for (_, _, known) in &self.known {
            all.ids.extend(known.ids.clone());
            all.references.extend(known.references.clone());
        }
        all.ids.extend(self.training.ids.clone());
        all.references.extend(self.training.references.clone());
        all
    }
}
