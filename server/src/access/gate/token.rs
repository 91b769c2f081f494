//! Who an access token belongs to.

use super::{Gate, active_membership, barred_of, cooperating, membership_of, open_invitations, take_up, viewers};
use crate::access::{Membership, Result, Viewer};
use entity::{account, membership, organisation};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::ExprTrait;
use uuid::Uuid;

/// What an access token says of its holder.
#[derive(Clone, Copy, Debug)]
pub struct TokenHolder<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The issuer's name for the person or software.
    pub subject: &'a str,
    /// The client, where the token is software's own.
    pub software: Option<&'a str>,
    /// The person's address, where the issuer says that it verified it.
    pub verified_email: Option<&'a str>,
    /// Keys of the organisations it may act for; empty for any.
    pub organisations: &'a [Uuid],
    /// Whether there was a second factor.
    pub second_factor: bool,
}

/// What is known of an account.
struct Holder {
    account_id: Uuid,
    memberships: Vec<Membership>,
    barred: Vec<Uuid>,
}

impl Gate {
    /// Who an access token belongs to: its account, acting for the one organisation that fits. Who was invited,
    /// or connected as software, and has no membership yet is taken up at the first call. Nothing for an account that
    /// nobody invited.
    pub async fn viewer_of_token(&self, token: &TokenHolder<'_>, request_id: Uuid) -> Result<Option<Viewer>> {
        let mut found = self.account_of_token(token).await?;
        let homeless = found.as_ref().is_none_or(|holder| holder.memberships.is_empty());
        if homeless {
            self.take_up_holder(token, request_id).await?;
            // Asked again in any case: another first call may have been faster.
            found = self.account_of_token(token).await?;
        }
        let Some(Holder { account_id, mut memberships, barred }) = found else { return Ok(None) };
        if !token.organisations.is_empty() {
            memberships.retain(|membership| token.organisations.contains(&membership.organisation_id));
        }
        let acting = memberships.pop().filter(|_| memberships.is_empty());
        let viewer = Viewer::signed_in(account_id, acting, token.second_factor);
        Ok(Some(viewer.at_instant(self.clock.now()).barred_from(barred)))
    }

    /// The account of a token and its memberships.
    async fn account_of_token(&self, token: &TokenHolder<'_>) -> Result<Option<Holder>> {
        let mut query = viewers(self.clock.now());
        query
            .from(account::Entity)
            .left_join(
                membership::Entity,
                active_membership().add(membership::Column::AccountId.into_expr().eq(account::Column::Id.into_expr())),
            )
            .left_join(organisation::Entity, cooperating())
            .and_where(account::Column::Issuer.eq(token.issuer))
            .and_where(account::Column::Subject.eq(token.subject));
        let rows = self.database.ask_who(&query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let memberships = rows.iter().map(membership_of).collect::<Result<Vec<_>>>()?;
        Ok(Some(Holder {
            account_id: row.try_get("", "account_id")?,
            memberships: memberships.into_iter().flatten().collect(),
            barred: barred_of(row)?,
        }))
    }

    /// Gives the memberships that wait for the token's holder to its account.
    async fn take_up_holder(&self, token: &TokenHolder<'_>, request_id: Uuid) -> Result<()> {
        let email = token.verified_email.map(str::to_lowercase);
        let waiting = match (token.software, &email) {
            (Some(client_id), _) => membership::Column::ClientId.eq(client_id),
            (None, Some(email)) => membership::Column::Email.eq(email),
            (None, None) => return Ok(()),
        };
        let scope = self.scope(request_id);
        let open = open_invitations().add(waiting);
        if scope.find::<membership::Entity>().filter(open.clone()).one().await?.is_none() {
            return Ok(());
        }
        let write = scope.begin().await?;
        // Of two first calls at the same time, the second one waits here and finds nothing left to do.
        let waiting = write.find::<membership::Entity>().filter(open).locked().all().await?;
        if !waiting.is_empty() {
            let account = self.account(&write, token.issuer, token.subject, email).await?;
            take_up(&write, &account, waiting).await?;
        }
        write.commit().await
    }
}
