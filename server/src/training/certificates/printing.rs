//! Certificates as PDF: drawn when somebody asks for them, and kept nowhere.

use super::pdf::{self, Booklet, Printed, Unprintable};
use super::rules;
use super::types::language_of;
use super::verification_path;
use crate::access::{Action, Order, Scope};
use crate::error::Fault;
use crate::ids::ObjectType;
use crate::training::sessions::trains;
use entity::certificate::{self, Column, Model};
use entity::certificate_content;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use tokio::sync::{Semaphore, mpsc, watch};
use url::Url;
use uuid::Uuid;

/// How many certificates are read at once, and may wait to be drawn.
const PAGES_AT_ONCE: u64 = 100;

/// A document of many pages keeps a processor busy: so many are drawn at the same time, others wait.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// A file, and how it is called.
pub struct File {
    /// Its name, which says nothing of anybody.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The certificate with this number, as people write it; nothing where there is none for the viewer. That it was fetched is in
/// the audit trail before this returns. `public_url` is the service's address as the QR code names it.
///
/// # Errors
/// The database is away, or the certificate cannot be printed.
pub async fn one(scope: &Scope, number: &str, public_url: &Url) -> Result<Option<File>, Fault> {
    let Some(number) = rules::number(number) else { return Ok(None) };
    let Some(row) = scope.find::<certificate::Entity>().filter(Column::Number.eq(number)).one().await? else {
        return Ok(None);
    };
    let content = scope.find::<certificate_content::Entity>().by_key(row.id).one().await?.ok_or(Fault::Internal)?;
    scope.note_read(Action::CertificatePrinted, ObjectType::Certificate, row.id);
    scope.finish().await?;
    let name = format!("{}.pdf", row.number);
    let printed = printed(row, content, public_url);
    let bytes = tokio::task::spawn_blocking(move || pdf::one(&printed)).await;
    Ok(Some(File { name, bytes: drawn(bytes)? }))
}

/// The certificates of a session that were not revoked, which somebody may print.
pub struct Batch {
    session: Uuid,
    /// How many there are.
    pub count: u64,
}

/// Those of a session, for whoever trains it; nothing for others, and where there is none.
///
/// # Errors
/// The database is away.
pub async fn batch(scope: &Scope, session: Uuid) -> Result<Option<Batch>, Fault> {
    if !trains(scope, session).await? {
        return Ok(None);
    }
    let count = scope.find::<certificate::Entity>().filter(valid(session)).count().await?;
    Ok((count > 0).then_some(Batch { session, count }))
}

fn valid(session: Uuid) -> Condition {
    Condition::all().add(Column::SessionId.eq(session)).add(Column::RevokedAt.is_null())
}

impl Batch {
    /// Draws them, one to a page in the order of their issuing, and says as it goes how many are drawn. That they were fetched is in
    /// the audit trail before this returns.
    ///
    /// # Errors
    /// The database is away, or a certificate cannot be printed.
    pub async fn draw(
        &self,
        scope: &Scope,
        public_url: &Url,
        drawn_so_far: watch::Sender<usize>,
    ) -> Result<File, Fault> {
        // Waiting for a turn keeps no connection.
        scope.finish().await?;
        let _turn = DRAWING.acquire().await.map_err(|_| Fault::Internal)?;
        let (pages, mut waiting) = mpsc::channel::<Printed>(usize::try_from(PAGES_AT_ONCE).unwrap_or(1));
        let drawing = tokio::task::spawn_blocking(move || {
            let (mut booklet, mut count) = (Booklet::new("UV"), 0);
            while let Some(printed) = waiting.blocking_recv() {
                booklet.add(&printed)?;
                count += 1;
                drawn_so_far.send_replace(count);
            }
            Ok((count, booklet.finish()?))
        });
        send_pages(scope, self.session, public_url, pages).await?;
        let (count, bytes) = drawn(drawing.await)?;
        if count == 0 {
            // All were revoked meanwhile.
            return Err(Fault::NotFound);
        }
        scope.note_read(Action::CertificatesPrinted, ObjectType::TrainingSession, self.session);
        scope.finish().await?;
        Ok(File { name: "UV.pdf".to_owned(), bytes })
    }
}

/// Reads the certificates of a session bit by bit, as they are drawn.
async fn send_pages(scope: &Scope, session: Uuid, public_url: &Url, pages: mpsc::Sender<Printed>) -> Result<(), Fault> {
    let order = [Order::ascending(Column::Id)];
    let mut behind = Uuid::nil();
    loop {
        let next = valid(session).add(Column::Id.gt(behind));
        let rows = scope.find::<certificate::Entity>().filter(next).order(&order).at_most(PAGES_AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        behind = last.id;
        let keys = rows.iter().map(|row| row.id).collect();
        let of = certificate_content::Column::CertificateId;
        let contents = scope.find::<certificate_content::Entity>().of(of, keys).all().await?;
        let mut contents: HashMap<Uuid, _> = contents.into_iter().map(|it| (it.certificate_id, it)).collect();
        for row in rows {
            let content = contents.remove(&row.id).ok_or(Fault::Internal)?;
            // Whoever draws says why it stopped.
            if pages.send(printed(row, content, public_url)).await.is_err() {
                return Ok(());
            }
        }
    }
}

fn printed(row: Model, content: certificate_content::Model, public_url: &Url) -> Printed {
    let mut verification = public_url.clone();
    verification.set_path(&verification_path(&row.number));
    let accreditation = (content.accreditor, content.accreditation_number);
    Printed {
        language: language_of(content.language),
        number: row.number,
        holder: content.holder,
        kind: content.kind,
        title: content.title,
        held: (content.held_from, content.held_until),
        hours: content.hours,
        accreditation: Some(accreditation).filter(|(accreditor, _)| !accreditor.is_empty()),
        organiser: content.organiser,
        issued_at: row.issued_at,
        valid_until: row.valid_until,
        verification: verification.to_string(),
    }
}

/// What drawing made, or the fault that it ended with.
fn drawn<T>(done: Result<Result<T, Unprintable>, tokio::task::JoinError>) -> Result<T, Fault> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "certificates cannot be printed");
        Fault::Internal
    };
    done.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
}
