//! Words on a page: shaped, measured, broken into lines.

use harfrust::{FontRef, Language as Tongue, ShapeOptions, ShaperData, UnicodeBuffer};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider;
use std::sync::LazyLock;

/// A face of the embedded font, which has Latin and Cyrillic letters.
pub(super) struct Typeface {
    letters: FontRef<'static>,
    shaping: ShaperData,
    /// As the document embeds it.
    pub(super) font: Font,
}

/// Upright letters of usual weight.
pub(super) static REGULAR: LazyLock<Typeface> =
    LazyLock::new(|| Typeface::new(include_bytes!("../../../../data/fonts/NotoSerif-Regular.ttf")));

/// Heavy letters.
pub(super) static BOLD: LazyLock<Typeface> =
    LazyLock::new(|| Typeface::new(include_bytes!("../../../../data/fonts/NotoSerif-Bold.ttf")));

/// Letters of Serbian differ from those of Russian in the same font.
static SERBIAN: LazyLock<Tongue> = LazyLock::new(|| "sr".parse().expect("a tag of BCP 47"));

/// A line of glyphs. Lengths are those at size 1.
pub(super) struct Line {
    /// What it says.
    pub(super) text: String,
    /// How it is drawn.
    pub(super) glyphs: Vec<KrillaGlyph>,
    width: f32,
}

impl Line {
    /// Its width in points at this size.
    pub(super) fn width(&self, size: f32) -> f32 {
        self.width * size
    }
}

/// Lines that fit into a box, and the size at which they do.
pub(super) struct Block {
    /// The lines.
    pub(super) lines: Vec<Line>,
    /// Size of the letters, in points.
    pub(super) size: f32,
}

impl Typeface {
    fn new(data: &'static [u8]) -> Self {
        let letters = FontRef::new(data).expect("data/fonts holds fonts");
        let font = Font::new(data.into(), 0).expect("data/fonts holds fonts");
        Self { shaping: ShaperData::new(&letters), letters, font }
    }

    /// Whether it has a glyph for every character.
    pub(super) fn covers(&self, text: &str) -> bool {
        let glyphs = self.letters.charmap();
        text.chars().all(|letter| glyphs.map(letter).is_some())
    }

    /// Shapes a line.
    pub(super) fn line(&self, text: &str) -> Line {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_language(SERBIAN.clone());
        buffer.guess_segment_properties();
        let shaper = self.shaping.shaper(&self.letters).build();
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        let em = shaper.units_per_em() as f32;
        let infos = shaped.glyph_infos();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (at, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let start = info.cluster as usize;
            let next = infos[at..].iter().map(|later| later.cluster as usize).find(|cluster| *cluster > start);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / em,
                position.x_offset as f32 / em,
                position.y_offset as f32 / em,
                position.y_advance as f32 / em,
                start..next.unwrap_or(text.len()),
                None,
            ));
        }
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Line { text: text.to_owned(), glyphs, width }
    }

    /// The text in at most so many lines of this width, as large as fits between the two sizes. At the smallest size it takes
    /// the lines that it needs.
    pub(super) fn fit(&self, text: &str, width: f32, lines: usize, largest: u8, smallest: u8) -> Block {
        let mut size = largest;
        loop {
            let points = f32::from(size);
            let broken = self.broken(text, width / points);
            if broken.len() <= lines || size <= smallest {
                return Block { lines: self.balanced(text, broken, width / points), size: points };
            }
            size -= 1;
        }
    }

    /// The same number of lines, of more even length, so that no word is left alone on the last.
    fn balanced(&self, text: &str, lines: Vec<Line>, width: f32) -> Vec<Line> {
        if lines.len() < 2 {
            return lines;
        }
        let narrower = [0.6, 0.7, 0.8, 0.9].into_iter().map(|share| self.broken(text, width * share));
        narrower.into_iter().find(|balanced| balanced.len() == lines.len()).unwrap_or(lines)
    }

    /// Lines no wider than this at size 1, broken between words, and inside a word where it alone is wider.
    fn broken(&self, text: &str, width: f32) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut words = text.split_whitespace().map(str::to_owned).collect::<std::collections::VecDeque<_>>();
        while let Some(word) = words.pop_front() {
            if let Some(last) = lines.last_mut() {
                let longer = self.line(&format!("{} {word}", last.text));
                if longer.width <= width {
                    *last = longer;
                    continue;
                }
            }
            let line = self.line(&word);
            if line.width <= width || word.chars().count() == 1 {
                lines.push(line);
                continue;
            }
            let (start, rest) = word.split_at(self.longest_start(&word, width));
            lines.push(self.line(start));
            words.push_front(rest.to_owned());
        }
        lines
    }

    /// How many bytes of a word fit into this width, at least its first letter.
    fn longest_start(&self, word: &str, width: f32) -> usize {
        let mut ends = word.char_indices().skip(1).map(|(end, _)| end).collect::<Vec<_>>();
        let fitting = ends.partition_point(|end| self.line(&word[..*end]).width <= width);
        ends.truncate(fitting.max(1));
        ends.pop().unwrap_or(word.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_letter_of_serbian_is_there() {
        let letters = "абвгдђежзијклљмнњопрстћуфхцчџш đžćčšĐŽĆČŠ łőțëø 0123456789 –—„“”…№";
        for face in [&*REGULAR, &*BOLD] {
            assert!(face.covers(letters) && face.covers(&letters.to_uppercase()));
            assert!(!face.covers("日"));
        }
    }

    proptest! {
        #[test]
        fn lines_fit_and_lose_no_letter(text in "[a-zčšžа-шЉЊ ]{0,120}", width in 2_u8..60) {
            let lines = REGULAR.broken(&text, width.into());
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&text), lines.iter().map(|line| letters(&line.text)).collect::<String>());
            for line in lines {
                prop_assert!(line.width <= f32::from(width), "{}", line.text);
            }
        }

        #[test]
        fn any_text_is_shaped_and_glyphs_name_their_letters(text in "\\PC{0,40}") {
            let line = REGULAR.line(&text);
            for glyph in &line.glyphs {
                prop_assert!(line.text.get(glyph.text_range.clone()).is_some());
            }
        }
    }
}
