//! What a person is known by, written so that two who wrote of the same person wrote the same. Pure.

use super::names::{full_names, is_known, is_no_name};
use crate::access::Known;
use crate::transliteration::comparable;
use chrono::NaiveDate;
use entity::match_key::Kind;
use std::collections::HashSet;

/// More words of a name are not compared.
pub const MOST_PARTS: usize = 6;
/// Words of fewer letters are initials, and say little.
const SHORTEST: usize = 2;
/// For each word so many names that it stands for are kept, itself among them.
pub const MOST_FULL_NAMES: usize = 8;
/// So many letters of a word are left out in turn. What is longer is compared by its beginning.
const LONGEST: usize = 12;
/// A shorter word has too many that are nearly the same.
const SHORTEST_NEAR: usize = 4;
/// More telephones of one person are not compared.
const MOST_TELEPHONES: usize = 3;
/// What has fewer digits is no personal number and no number of a document.
const FEWEST_DIGITS: usize = 5;

/// What stands of a person in its report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity<'a> {
    /// Names, in any order.
    pub names: &'a str,
    /// Personal number, or number of a travel document.
    pub personal_number: &'a str,
    /// Date of birth (ISO 8601).
    pub birth_date: &'a str,
    /// Telephones.
    pub phone: &'a str,
}

/// What a person is known by. For each word of its name there are as many entries as for any other, some of them empty, so that
/// their number tells nothing of the word.
pub fn known_by(identity: &Identity<'_>) -> Vec<Known<Option<String>>> {
    let mut known = Vec::new();
    for (word, part) in parts(identity.names).iter().zip(0..) {
        add_word(&mut known, word, part);
    }
    let mut add = |kind, what: Option<String>| {
        if what.is_some() {
            known.push(Known { kind, part: 0, what });
        }
    };
    telephones(identity.phone).into_iter().for_each(|number| add(Kind::Telephone, Some(number)));
    add(Kind::PersonalNumber, personal_number(identity.personal_number));
    add(Kind::BirthDate, identity.birth_date.parse::<NaiveDate>().ok().map(|day| day.to_string()));
    known
}

/// How many words of a name are compared.
pub fn number_of_parts(names: &str) -> i16 {
    parts(names).len() as i16
}

fn add_word(known: &mut Vec<Known<Option<String>>>, word: &str, part: i16) {
    let mut add = |kind, what| known.push(Known { kind, part, what });
    add(Kind::Name, Some(word.to_owned()));
    let full = std::iter::once(word.to_owned()).chain(full_names(word).map(str::to_owned)).map(Some);
    full.chain(std::iter::repeat(None)).take(MOST_FULL_NAMES).for_each(|name| add(Kind::FullName, name));
    let kind = if is_known(word) { Kind::NearKnown } else { Kind::NearOther };
    let near = nearly(word).into_iter().map(Some);
    near.chain(std::iter::repeat(None)).take(LONGEST + 1).for_each(|letters| add(kind, letters));
}

/// The word, and the word without each of its letters. Two words of which one has a letter more, another letter, or two letters
/// in the other order, have one of these in common.
fn nearly(word: &str) -> Vec<String> {
    // What is one letter in Cyrillic is one here.
    let word = word.replace("lj", "l").replace("nj", "n");
    let letters: Vec<char> = word.chars().take(LONGEST).collect();
    if letters.len() < SHORTEST_NEAR {
        return Vec::new();
    }
    let without = |left_out: usize| {
        letters.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, letter)| *letter).collect::<String>()
    };
    let mut nearly: Vec<String> = (0..=letters.len()).map(without).collect();
    nearly.sort_unstable();
    nearly.dedup();
    nearly
}

/// The words of a name that are compared, each once.
fn parts(names: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for word in folded(names).split(' ') {
        let named = word.chars().count() >= SHORTEST && word.chars().all(char::is_alphabetic) && !is_no_name(word);
        if named && !parts.iter().any(|part| part == word) {
            parts.push(word.to_owned());
        }
    }
    parts.truncate(MOST_PARTS);
    parts
}

/// Words as they are compared: beyond what [`comparable`] leaves out, letters of other alphabets than Serbian's become the ones
/// that Serbian writes for them, as do the ones with which documents of other countries write Serbian names; and no letter stands
/// twice.
pub fn folded(words: &str) -> String {
    let mut plain = String::with_capacity(words.len());
    for letter in comparable(words).chars() {
        match other_alphabet(letter) {
            Some(written) => plain.push_str(written),
            None => plain.push(letter),
        }
    }
    for (written, meant) in [("sch", "s"), ("sh", "s"), ("zh", "z"), ("ch", "c"), ("ck", "k"), ("ph", "f"), ("tz", "c")]
    {
        plain = plain.replace(written, meant);
    }
    let mut once = String::with_capacity(plain.len());
    plain.chars().filter(|letter| *letter != '\'').for_each(|letter| {
        if !once.ends_with(letter) {
            once.push(letter);
        }
    });
    once
}

fn other_alphabet(letter: char) -> Option<&'static str> {
    Some(match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ă' | 'ą' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' => "e",
        'í' | 'ì' | 'î' | 'ï' | 'ı' | 'y' | 'ý' | 'й' | 'ы' | 'і' | 'ї' => "i",
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ő' | 'ø' => "o",
        'ú' | 'ù' | 'û' | 'ü' | 'ű' | 'ů' => "u",
        'ç' | 'ţ' | 'ț' => "c",
        'ñ' | 'ń' | 'ň' => "n",
        'ş' | 'ș' | 'ß' | 'ś' | 'щ' => "s",
        'ź' | 'ż' | 'ѕ' => "z",
        'ğ' | 'ґ' => "g",
        'ł' => "l",
        'ř' => "r",
        'ď' | 'ѓ' => "d",
        'ť' => "t",
        'ќ' => "c",
        'w' => "v",
        'x' => "ks",
        'q' => "k",
        'э' | 'є' => "e",
        'ё' => "jo",
        'ю' => "ju",
        'я' => "ja",
        'ъ' | 'ь' => "",
        _ => return None,
    })
}

/// Numbers of telephones without what is dialled before them from abroad, or from another town.
fn telephones(text: &str) -> Vec<String> {
    let separates = |c: char| !(c.is_ascii_digit() || " /-+().".contains(c));
    let mut numbers: Vec<String> = text.split(separates).filter_map(telephone).collect();
    let mut seen = HashSet::new();
    numbers.retain(|number| seen.insert(number.clone()));
    numbers.truncate(MOST_TELEPHONES);
    numbers
}

fn telephone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let abroad = digits.strip_prefix("00381").or_else(|| digits.strip_prefix("381").filter(|rest| rest.len() >= 8));
    let number = abroad.unwrap_or(&digits).trim_start_matches('0');
    (6..=14).contains(&number.len()).then(|| number.to_owned())
}

/// The number without what groups it. Words, and one digit again and again, stand where no number is known.
fn personal_number(text: &str) -> Option<String> {
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let several = digits.iter().any(|digit| Some(digit) != digits.first());
    (number.len() >= 6 && digits.len() >= FEWEST_DIGITS && several).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transliteration::to_latin;
    use proptest::prelude::*;

    #[test]
    fn however_a_name_is_written_its_words_are_the_same() {
        let writings =
            ["Марија Ђорђевић", "Marija Đorđević", "MARIJA DJORDJEVIC", "đorđević-marija", "Marija Dordevic"];
        for names in writings {
            let mut words = parts(names);
            words.sort_unstable();
            assert_eq!(words, ["dordevic", "marija"], "{names}");
        }
        assert_eq!(folded("Aleksandar Petrovich"), folded("Александар Петровић"));
        assert_eq!(folded("Sasha"), folded("Саша"));
        assert_eq!(folded("Hussein"), "husein");
    }

    #[test]
    fn what_is_no_name_is_not_compared() {
        assert_eq!(parts("непозната малолетна (звана Маца), М. П."), ["maca"]);
        assert_eq!(parts("nije poznato 12"), Vec::<String>::new());
        assert_eq!(parts("Ана Ана Анић"), ["ana", "anic"]);
    }

    #[test]
    fn telephones_are_the_same_however_they_are_dialled() {
        for written in ["060 123-4567", "+381 60 1234567", "00381/60/123-45-67", "(060) 123.4567", "601234567"] {
            assert_eq!(telephones(written), ["601234567"], "{written}");
        }
        assert_eq!(telephones("060 123 4567, мајка 011/234-567"), ["601234567", "11234567"]);
        assert_eq!(telephones("060 123 4567, 011 234 567, +381 60 1234567"), ["601234567", "11234567"]);
        assert_eq!(telephones("192"), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_the_same_however_they_are_grouped() {
        assert_eq!(personal_number("0101 990 71 0000").as_deref(), Some("0101990710000"));
        assert_eq!(personal_number("ab-123 456").as_deref(), Some("AB123456"));
        for nothing in ["нема", "nepoznato", "nema podataka", "0000000000000", "AB 11111", "nepoznato 1234"] {
            assert_eq!(personal_number(nothing), None, "{nothing}");
        }
    }

    fn shares(one: &str, other: &str) -> bool {
        nearly(one).iter().any(|letters| nearly(other).contains(letters))
    }

    proptest! {
        #[test]
        fn one_slip_keeps_something_in_common(
            // A j makes one letter of two.
            word in "[a-ik-z]{4,10}",
            at in any::<prop::sample::Index>(),
            letter in prop::char::range('k', 'z'),
        ) {
            let letters: Vec<char> = word.chars().collect();
            let at = at.index(letters.len());
            let mut another = letters.clone();
            another[at] = letter;
            let mut more = letters.clone();
            more.insert(at, letter);
            let mut swapped = letters.clone();
            swapped.swap(at, (at + 1) % letters.len());
            let mut slips = vec![another, more];
            slips.extend((at + 1 < letters.len()).then_some(swapped));
            for slip in slips {
                let slip: String = slip.into_iter().collect();
                prop_assert!(shares(&word, &slip), "{} and {}", word, slip);
            }
        }

        #[test]
        fn what_is_no_number_is_not_compared(word in "[a-z ]{0,30}", digit in "[0-9]", times in 0..20_usize) {
            prop_assert_eq!(personal_number(&format!("{word}{}", digit.repeat(times))), None);
            let number = format!("{word}{digit}5678{digit}1234");
            prop_assert!(personal_number(&number).is_some_and(|kept| kept.ends_with("1234")));
        }

        #[test]
        fn every_word_has_as_many_entries(names in "\\PC{0,60}") {
            let each = 1 + MOST_FULL_NAMES + LONGEST + 1;
            let known = known_by(&Identity { names: &names, ..Identity::default() });
            prop_assert_eq!(known.len(), each * usize::try_from(number_of_parts(&names)).unwrap_or_default());
        }

        #[test]
        fn neither_script_nor_case_nor_diacritics_matter(words in "([БбВгДЂђЖзКклЉљмнЊњпрСтћФхЦчЏџш][аЕиОу] ?){0,12}") {
            let latin = to_latin(&words);
            let plain = latin.replace('đ', "dj").replace('Đ', "Dj");
            let plain: String = plain.chars().map(|letter| match letter {
                'č' | 'ć' | 'Č' | 'Ć' => 'c',
                'š' | 'Š' => 's',
                'ž' | 'Ž' => 'z',
                other => other,
            }).collect();
            for written in [&latin, &plain, &words.to_uppercase(), &plain.to_uppercase()] {
                prop_assert_eq!(folded(written), folded(&words), "{}", written);
            }
        }
    }
}
