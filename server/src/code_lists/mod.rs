//! Code lists: districts, municipalities and forms of exploitation. They come with the service and change with a release.

mod queries;
mod types;

pub use queries::CodeListQueries;
pub use types::{District, ExploitationForm, Municipality};

use crate::error::Fault;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A district with its municipalities.
#[derive(Debug, Deserialize)]
pub(crate) struct DistrictEntry {
    /// ISO 3166-2:RS code.
    pub(crate) code: String,
    /// Name in both scripts.
    pub(crate) name: Name,
    municipality: Vec<Entry>,
}

/// A name in both scripts, as the state publishes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Name {
    pub(crate) cyrillic: String,
    pub(crate) latin: String,
}

/// A municipality of the list.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) code: String,
    pub(crate) cyrillic: String,
    pub(crate) latin: String,
}

#[derive(Deserialize)]
struct DistrictFile {
    district: Vec<DistrictEntry>,
}

#[derive(Deserialize)]
struct Wording {
    sr: String,
    en: String,
}

#[derive(Deserialize)]
struct Form {
    code: String,
    name: Wording,
}

#[derive(Deserialize)]
struct FormFile {
    form: Vec<Form>,
}

static DISTRICTS: LazyLock<Vec<DistrictEntry>> = LazyLock::new(|| {
    let file: DistrictFile =
        toml::from_str(include_str!("../../data/municipalities.toml")).expect("data/municipalities.toml is in order");
    file.district
});

static MUNICIPALITIES: LazyLock<HashMap<&'static str, (&'static DistrictEntry, &'static Entry)>> =
    LazyLock::new(|| {
        let entries =
            DISTRICTS.iter().flat_map(|district| district.municipality.iter().map(move |entry| (district, entry)));
        entries.map(|(district, entry)| (&*entry.code, (district, entry))).collect()
    });

static FORMS: LazyLock<HashMap<String, Wording>> = LazyLock::new(|| {
    let file: FormFile = toml::from_str(include_str!("../../data/exploitation_forms.toml"))
        .expect("data/exploitation_forms.toml is in order");
    file.form.into_iter().map(|form| (form.code, form.name)).collect()
});

/// Whether there is a municipality with this code.
pub fn is_municipality(code: &str) -> bool {
    MUNICIPALITIES.contains_key(code)
}

/// The code of the district that a municipality belongs to; nothing where there is no municipality with this code.
pub fn district_of(municipality: &str) -> Option<&'static str> {
    MUNICIPALITIES.get(municipality).map(|(district, _)| &*district.code)
}

/// Whether there is a district with this code.
pub fn is_district(code: &str) -> bool {
    DISTRICTS.iter().any(|district| district.code == code)
}

/// Codes of the municipalities in a district; nothing where there is no district with this code.
pub fn municipalities_in(district: &str) -> impl Iterator<Item = &'static str> {
    let district = DISTRICTS.iter().find(|known| known.code == district);
    district.into_iter().flat_map(|district| &district.municipality).map(|entry| &*entry.code)
}

/// The code of a municipality that somebody filters by.
///
/// # Errors
/// When there is none with this code: an empty list would look like an answer.
pub fn known_municipality(code: String) -> Result<String, Fault> {
    if is_municipality(&code) {
        return Ok(code);
    }
    Err(Fault::BadInput("There is no municipality with this code. The field `districts` lists them."))
}

/// The code of a district that somebody filters by.
///
/// # Errors
/// When there is none with this code.
pub fn known_district(code: String) -> Result<String, Fault> {
    if is_district(&code) {
        return Ok(code);
    }
    Err(Fault::BadInput("There is no district with this code. The field `districts` lists them."))
}

/// Codes of all municipalities, in the order of the list.
pub fn municipality_codes() -> impl Iterator<Item = &'static str> {
    DISTRICTS.iter().flat_map(|district| &district.municipality).map(|entry| &*entry.code)
}

/// Codes of all municipalities with their names, in Cyrillic.
pub fn municipality_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    DISTRICTS.iter().flat_map(|district| &district.municipality).map(|entry| (&*entry.code, &*entry.cyrillic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_name() {
        for form in ExploitationForm::ALL {
            assert!(FORMS.contains_key(form.code()), "{} has no name in data/exploitation_forms.toml", form.code());
        }
        assert_eq!(FORMS.len(), ExploitationForm::ALL.len());
    }

    #[test]
    fn the_list_of_municipalities_is_whole() {
        assert_eq!(DISTRICTS.len(), 25);
        assert_eq!(MUNICIPALITIES.len(), 161);
    }
}
