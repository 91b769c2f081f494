//! What clients see of reports, and what they send.

mod enums;
mod inputs;
mod message;
mod person;
mod reading;
mod report;

pub use enums::{AgeBand, Answer, MessageKind, ReportChannel, ReportState, ReportStatus, Sex, Urgency};
pub(super) use inputs::{IdentityInput, PersonInput, ReportContentInput};
pub use message::Message;
pub use person::{Identity, Person};
pub use report::{KeptDays, Report};
