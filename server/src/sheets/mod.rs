//! Tables as files for a spreadsheet. What somebody wrote is a text in them, never a formula: a file that was fetched here does
//! nothing when it is opened.

mod csv;
#[cfg(test)]
mod tests;
mod xlsx;

use crate::error::Fault;
use chrono::NaiveDate;
use tokio::sync::Semaphore;

/// A large file keeps a processor busy: so many are made at the same time, others wait.
static MAKING: Semaphore = Semaphore::const_new(2);

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180), UTF-8 with a byte order mark, by which spreadsheets know the encoding.
    Csv,
    /// Office Open XML.
    Xlsx,
}

impl Format {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// What the names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// A day.
    Day(NaiveDate),
    /// Nothing.
    Empty,
}

impl From<Option<NaiveDate>> for Cell {
    fn from(day: Option<NaiveDate>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

/// A table: each row has as many cells as there are headings.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it is called inside the file, where the format has a place for that.
    pub title: String,
    /// Headings of its columns.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// The table as a file.
    ///
    /// # Errors
    /// The format has no place for it: too many rows.
    pub async fn write(self, format: Format) -> Result<Vec<u8>, Fault> {
        let _turn = MAKING.acquire().await.map_err(|_| Fault::Internal)?;
        let written = tokio::task::spawn_blocking(move || match format {
            Format::Csv => csv::write(&self).map_err(|error| error.to_string()),
            Format::Xlsx => xlsx::write(&self).map_err(|error| error.to_string()),
        });
        written.await.map_err(|error| error.to_string()).and_then(|written| written).map_err(|error| {
            tracing::error!(%error, "a table cannot be written");
            Fault::Internal
        })
    }
}
