//! What is done to addresses for calendar programmes.

use super::address::Key;
use crate::access::{Action, Scope};
use crate::error::{Fault, Outcome};
use crate::ids;
use crate::language::Language;
use entity::calendar_feed::{Entity, Model};

/// Makes an address for the viewer's calendar programme, in the place of an earlier one. Of two at once the later holds.
pub(super) async fn renew(scope: &Scope, language: Language) -> Outcome<(Key, Model)> {
    let write = scope.begin().await?;
    let key = Key::new(ids::new_random_key());
    let row = Model {
        id: key.feed,
        organisation_id: write.viewer().organisation_id(),
        membership_id: write.viewer().membership_id(),
        secret_hash: key.hash(),
        language: language.tag().to_owned(),
        created_at: write.now(),
    };
    if write.insert_part_unless_there::<Entity>(row.clone()).await? {
        write.audit::<Entity>(row.id, Action::CalendarFeedRenewed).await?;
        write.commit().await?;
        return Ok((key, row));
    }
    let earlier = write.find::<Entity>().locked().one().await?.ok_or(Fault::Internal)?;
    let key = Key { feed: earlier.id, ..key };
    let row = Model { id: earlier.id, ..row };
    let row = write.update::<Entity>(&earlier, row, Action::CalendarFeedRenewed).await?;
    write.commit().await?;
    Ok((key, row))
}

/// Takes the viewer's address back; says whether there was one.
pub(super) async fn revoke(scope: &Scope) -> Outcome<bool> {
    let write = scope.begin().await?;
    let Some(feed) = write.find::<Entity>().locked().one().await? else { return Ok(false) };
    write.delete::<Entity>(&feed, Action::CalendarFeedRevoked).await?;
    write.commit().await?;
    Ok(true)
}
