//! A small network, and the servers that it runs on.

use super::super::routes;
use crate::access::{Action, Database, Gate, Purpose, Role, Roles, Scope, SessionLimits, Viewer};
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::issuer::{self, DemonstrationIssuer, Person, Software};
use crate::http::authentication::{Authentication, Seen};
use crate::http::client_address::ClientAddress;
use crate::http::rate_limits::RateLimits;
use crate::http::request_id::RequestId;
use crate::http::tokens::Issuers;
use crate::ids;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json, Router};
use chrono::TimeDelta;
use entity::organisation::Kind;
use entity::{membership, organisation};
use http::{HeaderMap, Method};
use serde_json::json;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

/// The state of a server without issuers, over an empty database, for what needs neither.
pub(in crate::http) async fn stand_in(public_url: &str) -> (Authentication, TempDir) {
    let (database, settings, folder) = database().await;
    let issuers = Issuers::new(&settings.sign_in).unwrap();
    let limits = RateLimits::new(&settings.http.rate_limits);
    let state = Authentication::new(gate(database), issuers, Clock::system(), Url::parse(public_url).unwrap(), limits);
    (state, folder)
}

async fn database() -> (Database, Config, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Config::read(None).unwrap();
    let file = folder.path().join("oslonac.db");
    settings.database.url = format!("sqlite:{}", file.display()).into();
    let database = Database::open_as_owner(&settings.database).await.unwrap();
    database.migrate_up().await.unwrap();
    (database, settings, folder)
}

fn gate(database: Database) -> Gate {
    let limits = SessionLimits { idle: TimeDelta::minutes(60), absolute: TimeDelta::hours(12) };
    Gate::new(database, Clock::system(), limits)
}

/// The network: a school and a clinic with people and software, and the Centre with an intake officer.
pub(super) struct Network {
    pub(super) url: Url,
    pub(super) issuer: DemonstrationIssuer,
    issuer_at: SocketAddr,
    issuer_runs: JoinHandle<()>,
    pub(super) database: Database,
    pub(super) school: Uuid,
    pub(super) clinic: Uuid,
    folder: TempDir,
}

impl Network {
    pub(super) async fn start() -> Self {
        let (database, mut settings, folder) = database().await;
        let (school, clinic) = fill(&database).await;
        let issuer_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer_at = issuer_listener.local_addr().unwrap();
        let issuer_url = Url::parse(&format!("http://{issuer_at}")).unwrap();
        let issuer = DemonstrationIssuer::new(&issuer_url, people(), software(), Clock::system()).unwrap();
        settings.sign_in.issuers.push(issuer.settings());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let issuers = Issuers::new(&settings.sign_in).unwrap();
        let limits = RateLimits::new(&settings.http.rate_limits);
        let state = Authentication::new(gate(database.clone()), issuers, Clock::system(), url.clone(), limits);
        let app = Router::new().route("/who", axum::routing::any(who)).with_state(state.clone());
        let app = app.merge(routes(state, false)).layer(Extension(RequestId(Uuid::nil()))).layer(Extension(here()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            issuer_runs: serve(issuer.clone(), issuer_listener),
            url,
            issuer,
            issuer_at,
            database,
            school,
            clinic,
            folder,
        }
    }

    /// The issuer's outage.
    pub(super) async fn stop_issuer(&mut self) {
        self.issuer_runs.abort();
        while TcpListener::bind(self.issuer_at).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// The end of the outage.
    pub(super) async fn start_issuer(&mut self) {
        let listener = TcpListener::bind(self.issuer_at).await.unwrap();
        self.issuer_runs = serve(self.issuer.clone(), listener);
    }

    /// Actions in the audit trail about sign-in, oldest first, with their reasons.
    pub(super) async fn audited(&self) -> Vec<String> {
        let file = self.folder.path().join("oslonac.db");
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let query = "SELECT action || COALESCE(': ' || reason, '') FROM audit_event
                     WHERE action LIKE 'session.%' OR action = 'membership.taken_up' ORDER BY id";
        sqlx::query_scalar(query).fetch_all(&pool).await.unwrap()
    }
}

fn serve(issuer: DemonstrationIssuer, listener: TcpListener) -> JoinHandle<()> {
    let service = issuer::routes(issuer).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() })
}

fn here() -> ClientAddress {
    ClientAddress::of([127, 0, 0, 1].into())
}

/// Says who asks.
async fn who(State(state): State<Authentication>, method: Method, headers: HeaderMap) -> Response {
    match state.viewer(&method, &headers, Uuid::nil(), here()).await {
        Ok(None) => Json(json!(null)).into_response(),
        Ok(Some(Seen { viewer, channel, .. })) => Json(json!({
            "channel": format!("{channel:?}"),
            "organisation": viewer.organisation_id(),
            "roles": viewer.roles().to_string(),
            "second_factor_missing": viewer.second_factor_missing(),
        }))
        .into_response(),
        Err(rejection) => rejection.into_response(),
    }
}

fn people() -> Vec<Person> {
    let person = |name: &str| Person {
        subject: format!("{name}-subject"),
        email: format!("{name}@example.rs"),
        name: name.to_owned(),
        organisation: "Network".to_owned(),
        roles: String::new(),
    };
    ["ana", "o'neil\\", "intake", "both", "stranger"].map(person).to_vec()
}

fn software() -> Vec<Software> {
    let client = |name: &str| Software { client_id: name.to_owned(), client_secret: "secret".to_owned() };
    ["clinic-software", "unconnected"].map(client).to_vec()
}

/// Fills the database, and gives back the keys of school and clinic.
async fn fill(database: &Database) -> (Uuid, Uuid) {
    let viewer = Viewer::service(Purpose::Administration);
    let scope = Scope::new(database.clone(), viewer, Clock::system(), Uuid::nil());
    let write = scope.begin().await.unwrap();
    let mut keys = Vec::new();
    for kind in [Kind::School, Kind::HealthService, Kind::Centre] {
        let now = Clock::system().now();
        let row = organisation::Model {
            id: ids::new_key(now),
            name: format!("{kind:?}"),
            kind,
            municipality_code: "70017".to_owned(),
            suspended_at: None,
            created_at: now,
        };
        keys.push(row.id);
        write.insert::<organisation::Entity>(row, Action::OrganisationRegistered).await.unwrap();
    }
    for (organisation_id, name, role) in [
        (keys[0], "ana", Role::Reporter),
        (keys[0], "o'neil\\", Role::Reporter),
        (keys[0], "both", Role::Coordinator),
        (keys[1], "both", Role::Reporter),
        (keys[2], "intake", Role::IntakeOfficer),
        (keys[1], "clinic-software", Role::Reporter),
    ] {
        let now = Clock::system().now();
        let is_software = name.ends_with("software");
        let row = membership::Model {
            id: ids::new_key(now),
            organisation_id,
            account_id: None,
            email: (!is_software).then(|| format!("{name}@example.rs")),
            client_id: is_software.then(|| name.to_owned()),
            name: name.to_owned(),
            function: String::new(),
            roles: Roles::from_iter([role]).to_string(),
            revision: 0,
            created_at: now,
            ended_at: None,
        };
        write.insert::<membership::Entity>(row, Action::MemberInvited).await.unwrap();
    }
    write.commit().await.unwrap();
    (keys[0], keys[1])
}
