//! Plain text: UTF-8, or the code page in which Serbian was written before it. No control characters.

use super::Refusal;
use encoding_rs::WINDOWS_1250;
use entity::attachment::Kind;

/// The most of bytes beyond ASCII in windows-1250, in hundredths: Serbian has about eight in a hundred letters with a mark.
const MOST_BEYOND_ASCII: usize = 40;

/// Which text this is.
pub(super) fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.chars().any(is_control) { Err(Refusal::Unknown) } else { Ok(Kind::Text) };
    }
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    // Positions that the code page leaves empty become control characters.
    let (text, _, bad) = WINDOWS_1250.decode(bytes);
    if bad || text.chars().any(is_control) || beyond * 100 > bytes.len() * MOST_BEYOND_ASCII {
        return Err(Refusal::Unknown);
    }
    Ok(Kind::TextWindows1250)
}

fn is_control(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{c}')
}
