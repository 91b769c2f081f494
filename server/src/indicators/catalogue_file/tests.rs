use super::*;

const FILE: &str = r#"code = "lasting-signs"
version = "2020"
valid_from = 2020-02-01
valid_until = 2021-03-01
sector = "HEALTH"
audience = "ANY"
source = "A made-up source"
title = { sr = "Знакови", en = "Signs" }

[rule]
dimension_met_by = [{ strong = 1, medium_or_weak = 1 }]
sufficient = [["first"]]
note = { sr = "Пример", en = "An example" }

[[dimension]]
code = "first"
name = { sr = "Прва", en = "First" }

[[dimension.indicator]]
code = "A-01"
strength = "STRONG"
sr = "Први знак"
en = "The first sign"
confirmed = true
translation = "DRAFT"

[[dimension.indicator]]
code = "A-02"
strength = "WEAK"
sr = "Други знак"
en = "The second sign"
confirmed = false
translation = "PUBLISHED"
"#;

#[test]
fn reads_a_whole_file() {
    let set = parse("x.toml", FILE).expect("a file in order");
    assert_eq!((set.code.as_str(), set.version.as_str()), ("lasting-signs", "2020"));
    assert_eq!(set.valid_from.to_string(), "2020-02-01");
    assert_eq!(set.valid_until.map(|day| day.to_string()).as_deref(), Some("2021-03-01"));
    assert_eq!((set.sector, set.audience), (Sector::Health, Audience::Any));
    let marks: Vec<_> = set.indicators().map(|i| (i.strength, i.confirmed, i.is_published())).collect();
    assert_eq!(marks, [(Some(Strength::Strong), true, false), (Some(Strength::Weak), false, true)]);
    let rule = set.definition().for_evaluation().rule.expect("the rule is read");
    assert_eq!(rule.dimension_met_by, [Count { strong: 1, medium_or_weak: 1, ..Count::default() }]);
    assert_eq!(rule.sufficient, [["first"]]);
}

#[test]
fn a_set_may_be_open_ended_and_have_neither_strengths_nor_rule() {
    let end = FILE.find("\n[rule]").expect("the rule starts");
    let start = FILE.find("[[dimension]]").expect("the dimensions start");
    let text = format!("{}{}", &FILE[..end], &FILE[start..])
        .replace("valid_until = 2021-03-01\n", "")
        .replace("strength = \"STRONG\"\n", "")
        .replace("strength = \"WEAK\"\n", "");
    let set = parse("x.toml", &text).expect("a file in order");
    assert_eq!((set.valid_until, set.rule), (None, None));
}

/// Every case replaces one piece of the file and names the one line that must come out.
#[test]
fn says_what_is_wrong_and_where() {
    let cases = [
        (
            "sector =",
            "sectr =",
            "x.toml: line 5, `sectr`: unknown field `sectr`, expected one of `code`, `version`, `valid_from`, `valid_until`, `sector`, `audience`, `source`, `title`, `dimension`, `rule`",
        ),
        (
            "\"HEALTH\"",
            "\"SPORT\"",
            "x.toml: line 5, `sector`: unknown variant `SPORT`, expected one of `GENERAL`, `EDUCATION`, `SOCIAL_WELFARE`, `HEALTH`, `POLICE`, `EMPLOYMENT`, `RECEPTION`, `CHILD_CARE`, `LABOUR_INSPECTION`, `CIVIL_SOCIETY`",
        ),
        (
            "confirmed = true",
            "confirmed = \"yes\"",
            "x.toml: line 24, `confirmed`: invalid type: string \"yes\", expected a boolean",
        ),
        ("confirmed = true\n", "", "x.toml: line 19: missing field `confirmed`"),
        (
            "strong = 1",
            "strong = -1",
            "x.toml: line 11, `dimension_met_by`: invalid value: integer `-1`, expected usize",
        ),
        (
            "strong = 1",
            "strongest = 1",
            "x.toml: line 11, `dimension_met_by`: unknown field `strongest`, expected one of `strong`, `medium`, `weak`, `medium_or_weak`",
        ),
        (
            "2020-02-01",
            "2020-02-01T10:00:00",
            "x.toml: line 3, `valid_from`: invalid type: local datetime, expected local date",
        ),
        ("valid_until = 2021-03-01", "valid_until = 2020-02-01", "x.toml: valid_until: must be later than valid_from"),
        ("\"lasting-signs\"", "\"Lasting signs\"", "x.toml: code: must be small letters a to z, digits and hyphens"),
        ("\"2020\"", "\"\"", "x.toml: version: must be small letters a to z, digits and hyphens"),
        ("\"A made-up source\"", "\" \"", "x.toml: source: must be English"),
        ("\"Знакови\"", "\"Znakovi\"", "x.toml: title.sr: must be Serbian in Cyrillic script"),
        ("\"Први знак\"", "\"Први знaк\"", "x.toml: indicator `A-01`, sr: `знaк` mixes Cyrillic and Latin letters"),
        ("\"Први знак\"", "\"Первый знак\"", "x.toml: indicator `A-01`, sr: `ы` is not a Serbian letter"),
        ("\"The first sign\"", "\"Први знак\"", "x.toml: indicator `A-01`, en: must be English"),
        ("\"A-02\"", "\"A-01\"", "x.toml: indicator `A-01`, code: stands twice in the file"),
        ("\"A-02\"", "\"a 2\"", "x.toml: indicator `a 2`, code: must be capital letters A to Z, digits and hyphens"),
        ("strength = \"WEAK\"\n", "", "x.toml: indicator `A-02`, strength: missing, although others have one"),
        ("[[\"first\"]]", "[[\"second\"]]", "x.toml: rule.sufficient: no dimension has the code `second`"),
        ("[[\"first\"]]", "[[]]", "x.toml: rule.sufficient: must have lists, and every list must name a dimension"),
        (
            "{ strong = 1, medium_or_weak = 1 }",
            "{}",
            "x.toml: rule.dimension_met_by: must have lines, and every line must ask for something",
        ),
        ("\"An example\"", "\"\"", "x.toml: rule.note.en: must be English"),
    ];
    for (piece, instead, expected) in cases {
        assert!(FILE.contains(piece), "{piece} is not in the file");
        let error = parse("x.toml", &FILE.replace(piece, instead)).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_rule_needs_strengths_and_dimensions_need_content() {
    let refused = |text: &str| parse("x.toml", text).expect_err("must be refused").to_string();
    let plain = FILE.replace("strength = \"STRONG\"\n", "").replace("strength = \"WEAK\"\n", "");
    assert_eq!(refused(&plain), "x.toml: rule: needs indicators with strengths");
    let second = "\n[[dimension]]\ncode = \"first\"\nname = { sr = \"Опет\", en = \"Again\" }\nindicator = []\n";
    assert_eq!(refused(&format!("{FILE}{second}")), "x.toml: dimension `first`, code: stands twice in the file");
    let empty = second.replace("\"first\"", "\"second\"");
    assert_eq!(refused(&format!("{FILE}{empty}")), "x.toml: dimension `second`, indicator: at least one is needed");
}

#[test]
fn text_that_is_not_toml_is_refused_in_one_line() {
    let error = parse("x.toml", "code = \"a\"\nversion = \n").expect_err("not TOML").to_string();
    assert!(error.starts_with("x.toml: line 2, `version`: "), "{error}");
    assert_eq!(error.lines().count(), 1);
}
