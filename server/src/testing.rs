//! A small network on a database of its own, for tests that send documents through the whole service but HTTP.

use crate::access::{
    Action, Database, Gate, Policy, Purpose, Role, Root, Scope, SessionLimits, TokenHolder, Viewer, Write,
};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::context::Channel;
use crate::error::Fault;
use crate::language::Language;
use crate::schema::Api;
use crate::{demo, ids, indicators};
use async_graphql::{Request, Variables};
use chrono::TimeDelta;
use entity::organisation::Kind;
use entity::{account, membership, organisation};
use sea_orm::IntoActiveModel;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// Who vouches for the members.
pub(crate) const ISSUER: &str = "https://issuer.example";

/// Who there is: name, organisation, its kind, role. All signed in with a second factor.
const MEMBERS: [(&str, &str, Kind, Role); 14] = [
    ("ana", "Школа А", Kind::School, Role::Reporter),
    ("ada", "Школа А", Kind::School, Role::Reporter),
    ("aca", "Школа А", Kind::School, Role::Coordinator),
    ("boris", "Школа Б", Kind::School, Role::Reporter),
    ("pavle", "Полиција", Kind::Police, Role::Reporter),
    ("iva", "Центар", Kind::Centre, Role::IntakeOfficer),
    ("ivan", "Центар", Kind::Centre, Role::IntakeOfficer),
    ("goran", "Центар", Kind::Centre, Role::CaseWorker),
    ("gorica", "Центар", Kind::Centre, Role::CaseWorker),
    ("sava", "Центар", Kind::Centre, Role::Supervisor),
    ("sofija", "Центар", Kind::Centre, Role::Supervisor),
    ("alma", "Центар", Kind::Centre, Role::Analyst),
    ("petar", "Центар", Kind::Centre, Role::ProtectionOfficer),
    ("tanja", "Центар", Kind::Centre, Role::Trainer),
];

/// A master key in a file of this folder.
pub(crate) fn master_key(folder: &std::path::Path) -> config::MasterKey {
    let file = folder.join("master.key");
    crate::access::sealing::create_file(&file).expect("a key");
    config::MasterKey { file, ..Default::default() }
}

/// Settings of the database at this address, without a master key.
pub(crate) fn database_at(url: &str) -> config::Database {
    config::Database {
        url: url.to_owned().into(),
        owner_url: None,
        max_connections: 4,
        acquire_timeout_seconds: 5,
        master_key: config::MasterKey::default(),
    }
}

/// Settings of a file of SQLite's.
pub(crate) fn database_in_file(file: &std::path::Path, master_key: config::MasterKey) -> config::Database {
    config::Database { master_key, ..database_at(&format!("sqlite:{}", file.display())) }
}

/// A database that nobody has migrated yet, and its master key, in files of this folder.
pub(crate) async fn database_in(folder: &std::path::Path) -> Database {
    let settings = database_in_file(&folder.join("test.db"), master_key(folder));
    Database::open_as_owner(&settings).await.expect("opens")
}

/// The network.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: Clock,
    api: Api,
    folder: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let world = Self::empty().await;
        world.found().await;
        world
    }

    /// The demonstration network instead. Its members sign in by their e-mail addresses.
    pub(crate) async fn demonstration() -> Self {
        let world = Self::empty().await;
        assert!(demo::network::fill(&world.database, world.clock, ISSUER).await.expect("fills"));
        world
    }

    async fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database_in(folder.path()).await;
        database.migrate_up().await.expect("migrates");
        let clock = Clock::system();
        indicators::import_embedded(&database, clock).await.expect("imports");
        Self { database, clock, api: api(), folder }
    }

    /// The file of the database.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("test.db")
    }

    /// The file of its master keys.
    pub(crate) fn master_key_file(&self) -> std::path::PathBuf {
        self.folder.path().join("master.key")
    }

    /// The same database, opened anew with the master keys that are in their file now.
    pub(crate) async fn opened_anew(&self) -> Database {
        let master_key = config::MasterKey { file: self.master_key_file(), ..Default::default() };
        Database::open(&database_in_file(&self.file(), master_key)).await.expect("opens")
    }

    /// Lets each of two schools submit a report with one person, of whom these indicators are ticked.
    pub(crate) async fn submit_from_two(&self, indicators: Value) {
        for author in ["ana", "boris"] {
            let person = json!({ "pseudonym": "надимак", "identity": { "names": "Мира" }, "indicators": indicators });
            let report = json!({ "content": { "observations": "виђено", "persons": [person] } });
            let input = json!({ "input": { "idempotencyKey": "one-of-each", "report": report } });
            let document =
                "mutation($input: SubmitReportInput!) { submitReport(input: $input) { userErrors { code } } }";
            let answer = self.ask(author, document, input).await;
            assert_eq!(answer["submitReport"]["userErrors"], json!([]));
        }
    }

    /// Forgets what the service had in memory.
    pub(crate) fn restart(&mut self) {
        self.api = api();
    }

    /// Registers the organisations and their members.
    async fn found(&self) {
        let write = self.service(Purpose::Demonstration).begin().await.expect("begins");
        let mut organisations: Vec<organisation::Model> = Vec::new();
        for (name, organisation, kind, role) in MEMBERS {
            let known = organisations.iter().find(|known| known.name == organisation).cloned();
            let organisation = match known {
                Some(known) => known,
                None => add::<organisation::Entity>(&write, new_organisation(&write, organisation, kind)).await,
            };
            let account = add::<account::Entity>(&write, new_account(&write, name)).await;
            let member = new_membership(&write, name, role, &account, &organisation);
            add::<membership::Entity>(&write, member).await;
            organisations.push(organisation);
        }
        write.commit().await.expect("commits");
    }

    /// A scope of the service itself.
    pub(crate) fn service(&self, purpose: Purpose) -> Scope {
        self.scope_of(Viewer::service(purpose))
    }

    fn scope_of(&self, viewer: Viewer) -> Scope {
        Scope::new(self.database.clone(), viewer, self.clock, ids::new_key(self.clock.now()))
    }

    /// The gate.
    pub(crate) fn gate(&self) -> Gate {
        let limits = SessionLimits { idle: TimeDelta::hours(1), absolute: TimeDelta::hours(12) };
        Gate::new(self.database.clone(), self.clock, limits)
    }

    /// A scope of one of the members.
    pub(crate) async fn scope(&self, name: &str) -> Scope {
        let token = TokenHolder {
            issuer: ISSUER,
            subject: name,
            software: None,
            verified_email: None,
            organisations: &[],
            second_factor: true,
        };
        let viewer = self.gate().viewer_of_token(&token, Uuid::nil()).await.expect("an answer");
        self.scope_of(viewer.expect("a member"))
    }

    /// The id of a member's membership.
    pub(crate) async fn membership(&self, name: &str) -> String {
        let scope = self.scope(name).await;
        ids::encode(ids::ObjectType::Membership, scope.viewer().membership_id())
    }

    /// What the service answers to a document of a member, faults included.
    pub(crate) async fn execute(&self, name: &str, document: &str, variables: Value) -> async_graphql::Response {
        let scope = self.scope(name).await;
        let request = Request::new(document).variables(Variables::from_json(variables)).data(Channel::Browser);
        self.api.execute(request, Some(&scope), Language::English).await
    }

    /// The data that the service answers with.
    pub(crate) async fn ask(&self, name: &str, document: &str, variables: Value) -> Value {
        let response = self.execute(name, document, variables).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        response.data.into_json().expect("JSON")
    }

    /// How many statements a document takes, finding out who asks not included.
    pub(crate) async fn statements(&self, name: &str, document: &str) -> usize {
        let scope = self.scope(name).await;
        let response = self.api.execute(Request::new(document), Some(&scope), Language::English).await;
        assert!(response.errors.is_empty(), "{:?}", response.errors);
        scope.statements()
    }

    /// Actions of the audit trail on this object, oldest first.
    pub(crate) async fn audited(&self, id: &str) -> Vec<Action> {
        use entity::audit_event::{Column, Entity};
        let (_, key) = ids::decode_any(id).expect("an id");
        let about = sea_orm::ColumnTrait::eq(&Column::ObjectId, key);
        let find = self.scope("petar").await.find::<Entity>().filter(about);
        let rows = find.order(&[crate::access::Order::ascending(Column::Id)]).all().await.expect("rows");
        rows.iter().map(|row| Action::from_name(&row.action).expect("an action")).collect()
    }
}

fn api() -> Api {
    Api::new(Config::read(None).expect("the defaults").graphql, true)
}

/// Code of the fault that a response holds.
pub(crate) fn fault(response: &async_graphql::Response) -> Option<String> {
    let code = response.errors.first()?.extensions.as_ref()?.get("code")?.clone();
    Some(code.into_json().ok()?.as_str()?.to_owned())
}

/// That a response is nothing but this fault.
pub(crate) fn assert_fault(response: &async_graphql::Response, expected: Fault) {
    assert_eq!(fault(response).as_deref(), Some(expected.code()), "{:?}", response.errors);
}

async fn add<E: Root + Policy>(write: &Write, row: E::Model) -> E::Model
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    write.insert::<E>(row, Action::OrganisationRegistered).await.expect("inserts")
}

fn new_organisation(write: &Write, name: &str, kind: Kind) -> organisation::Model {
    organisation::Model {
        id: ids::new_key(write.now()),
        name: name.to_owned(),
        kind,
        municipality_code: "nis".to_owned(),
        suspended_at: None,
        created_at: write.now(),
    }
}

fn new_account(write: &Write, name: &str) -> account::Model {
    account::Model {
        id: ids::new_key(write.now()),
        issuer: ISSUER.to_owned(),
        subject: name.to_owned(),
        email: None,
        created_at: write.now(),
    }
}

fn new_membership(
    write: &Write,
    name: &str,
    role: Role,
    account: &account::Model,
    organisation: &organisation::Model,
) -> membership::Model {
    membership::Model {
        id: ids::new_key(write.now()),
        organisation_id: organisation.id,
        account_id: Some(account.id),
        email: Some(format!("{name}@example.rs")),
        client_id: None,
        name: name.to_owned(),
        function: String::new(),
        roles: role.as_str().to_owned(),
        revision: 1,
        created_at: write.now(),
        ended_at: None,
    }
}
