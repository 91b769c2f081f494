//! Serbian from Cyrillic into Latin script.
//!
//! Texts are kept in Cyrillic only. Every Cyrillic letter has exactly one Latin counterpart, so that the Latin text
//! can always be made; the other way round it could not.

/// Writes the Serbian Cyrillic letters of `text` in Latin script and leaves everything else as it is.
///
/// Љ, Њ and Џ become two letters. Both are capital inside a word in capitals (ЉУБАВ, LJUBAV), else only the first is
/// (Љубав, Ljubav).
pub fn to_latin(text: &str) -> String {
    let mut latin = String::with_capacity(text.len());
    let mut previous = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let lower = letter.to_lowercase().next().unwrap_or(letter);
        match latin_lower(lower) {
            None => latin.push(letter),
            Some(pair) if lower == letter => latin.push_str(pair),
            Some(pair) if in_capitals(previous, letters.peek().copied()) => latin.push_str(&pair.to_uppercase()),
            Some(pair) => push_capitalised(&mut latin, pair),
        }
        previous = Some(letter);
    }
    latin
}

/// The text in Latin script where its Cyrillic letters are Serbian ones; a name of another Cyrillic alphabet stays whole as it is,
/// rather than half of it.
pub fn in_latin(text: &str) -> String {
    let serbian = |letter: char| latin_lower(letter.to_lowercase().next().unwrap_or(letter)).is_some();
    let foreign = text.chars().any(|letter| ('\u{400}'..='\u{52f}').contains(&letter) && !serbian(letter));
    if foreign { text.to_owned() } else { to_latin(text) }
}

/// What two spellings of the same words have in common, whoever wrote them: Latin script without diacritics, in lower case, with
/// nothing but letters, digits and single spaces. Đ is a d, as is the dj that stands for it where there is no such letter.
pub fn comparable(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in to_latin(text).chars().flat_map(char::to_lowercase) {
        match letter {
            'č' | 'ć' => plain.push('c'),
            'đ' => plain.push('d'),
            'š' => plain.push('s'),
            'ž' => plain.push('z'),
            // A diacritic that is written as a letter of its own.
            '\u{300}'..='\u{36f}' => {}
            _ if letter.is_alphanumeric() => plain.push(letter),
            _ if plain.is_empty() || plain.ends_with(' ') => {}
            _ => plain.push(' '),
        }
    }
    plain.truncate(plain.trim_end().len());
    plain.replace("dj", "d")
}

/// Whether a capital stands in a word in capitals: what follows decides, at the end of a word what precedes.
fn in_capitals(previous: Option<char>, next: Option<char>) -> bool {
    match next {
        Some(next) if next.is_alphabetic() => next.is_uppercase(),
        _ => previous.is_some_and(char::is_uppercase),
    }
}

fn push_capitalised(latin: &mut String, pair: &str) {
    let mut letters = pair.chars();
    latin.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    latin.push_str(letters.as_str());
}

fn latin_lower(cyrillic: char) -> Option<&'static str> {
    Some(match cyrillic {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'ђ' => "đ",
        'е' => "e",
        'ж' => "ž",
        'з' => "z",
        'и' => "i",
        'ј' => "j",
        'к' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'њ' => "nj",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "ć",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "č",
        'џ' => "dž",
        'ш' => "š",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{comparable, in_latin, to_latin};

    const CYRILLIC: &str = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ";
    const MUNICIPALITIES: &str = include_str!("../data/municipalities.toml");

    #[test]
    fn every_letter_has_its_counterpart() {
        let lower = "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š";
        assert_eq!(to_latin("а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш"), lower);
        let upper = "A B V G D Đ E Ž Z I J K L Lj M N Nj O P R S T Ć U F H C Č Dž Š";
        assert_eq!(to_latin("А Б В Г Д Ђ Е Ж З И Ј К Л Љ М Н Њ О П Р С Т Ћ У Ф Х Ц Ч Џ Ш"), upper);
    }

    #[test]
    fn a_name_of_another_cyrillic_alphabet_stays_whole() {
        for name in ["Айгерим Қасымқызы", "Юлия Щербакова", "Ѓорѓи"] {
            assert_eq!(in_latin(name), name);
        }
        assert_eq!(in_latin("Љубица Ђорђевић"), "Ljubica Đorđević");
        assert_eq!(in_latin("Ana Žunić"), "Ana Žunić");
    }

    #[test]
    fn two_letter_capitals_follow_their_word() {
        let cases = [
            ("Љубав", "Ljubav"),
            ("ЉУБАВ", "LJUBAV"),
            ("Његош", "Njegoš"),
            ("ЊЕГОШ", "NJEGOŠ"),
            ("Џемпер", "Džemper"),
            ("ЏЕМПЕР", "DŽEMPER"),
            ("КОЊ", "KONJ"),
            ("КОЊ и МАЉ.", "KONJ i MALJ."),
            ("Љ. Петровић", "Lj. Petrović"),
            ("БиЉана", "BiLjana"),
            ("ПОЉЕ, Поље, поље", "POLJE, Polje, polje"),
        ];
        for (cyrillic, latin) in cases {
            assert_eq!(to_latin(cyrillic), latin);
        }
    }

    #[test]
    fn what_is_not_serbian_cyrillic_stays() {
        for text in ["", "Čačak, Šabac", "12. 5. 2018.", "йыъ ґ", "日本 🙂 \u{0}\n"] {
            assert_eq!(to_latin(text), text);
        }
        assert_eq!(to_latin("SMS порука: „Дођи у 5”"), "SMS poruka: „Dođi u 5”");
    }

    #[test]
    fn names_of_places_agree_in_both_scripts() {
        let table: toml::Table = MUNICIPALITIES.parse().expect("the file is TOML");
        let districts = table["district"].as_array().expect("districts");
        let mut seen = 0;
        for district in districts {
            let municipalities = district["municipality"].as_array().expect("municipalities");
            for name in municipalities.iter().chain([&district["name"]]) {
                let cyrillic = name["cyrillic"].as_str().expect("a Cyrillic name");
                assert_eq!(Some(to_latin(cyrillic).as_str()), name["latin"].as_str());
                seen += 1;
            }
        }
        assert_eq!((districts.len(), seen), (25, 25 + 161));
    }

    #[test]
    fn spellings_of_the_same_words_compare_alike() {
        let spellings = [
            "ОШ „Ђура Јакшић“",
            "OŠ \"Đura Jakšić\"",
            "os  djura jaksic",
            "OS\u{30c} Đura Jaks\u{30c}ic\u{301}",
            " Оš - Đura Jakšić.",
        ];
        for spelling in spellings {
            assert_eq!(comparable(spelling), "os dura jaksic", "{spelling}");
        }
        assert_eq!(comparable("„ – “"), "");
    }

    proptest! {
        #[test]
        fn what_compares_alike_goes_on_doing_so(text in "\\PC{0,40}") {
            let once = comparable(&text);
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "), "{}", once);
        }

        #[test]
        fn no_serbian_cyrillic_remains(text in "[а-яА-ЯђјљњћџЂЈЉЊЋЏa-zA-Z .]*", other in any::<String>()) {
            for text in [text, other] {
                prop_assert!(!to_latin(&text).chars().any(|letter| CYRILLIC.contains(letter)));
            }
        }

        #[test]
        fn ascii_is_untouched(text in "[\\x00-\\x7f]*") {
            prop_assert_eq!(to_latin(&text), text);
        }

        #[test]
        fn twice_is_once(text in any::<String>(), serbian in "[а-шА-Шђјљњћџ ]*") {
            let latin = to_latin(&(text + &serbian));
            prop_assert_eq!(to_latin(&latin), latin);
        }

        #[test]
        fn case_changes_nothing_but_case(text in "[а-шА-ШђјљњћџЂЈЉЊЋЏ .]*") {
            prop_assert_eq!(to_latin(&text).to_lowercase(), to_latin(&text.to_lowercase()));
        }
    }
}
