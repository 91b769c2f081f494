//! The one question that anybody may ask: whether the certificate with a number is valid. Whoever answers it acts for that
//! purpose alone, and sees neither names nor sessions.

use super::{Database, Policy, Purpose, Result, Viewer};
use chrono::{DateTime, NaiveDate, Utc};
use entity::certificate::{self, Column, Revocation};
use entity::programme;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ColumnTrait, ConnectionTrait};

/// What decides whether a certificate is valid.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// The last day of its validity; nothing where it has no end.
    pub valid_until: Option<NaiveDate>,
    /// Whether it was revoked, or replaced.
    pub revocation: Option<Revocation>,
    /// Whether its programme was withdrawn.
    pub programme_withdrawn: bool,
}

impl Database {
    /// How the certificate with this number stands; nothing where there is none.
    ///
    /// # Errors
    /// The database is away.
    pub async fn standing_of_certificate(&self, number: &str) -> Result<Option<Standing>> {
        let viewer = Viewer::service(Purpose::Verification);
        let same_programme = programme::Column::Id.into_expr().eq(Column::ProgrammeId.into_expr());
        let mut question = Query::select();
        question
            .expr_as(Column::ValidUntil.into_expr(), "valid_until")
            .expr_as(Column::Revocation.into_expr(), "revocation")
            .expr_as(programme::Column::WithdrawnAt.into_expr(), "withdrawn_at")
            .from(certificate::Entity)
            .left_join(programme::Entity, programme::Entity::visible_to(&viewer).add(same_programme))
            .cond_where(certificate::Entity::visible_to(&viewer))
            .and_where(Column::Number.eq(number));
        let transaction = self.read(&viewer).await?;
        let rows = transaction.query_all_raw(transaction.get_database_backend().build(&question)).await?;
        transaction.commit().await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let withdrawn_at: Option<DateTime<Utc>> = row.try_get("", "withdrawn_at")?;
        Ok(Some(Standing {
            valid_until: row.try_get("", "valid_until")?,
            revocation: row.try_get("", "revocation")?,
            programme_withdrawn: withdrawn_at.is_some(),
        }))
    }
}
