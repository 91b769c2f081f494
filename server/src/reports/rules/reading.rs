//! Which messages somebody has not read.

use entity::{message_reading, report_message};
use uuid::Uuid;

/// Of these messages those that a membership neither wrote nor has marked as read.
pub fn unread<'a>(
    messages: &'a [report_message::Model],
    readings: &'a [message_reading::Model],
    reader: Uuid,
) -> impl Iterator<Item = &'a report_message::Model> {
    let read = move |message: &report_message::Model| {
        readings.iter().any(|row| row.message_id == message.id && row.membership_id == Some(reader))
    };
    messages.iter().filter(move |message| message.author_id != reader && !read(message))
}
