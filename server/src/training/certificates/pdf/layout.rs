//! Where everything stands on the page. Lengths are in points, from the top left corner.

use super::marks::{self, ACCENT, INK};
use super::text::{BOLD, Block, Line, REGULAR, Typeface};
use super::{Printed, Unprintable};
use krilla::Document;
use krilla::geom::Point;
use krilla::page::PageSettings;
use krilla::surface::Surface;

/// A4 across: 297 by 210 millimetres.
const PAGE: (f32, f32) = (841.89, 595.28);
/// From the edge of the page to what stands on it.
const MARGIN: f32 = 60.0;
/// How wide the lines in the middle may be.
const MEASURE: f32 = 660.0;
/// From where to where the middle may reach.
const MIDDLE: (f32, f32) = (112.0, 444.0);
/// From line to line, as a multiple of the size.
const LEADING: f32 = 1.28;
/// Side of the QR code. With 33 modules one is a millimetre wide, which every phone reads from paper.
const CODE: f32 = 93.6;

/// Some lines in the middle of the page.
struct Row {
    block: Block,
    face: &'static Typeface,
    colour: (u8, u8, u8),
    /// The empty space above it.
    gap: f32,
}

impl Row {
    fn height(&self) -> f32 {
        self.gap + self.block.lines.len() as f32 * self.block.size * LEADING
    }
}

/// Adds the page of a certificate.
pub(super) fn page(document: &mut Document, printed: &Printed) -> Result<(), Unprintable> {
    let settings =
        PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Unprintable("a page without size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    marks::frame(&mut surface, PAGE.0, PAGE.1);
    head(&mut surface, printed);
    middle(&mut surface, printed);
    let code = foot(&mut surface, printed);
    surface.finish();
    page.finish();
    code
}

/// The mark, and who held the session.
fn head(surface: &mut Surface<'_>, printed: &Printed) {
    const MARK: f32 = 40.0;
    marks::mark(surface, MARGIN, 52.0, MARK);
    let left = MARGIN + MARK + 14.0;
    let block = BOLD.fit(&printed.in_script(&printed.organiser), PAGE.0 - left - MARGIN, 2, 13, 8);
    let height = block.lines.len() as f32 * block.size * LEADING;
    let mut y = 52.0 + (MARK - height) / 2.0 + block.size;
    for line in &block.lines {
        write(surface, &BOLD, line, block.size, (left, y), INK);
        y += block.size * LEADING;
    }
}

/// Who holds it, and what for.
fn middle(surface: &mut Surface<'_>, printed: &Printed) {
    let rows = rows(printed);
    let height: f32 = rows.iter().map(Row::height).sum();
    let mut y = MIDDLE.0 + ((MIDDLE.1 - MIDDLE.0 - height) / 2.0).max(0.0);
    for (position, row) in rows.iter().enumerate() {
        y += row.gap;
        for line in &row.block.lines {
            let x = (PAGE.0 - line.width(row.block.size)) / 2.0;
            write(surface, row.face, line, row.block.size, (x, y + row.block.size), row.colour);
            y += row.block.size * LEADING;
        }
        if position == HOLDER {
            marks::rule(surface, (PAGE.0 - 320.0) / 2.0, y + 4.0, 320.0);
        }
    }
}

/// Which of the rows names the holder.
const HOLDER: usize = 2;

fn rows(printed: &Printed) -> Vec<Row> {
    let row = |text: String, face: &'static Typeface, colour, gap, (lines, largest, smallest)| {
        let block = face.fit(&text, MEASURE, lines, largest, smallest);
        Row { block, face, colour, gap }
    };
    vec![
        row(printed.heading(), &BOLD, ACCENT, 0.0, (1, 42, 20)),
        row(printed.say(crate::language::Message::new("certificate-given-to")), &REGULAR, INK, 6.0, (1, 13, 9)),
        row(printed.in_script(&printed.holder), &BOLD, INK, 10.0, (2, 34, 14)),
        row(printed.occasion(), &REGULAR, INK, 16.0, (1, 13, 9)),
        row(printed.in_script(&printed.title), &BOLD, INK, 6.0, (3, 20, 11)),
        row(printed.extent(), &REGULAR, INK, 12.0, (1, 13, 9)),
        row(printed.accredited(), &REGULAR, INK, 4.0, (2, 11, 8)),
    ]
}

/// Its number, dates, and where to find out whether it is valid.
fn foot(surface: &mut Surface<'_>, printed: &Printed) -> Result<(), Unprintable> {
    let (left, top) = (PAGE.0 - MARGIN - CODE, PAGE.1 - 54.0 - CODE);
    let width = left - MARGIN - 24.0;
    let number = BOLD.fit(&printed.number_line(), width, 1, 12, 8);
    let others = [printed.issued(), printed.validity(), printed.where_to_verify()];
    let others = others.iter().map(|text| REGULAR.fit(text, width, 2, 10, 6));
    let blocks: Vec<(&'static Typeface, Block)> =
        [(&*BOLD, number)].into_iter().chain(others.map(|block| (&*REGULAR, block))).collect();
    let height: f32 = blocks.iter().map(|(_, block)| block.lines.len() as f32 * block.size * LEADING).sum();
    let mut y = top + CODE - height;
    for (face, block) in &blocks {
        for line in &block.lines {
            write(surface, face, line, block.size, (MARGIN, y + block.size), INK);
            y += block.size * LEADING;
        }
    }
    marks::code(surface, &printed.verification, left, top, CODE)
}

/// Writes a line whose letters stand on `y`.
fn write(surface: &mut Surface<'_>, face: &Typeface, line: &Line, size: f32, (x, y): (f32, f32), colour: (u8, u8, u8)) {
    marks::fill_with(surface, colour);
    surface.draw_glyphs(Point::from_xy(x, y), &line.glyphs, face.font.clone(), &line.text, size, false);
}
