//! What the walk looks for: everything that four authors and the Centre can write, each text with the mark of its author and
//! of what it is.

use crate::isolation::trained::train;
use crate::isolation::walk::Known;
use crate::steps::{Submitted, content, done, list, own_membership, step, submit, text};
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

/// A report in which every place for text is marked, as introspection finds them.
fn marked(contract: &Contract, source: usize, kind: &str) -> Value {
    let mut whole = content("");
    whole["persons"][0]["child"] = json!("YES");
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
        json!(format!("planted-{}-{what}", self.source))
    }

    async fn draft(&self) -> Known {
        let input =
            json!({ "idempotencyKey": self.key("draft"), "content": marked(self.contract, self.source, "draft") });
        let draft = done(&self.author, "createDraft", "report { id persons { id } }", input).await["report"].clone();
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
        for mutation in ["closeReport", "reopenReport"] {
            step(&self.supervisor, mutation, &report.id, json!({ "reason": self.says("open.reason", mutation) })).await;
        }
        let asked = json!({ "idempotencyKey": self.key("asked"), "question": self.says("open.content", "question") });
        step(&self.supervisor, "requestInformation", &report.id, asked).await;
        if self.source == 0 {
            self.bar(&report).await;
        }
        self.known(&report).await
    }

    /// One intake officer is barred from the school's open report.
    async fn bar(&self, report: &Submitted) {
        let barred = own_membership(&self.server.sign_in_as("intake2@centre.example").await).await;
        let bar = json!({ "idempotencyKey": self.key("barred"), "reportId": report.id, "membershipId": barred,
            "reason": self.says("open.bar", "conflict") });
        done(&self.supervisor, "barFromReport", "bar { id }", bar).await;
    }

    /// A report that became a case. Of the school's the intake officer has opened the identity.
    async fn accepted(&self) -> Known {
        let report = self.submitted("accepted").await;
        let accept =
            json!({ "idempotencyKey": self.key("accepts"), "reason": self.says("accepted.reason", "acceptance") });
        step(&self.supervisor, "acceptReport", &report.id, accept).await;
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

    /// A member whose every text is marked, and the name of the organisation.
    async fn directory(&self, inviter: &str, role: &str) -> Vec<Marks> {
        let inviter = self.server.sign_in_as(inviter).await;
        let document = "{ viewer { membership { organisation { id name } } } }";
        let response = inviter.query(document, ()).await;
        let own = response.expect_no_errors().data()["viewer"]["membership"]["organisation"].clone();
        let member = mark(self.source, "member");
        let input = json!({ "idempotencyKey": self.key("member"), "organisationId": own["id"], "roles": [role],
            "name": format!("{member} name"), "function": format!("{member} function"),
            "email": format!("{member}@example.rs") });
        done(&inviter, "inviteMember", "membership { id }", input).await;
        let marks = |class: &str, texts| Marks { source: self.source, class: class.to_owned(), texts };
        vec![marks("member", vec![member]), marks("organisation", vec![text(&own["name"])])]
    }
}

/// Somebody whom the school has reported twice, and why the Centre says that they are two.
async fn reported_twice(server: &Server) -> [Marks; 2] {
    let author = sign_in(server, AUTHORS[0]).await;
    submit(&author, "planted-twice-1", content("seen twice")).await;
    let later = submit(&author, "planted-twice-2", content("seen twice")).await;
    let supervisor = server.sign_in_as("supervisor@centre.example").await;
    let found = crate::duplicates::proposed(&supervisor, &later.id, 1).await.remove(0);
    let mark = mark(0, "twice.reason");
    let dismiss = json!({ "possibleDuplicateId": found["id"], "reason": format!("{mark} two") });
    done(&supervisor, "dismissPossibleDuplicate", "__typename", dismiss).await;
    let marks = |class: &str, text| Marks { source: 0, class: class.to_owned(), texts: vec![text] };
    [marks("twice.known", text(&found["id"])), marks("twice.reason", mark)]
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
            for class in ["content", "identity", "note", "reason", "opening", "bar"] {
                let class = format!("{kind}.{class}");
                planted.add(source, &class, vec![mark(source, &class)]);
            }
            planted.known.push((source, kind, known));
        }
        planted.marks.extend(match source {
            0 => planter.directory("coordinator@school-01.example", "REPORTER").await,
            2 => planter.directory("coordinator@social-work-01.example", "REPORTER").await,
            3 => planter.directory("administrator@centre.example", "ANALYST").await,
            _ => Vec::new(),
        });
    }
    planted.marks.extend(reported_twice(server).await);
    let trained = train(server, database).await;
    planted.marks.extend(trained.marks);
    planted.training = trained.known;
    planted
}

impl Planted {
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
