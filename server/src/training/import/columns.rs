//! The columns of a list, and how their headings are written.

use crate::language::Language;
use crate::transliteration::comparable;

/// A column of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Title,
    Kind,
    Days,
    Municipality,
    Hours,
    Programme,
    Participant,
    Function,
    Institution,
    InstitutionMunicipality,
}

impl Column {
    /// Every column, in the order of the template.
    pub(super) const ALL: [Self; 10] = [
        Self::Title,
        Self::Kind,
        Self::Days,
        Self::Municipality,
        Self::Hours,
        Self::Programme,
        Self::Participant,
        Self::Function,
        Self::Institution,
        Self::InstitutionMunicipality,
    ];

    /// How answers name it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Kind => "kind",
            Self::Days => "days",
            Self::Municipality => "municipality",
            Self::Hours => "hours",
            Self::Programme => "programmeNumber",
            Self::Participant => "participant",
            Self::Function => "function",
            Self::Institution => "institution",
            Self::InstitutionMunicipality => "institutionMunicipality",
        }
    }

    /// Whether a list may leave it out.
    pub(super) fn is_optional(self) -> bool {
        self == Self::Programme
    }

    /// Its headings: the English and the Serbian one of the template, then others that people write.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Title => &["Title", "Назив", "session title", "назив обуке", "назив сесије", "наслов"],
            Self::Kind => &["Kind", "Врста", "type", "врста обуке", "врста сесије", "тип"],
            Self::Days => &["Days", "Дани", "day", "date", "dates", "дан", "датум", "датуми"],
            Self::Municipality => &["Municipality", "Општина", "општина одржавања", "место одржавања"],
            Self::Hours => &["Hours", "Сати", "број сати", "часова", "број часова"],
            Self::Programme => {
                &["Programme number", "Број програма", "programmeNumber", "program number", "број акредитације"]
            }
            Self::Participant => &["Participant", "Учесник", "name", "participant name", "име и презиме", "полазник"],
            Self::Function => &["Function", "Функција", "position", "радно место", "занимање"],
            Self::Institution => &["Institution", "Установа", "organisation", "назив установе", "организација"],
            Self::InstitutionMunicipality => &[
                "Municipality of the institution",
                "Општина установе",
                "institutionMunicipality",
                "institution municipality",
                "седиште установе",
            ],
        }
    }

    /// The column with this heading, in whichever language and script.
    pub(super) fn with_heading(heading: &str) -> Option<Self> {
        let heading = comparable(heading);
        Self::ALL.into_iter().find(|column| column.headings().iter().any(|known| comparable(known) == heading))
    }

    /// Its heading in the template.
    pub(super) fn heading(self, language: Language) -> String {
        language.choose(self.headings()[1], self.headings()[0])
    }
}

/// An empty list: the headings alone, as spreadsheets open them here, with semicolons and the mark of UTF-8.
pub fn template(language: Language) -> String {
    let headings: Vec<String> = Column::ALL.into_iter().map(|column| column.heading(language)).collect();
    format!("\u{feff}{}\r\n", headings.join(";"))
}
