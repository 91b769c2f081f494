//! Loads possible duplicates for many reports at once.

use crate::access::{Order, Scope};
use crate::error::Fault;
use crate::loader::by_key;
use async_graphql::dataloader;
use entity::possible_duplicate::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use uuid::Uuid;

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, DuplicateKey, possible_duplicate, id);

/// Those in which a person of this report stands, on either side.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct DuplicatesOf(pub(super) Uuid);

impl dataloader::Loader<DuplicatesOf> for Loader {
    type Value = Vec<Model>;
    type Error = Fault;

    async fn load(&self, keys: &[DuplicatesOf]) -> Result<HashMap<DuplicatesOf, Self::Value>, Fault> {
        let reports = || keys.iter().map(|key| key.0);
        let either =
            Condition::any().add(Column::ReportId.is_in(reports())).add(Column::OtherReportId.is_in(reports()));
        let rows = self.0.find::<Entity>().filter(either).order(&[Order::ascending(Column::Id)]).all().await?;
        let mut found: HashMap<DuplicatesOf, Self::Value> = HashMap::new();
        for row in rows {
            for report in [row.report_id, row.other_report_id] {
                if keys.contains(&DuplicatesOf(report)) {
                    found.entry(DuplicatesOf(report)).or_default().push(row.clone());
                }
            }
        }
        Ok(found)
    }
}
