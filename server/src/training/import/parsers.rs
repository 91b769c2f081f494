//! What of this module reads bytes that others wrote, for the fuzzer.

use super::csv::decoded;
use super::reading::Reading;
use super::{Format, MOST_FINDINGS};
use chrono::NaiveDate;
use encoding_rs::Encoding;

/// Reads a list of participants.
pub(crate) fn csv(bytes: &[u8]) {
    read(Format::Csv, bytes);
}

/// Reads one in a workbook.
pub(crate) fn xlsx(bytes: &[u8]) {
    read(Format::Xlsx, bytes);
}

/// Each line is kept, or it is said what is wrong with it.
fn read(format: Format, bytes: &[u8]) {
    let today = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
    let reading = Reading::of(format, bytes, today);
    let (kept, wrong) = (reading.lines.len(), reading.findings.number);
    assert!(kept <= reading.number && (kept == reading.number || wrong > 0), "{kept} of {} lines", reading.number);
    assert!(reading.number > 0 || wrong > 0, "nothing was read, and nothing is said of it");
    assert!(reading.findings.first.len() == wrong.min(MOST_FINDINGS));
}

/// Reads what is no UTF-8 as windows-1250: each byte is a letter of its own.
pub(crate) fn windows_1250(bytes: &[u8]) {
    if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() {
        assert_eq!(decoded(bytes).chars().count(), bytes.len());
    }
}
