//! Results of participants.

use super::tests::SessionTest;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::training::registrations::Registration;
use async_graphql::{Context, Object};
use entity::test_result::Model;

/// What a participant reached in a test: the best of its attempts.
pub struct TestResult {
    pub(in crate::training::learning) row: Model,
    /// Whether the viewer trains the session.
    pub(in crate::training::learning) trained: bool,
}

/// What a participant reached in a test: the best of its attempts.
#[Object]
impl TestResult {
    /// The test.
    async fn test(&self, context: &Context<'_>) -> Result<Option<SessionTest>, Fault> {
        SessionTest::load(context, self.row.test_id).await
    }

    /// The participant's registration.
    async fn registration(&self, context: &Context<'_>) -> Result<Option<Registration>, Fault> {
        Registration::load(context, self.row.registration_id).await
    }

    /// Whether the participant passed.
    async fn passed(&self) -> bool {
        self.row.passed
    }

    /// Points, for the participant itself and for those who train the session; null for its coordinator.
    async fn points(&self, context: &Context<'_>) -> Result<Option<i32>, Fault> {
        let own = context.scope()?.viewer().membership_id();
        let registration = Registration::load(context, self.row.registration_id).await?;
        let itself = registration.is_some_and(|registration| registration.0.membership_id == Some(own));
        Ok((self.trained || itself).then_some(self.row.points))
    }

    /// Points there are.
    async fn out_of(&self) -> i32 {
        self.row.out_of
    }
}
