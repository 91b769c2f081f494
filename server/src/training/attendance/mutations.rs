//! Writing attendance down.

use super::actions::{self, Entry};
use super::types::AttendanceMark;
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::payload;
use crate::training::registrations::Registration;
use crate::training::sessions::TrainingSession;
use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};

/// How one participant attended.
#[derive(InputObject)]
struct AttendanceEntryInput {
    /// The registration, which has a place.
    registration_id: ID,
    /// How the day was attended.
    mark: AttendanceMark,
    /// When the participant came, where that is known.
    arrived_at: Option<DateTime<Utc>>,
    /// When the participant left, where that was before the end.
    left_at: Option<DateTime<Utc>>,
}

/// A day's list.
#[derive(InputObject)]
struct RecordAttendanceInput {
    /// The day, of a session that you train.
    day_id: ID,
    /// One entry a participant, at most 500. What was written down of it for this day before is replaced.
    entries: Vec<AttendanceEntryInput>,
}

/// The code that is shown in the room.
#[derive(InputObject)]
struct AttendInput {
    /// The code.
    #[graphql(secret)]
    code: String,
}

payload! {
    /// Answer to `recordAttendance`.
    RecordAttendancePayload {
        /// The session; null where something was refused, and then nothing was written down.
        session: TrainingSession,
    }
}

payload! {
    /// Answer to `attend`.
    AttendPayload {
        /// Your registration; null where the code was refused.
        registration: Registration,
    }
}

/// Root fields of the room.
#[derive(Default)]
pub struct AttendanceMutations;

#[Object]
impl AttendanceMutations {
    /// Writes down who was there on a day of a session that you train.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn record_attendance(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which day, and who.")] input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload, Fault> {
        let day = ids::decode(ObjectType::TrainingDay, &input.day_id);
        let entries: Vec<Entry> = input.entries.iter().map(entry).collect();
        let outcome = actions::record(context.scope()?, day, &entries).await;
        Ok(context.answer(outcome.map(TrainingSession))?.into())
    }

    /// Says that you are there, by the code that is shown in the room. Sending it twice is as good as once. Whoever came
    /// without having registered is added by the trainer first, under the name and institution of its membership, to a session that is
    /// for that institution.
    #[graphql(directive = guarded::apply(Permission::TakePart))]
    async fn attend(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code.")] input: AttendInput,
    ) -> Result<AttendPayload, Fault> {
        let outcome = actions::attend(context.scope()?, &input.code).await;
        Ok(context.answer(outcome.map(Registration))?.into())
    }
}

fn entry(input: &AttendanceEntryInput) -> Entry {
    Entry {
        registration: ids::decode(ObjectType::Registration, &input.registration_id),
        mark: input.mark.into(),
        arrived_at: input.arrived_at,
        left_at: input.left_at,
    }
}
