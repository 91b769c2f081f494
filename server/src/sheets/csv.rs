//! Comma-separated values.

use super::{Cell, Sheet};
use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What spreadsheets take for the beginning of a formula, full-width forms included, or skip before they look for one.
const BEGINS_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The table with its headings; lines end as RFC 4180 has it.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(sheet.headings.iter().map(|heading| harmless(heading).into_owned()))?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(field))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text).into_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => day.to_string(),
        Cell::Empty => String::new(),
    }
}

/// A text that no spreadsheet calculates: an apostrophe in front makes it one, which they do not show.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches([' ', '\u{a0}']).starts_with(BEGINS_A_FORMULA) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}
