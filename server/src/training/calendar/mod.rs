//! Sessions in the calendars of those who take part and who train: a file for each session, and an address for each member at
//! which a calendar programme, which cannot sign in, fetches all of its sessions.
//!
//! Entries say what kind of session it is and in which town. They stand on telephones, in shared calendars and on the screens
//! of receptions, so they never say what a session is about: not its title or topic, nor who organises or pays for it, nor the
//! venue, whose words nobody checks, nor who takes part. Whoever wants to know signs in.

mod actions;
pub mod address;
pub mod entries;
mod mutations;
mod queries;
pub mod reading;
mod types;

pub use mutations::CalendarMutations;
pub use queries::CalendarQueries;
