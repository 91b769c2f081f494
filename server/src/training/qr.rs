//! QR codes: a text as a picture that a phone reads.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// The empty border that a reader needs around a code, in modules (ISO/IEC 18004).
pub const QUIET_ZONE: u16 = 4;

/// A QR code: a square of dark and light modules. A quarter of it may be dirty and it can still be read.
pub struct Code(QrCode);

/// The text is longer than a code can hold, 1,663 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long for a QR code")]
pub struct TooLong;

impl Code {
    /// The code of a text.
    ///
    /// # Errors
    /// The text is too long.
    pub fn of(text: &str) -> Result<Self, TooLong> {
        QrCode::encode_text(text, QrCodeEcc::Quartile).map(Self).map_err(|_| TooLong)
    }

    /// How many modules it is wide and high, without the border.
    pub fn size(&self) -> u16 {
        u16::try_from(self.0.size()).unwrap_or_default()
    }

    /// Dark modules that touch within a row, together: column, row and how many there are.
    pub fn bars(&self) -> impl Iterator<Item = (u16, u16, u16)> {
        (0..self.size()).flat_map(|row| self.bars_of(row))
    }

    fn bars_of(&self, row: u16) -> Vec<(u16, u16, u16)> {
        let mut bars: Vec<(u16, u16, u16)> = Vec::new();
        for column in (0..self.size()).filter(|column| self.0.get_module((*column).into(), row.into())) {
            match bars.last_mut() {
                Some((start, _, length)) if *start + *length == column => *length += 1,
                _ => bars.push((column, row, 1)),
            }
        }
        bars
    }
}

/// A text as a QR code in SVG, black on white with its border; it scales to any size.
///
/// # Errors
/// The text is too long.
pub fn svg(text: &str) -> Result<String, TooLong> {
    let code = Code::of(text)?;
    let side = code.size() + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (column, row, length) in code.bars() {
        let (x, y) = (column + QUIET_ZONE, row + QUIET_ZONE);
        let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_bars_are_the_dark_modules(text in ".{0,200}") {
            let code = Code::of(&text).expect("short enough");
            let size = code.size();
            let mut drawn = vec![vec![false; size.into()]; size.into()];
            for (column, row, length) in code.bars() {
                for column in column..column + length {
                    drawn[usize::from(row)][usize::from(column)] = true;
                }
            }
            for row in 0..size {
                for column in 0..size {
                    let dark = code.0.get_module(column.into(), row.into());
                    prop_assert_eq!(drawn[usize::from(row)][usize::from(column)], dark);
                }
            }
        }

        #[test]
        fn the_picture_holds_nothing_of_the_text(text in "[<>&\"' a-z]{1,200}") {
            let svg = svg(&text).expect("short enough");
            prop_assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
            prop_assert_eq!(svg.matches('<').count(), 4);
        }
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        assert!(svg(&"a".repeat(1_663)).is_ok());
        assert_eq!(svg(&"a".repeat(1_664)), Err(TooLong));
    }
}
