//! Reading the code in the room.

use super::types::AttendanceCode;
use super::{actions, code};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use async_graphql::{Context, ID, Object};

/// Root fields of the room.
#[derive(Default)]
pub struct AttendanceQueries;

#[Object]
impl AttendanceQueries {
    /// The code to show in the room on this day of a session that you train, from an hour before it begins until it ends; null
    /// at other times.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn attendance_code(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The id of the day.")] day_id: ID,
    ) -> Result<Option<AttendanceCode>, Fault> {
        let scope = context.scope()?;
        let now = scope.now();
        let Some(key) = ids::decode(ObjectType::TrainingDay, &day_id) else { return Ok(None) };
        let day = actions::day_with_code(scope, key).await?;
        Ok(day.map(|day| AttendanceCode {
            code: code::at(day.id, &day.code_secret, now),
            shown_until: code::shown_until(now),
        }))
    }
}
