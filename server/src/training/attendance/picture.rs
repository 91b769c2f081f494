//! The code in the room as a picture, for the room's projector.

use super::{actions, code};
use crate::access::Scope;
use crate::error::Fault;
use crate::training::qr;
use uuid::Uuid;

/// A QR code, and for how long it is the one to show.
pub struct Picture {
    /// The picture, in SVG.
    pub svg: String,
    /// For how many seconds it is shown, at least one; then another takes its place.
    pub shown_for_seconds: u64,
}

/// The code of this day, for whoever trains the session, while one is shown; nothing for others and at other times.
///
/// # Errors
/// The database is away.
pub async fn of_day(scope: &Scope, day: Uuid) -> Result<Option<Picture>, Fault> {
    let Some(day) = actions::day_with_code(scope, day).await? else { return Ok(None) };
    let now = scope.now();
    // A code has 48 letters, which every QR code holds.
    let svg = qr::svg(&code::at(day.id, &day.code_secret, now)).map_err(|_| Fault::Internal)?;
    let left = (code::shown_until(now) - now).num_seconds();
    Ok(Some(Picture { svg, shown_for_seconds: u64::try_from(left).unwrap_or_default().max(1) }))
}
