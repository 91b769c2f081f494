//! Tables as files for a spreadsheet, for those who may see what stands in them.
//!
//! | route | what it answers with |
//! | --- | --- |
//! | `GET /coverage.csv`, `GET /coverage.xlsx` | whom training reached, institution by institution |
//! | `GET /sessions/{id}/participants.csv`, `….xlsx` | who takes part in a session, for whoever trains it |
//!
//! Coverage takes the arguments and the filter of the field `coverage` in its query. Headings are in the language of the request.

use super::AppState;
use super::files::{SignedIn, attachment, refused};
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::language::Language;
use crate::sheets::Format;
use crate::training::reach::export;
use crate::training::registrations::listing;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, HeaderValue, header};

/// The routes.
pub(super) fn routes() -> Router<AppState> {
    [Format::Csv, Format::Xlsx].into_iter().fold(Router::new(), |router, format| {
        let extension = format.extension();
        let coverage =
            move |signed_in: SignedIn, headers: HeaderMap, query| coverage(signed_in, headers, query, format);
        let participants =
            move |signed_in: SignedIn, headers: HeaderMap, id| participants(signed_in, headers, id, format);
        router
            .route(&format!("/coverage.{extension}"), get(coverage))
            .route(&format!("/sessions/{{id}}/participants.{extension}"), get(participants))
    })
}

async fn coverage(
    SignedIn(scope): SignedIn,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    format: Format,
) -> Response {
    let query = query.ok().map(|Query(pairs)| pairs);
    answer(export::coverage(&scope, query, language(&headers), format).await, format)
}

async fn participants(
    SignedIn(scope): SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
    format: Format,
) -> Response {
    let Some(key) = ids::decode(ObjectType::TrainingSession, &id) else { return refused(Fault::NotFound) };
    answer(listing::participants(&scope, key, language(&headers), format).await, format)
}

fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
    Language::accepted(header.unwrap_or_default())
}

/// A file that browsers save rather than show.
fn answer(file: Result<(String, Vec<u8>), Fault>, format: Format) -> Response {
    let (name, bytes) = match file {
        Ok(file) => file,
        Err(fault) => return refused(fault),
    };
    let mut response = attachment(bytes, format.media_type(), &name);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}
