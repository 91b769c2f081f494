//! Links new rows of the audit trail into its chain every few seconds, and signs how long it is.

use crate::access::{Database, Purpose, Result, Scope, Viewer};
use crate::audit::linking::{Due, Signing, link, sign};
use crate::audit::signing::SigningKey;
use crate::clock::Clock;
use crate::config;
use crate::ids;
use chrono::TimeDelta;
use std::time::{Duration, Instant};

/// Requests have ended by then, and the clocks of servers are not farther apart.
const NEAR: TimeDelta = TimeDelta::minutes(2);
/// Rows that took longer than that are looked for now and then.
const FAR: TimeDelta = TimeDelta::days(1);
const LOOK_FAR_EVERY: Duration = Duration::from_secs(600);

/// The linker of one server.
pub struct Linker {
    database: Database,
    clock: Clock,
    key: Option<SigningKey>,
    due: Due,
    /// When it last looked farther than [`NEAR`].
    looked: Option<Instant>,
}

impl Linker {
    /// A linker that signs with this key, where there is one.
    pub fn new(database: Database, clock: Clock, settings: &config::Audit, key: Option<SigningKey>) -> Self {
        let due = Due {
            rows: settings.checkpoint_rows.max(1).into(),
            after: TimeDelta::minutes(settings.checkpoint_minutes.into()),
        };
        Self { database, clock, key, due, looked: None }
    }

    /// Links what there is and signs where that is due. What fails is logged, and left to the next turn.
    pub async fn turn(&mut self) -> Result<()> {
        self.link_and_sign().await.inspect_err(|error| {
            tracing::error!(%error, "the audit trail could not be linked; trying again later");
        })
    }

    async fn link_and_sign(&mut self) -> Result<()> {
        let viewer = Viewer::service(Purpose::AuditLinking);
        let scope = Scope::new(self.database.clone(), viewer, self.clock, ids::new_key(self.clock.now()));
        let reach = self.reach();
        let linked = link(&scope, reach).await?;
        if reach != Some(NEAR) {
            self.looked = Some(Instant::now());
        }
        if linked > 0 {
            tracing::debug!(linked, "linked rows of the audit trail");
        }
        let Some(key) = &self.key else { return Ok(()) };
        match sign(&scope, key, self.due, self.clock.now()).await? {
            Signing::NotDue => {}
            Signing::Signed(position) => tracing::info!(position, key = key.id(), "signed the audit trail"),
            Signing::Broken(position) => tracing::error!(
                position,
                "THE AUDIT TRAIL WAS TAMPERED WITH: it is not what was signed; run `oslonac audit verify`"
            ),
        }
        scope.finish().await
    }

    /// How far back to look: at everything first, later mostly at what is new.
    fn reach(&self) -> Option<TimeDelta> {
        self.looked.map(|looked| if looked.elapsed() >= LOOK_FAR_EVERY { FAR } else { NEAR })
    }
}
