//! One subscription, whatever it travels by. Each event is a request of its own: who is asking is found out again, the root
//! field exists for its roles or not, a new scope reads, and what was read is in the audit trail before the answer leaves.
//! Nothing that was true when it began is believed later.

use super::Live;
use crate::access::{Heard, Scope, Signal, Signals};
use crate::error::Fault;
use crate::http::authentication::{Credential, Rejection, Seen};
use crate::http::operation::Operation;
use crate::ids;
use crate::language::Language;
use crate::occasion::{Occasion, Topic};
use crate::schema::has_fault;
use async_graphql::{Response, ServerError, Value};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep};
use uuid::Uuid;

/// Of how many changes one remembers each while it is being answered. Of more, it asks anew for everything.
const REMEMBERED: usize = 32;
/// How long to wait while the database or an issuer is away.
const AGAIN: Duration = Duration::from_secs(1);

/// What comes of a subscription, or of another operation that came the same way.
#[derive(Debug)]
pub(super) enum Event {
    /// An answer; more may follow.
    Next(Response),
    /// The one answer of a query or mutation.
    Only(Response),
    /// It was refused, or what it is about exists no more for whoever asked. Nothing follows.
    Failed(Response),
    /// Whoever asked has no access any more.
    NoAccess,
}

/// One subscription under way.
pub(super) struct Subscription {
    live: Live,
    credential: Credential,
    language: Language,
    operation: Operation,
    signals: Receiver<Heard>,
    check: Interval,
    occasion: Occasion,
    /// The membership that it began in; nothing before that.
    membership: Option<Uuid>,
    /// Whether its beginning counts as a request: not where it is one, which was counted.
    counts: bool,
    /// What was heard and is not answered yet.
    pending: Signals,
    missed: bool,
}

impl Subscription {
    /// What the holder of a credential asks for. It begins with the first [`next`](Self::next).
    pub fn new(live: &Live, credential: Credential, language: Language, operation: Operation) -> Self {
        let every = Duration::from_secs(live.settings.check_seconds.max(1));
        let mut check = interval_at(Instant::now() + every, every);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            live: live.clone(),
            credential,
            language,
            operation,
            // Listening comes before the first answer, so that nothing falls between them.
            signals: live.database.signals(),
            check,
            occasion: Occasion::default(),
            membership: None,
            counts: true,
            pending: Signals::default(),
            missed: false,
        }
    }

    /// The same for what came as a request of its own, which was counted.
    pub fn counted(self) -> Self {
        Self { counts: false, ..self }
    }

    /// The next answer.
    pub async fn next(&mut self) -> Event {
        loop {
            let Ok(signal) = self.wait().await else { return Event::NoAccess };
            if let Some(event) = self.ask(signal).await {
                return event;
            }
        }
    }

    /// Waits for signals, but not at the beginning. Nothing stands for signals that were missed; an error, for an access that has
    /// ended.
    async fn wait(&mut self) -> Result<Option<Signal>, ()> {
        let Some(topic) = self.occasion.topic() else { return Ok(None) };
        loop {
            if std::mem::take(&mut self.missed) {
                self.pending = Signals::default();
                return Ok(None);
            }
            if let Some(signal) = self.pending.take() {
                return Ok(Some(signal));
            }
            tokio::select! {
                heard = self.signals.recv() => self.note(topic, heard),
                _ = self.check.tick() => match self.seen().await {
                    Ok(Some(seen)) if self.is_same(&seen) => {}
                    Err(rejection) if is_away(rejection) => {}
                    _ => return Err(()),
                },
            }
        }
    }

    fn note(&mut self, topic: Topic, heard: Result<Heard, RecvError>) {
        match heard {
            Ok(Heard::Signals(signals)) => {
                signals.iter().filter(|signal| topic.hears(signal)).for_each(|signal| self.pending.add(*signal));
                self.missed |= self.pending.len() > REMEMBERED;
            }
            Ok(Heard::Missed) | Err(RecvError::Lagged(_) | RecvError::Closed) => self.missed = true,
        }
    }

    /// Who holds the credential now. What begins counts as a request.
    async fn seen(&self) -> Result<Option<Seen>, Rejection> {
        let request_id = ids::new_key(self.live.clock.now());
        let counted = self.counts && self.membership.is_none();
        self.live.authentication.again(&self.credential, counted, request_id).await
    }

    /// Whether somebody acts as when it began. Who acts for another organisation by now begins anew.
    fn is_same(&self, seen: &Seen) -> bool {
        self.membership.is_none_or(|membership| membership == seen.viewer.membership_id())
    }

    /// Executes the document once more. Nothing where there is nothing to tell.
    async fn ask(&mut self, signal: Option<Signal>) -> Option<Event> {
        let seen = match self.seen().await {
            Ok(Some(seen)) if self.is_same(&seen) => seen,
            Err(rejection) if is_away(rejection) && self.membership.is_some() => return self.later().await,
            Err(rejection) if is_away(rejection) || matches!(rejection, Rejection::TooManyRequests(_)) => {
                return Some(Event::Failed(refused(rejection)));
            }
            _ => return Some(Event::NoAccess),
        };
        let begins = self.membership.replace(seen.viewer.membership_id()).is_none();
        let request_id = ids::new_key(self.live.clock.now());
        let scope = Scope::new(self.live.database.clone(), seen.viewer, self.live.clock, request_id);
        let mut request = self.operation.to_request().data(seen.channel);
        if let Some(hash) = seen.session {
            request = request.data(hash);
        }
        self.occasion = self.occasion.then(signal);
        let response = self.live.api.execute_once(request, &scope, self.language, self.occasion.clone()).await;
        let response = response?;
        let failed = response.is_err() && response.data == Value::Null;
        match self.occasion.topic() {
            Some(_) if failed && !begins && has_fault(&response, Fault::Unavailable) => self.later().await,
            _ if failed => Some(Event::Failed(response)),
            Some(_) => Some(Event::Next(response)),
            None => Some(Event::Only(response)),
        }
    }

    /// Has everything asked anew in a while.
    async fn later(&mut self) -> Option<Event> {
        self.missed = true;
        sleep(AGAIN).await;
        None
    }
}

/// Whether a credential cannot be looked at just now, which says nothing of it.
fn is_away(rejection: Rejection) -> bool {
    matches!(rejection, Rejection::DatabaseUnavailable | Rejection::IssuerUnavailable | Rejection::Internal)
}

/// The answer to whom this rejection meets.
fn refused(rejection: Rejection) -> Response {
    let mut error = ServerError::new(rejection.message(), None);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", rejection.code());
    if let Some(seconds) = rejection.retry_after() {
        extensions.set("retryAfterSeconds", seconds);
    }
    Response::from_errors(vec![error])
}
