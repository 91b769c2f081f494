use super::*;

fn printed(language: Language, holder: &str) -> Printed {
    let day = |day| NaiveDate::from_ymd_opt(2018, 11, day).expect("a day");
    Printed {
        language,
        number: "UV-7KQ4-M2XD-5".to_owned(),
        holder: holder.to_owned(),
        kind: Kind::Training,
        title: "Препознавање знакова и прва реакција у школи: од сумње до пријаве".to_owned(),
        held: (day(5), day(6)),
        hours: 12,
        accreditation: Some(("Завод за унапређивање образовања и васпитања".to_owned(), "1123/2018".to_owned())),
        organiser: "Центар за едукацију, Београд".to_owned(),
        issued_at: DateTime::from_timestamp(1_542_000_000, 0).expect("an instant"),
        valid_until: NaiveDate::from_ymd_opt(2023, 11, 12),
        verification: "https://oslonac.example.rs/verify/UV-7KQ4-M2XD-5".to_owned(),
    }
}

/// Names as they come: short, with every letter, far too long, in one word.
fn names() -> [String; 4] {
    ["Љубица Ђорђевић-Џамбас", "Ana Žunić Čolić Šćepanović Đurđević", &"Константиновић ".repeat(13), &"Ш".repeat(200)]
        .map(str::to_owned)
}

#[test]
fn the_same_certificate_is_the_same_file_and_another_is_not() {
    for language in Language::ALL {
        let [first, second, ..] = names().map(|name| printed(language, &name));
        let file = one(&first).expect("a file");
        assert!(file.starts_with(b"%PDF-"));
        assert_eq!(file, one(&first).expect("a file"));
        assert_ne!(file, one(&second).expect("a file"));
    }
}

#[test]
fn every_name_is_printed_in_every_language() {
    let mut booklet = Booklet::new("UV");
    for language in Language::ALL {
        for name in names() {
            booklet.add(&printed(language, &name)).expect("a page");
        }
    }
    let file = booklet.finish().expect("a file");
    // To be looked at: OSLONAC_PRINT=/tmp/certificates.pdf cargo test every_name
    if let Some(path) = std::env::var_os("OSLONAC_PRINT") {
        std::fs::write(path, &file).expect("written");
    }
}

#[test]
fn what_the_font_cannot_print_is_known_beforehand() {
    assert!(names().iter().all(|name| can_print(name)));
    assert!(!can_print("王芳"));
}
