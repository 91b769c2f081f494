//! Office Open XML. Texts are kept as strings, which are never calculated, whatever they begin with.

use super::{Cell, Sheet};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The longest text of a cell, in UTF-16 units: a limit of the format.
const LONGEST_TEXT: usize = 32_767;
/// The longest name of a sheet, in characters: a limit of the format.
const LONGEST_TITLE: usize = 31;
/// The widest column, in pixels.
const WIDEST: u32 = 400;

/// The table with its headings, which stay in sight.
pub(super) fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let heading = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let worksheet = workbook.add_worksheet();
    worksheet.set_name(sheet.title.chars().take(LONGEST_TITLE).collect::<String>())?;
    worksheet.set_freeze_panes(1, 0)?;
    for (column, text) in (0_u16..).zip(&sheet.headings) {
        worksheet.write_string_with_format(0, column, fitting(text), &heading)?;
    }
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            put(worksheet, (row, column), cell, &day)?;
        }
    }
    worksheet.set_autofit_max_width(WIDEST).autofit();
    workbook.save_to_buffer()
}

fn put(worksheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, day: &Format) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => worksheet.write_string(row, column, fitting(text))?,
        // Spreadsheets hold numbers as floating point: exact up to 2^53, and no count comes near it.
        #[expect(clippy::cast_precision_loss, reason = "counts are smaller than 2^53")]
        Cell::Number(number) => worksheet.write_number(row, column, *number as f64)?,
        Cell::Day(date) => match instant(*date) {
            Ok(instant) => worksheet.write_datetime_with_format(row, column, &instant, day)?,
            Err(_) => worksheet.write_string(row, column, date.to_string())?,
        },
        Cell::Empty => worksheet,
    };
    Ok(())
}

/// A day as spreadsheets count it, from 1900 on.
fn instant(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(day.year()).unwrap_or_default();
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(day.month()), part(day.day()))
}

/// As much of a text as a cell holds.
fn fitting(text: &str) -> String {
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= LONGEST_TEXT
    };
    text.chars().take_while(fits).collect()
}
