//! The indicator sets that the service comes with, from `data/indicators`.

use std::collections::BTreeSet;

use super::catalogue_file::{CatalogueError, SetFile, check, parse};

/// Every file of the catalogue: its name, for messages, and its text.
pub const FILES: [(&str, &str); 9] = [
    ("ilo-delphi-adult-labour.toml", include_str!("../../data/indicators/ilo-delphi-adult-labour.toml")),
    ("ilo-delphi-child-labour.toml", include_str!("../../data/indicators/ilo-delphi-child-labour.toml")),
    ("rs-education-domains.toml", include_str!("../../data/indicators/rs-education-domains.toml")),
    ("unodc-begging.toml", include_str!("../../data/indicators/unodc-begging.toml")),
    ("unodc-children.toml", include_str!("../../data/indicators/unodc-children.toml")),
    ("unodc-domestic.toml", include_str!("../../data/indicators/unodc-domestic.toml")),
    ("unodc-general.toml", include_str!("../../data/indicators/unodc-general.toml")),
    ("unodc-labour.toml", include_str!("../../data/indicators/unodc-labour.toml")),
    ("unodc-sexual.toml", include_str!("../../data/indicators/unodc-sexual.toml")),
];

/// Reads files of the catalogue, each given by its name and its text, and checks them against each other.
///
/// # Errors
/// The first thing that is wrong, with the name of the file: see [`parse`]; or two files that are the same version of
/// the same set, or two versions of a set that are valid on the same day.
pub fn read(files: &[(&str, &str)]) -> Result<Vec<SetFile>, CatalogueError> {
    let mut sets = Vec::with_capacity(files.len());
    let mut versions = BTreeSet::new();
    for (file, text) in files {
        let set = parse(file, text)?;
        if !versions.insert((set.code.clone(), set.version.clone())) {
            let problem = format!("`{}` of set `{}` stands in another file too", set.version, set.code);
            return Err(CatalogueError::new(file, "version", problem));
        }
        if let Some(other) = sets.iter().find(|other| check::valid_together(&set, other)) {
            let problem = format!("version `{}` of the same set is still valid on that day", other.version);
            return Err(CatalogueError::new(file, "valid_from", problem));
        }
        sets.push(set);
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::rules::{Outcome, Ticked, evaluate};

    fn embedded() -> Vec<SetFile> {
        read(&FILES).expect("the catalogue is in order")
    }

    #[test]
    fn holds_every_set_in_full() {
        let sizes: Vec<_> = embedded().iter().map(|set| (set.code.clone(), set.indicators().count())).collect();
        let expected = [
            ("ilo-delphi-adult-labour", 67),
            ("ilo-delphi-child-labour", 65),
            ("rs-education-domains", 9),
            ("unodc-begging", 13),
            ("unodc-children", 16),
            ("unodc-domestic", 9),
            ("unodc-general", 36),
            ("unodc-labour", 23),
            ("unodc-sexual", 19),
        ];
        assert_eq!(sizes, expected.map(|(code, size)| (code.to_owned(), size)));
    }

    #[test]
    fn every_file_in_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/indicators");
        let entries = std::fs::read_dir(folder).expect("the folder is there");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("readable").file_name()).collect();
        names.sort();
        assert_eq!(names, FILES.map(|(name, _)| std::ffi::OsString::from(name)));
    }

    #[test]
    fn what_is_not_certain_is_marked() {
        let sets = embedded();
        let unconfirmed = sets.iter().flat_map(SetFile::indicators).filter(|indicator| !indicator.confirmed).count();
        assert_eq!(unconfirmed, 21);
        for set in &sets {
            let published = set.code == "rs-education-domains";
            assert!(set.indicators().all(|indicator| indicator.is_published() == published), "{}", set.code);
        }
    }

    #[test]
    fn harmful_words_stay_out() {
        for (name, text) in FILES {
            let text = text.to_lowercase();
            for word in ["victim", "traffick", "жртв", "трговин"] {
                assert!(!text.contains(word), "{word} in {name}");
            }
        }
    }

    #[test]
    fn strengths_are_those_of_the_study() {
        let sets = embedded();
        let counts = |code: &str| {
            let set = sets.iter().find(|set| set.code == code).expect("the set is there").definition().for_evaluation();
            let all: Vec<_> = set.dimensions.iter().flat_map(|d| &d.indicators).map(|i| i.code.as_str()).collect();
            let evaluation = evaluate(&set, all).expect("its own codes");
            let lengths = |ticked: &Ticked| [ticked.strong.len(), ticked.medium.len(), ticked.weak.len()];
            evaluation.dimensions.iter().map(|dimension| lengths(&dimension.ticked)).collect::<Vec<_>>()
        };
        let adult = [[1, 8, 1], [1, 9, 0], [0, 14, 2], [1, 7, 1], [4, 10, 1], [0, 5, 2]];
        let child = [[2, 8, 0], [4, 6, 0], [0, 15, 0], [1, 7, 0], [8, 7, 0], [0, 7, 0]];
        assert_eq!(counts("ilo-delphi-adult-labour"), adult);
        assert_eq!(counts("ilo-delphi-child-labour"), child);
    }

    #[test]
    fn adults_need_all_three_and_children_an_act_and_exploitation() {
        let sets = embedded();
        let suffices = |code: &str, ticked: &[&str]| {
            let set = sets.iter().find(|set| set.code == code).expect("the set is there").definition().for_evaluation();
            evaluate(&set, ticked.iter().copied()).expect("known codes").suffices()
        };
        let adult = ["AL-DR-01", "AL-DR-02", "AL-EX-01", "AL-EX-02", "AL-CD-01", "AL-CD-02"];
        assert_eq!(suffices("ilo-delphi-adult-labour", &adult), Some(true));
        assert_eq!(suffices("ilo-delphi-adult-labour", &adult[..4]), Some(false));
        let vulnerable = ["AL-RV-01", "AL-RV-02", "AL-RV-03", "AL-EX-01", "AL-EX-02", "AL-CD-01", "AL-CD-02"];
        assert_eq!(suffices("ilo-delphi-adult-labour", &vulnerable), Some(false));
        let child = ["CL-RV-01", "CL-RV-02", "CL-RV-03", "CL-EX-01", "CL-EX-02"];
        assert_eq!(suffices("ilo-delphi-child-labour", &child), Some(true));
        assert_eq!(suffices("ilo-delphi-child-labour", &child[..4]), Some(false));
    }

    #[test]
    fn a_plain_list_stays_a_list() {
        let sets = embedded();
        let set = sets
            .iter()
            .find(|set| set.code == "unodc-general")
            .expect("the set is there")
            .definition()
            .for_evaluation();
        let evaluation = evaluate(&set, ["UN-G-05", "UN-G-13", "UN-G-05"]).expect("known codes");
        assert_eq!(evaluation.suffices(), None);
        assert_eq!(evaluation.dimensions[0].outcome, Outcome::NoRule);
        assert_eq!(evaluation.dimensions[0].ticked.without_strength, ["UN-G-05", "UN-G-13"]);
    }

    #[test]
    fn versions_of_a_set_may_not_overlap() {
        let first = "\nvalid_from = 2015-12-01\n";
        let (name, text) = FILES[2];
        let ended = text.replace(first, "\nvalid_from = 2015-12-01\nvalid_until = 2021-01-01\n");
        let next = text.replace("\"2015\"", "\"2021\"").replace(first, "\nvalid_from = 2021-01-01\n");
        let open = read(&[("next.toml", &next), (name, text)]);
        assert!(open.is_ok(), "the open version ends where the next one begins");
        assert!(read(&[(name, &ended), ("next.toml", &next)]).is_ok());
        let late = ended.replace("2021-01-01", "2021-01-02");
        let refused = |files: &[(&str, &str)]| read(files).expect_err("must be refused").to_string();
        assert_eq!(
            refused(&[(name, &late), ("next.toml", &next)]),
            "next.toml: valid_from: version `2015` of the same set is still valid on that day"
        );
        assert_eq!(
            refused(&[(name, text), ("copy.toml", text)]),
            "copy.toml: version: `2015` of set `rs-education-domains` stands in another file too"
        );
    }
}
