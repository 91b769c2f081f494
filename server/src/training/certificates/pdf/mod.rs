//! Certificates on paper: A4 across, one to a page, everything drawn as lines and letters of the embedded font.
//!
//! The same certificate always makes the same bytes: nothing on it depends on when or where it is printed.

mod layout;
mod marks;
mod text;
mod wording;

use crate::language::Language;
use chrono::{DateTime, NaiveDate, Utc};
use entity::training_session::Kind;
use krilla::metadata::Metadata;
use krilla::{Document, SerializeSettings};

/// What stands on a certificate.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The language and script of everything on it.
    pub language: Language,
    /// Its number.
    pub number: String,
    /// Who holds it.
    pub holder: String,
    /// What kind of session it is for.
    pub kind: Kind,
    /// The session's title.
    pub title: String,
    /// The session's first and last day.
    pub held: (NaiveDate, NaiveDate),
    /// The session's length in hours of teaching.
    pub hours: i32,
    /// Who accredited the programme, and its number there; nothing without a programme.
    pub accreditation: Option<(String, String)>,
    /// The organisation that held the session.
    pub organiser: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The last day of its validity; nothing where it has no end.
    pub valid_until: Option<NaiveDate>,
    /// Where anybody can find out whether it is valid: what the QR code says.
    pub verification: String,
}

/// A certificate that cannot be printed: an address too long for a QR code, or a font that the document cannot embed.
#[derive(Debug, thiserror::Error)]
#[error("a certificate cannot be printed: {0}")]
pub struct Unprintable(String);

/// A document of certificates. Each takes about 14 kB of memory until it is finished; the font is in it once.
pub struct Booklet {
    document: Document,
    newest: Option<DateTime<Utc>>,
    languages: Vec<Language>,
    title: String,
}

impl Booklet {
    /// An empty document with this title, which viewers show.
    pub fn new(title: &str) -> Self {
        let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
        let document = Document::new_with(settings);
        Self { document, newest: None, languages: Vec::new(), title: title.to_owned() }
    }

    /// Adds a page.
    ///
    /// # Errors
    /// Its QR code cannot be made.
    pub fn add(&mut self, printed: &Printed) -> Result<(), Unprintable> {
        layout::page(&mut self.document, printed)?;
        self.newest = self.newest.max(Some(printed.issued_at));
        if !self.languages.contains(&printed.language) {
            self.languages.push(printed.language);
        }
        Ok(())
    }

    /// The document as a file.
    ///
    /// # Errors
    /// The font cannot be embedded, which is a defect.
    pub fn finish(mut self) -> Result<Vec<u8>, Unprintable> {
        let mut metadata =
            Metadata::new().title(self.title).creator("Oslonac".to_owned()).producer("Oslonac".to_owned());
        if let [language] = &*self.languages {
            metadata = metadata.language(language.tag().to_owned());
        }
        if let Some(newest) = self.newest {
            metadata = metadata.creation_date(wording::timestamp(newest));
        }
        self.document.set_metadata(metadata);
        self.document.finish().map_err(|error| Unprintable(format!("{error:?}")))
    }
}

/// One certificate as a file.
///
/// # Errors
/// It cannot be printed.
pub fn one(printed: &Printed) -> Result<Vec<u8>, Unprintable> {
    let mut booklet = Booklet::new(&printed.number);
    booklet.add(printed)?;
    booklet.finish()
}

/// Whether the embedded font has a letter for every character of a text: Latin and Cyrillic ones.
pub fn can_print(text: &str) -> bool {
    text::REGULAR.covers(text) && text::BOLD.covers(text)
}

#[cfg(test)]
mod tests;
