use super::*;
use crate::indicators::catalogue_file::SetFile;
use crate::indicators::{embedded, keys, rules};

fn version(code: &str) -> Version {
    let files = embedded::read(&embedded::FILES).expect("in order");
    let file: SetFile = files.into_iter().find(|file| file.code == code).expect("the set is there");
    let definition = file.definition();
    Version {
        id: keys::of_version(&file.code, &file.version),
        set: file.code,
        version: file.version,
        valid_from: file.valid_from,
        valid_until: file.valid_until,
        for_evaluation: definition.for_evaluation(),
        definition,
    }
}

/// Everything that is said about these ticks, in all three languages.
fn everything(code: &str, ticked: &[&str]) -> String {
    let version = version(code);
    let evaluation = rules::evaluate(&version.for_evaluation, ticked.iter().copied()).expect("known codes");
    let mut lines = Vec::new();
    for language in Language::ALL {
        lines.push(language.tag().to_owned());
        lines.extend(evaluation.dimensions.iter().map(|result| dimension(language, &version, result)));
        lines.push(conclusion(language, &version, &evaluation));
        lines.push(format!("{}\n", caution(language)));
    }
    lines.join("\n")
}

#[test]
fn some_of_what_the_rule_asks_for() {
    insta::assert_snapshot!(everything("ilo-delphi-adult-labour", &["AL-DR-01", "AL-DR-02", "AL-EX-02", "AL-RV-01"]));
}

#[test]
fn all_that_the_rule_asks_for() {
    let ticked = ["CL-RV-01", "CL-RV-02", "CL-RV-03", "CL-EX-01", "CL-EX-02"];
    insta::assert_snapshot!(everything("ilo-delphi-child-labour", &ticked));
}

#[test]
fn a_plain_list() {
    let ticked = ["UN-G-01", "UN-G-02", "UN-G-03", "UN-G-04", "UN-G-05", "UN-G-06"];
    insta::assert_snapshot!(everything("unodc-general", &ticked));
}

#[test]
fn numbers_agree_with_their_nouns() {
    let version = version("unodc-general");
    let said = |language, strong, medium_or_weak| {
        Words { language, version: &version }.way(&Count { strong, medium_or_weak, ..Count::default() })
    };
    let serbian = |strong, other| said(Language::SerbianCyrillic, strong, other);
    assert_eq!(serbian(1, 0), "један јак индикатор");
    assert_eq!(serbian(4, 0), "четири јака индикатора");
    assert_eq!(serbian(5, 0), "пет јаких индикатора");
    assert_eq!(serbian(21, 0), "21 јак индикатор");
    assert_eq!(serbian(1, 2), "један јак и два средња или слаба индикатора");
    assert_eq!(said(Language::SerbianLatin, 22, 0), "22 jaka indikatora");
    assert_eq!(said(Language::English, 2, 1), "two strong and one medium or weak indicator");
}

#[test]
fn where_one_of_several_dimensions_would_do_they_are_all_named() {
    let version = version("ilo-delphi-adult-labour");
    let evaluation = rules::evaluate(&version.for_evaluation, ["AL-EX-01", "AL-EX-02"]).expect("known codes");
    assert_eq!(
        conclusion(Language::English, &version, &evaluation),
        "The rule of this set asks for more. Met: “Exploitation”. Not met: at least one of “Recruitment by deception” or \
         “Recruitment by coercion”; “Coercion at the destination”."
    );
}

#[test]
fn a_way_out_of_reach_is_said_to_be_one() {
    let version = version("ilo-delphi-adult-labour");
    let result = DimensionResult {
        code: "exploitation".to_owned(),
        ticked: rules::Ticked::default(),
        outcome: Outcome::NotMet(Vec::new()),
    };
    assert_eq!(
        dimension(Language::English, &version, &result),
        "Nothing is ticked here. This dimension cannot be met: the set has too few indicators in it."
    );
}

#[test]
fn no_percentage_no_likelihood_and_no_label() {
    for (code, ticked) in [("ilo-delphi-adult-labour", "AL-EX-01"), ("unodc-general", "UN-G-01")] {
        let text = everything(code, &[ticked]).to_lowercase();
        for word in ["%", "likel", "probab", "вероватн", "victim", "traffick", "жртв", "трговин"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}
