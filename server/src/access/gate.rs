//! The few questions that are asked before a viewer is known: who a session or a token belongs to, and how sign-ins
//! begin and end. Everything here acts as the service signing somebody in, and sees accounts, memberships and sessions.

mod calendar;
mod recipients;
#[cfg(test)]
mod tests;
mod token;

pub use calendar::CalendarHolder;
pub use recipients::Recipient;
pub use token::TokenHolder;

use super::audit::{Act, Action};
use super::{Database, Membership, Purpose, Result, Roles, Scope, Viewer, open_at};
use crate::clock::Clock;
use crate::code_lists::district_of;
use crate::ids;
use chrono::{DateTime, TimeDelta, Utc};
use entity::organisation::Kind;
use entity::{account, identity_opening, membership, organisation, report_bar, session, sign_in_attempt};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SubQueryStatement};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, QueryResult};
use uuid::Uuid;

/// How long sessions last.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Without use.
    pub idle: TimeDelta,
    /// At the latest.
    pub absolute: TimeDelta,
}

/// What an issuer vouched for, when a person signs in with a browser.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of the cookie's secret.
    pub token_hash: Vec<u8>,
    /// The issuer.
    pub issuer: String,
    /// The issuer's name for the person.
    pub subject: String,
    /// E-mail address, where the issuer says that it verified it.
    pub verified_email: Option<String>,
    /// Whether there was a second factor.
    pub second_factor: bool,
}

/// A sign-in under way.
pub type SignInAttempt = sign_in_attempt::Model;

/// The gate: it lets people in, and knows nothing of reports.
#[derive(Clone)]
pub struct Gate {
    database: Database,
    clock: Clock,
    limits: SessionLimits,
}

impl Gate {
    /// The gate of this database.
    pub fn new(database: Database, clock: Clock, limits: SessionLimits) -> Self {
        Self { database, clock, limits }
    }

    fn scope(&self, request_id: Uuid) -> Scope {
        Scope::new(self.database.clone(), Viewer::service(Purpose::SignIn), self.clock, request_id)
    }

    /// Who a session belongs to; nothing where it has ended. One statement, and now and then one more that notes the use.
    pub async fn viewer_of_session(&self, token_hash: &[u8], request_id: Uuid) -> Result<Option<Viewer>> {
        let Some((viewer, used)) = self.session(token_hash).await? else { return Ok(None) };
        if let Some(session) = used {
            self.note_use(session, request_id).await?;
        }
        Ok(Some(viewer))
    }

    /// The same for somebody who only listens, which is no use of a session: it ends like one that nobody uses.
    pub async fn listener_of_session(&self, token_hash: &[u8]) -> Result<Option<Viewer>> {
        Ok(self.session(token_hash).await?.map(|(viewer, _)| viewer))
    }

    /// Whom a session belongs to, and its key where its use is to be noted again.
    async fn session(&self, token_hash: &[u8]) -> Result<Option<(Viewer, Option<Uuid>)>> {
        let now = self.clock.now();
        let mut query = viewers(now);
        query
            .columns([
                (session::Entity, session::Column::Id),
                (session::Entity, session::Column::CreatedAt),
                (session::Entity, session::Column::LastSeenAt),
                (session::Entity, session::Column::SecondFactor),
            ])
            .from(session::Entity)
            .inner_join(account::Entity, session::Column::AccountId.into_expr().eq(account::Column::Id.into_expr()))
            .left_join(
                membership::Entity,
                active_membership()
                    .add(membership::Column::Id.into_expr().eq(session::Column::MembershipId.into_expr()))
                    // Whatever the session's row names, nobody acts in another's membership.
                    .add(membership::Column::AccountId.into_expr().eq(account::Column::Id.into_expr())),
            )
            .left_join(organisation::Entity, cooperating())
            .and_where(session::Column::TokenHash.eq(token_hash.to_vec()));
        let rows = self.database.ask_who(&query).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (began, seen): (DateTime<Utc>, DateTime<Utc>) =
            (row.try_get("", "created_at")?, row.try_get("", "last_seen_at")?);
        if now - began >= self.limits.absolute || now - seen >= self.limits.idle {
            return Ok(None);
        }
        let used = if now - seen >= TimeDelta::minutes(1) { Some(row.try_get("", "id")?) } else { None };
        let second_factor = row.try_get("", "second_factor")?;
        let viewer = Viewer::signed_in(row.try_get("", "account_id")?, membership_of(row)?, second_factor);
        Ok(Some((viewer.at_instant(now).barred_from(barred_of(row)?), used)))
    }

    async fn note_use(&self, id: Uuid, request_id: Uuid) -> Result<()> {
        let write = self.scope(request_id).begin().await?;
        if let Some(found) = write.find::<session::Entity>().by_key(id).one().await? {
            let after = session::Model { last_seen_at: self.clock.now(), ..found.clone() };
            write.update_part::<session::Entity>(&found, after).await?;
        }
        write.commit_unaudited().await
    }

    /// The account of this subject, made where it is not yet.
    async fn account(
        &self,
        write: &super::Write,
        issuer: &str,
        subject: &str,
        email: Option<String>,
    ) -> Result<account::Model> {
        let now = self.clock.now();
        let row = account::Model {
            id: ids::new_key(now),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            email,
            created_at: now,
        };
        let same = Condition::all().add(account::Column::Issuer.eq(issuer)).add(account::Column::Subject.eq(subject));
        let find = || write.find::<account::Entity>().filter(same.clone()).one();
        if let Some(found) = find().await? {
            return Ok(found);
        }
        if write.insert_part_unless_there::<account::Entity>(row.clone()).await? {
            return Ok(row);
        }
        // Another first sign-in of the same account came in between.
        find().await?.ok_or(super::Error::NotPermitted("account"))
    }

    /// Notes a sign-in under way.
    pub async fn begin_attempt(&self, attempt: SignInAttempt, request_id: Uuid) -> Result<()> {
        let write = self.scope(request_id).begin().await?;
        write.insert_part::<sign_in_attempt::Entity>(attempt).await?;
        write.commit_unaudited().await
    }

    /// Takes a sign-in under way out, so that it can be finished once; nothing where there is none or it is too old.
    pub async fn take_attempt(&self, state_hash: &[u8], request_id: Uuid) -> Result<Option<SignInAttempt>> {
        let write = self.scope(request_id).begin().await?;
        let same = sign_in_attempt::Column::StateHash.eq(state_hash.to_vec());
        let found = write.find::<sign_in_attempt::Entity>().filter(same.clone()).one().await?;
        // Not locked, which would need the right to update: of two at the same time, one removes the row.
        let taken = write.delete_parts::<sign_in_attempt::Entity>(Condition::all().add(same)).await? == 1;
        write.commit_unaudited().await?;
        Ok(found.filter(|attempt| taken && attempt.expires_at > self.clock.now()))
    }

    /// Opens a session for a person whom an issuer vouched for: finds or makes the account, takes up the invitations that
    /// went to its verified address, and chooses the membership where there is only one.
    ///
    /// Answers false, with an audit row, where the person has no membership at all.
    pub async fn open_session(&self, new: NewSession, request_id: Uuid) -> Result<bool> {
        let write = self.scope(request_id).begin().await?;
        let email = new.verified_email.as_deref().map(str::to_lowercase);
        let account = self.account(&write, &new.issuer, &new.subject, email.clone()).await?;
        if let Some(email) = email {
            let waiting = open_invitations().add(membership::Column::Email.eq(email));
            let waiting = write.find::<membership::Entity>().filter(waiting).locked().all().await?;
            take_up(&write, &account, waiting).await?;
        }
        let own = Condition::all()
            .add(membership::Column::AccountId.eq(account.id))
            .add(membership::Column::EndedAt.is_null());
        let memberships = write.find::<membership::Entity>().filter(own).all().await?;
        if memberships.is_empty() {
            write.audit_as::<account::Entity>(account.id, Action::SignInRefused, account.id, None).await?;
            write.commit().await?;
            return Ok(false);
        }
        let now = self.clock.now();
        let only = if let [only] = &*memberships { Some(only) } else { None };
        let row = session::Model {
            id: ids::new_key(now),
            token_hash: new.token_hash,
            account_id: account.id,
            membership_id: only.map(|membership| membership.id),
            second_factor: new.second_factor,
            created_at: now,
            last_seen_at: now,
        };
        let id = row.id;
        write.insert_part::<session::Entity>(row).await?;
        let acting = only.map(|membership| (membership.organisation_id, membership.id));
        write.audit_as::<session::Entity>(id, Action::SignedIn, account.id, acting).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Ends a session. Answers whether there was one.
    pub async fn close_session(&self, token_hash: &[u8], request_id: Uuid) -> Result<bool> {
        let write = self.scope(request_id).begin().await?;
        let same = session::Column::TokenHash.eq(token_hash.to_vec());
        let Some(found) = write.find::<session::Entity>().filter(same.clone()).one().await? else {
            return Ok(false);
        };
        write.delete_parts::<session::Entity>(Condition::all().add(same)).await?;
        let acting = match found.membership_id {
            Some(key) => write.find::<membership::Entity>().by_key(key).one().await?,
            None => None,
        };
        let acting = acting.map(|membership| (membership.organisation_id, membership.id));
        write.audit_as::<session::Entity>(found.id, Action::SignedOut, found.account_id, acting).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Writes down that a sign-in or a token was refused, and why.
    pub async fn refuse(&self, why: &str, request_id: Uuid) -> Result<()> {
        let write = self.scope(request_id).begin().await?;
        write.audit::<session::Entity>(Uuid::nil(), Act::because(Action::SignInRefused, why)).await?;
        write.commit().await
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        self.database.ping().await
    }
}

/// Gives memberships that waited for it to an account.
async fn take_up(write: &super::Write, account: &account::Model, waiting: Vec<membership::Model>) -> Result<()> {
    for found in waiting {
        let after = membership::Model { account_id: Some(account.id), ..found.clone() };
        write.update::<membership::Entity>(&found, after, Action::MembershipTakenUp).await?;
    }
    Ok(())
}

/// Memberships that nobody has taken up yet.
fn open_invitations() -> Condition {
    active_membership().add(membership::Column::AccountId.is_null())
}

/// What a viewer is made of, without the tables it comes from.
fn viewers(now: DateTime<Utc>) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .expr_as(account::Column::Id.into_expr(), "account_id")
        .expr_as(membership::Column::Id.into_expr(), "membership_id")
        .expr_as(membership::Column::Roles.into_expr(), "roles")
        .expr_as(organisation::Column::Id.into_expr(), "organisation_id")
        .expr_as(organisation::Column::Kind.into_expr(), "kind")
        .expr_as(organisation::Column::MunicipalityCode.into_expr(), "municipality_code")
        .expr_as(barred(), "barred")
        .expr_as(in_emergency(now), "emergency")
        .take()
}

/// What the account is barred from in any of its memberships: a conflict of interest is the person's, and stays when it is
/// invited anew.
fn barred() -> Expr {
    let member = Alias::new("barred_member");
    let mut bars = Query::select();
    bars.expr(Func::cust("STRING_AGG").arg(report_bar::Column::Objects.into_expr()).arg(","))
        .from(report_bar::Entity)
        .join_as(
            sea_orm::JoinType::InnerJoin,
            membership::Entity,
            member.clone(),
            Expr::col((member.clone(), membership::Column::Id)).eq(report_bar::Column::MembershipId.into_expr()),
        )
        .and_where(Expr::col((member, membership::Column::AccountId)).eq(account::Column::Id.into_expr()))
        .and_where(report_bar::Column::LiftedAt.is_null());
    SubQueryStatement::from(bars).into()
}

/// Whether the membership has emergency access to a report.
fn in_emergency(now: DateTime<Utc>) -> Expr {
    use identity_opening::Column;
    let mut openings = Query::select();
    openings
        .expr(Expr::val(1))
        .from(identity_opening::Entity)
        .and_where(Column::MembershipId.into_expr().eq(membership::Column::Id.into_expr()))
        .and_where(Column::PersonId.is_null())
        .cond_where(open_at(now));
    Expr::exists(openings)
}

/// Keys of what the account of a row is barred from.
fn barred_of(row: &QueryResult) -> Result<Vec<Uuid>> {
    let keys: Option<String> = row.try_get("", "barred")?;
    let read = |key: &str| key.parse().map_err(|_| sea_orm::DbErr::Type(format!("{key} is no key")).into());
    keys.iter().flat_map(|keys| keys.split(',')).map(read).collect()
}

fn active_membership() -> Condition {
    Condition::all().add(membership::Column::EndedAt.is_null())
}

fn cooperating() -> Condition {
    Condition::all()
        .add(organisation::Column::Id.into_expr().eq(membership::Column::OrganisationId.into_expr()))
        .add(organisation::Column::SuspendedAt.is_null())
}

/// The membership of a row, where it has one and its organisation cooperates.
fn membership_of(row: &QueryResult) -> Result<Option<Membership>> {
    let (id, organisation_id): (Option<Uuid>, Option<Uuid>) =
        (row.try_get("", "membership_id")?, row.try_get("", "organisation_id")?);
    let (Some(id), Some(organisation_id)) = (id, organisation_id) else {
        return Ok(None);
    };
    let kind: String = row.try_get("", "kind")?;
    let organisation_kind = Kind::try_from_value(&kind)?;
    let roles = Roles::parse(&row.try_get::<String>("", "roles")?);
    let district = district_of(&row.try_get::<String>("", "municipality_code")?);
    let emergency = row.try_get("", "emergency")?;
    Ok(Some(Membership { id, organisation_id, organisation_kind, district, roles, emergency }))
}
