//! Lines of CSV, as spreadsheets here write it.

use super::Unreadable;
use encoding_rs::{Encoding, WINDOWS_1250};
use std::borrow::Cow;
use std::ops::ControlFlow;

/// What values may stand between.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];

/// Reads lines, each with its number in the file, until there is none or `each` breaks off.
pub(super) fn read(bytes: &[u8], each: &mut dyn FnMut(u32, Vec<String>) -> ControlFlow<()>) -> Result<(), Unreadable> {
    // One kind of line end, so that lines can be counted.
    let mut text = decoded(bytes).replace("\r\n", "\n").replace('\r', "\n");
    // A last line that is not ended counts as one all the same.
    text.push('\n');
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).flexible(true).delimiter(separator(&text)).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| Unreadable::Broken)? {
        let within: u64 = record.iter().map(|value| value.matches('\n').count() as u64).sum();
        let line = reader.position().line().saturating_sub(1 + within);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        if each(line, record.iter().map(str::to_owned).collect()).is_break() {
            break;
        }
    }
    Ok(())
}

/// The text: in the encoding that its mark names, else UTF-8, and windows-1250 where it cannot be that.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1250.decode_without_bom_handling(bytes).0,
    }
}

/// What stands between the headings. They hold none of them themselves.
fn separator(text: &str) -> u8 {
    let headings = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let number = |separator: &u8| headings.bytes().filter(|byte| byte == separator).count();
    SEPARATORS.into_iter().max_by_key(number).unwrap_or(b',')
}
