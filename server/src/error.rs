//! What can go wrong: faults, which are GraphQL errors without inner text, and refusals, which are data.

use crate::access;
use crate::language::{Language, Message};
use async_graphql::{Enum, ErrorExtensions, SimpleObject};

/// Something failed that the caller could not have known. It is logged in full where it happens; the client learns a
/// code. It has no `Display` on purpose: async-graphql would send that text to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database cannot be reached now, or Vault. HTTP answers 503 with `Retry-After`.
    Unavailable,
    /// A defect, or a database that says what it should not.
    Internal,
    /// The argument cannot mean anything, whoever asks: a page size of 1,000, a broken cursor.
    BadInput(&'static str),
    /// There is no such thing for this viewer.
    NotFound,
    /// Nobody is signed in.
    Unauthenticated,
}

impl Fault {
    /// The value of `extensions.code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
            Self::BadInput(_) => "BAD_INPUT",
            Self::NotFound => "NOT_FOUND",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }

    /// What the client is told.
    pub fn message(self) -> &'static str {
        match self {
            Self::Unavailable => {
                "The service cannot reach all that it needs at the moment. Try again in a few seconds."
            }
            Self::Internal => "Something went wrong on our side. Quote the request id when you tell us.",
            Self::BadInput(what) => what,
            Self::NotFound => "There is nothing here for the roles you act in.",
            Self::Unauthenticated => "Sign in first, or send an access token.",
        }
    }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        async_graphql::Error::new(fault.message()).extend_with(|_, extensions| extensions.set("code", fault.code()))
    }
}

impl From<access::Error> for Fault {
    fn from(error: access::Error) -> Self {
        let fault = Self::of(&error);
        match fault {
            Self::Internal => tracing::error!(%error, "a fault"),
            Self::Unavailable => tracing::warn!(%error, "what the service needs is away"),
            _ => {}
        }
        fault
    }
}

impl Fault {
    fn of(error: &access::Error) -> Self {
        match error {
            access::Error::Unavailable(_) => Self::Unavailable,
            access::Error::Cursor => Self::BadInput("This cursor is not one of this connection."),
            access::Error::Page(what) => Self::BadInput(what),
            access::Error::NotPermitted(_) => Self::NotFound,
            access::Error::Duplicate(_)
            | access::Error::Unaudited
            | access::Error::Sealed(_)
            | access::Error::Unsealable(_)
            | access::Error::Database(_) => Self::Internal,
        }
    }
}

/// Why an action of the domain was refused, as programs read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// There is no such object for you.
    NotFound,
    /// The value is missing.
    Required,
    /// The value cannot be right.
    Invalid,
    /// The value or the list is too long.
    TooLong,
    /// The object changed since you read it.
    Stale,
    /// The object is in a state in which this cannot be done.
    WrongState,
    /// It exists already.
    Taken,
    /// The idempotency key was used with another input.
    KeyReused,
    /// It would leave the organisation without a coordinator.
    LastCoordinator,
    /// The texts of this record do not open, and no other can be written there: its key is damaged.
    ContentUnreadable,
}

/// An expected failure: what is wrong, and where in the input.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct UserError {
    /// What kind of failure it is.
    pub code: UserErrorCode,
    /// Path to the value in the input, list positions included; empty where it concerns the whole input.
    pub field: Vec<String>,
    /// What happened and what to do, in the language of the request.
    pub message: String,
}

/// An expected failure before it is put into words.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What kind of failure it is.
    pub code: UserErrorCode,
    /// Path to the value in the input.
    pub field: Vec<String>,
    /// The message and its arguments.
    pub message: Message,
}

impl Problem {
    /// A problem with the value at `path`, given with dots: `content.persons.0.birthYear`.
    pub fn new(code: UserErrorCode, path: &str, message: Message) -> Self {
        let field = path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { code, field, message }
    }

    /// The object named by this field of the input does not exist for the viewer.
    pub fn not_found(path: &str) -> Self {
        Self::new(UserErrorCode::NotFound, path, Message::new("not-found"))
    }

    /// The problem in words.
    pub fn in_words(&self, language: Language) -> UserError {
        UserError { code: self.code, field: self.field.clone(), message: language.say(&self.message) }
    }
}

/// Why an action stopped.
#[derive(Debug)]
pub enum Stop {
    /// Refused, for reasons that the client is told.
    Refused(Vec<Problem>),
    /// Failed.
    Fault(Fault),
}

/// Result of an action of the domain.
pub type Outcome<T> = Result<T, Stop>;

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }
}

impl From<Vec<Problem>> for Stop {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Refused(problems)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<access::Error> for Stop {
    fn from(error: access::Error) -> Self {
        if let access::Error::Unsealable(what) = &error {
            tracing::error!(%what, "a text cannot be kept");
            return Problem::new(UserErrorCode::ContentUnreadable, "", Message::new("content-unwritable")).into();
        }
        Self::Fault(error.into())
    }
}

/// What a mutation answers: the changed object, or the reasons why there is none.
pub struct Answer<T> {
    /// The changed object.
    pub object: Option<T>,
    /// Why it was refused.
    pub user_errors: Vec<UserError>,
}

impl<T> Answer<T> {
    /// The answer to an outcome, in the language of the request. Faults pass through.
    pub fn to(outcome: Outcome<T>, language: Language) -> Result<Self, Fault> {
        match outcome {
            Ok(object) => Ok(Self { object: Some(object), user_errors: Vec::new() }),
            Err(Stop::Refused(problems)) => {
                let user_errors = problems.iter().map(|problem| problem.in_words(language)).collect();
                Ok(Self { object: None, user_errors })
            }
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }
}

/// Declares the payload of a mutation: the changed object, null where it was refused, and the `userErrors`.
#[macro_export]
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $object:ty, }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        pub struct $name {
            $(#[$field_doc])*
            pub $field: Option<$object>,
            /// Why it was refused; empty where it was done.
            pub user_errors: Vec<$crate::error::UserError>,
        }

        impl From<$crate::error::Answer<$object>> for $name {
            fn from(answer: $crate::error::Answer<$object>) -> Self {
                Self { $field: answer.object, user_errors: answer.user_errors }
            }
        }
    };
}
