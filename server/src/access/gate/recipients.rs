//! Members who may be told something: each as a viewer that is asked what the member may see.

use super::{active_membership, barred_of, cooperating, membership_of, viewers};
use crate::access::{Database, Result, Viewer};
use chrono::{DateTime, Utc};
use entity::{account, membership, organisation};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use uuid::Uuid;

/// A member who may be told something.
pub struct Recipient {
    /// The member, as far as it is asked what it may see.
    pub viewer: Viewer,
    /// Where its e-mails go; nothing for software.
    pub email: Option<String>,
}

impl Database {
    /// Those of these memberships that give access: somebody has taken them up, they have not ended, and their organisations
    /// cooperate. What their accounts are barred from does not exist for them. One statement.
    ///
    /// # Errors
    /// The database is away.
    pub async fn recipients(&self, memberships: Vec<Uuid>, now: DateTime<Utc>) -> Result<Vec<Recipient>> {
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        let same_account = membership::Column::AccountId.into_expr().eq(account::Column::Id.into_expr());
        let mut query = viewers(now);
        query
            .expr_as(membership::Column::Email.into_expr(), "address")
            .from(membership::Entity)
            .inner_join(account::Entity, same_account)
            .inner_join(organisation::Entity, cooperating())
            .cond_where(active_membership())
            .and_where(membership::Column::Id.is_in(memberships));
        let mut recipients = Vec::new();
        for row in &self.ask_who(&query).await? {
            let Some(membership) = membership_of(row)? else { continue };
            let viewer = Viewer::recipient(row.try_get("", "account_id")?, membership);
            let viewer = viewer.at_instant(now).barred_from(barred_of(row)?);
            recipients.push(Recipient { viewer, email: row.try_get("", "address")? });
        }
        Ok(recipients)
    }
}
