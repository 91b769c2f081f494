//! Who the address of a calendar programme belongs to.

use super::{Gate, active_membership, cooperating, membership_of, viewers};
use crate::access::{Result, Role, Viewer};
use entity::{account, calendar_feed, membership, organisation};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Whose sessions an address shows.
pub struct CalendarHolder {
    /// The member's calendar programme.
    pub viewer: Viewer,
    /// The language of its entries: a BCP 47 tag.
    pub language: String,
    /// Whether the member trains sessions.
    pub trains: bool,
}

impl Gate {
    /// Who an address belongs to; nothing where there is none, or its secret is another, or the membership has ended, or the
    /// organisation is suspended. One statement in each case, and the secrets are compared in constant time.
    ///
    /// # Errors
    /// The database is away.
    pub async fn viewer_of_calendar(&self, feed: Uuid, secret_hash: &[u8]) -> Result<Option<CalendarHolder>> {
        use calendar_feed::Column;
        let now = self.clock.now();
        let same_membership = membership::Column::Id.into_expr().eq(Column::MembershipId.into_expr());
        let same_account = membership::Column::AccountId.into_expr().eq(account::Column::Id.into_expr());
        let mut query = viewers(now);
        query
            .columns([(calendar_feed::Entity, Column::SecretHash), (calendar_feed::Entity, Column::Language)])
            .from(calendar_feed::Entity)
            .inner_join(membership::Entity, active_membership().add(same_membership))
            .inner_join(account::Entity, same_account)
            .inner_join(organisation::Entity, cooperating())
            .and_where(Column::Id.eq(feed));
        let rows = self.database.ask_who(&query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let kept: Vec<u8> = row.try_get("", "secret_hash")?;
        let Some(membership) = membership_of(row)?.filter(|_| bool::from(kept.ct_eq(secret_hash))) else {
            return Ok(None);
        };
        let trains = membership.roles.has(Role::Trainer);
        let viewer = Viewer::calendar_of(row.try_get("", "account_id")?, membership).at_instant(now);
        Ok(Some(CalendarHolder { viewer, language: row.try_get("", "language")?, trains }))
    }
}
