//! What clients send of registrations.

use super::actions::Who;
use super::needs::Needs;
use crate::ids::{self, ObjectType};
use async_graphql::{ID, InputObject};

/// What a participant needs. It is deleted after the session.
#[derive(InputObject)]
pub(super) struct NeedsInput {
    /// Whether the participant agrees to be photographed.
    #[graphql(default)]
    photograph: bool,
    /// What it does not eat, at most 500 characters.
    #[graphql(default, secret)]
    dietary: String,
    /// What it needs to take part, at most 500 characters.
    #[graphql(default, secret)]
    access: String,
}

impl From<&NeedsInput> for Needs {
    fn from(input: &NeedsInput) -> Self {
        Self { photograph: input.photograph, dietary: input.dietary.clone(), access: input.access.clone() }
    }
}

/// Who is meant: a member of your organisation, or somebody of it who has no membership. Where both are left out, yourself. Only
/// a coordinator names others.
#[derive(InputObject)]
pub(super) struct ParticipantInput {
    /// An active membership of your organisation.
    membership_id: Option<ID>,
    /// The name of somebody without a membership.
    name: Option<String>,
    /// The function of that somebody.
    #[graphql(default)]
    function: String,
}

impl From<Option<&ParticipantInput>> for Who {
    fn from(input: Option<&ParticipantInput>) -> Self {
        match input {
            Some(ParticipantInput { membership_id: Some(id), .. }) => {
                Self::Member(ids::decode(ObjectType::Membership, id))
            }
            Some(ParticipantInput { name, function, .. }) if name.is_some() || !function.is_empty() => {
                Self::Named { name: name.clone().unwrap_or_default(), function: function.clone() }
            }
            _ => Self::Oneself,
        }
    }
}
