//! What resolvers take from the request: the scope, the language, how it came in.

use crate::access::Scope;
use crate::error::{Answer, Fault, Outcome};
use crate::indicators::{Catalogue, Catalogues};
use crate::language::Language;
use crate::occasion::Occasion;
use async_graphql::Context;
use std::future::Future;
use std::sync::Arc;
use uuid::Uuid;

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// With the session of a browser.
    Browser,
    /// With an access token.
    Token,
}

/// SHA-256 of the secret of the session in which a request was made, for those who change that session.
#[derive(Clone)]
pub struct SessionHash(pub Vec<u8>);

/// What a request carries for its resolvers.
pub trait RequestContext {
    /// The viewer's scope. Root fields are refused before they run where there is none.
    fn scope(&self) -> Result<&Scope, Fault>;

    /// Why a subscription is asked now.
    fn occasion(&self) -> Result<&Occasion, Fault>;

    /// The language to answer in.
    fn language(&self) -> Language;

    /// All indicator sets.
    fn catalogue(&self) -> impl Future<Output = Result<Arc<Catalogue>, Fault>> + Send;

    /// All indicator sets, among them surely the indicators with these keys, which were read from the database.
    fn catalogue_knowing(&self, ids: &[Uuid]) -> impl Future<Output = Result<Arc<Catalogue>, Fault>> + Send;

    /// What a mutation answers to this outcome.
    fn answer<T>(&self, outcome: Outcome<T>) -> Result<Answer<T>, Fault> {
        Answer::to(outcome, self.language())
    }
}

impl RequestContext for Context<'_> {
    fn scope(&self) -> Result<&Scope, Fault> {
        self.data_opt::<Scope>().ok_or(Fault::Unauthenticated)
    }

    fn occasion(&self) -> Result<&Occasion, Fault> {
        self.data_opt::<Occasion>().ok_or(Fault::BadInput("Subscribe over a WebSocket or with text/event-stream."))
    }

    fn language(&self) -> Language {
        self.data_opt::<Language>().copied().unwrap_or_default()
    }

    async fn catalogue(&self) -> Result<Arc<Catalogue>, Fault> {
        self.catalogue_knowing(&[]).await
    }

    async fn catalogue_knowing(&self, ids: &[Uuid]) -> Result<Arc<Catalogue>, Fault> {
        let knowing = self.data_unchecked::<Catalogues>().knowing(self.scope()?, ids.iter().copied());
        // Every field of an object is as large as its largest: the statement that is rarely sent stays on the heap.
        Ok(Box::pin(knowing).await?)
    }
}
