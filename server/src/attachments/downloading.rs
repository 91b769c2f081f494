//! Handing a file out: opened chunk by chunk as it is sent, and written down before the first byte leaves.

use super::links::{Link, Usage};
use super::store::Problem;
use super::uploading::{Refused, followed};
use super::{Files, kinds};
use crate::access::sealing::Opening;
use crate::access::{Action, Scope};
use crate::error::Fault;
use crate::ids::ObjectType;
use axum::body::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};

/// A file on its way out.
pub struct Download {
    /// Its media type.
    pub media_type: &'static str,
    /// A name that says nothing but its number and kind.
    pub name: String,
    /// How long it is, in bytes.
    pub size: i64,
    /// Its bytes. One that was tampered with ends in an error, and never in bytes that were not sealed so.
    pub bytes: BoxStream<'static, std::io::Result<Bytes>>,
}

/// The file that a link leads to, for whom the link was given.
pub async fn download(files: &Files, scope: &Scope, id: &str, link: &Link) -> Result<Download, Refused> {
    let (row, key) = followed(scope, id, link, Usage::Download).await?;
    let Some(kind) = row.kind.filter(|_| files.hands_out(&row)) else { return Err(Refused::Fault(Fault::NotFound)) };
    let sealed = match files.store.get(&row.object).await {
        Ok(sealed) => sealed,
        Err(problem) => {
            tracing::error!(%problem, object = row.object, "a file cannot be read");
            let lost = matches!(problem, Problem::NotFound { .. }) && files.store.is_there().await;
            return Err(if lost { Refused::Lost } else { Refused::Away });
        }
    };
    scope.note_read(Action::AttachmentRead, ObjectType::Report, row.report_id);
    scope.finish().await?;
    let (media_type, ending) = kinds::described(kind);
    let name = format!("attachment-{}.{ending}", row.position);
    Ok(Download { media_type, name, size: row.size, bytes: opened(sealed, key.opening()) })
}

type Sealed = BoxStream<'static, Result<Bytes, Problem>>;

/// Opens what comes, until it ends.
pub(super) fn opened(sealed: Sealed, opening: Opening) -> BoxStream<'static, std::io::Result<Bytes>> {
    let steps = stream::unfold(Some((sealed, opening)), |state| async {
        let (mut sealed, mut opening) = state?;
        match sealed.next().await {
            Some(Ok(part)) => match opening.push(&part) {
                Ok(plain) => Some((Ok(plain.into()), Some((sealed, opening)))),
                Err(error) => Some((Err(failed(&error)), None)),
            },
            Some(Err(problem)) => Some((Err(failed(&problem)), None)),
            None => Some((opening.end().map(Bytes::from).map_err(|error| failed(&error)), None)),
        }
    });
    steps.boxed()
}

fn failed(error: &dyn std::fmt::Display) -> std::io::Error {
    tracing::error!(%error, "a file breaks off");
    std::io::Error::other("the file cannot be read")
}
