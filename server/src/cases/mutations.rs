//! Deciding on cases.

use super::actions::{self, Decision};
use super::types::Case;
use crate::access::{Permission, guarded};
use crate::code_lists::ExploitationForm;
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::payload;
use async_graphql::{Context, Enum, ID, InputObject, Object};
use entity::case;

/// Outcomes of formal identification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
enum IdentificationOutcome {
    /// The person is formally identified.
    Identified,
    /// The person is not formally identified.
    NotIdentified,
}

impl From<IdentificationOutcome> for case::Identification {
    fn from(outcome: IdentificationOutcome) -> Self {
        match outcome {
            IdentificationOutcome::Identified => Self::Identified,
            IdentificationOutcome::NotIdentified => Self::NotIdentified,
        }
    }
}

/// The decision on a case.
#[derive(InputObject)]
struct DecideIdentificationInput {
    /// The case.
    case_id: ID,
    /// Its revision as you read it.
    revision: i32,
    /// Identified or not.
    outcome: IdentificationOutcome,
    /// Forms of exploitation that were found: at least one for an identified person, none otherwise.
    #[graphql(default)]
    exploitation_forms: Vec<ExploitationForm>,
    /// Why, at most 2,000 characters.
    #[graphql(secret)]
    reason: String,
}

payload! {
    /// Answer to a change of a case.
    CasePayload {
        /// The case as it is now; null where the change was refused.
        case: Case,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct CaseMutations;

#[Object]
impl CaseMutations {
    /// Decides on the formal identification of the person of a case. A later decision replaces an earlier one; the audit
    /// trail keeps both. A void case is not decided on.
    #[graphql(directive = guarded::apply(Permission::Decide))]
    async fn decide_identification(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which case, and how.")] input: DecideIdentificationInput,
    ) -> Result<CasePayload, Fault> {
        let key = ids::decode(ObjectType::Case, &input.case_id);
        let decision =
            Decision { outcome: input.outcome.into(), forms: input.exploitation_forms, reason: input.reason };
        let outcome = actions::decide(context.scope()?, key, input.revision, decision).await;
        Ok(context.answer(outcome.map(Case))?.into())
    }
}
