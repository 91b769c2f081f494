//! Persons and what is reported of them: many who share names, years and municipalities, relatives who share a telephone, and
//! some who are reported twice, the second time differently.

use super::names::{ENDINGS, FAMILY, FEMALE, MALE, MUNICIPALITIES, STEMS};
use oslonac::transliteration::to_latin;
use rand::rngs::ChaCha12Rng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// The year in which they are reported.
pub const NOW: i32 = 2026;

/// Somebody.
#[derive(Clone, Debug)]
struct Somebody {
    female: bool,
    given: usize,
    family: String,
    born: (i32, u32, u32),
    municipality: usize,
    phone: String,
    number: String,
}

/// What a report says of somebody.
#[derive(Clone, Debug, Default)]
pub struct Reported {
    /// Who it is, which no report says.
    pub who: usize,
    /// Names.
    pub names: String,
    /// Telephone.
    pub phone: String,
    /// Personal number.
    pub number: String,
    /// Date of birth.
    pub birth_date: String,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Age when reported, as it was guessed.
    pub age: Option<i32>,
    /// Whether it is a woman.
    pub female: Option<bool>,
    /// Municipality.
    pub municipality: Option<usize>,
    /// How it is told differently from the first time; nothing where it is the first.
    pub disturbed: Option<Disturbance>,
}

/// How a second report differs from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disturbance {
    /// Names in the same script.
    None,
    /// In the other script.
    Script,
    /// Without diacritics, đ as dj.
    NoDiacritics,
    /// Family name first, in capitals.
    Order,
    /// A short form instead of the given name.
    ShortForm,
    /// A slip in one of the words.
    OneSlip,
    /// A slip in each of the two words.
    TwoSlips,
    /// A year of birth that is one off.
    YearOff,
    /// Seen in another municipality.
    Elsewhere,
    /// Another family name.
    Married,
    /// The given name alone.
    GivenAlone,
    /// No name at all.
    NoName,
    /// Three of these that do not take the name away, at once.
    Mixed,
}

impl Disturbance {
    /// Each of them.
    pub const ALL: [Self; 13] = [
        Self::None,
        Self::Script,
        Self::NoDiacritics,
        Self::Order,
        Self::ShortForm,
        Self::OneSlip,
        Self::TwoSlips,
        Self::YearOff,
        Self::Elsewhere,
        Self::Married,
        Self::GivenAlone,
        Self::NoName,
        Self::Mixed,
    ];

    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::None => "the same writing",
            Self::Script => "the other script",
            Self::NoDiacritics => "without diacritics",
            Self::Order => "family name first",
            Self::ShortForm => "a short form",
            Self::OneSlip => "one slip",
            Self::TwoSlips => "a slip in each word",
            Self::YearOff => "year of birth one off",
            Self::Elsewhere => "another municipality",
            Self::Married => "another family name",
            Self::GivenAlone => "given name alone",
            Self::NoName => "no name",
            Self::Mixed => "three of these at once",
        }
    }
}

/// Makes persons and reports by chance that is the same each time.
pub struct Generator(ChaCha12Rng);

impl Generator {
    /// A generator with this seed.
    pub fn seeded(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    fn chance(&mut self, of_hundred: u32) -> bool {
        self.0.random_range(0..100) < of_hundred
    }

    /// A position in a list whose first entries are the more frequent: the first one about six times as often as the fortieth.
    fn frequent(&mut self, number: usize) -> usize {
        let (first, last) = (8.0_f64.ln(), (8.0 + number as f64).ln());
        let drawn = (first + self.0.random::<f64>() * (last - first)).exp() - 8.0;
        (drawn as usize).min(number - 1)
    }

    /// Reports of so many people, so many in a hundred of them reported twice.
    pub fn reports(&mut self, people: usize, twice: u32) -> Vec<Reported> {
        let mut everybody: Vec<Somebody> = Vec::with_capacity(people);
        for _ in 0..people {
            let relative = everybody.last().cloned().filter(|_| self.chance(12));
            let somebody = self.somebody(relative);
            everybody.push(somebody);
        }
        let mut reports = Vec::new();
        for (who, somebody) in everybody.iter().enumerate() {
            let cyrillic = self.chance(55);
            let first = self.told(who, somebody, cyrillic);
            reports.push(first);
            if self.chance(twice) {
                let disturbance = *Disturbance::ALL.choose(&mut self.0).unwrap_or(&Disturbance::None);
                let mut second = self.told(who, somebody, cyrillic);
                // What the first one does not say cannot be told differently.
                if let Some(first) = reports.last_mut().filter(|first| !first.names.contains(' ')) {
                    first.names = full(somebody, cyrillic);
                }
                second.names = full(somebody, cyrillic);
                self.disturb(&mut second, somebody, cyrillic, disturbance);
                second.disturbed = Some(disturbance);
                reports.push(second);
            }
        }
        reports
    }

    fn somebody(&mut self, relative: Option<Somebody>) -> Somebody {
        let female = self.chance(65);
        let given = self.frequent(if female { FEMALE.len() } else { MALE.len() });
        let age = if self.chance(60) { self.0.random_range(6..18) } else { self.0.random_range(18..60) };
        let born = (NOW - age, self.0.random_range(1..=12), self.0.random_range(1..=28));
        let number = format!("{:02}{:02}{:03}71{:04}", born.2, born.1, born.0 % 1000, self.0.random_range(0..10_000));
        if let Some(relative) = relative {
            // A brother or sister: the same name, telephone and place.
            let years = self.0.random_range(1..=6);
            let born = (relative.born.0 + years, born.1, born.2);
            return Somebody { female, given, born, number, ..relative };
        }
        let family = if self.chance(35) {
            FAMILY[self.frequent(FAMILY.len())].to_owned()
        } else {
            let (stem, ending) = (STEMS.choose(&mut self.0), ENDINGS.choose(&mut self.0));
            format!("{}{}", stem.unwrap_or(&""), ending.unwrap_or(&""))
        };
        let phone = format!("06{}{:07}", self.0.random_range(0..7), self.0.random_range(0..10_000_000));
        let municipality = self.frequent(MUNICIPALITIES);
        Somebody { female, given, family, born, municipality, phone, number }
    }

    /// What one report says: seldom everything.
    fn told(&mut self, who: usize, somebody: &Somebody, cyrillic: bool) -> Reported {
        let names = match self.0.random_range(0..100) {
            0..70 => full(somebody, cyrillic),
            70..85 => written(given(somebody).0, cyrillic),
            _ => String::new(),
        };
        let (year, month, day) = somebody.born;
        let guessed = NOW - year + self.0.random_range(-2..=2);
        Reported {
            who,
            names,
            phone: if self.chance(30) { somebody.phone.clone() } else { String::new() },
            number: if self.chance(8) { somebody.number.clone() } else { String::new() },
            birth_date: if self.chance(20) { format!("{year}-{month:02}-{day:02}") } else { String::new() },
            birth_year: self.chance(60).then_some(year),
            age: self.chance(80).then_some(guessed),
            female: self.chance(95).then_some(somebody.female),
            municipality: self.chance(85).then_some(somebody.municipality),
            disturbed: None,
        }
    }

    fn disturb(&mut self, told: &mut Reported, somebody: &Somebody, cyrillic: bool, disturbance: Disturbance) {
        match disturbance {
            Disturbance::None => {}
            Disturbance::Script => told.names = full(somebody, !cyrillic),
            Disturbance::NoDiacritics => told.names = plain(&told.names),
            Disturbance::Order => {
                let words: Vec<&str> = told.names.split(' ').rev().collect();
                told.names = words.join(" ").to_uppercase();
            }
            Disturbance::ShortForm => {
                let short = given(somebody).1.choose(&mut self.0).copied().unwrap_or(given(somebody).0);
                let rest: Vec<&str> = told.names.split(' ').skip(1).collect();
                told.names = format!("{} {}", written(short, cyrillic), rest.join(" "));
            }
            Disturbance::OneSlip => self.slip(told, 1),
            Disturbance::TwoSlips => self.slip(told, 2),
            Disturbance::YearOff => {
                let off = if self.chance(50) { 1 } else { -1 };
                told.birth_year = told.birth_year.map(|year| year + off);
                told.birth_date.clear();
            }
            Disturbance::Elsewhere => told.municipality = Some(self.frequent(MUNICIPALITIES)),
            Disturbance::Married => {
                let other = FAMILY[self.frequent(FAMILY.len())];
                told.names = format!("{} {}", written(given(somebody).0, cyrillic), written(other, cyrillic));
            }
            Disturbance::GivenAlone => told.names = written(given(somebody).0, cyrillic),
            Disturbance::NoName => told.names.clear(),
            Disturbance::Mixed => {
                let three = [
                    Disturbance::ShortForm,
                    Disturbance::OneSlip,
                    Disturbance::NoDiacritics,
                    Disturbance::YearOff,
                    Disturbance::Elsewhere,
                    Disturbance::Order,
                ];
                let mut three: Vec<Disturbance> = three.sample(&mut self.0, 3).copied().collect();
                // Whoever writes the family name first does so in the end.
                three.sort_unstable_by_key(|each| *each == Disturbance::Order);
                three.into_iter().for_each(|each| self.disturb(told, somebody, cyrillic, each));
            }
        }
    }

    /// Slips with so many of the words: a letter is another, one is missing, one is there twice, two have changed places.
    fn slip(&mut self, told: &mut Reported, words: usize) {
        let mut parts: Vec<Vec<char>> = told.names.split(' ').map(|word| word.chars().collect()).collect();
        let from = if words < parts.len() { self.0.random_range(0..=parts.len() - words) } else { 0 };
        for word in parts.iter_mut().skip(from).take(words) {
            if word.len() < 3 {
                continue;
            }
            let at = self.0.random_range(1..word.len());
            match self.0.random_range(0..4) {
                0 => word[at] = *word.choose(&mut self.0).unwrap_or(&'а'),
                1 => drop(word.remove(at)),
                2 => {
                    let another = *word.choose(&mut self.0).unwrap_or(&'а');
                    word.insert(at, another);
                }
                _ => word.swap(at, at - 1),
            }
        }
        told.names = parts.iter().map(|word| word.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
    }
}

fn given(somebody: &Somebody) -> (&'static str, &'static [&'static str]) {
    if somebody.female { FEMALE[somebody.given] } else { MALE[somebody.given] }
}

fn full(somebody: &Somebody, cyrillic: bool) -> String {
    format!("{} {}", written(given(somebody).0, cyrillic), written(&somebody.family, cyrillic))
}

fn written(name: &str, cyrillic: bool) -> String {
    if cyrillic { name.to_owned() } else { to_latin(name) }
}

/// As on a keyboard without Serbian letters.
fn plain(names: &str) -> String {
    let mut plain = String::new();
    for letter in to_latin(names).chars() {
        match letter {
            'č' | 'ć' => plain.push('c'),
            'Č' | 'Ć' => plain.push('C'),
            'š' => plain.push('s'),
            'Š' => plain.push('S'),
            'ž' => plain.push('z'),
            'Ž' => plain.push('Z'),
            'đ' => plain.push_str("dj"),
            'Đ' => plain.push_str("Dj"),
            other => plain.push(other),
        }
    }
    plain
}
