//! What resolvers take from the request: the scope, the language, the loaders.

use crate::access::Scope;
use crate::error::{Answer, Fault, Outcome};
use crate::language::Language;
use async_graphql::Context;

/// What a request carries for its resolvers.
pub trait RequestContext {
    /// The viewer's scope. Root fields are refused before they run where there is none.
    fn scope(&self) -> Result<&Scope, Fault>;

    /// The language to answer in.
    fn language(&self) -> Language;

    /// What a mutation answers to this outcome.
    fn answer<T>(&self, outcome: Outcome<T>) -> Result<Answer<T>, Fault> {
        Answer::to(outcome, self.language())
    }
}

impl RequestContext for Context<'_> {
    fn scope(&self) -> Result<&Scope, Fault> {
        self.data_opt::<Scope>().ok_or(Fault::Unauthenticated)
    }

    fn language(&self) -> Language {
        self.data_opt::<Language>().copied().unwrap_or_default()
    }
}
