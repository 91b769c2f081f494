//! Reports: drafts, submitting once, what is refused, and that nothing acknowledged is lost.

mod content;
mod drafts;
mod durability;
mod messages_read;
mod once;
