//! What clients see of attendance.

use crate::error::Fault;
use crate::training::sessions::TrainingDay;
use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::attendance::{self, Model};

/// How a participant attended a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "attendance::Mark")]
pub enum AttendanceMark {
    /// From the beginning to the end.
    Present,
    /// Came late.
    Late,
    /// Left early.
    LeftEarly,
    /// Did not come.
    Absent,
}

/// How attendance was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "attendance::Method")]
pub enum AttendanceMethod {
    /// Read off the code in the room with the participant's own phone.
    Code,
    /// Written down by a trainer.
    Trainer,
    /// Carried over from a list on paper or from an earlier system.
    List,
}

/// How a participant attended one day.
pub struct Attendance(pub Model);

/// How a participant attended one day.
#[Object]
impl Attendance {
    /// The day.
    async fn day(&self, context: &Context<'_>) -> Result<Option<TrainingDay>, Fault> {
        TrainingDay::load(context, self.0.day_id).await
    }

    /// How it was attended.
    async fn mark(&self) -> AttendanceMark {
        self.0.mark.into()
    }

    /// How that is known.
    async fn method(&self) -> AttendanceMethod {
        self.0.method.into()
    }

    /// When the participant came, where that is known.
    async fn arrived_at(&self) -> Option<DateTime<Utc>> {
        self.0.arrived_at
    }

    /// When the participant left, where that was before the end.
    async fn left_at(&self) -> Option<DateTime<Utc>> {
        self.0.left_at
    }
}

/// The code to show in the room.
#[derive(SimpleObject)]
pub(super) struct AttendanceCode {
    /// What participants send with `attend`; show it as a QR code. `GET /days/{id}/code.svg` answers with the picture.
    pub(super) code: String,
    /// When another one takes its place. It holds for half a minute longer.
    pub(super) shown_until: DateTime<Utc>,
}
