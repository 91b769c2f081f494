//! Lines of the first sheet of a workbook.

use super::Unreadable;
use super::rules::{FORMULA, LONGEST_CELL};
use calamine::{DataRef, Reader, Xlsx, XlsxCellReader};
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use zip::ZipArchive;

/// The most that a workbook unpacks to, in bytes: some four times what 50,000 lines take.
const LARGEST: u64 = 100_000_000;
/// The most parts of a workbook.
const MOST_PARTS: usize = 1_000;
/// Columns beyond this one count as it.
const LAST_COLUMN: usize = 100;

/// Reads lines, each with its number in the sheet, until there is none or `each` breaks off.
pub(super) fn read(bytes: &[u8], each: &mut dyn FnMut(u32, Vec<String>) -> ControlFlow<()>) -> Result<(), Unreadable> {
    expect_small(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    let first = workbook.sheet_names().into_iter().next().ok_or(Unreadable::Broken)?;
    let mut cells = workbook.worksheet_cells_reader(&first).map_err(|_| Unreadable::Broken)?;
    let (mut line, mut values) = (0, Vec::new());
    while let Some((row, column, value)) = next(&mut cells)? {
        if row != line && !values.is_empty() && each(line, std::mem::take(&mut values)).is_break() {
            return Ok(());
        }
        line = row;
        if values.len() <= column {
            values.resize(column + 1, String::new());
        }
        values[column] = value;
    }
    if !values.is_empty() {
        // Nothing follows that could be broken off.
        let _ = each(line, values);
    }
    Ok(())
}

/// Refuses what unpacks to too much, before anything is kept of it. What its parts say of their size is not believed.
fn expect_small(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
    if parts.len() > MOST_PARTS {
        return Err(Unreadable::TooLarge);
    }
    let mut left = LARGEST;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(|_| Unreadable::Broken)?;
        let length = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let length = length.map_err(|_| Unreadable::Broken)?;
        left = left.checked_sub(length).ok_or(Unreadable::TooLarge)?;
    }
    Ok(())
}

/// The next cell: its line, counted from one, its column, and what stands in it.
fn next<R: Read + std::io::Seek>(
    cells: &mut XlsxCellReader<'_, R>,
) -> Result<Option<(u32, usize, String)>, Unreadable> {
    let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| Unreadable::Broken)? else {
        return Ok(None);
    };
    let (row, column) = cell.pos;
    let value = if cell.formula.is_some() { FORMULA.to_string() } else { text(&cell.value) };
    let column = usize::try_from(column).unwrap_or(LAST_COLUMN).min(LAST_COLUMN);
    Ok(Some((row.saturating_add(1), column, value)))
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => shortened(text),
        DataRef::SharedString(text) => shortened(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => shortened(text),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(_) => "#".to_owned(),
        DataRef::Empty => String::new(),
    }
}

/// No more of a text than it takes to see that it is too long: one text may stand in every cell.
fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_CELL + 1).collect()
}
