//! What is drawn on a certificate beside words: its frame, the mark, the QR code.

use super::Unprintable;
use crate::training::qr::Code;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Rect, Transform};
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;

/// The colour of frame, mark and heading.
pub(super) const ACCENT: (u8, u8, u8) = (28, 62, 94);
/// The colour of words and of the QR code.
pub(super) const INK: (u8, u8, u8) = (24, 24, 27);

/// Fills what is drawn next with this colour.
pub(super) fn fill_with(surface: &mut Surface<'_>, (red, green, blue): (u8, u8, u8)) {
    let paint = rgb::Color::new(red, green, blue).into();
    surface.set_stroke(None);
    surface.set_fill(Some(Fill { paint, rule: FillRule::NonZero, ..Fill::default() }));
}

/// A frame of two lines, in the colour of the marks.
pub(super) fn frame(surface: &mut Surface<'_>, width: f32, height: f32) {
    for (inset, line) in [(22.0, 2.4), (28.0, 0.6)] {
        let mut path = PathBuilder::new();
        rectangle(&mut path, inset, inset, width - 2.0 * inset, height - 2.0 * inset);
        let (red, green, blue) = ACCENT;
        let paint = rgb::Color::new(red, green, blue).into();
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke { paint, width: line, ..Stroke::default() }));
        draw(surface, path);
    }
}

/// The mark: a column that carries an arch. It stands for support, and for nothing of the state.
pub(super) fn mark(surface: &mut Surface<'_>, x: f32, y: f32, size: f32) {
    let at = |across: f32, down: f32| (x + across * size, y + down * size);
    let mut path = PathBuilder::new();
    let ring = [
        ((0.0, 0.62), (0.0, -0.2), (1.0, -0.2), (1.0, 0.62)),
        ((0.86, 0.62), (0.86, -0.02), (0.14, -0.02), (0.14, 0.62)),
    ];
    for (position, (from, first, second, to)) in ring.into_iter().enumerate() {
        let (from, first, second, to) =
            (at(from.0, from.1), at(first.0, first.1), at(second.0, second.1), at(to.0, to.1));
        match position {
            0 => path.move_to(from.0, from.1),
            _ => path.line_to(from.0, from.1),
        }
        path.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
    }
    path.close();
    for (left, top, width, height) in [(0.3, 0.38, 0.4, 0.08), (0.41, 0.46, 0.18, 0.42), (0.22, 0.88, 0.56, 0.12)] {
        let (left, top) = at(left, top);
        rectangle(&mut path, left, top, width * size, height * size);
    }
    fill_with(surface, ACCENT);
    draw(surface, path);
}

/// A QR code of this side length, without its empty border, which the page leaves around it.
pub(super) fn code(surface: &mut Surface<'_>, text: &str, x: f32, y: f32, side: f32) -> Result<(), Unprintable> {
    let code = Code::of(text).map_err(|error| Unprintable(error.to_string()))?;
    let module = side / f32::from(code.size());
    let mut path = PathBuilder::new();
    for (column, row, length) in code.bars() {
        rectangle(&mut path, column.into(), row.into(), length.into(), 1.0);
    }
    fill_with(surface, INK);
    // Whole numbers take a third of the room that fractions of points take.
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, x, y));
    draw(surface, path);
    surface.pop();
    Ok(())
}

/// A thin line across.
pub(super) fn rule(surface: &mut Surface<'_>, x: f32, y: f32, width: f32) {
    let mut path = PathBuilder::new();
    rectangle(&mut path, x, y, width, 0.8);
    fill_with(surface, ACCENT);
    draw(surface, path);
}

fn rectangle(path: &mut PathBuilder, x: f32, y: f32, width: f32, height: f32) {
    if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
        path.push_rect(rectangle);
    }
}

fn draw(surface: &mut Surface<'_>, path: PathBuilder) {
    let path: Option<Path> = path.finish();
    if let Some(path) = path {
        surface.draw_path(&path);
    }
}
