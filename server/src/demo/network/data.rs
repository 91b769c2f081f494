//! The files of `data/demonstration`, read once.

use crate::access::Roles;
use crate::code_lists::ExploitationForm;
use entity::answer::Answer;
use entity::material;
use entity::organisation::Kind;
use entity::person::Sex;
use entity::report::State;
use entity::{question, training_session};
use sea_orm::ActiveEnum;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Organisations and their members.
pub(super) static NETWORK: LazyLock<Network> =
    LazyLock::new(|| read(include_str!("../../../data/demonstration/organisations.toml")));
/// What 2018 comes to.
pub(super) static YEAR: LazyLock<Year> =
    LazyLock::new(|| read(include_str!("../../../data/demonstration/year_2018.toml")));
/// What was taught.
pub(super) static TRAINING: LazyLock<Training> =
    LazyLock::new(|| read(include_str!("../../../data/demonstration/training.toml")));
/// Invented names.
pub(super) static NAMES: LazyLock<Names> =
    LazyLock::new(|| read(include_str!("../../../data/demonstration/names.toml")));
/// Invented sentences.
pub(super) static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| read(include_str!("../../../data/demonstration/phrases.toml")));

fn read<T: DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("the files of data/demonstration are in order")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    pub(super) group: Vec<Group>,
    pub(super) member: Vec<SingleMember>,
}

/// Organisations of one kind, and the members that each of them has.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    #[serde(deserialize_with = "one")]
    pub(super) kind: Kind,
    pub(super) slug: String,
    pub(super) organisation: Vec<Organisation>,
    pub(super) member: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organisation {
    pub(super) name: String,
    pub(super) municipality: String,
    pub(super) reports: usize,
    #[serde(default)]
    pub(super) suspended: bool,
    pub(super) client: Option<Client>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) user: String,
    #[serde(deserialize_with = "roles")]
    pub(super) roles: Roles,
    pub(super) function: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SingleMember {
    pub(super) organisation: String,
    pub(super) email: String,
    #[serde(deserialize_with = "roles")]
    pub(super) roles: Roles,
    pub(super) function: String,
    #[serde(default)]
    pub(super) ended: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Year {
    pub(super) persons_per_report: Vec<usize>,
    #[serde(deserialize_with = "each")]
    pub(super) latest: Vec<State>,
    pub(super) before: Before,
    pub(super) undecided: usize,
    pub(super) identified: Vec<Identified>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Before {
    pub(super) accepted: usize,
    pub(super) closed: usize,
    pub(super) passed_on: usize,
    pub(super) joined: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identified {
    pub(super) persons: usize,
    #[serde(deserialize_with = "one")]
    pub(super) sex: Sex,
    #[serde(deserialize_with = "one")]
    pub(super) child: Answer,
    pub(super) citizenship: String,
    #[serde(deserialize_with = "forms")]
    pub(super) forms: Vec<ExploitationForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) female: Vec<String>,
    pub(super) male: Vec<String>,
    pub(super) family: Vec<String>,
    pub(super) pseudonym: Vec<String>,
    pub(super) street: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) reasons_to_accept: Vec<String>,
    pub(super) reasons_to_close: Vec<String>,
    pub(super) reasons_to_reopen: Vec<String>,
    pub(super) reasons_to_join: Vec<String>,
    pub(super) reasons_to_pass_on: Vec<String>,
    pub(super) authorities: Vec<String>,
    pub(super) reasons_identified: Vec<String>,
    pub(super) reasons_not_identified: Vec<String>,
    pub(super) questions: Vec<Question>,
    pub(super) information: Vec<String>,
    pub(super) notices: Vec<String>,
    pub(super) withdrawals: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) remarks: Vec<String>,
    pub(super) actions_taken: Vec<String>,
    pub(super) places: Vec<String>,
    pub(super) on_behalf_of: Vec<String>,
    pub(super) communication_needs: Vec<String>,
    pub(super) guardians: Vec<String>,
    pub(super) contact_channels: Vec<String>,
    pub(super) contact_times: Vec<String>,
    pub(super) contact_cautions: Vec<String>,
    openings: HashMap<String, Vec<String>>,
    form: HashMap<String, Form>,
}

/// What the Centre asks a partner, with the answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub(super) request: String,
    pub(super) answer: String,
}

/// What belongs to one form of exploitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// Indicator sets for adults.
    pub(super) adult: Vec<String>,
    /// Indicator sets for children.
    pub(super) child: Vec<String>,
    pub(super) signs: Vec<String>,
    pub(super) places: Vec<String>,
}

impl Phrases {
    /// How a matter came to the attention of an organisation of this kind.
    pub(super) fn openings(&self, kind: Kind) -> &[String] {
        &self.openings[&kind.to_value()]
    }

    /// What belongs to a form that the demonstration speaks of.
    pub(super) fn form(&self, form: ExploitationForm) -> &Form {
        &self.form[form.code()]
    }
}

fn one<'de, D: Deserializer<'de>, E: ActiveEnum<Value = String>>(value: D) -> Result<E, D::Error> {
    E::try_from_value(&String::deserialize(value)?).map_err(Error::custom)
}

fn each<'de, D: Deserializer<'de>, E: ActiveEnum<Value = String>>(values: D) -> Result<Vec<E>, D::Error> {
    let names = Vec::<String>::deserialize(values)?;
    names.iter().map(|name| E::try_from_value(name).map_err(Error::custom)).collect()
}

fn forms<'de, D: Deserializer<'de>>(codes: D) -> Result<Vec<ExploitationForm>, D::Error> {
    let codes = Vec::<String>::deserialize(codes)?;
    let form = |code: &String| ExploitationForm::ALL.into_iter().find(|form| form.code() == code);
    codes.iter().map(|code| form(code).ok_or_else(|| Error::custom(format!("no form {code}")))).collect()
}

fn roles<'de, D: Deserializer<'de>>(names: D) -> Result<Roles, D::Error> {
    Ok(Roles::parse(&String::deserialize(names)?))
}

/// Programme and topics of the sessions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Training {
    pub(super) programme: Programme,
    /// Who gets what is printed for a session, and who gets it elsewhere.
    pub(super) participants: String,
    pub(super) elsewhere: String,
    pub(super) topic: Vec<Topic>,
    pub(super) material: Vec<Material>,
    pub(super) leaflet: Vec<Leaflet>,
    pub(super) planned: Vec<Planned>,
    pub(super) question: Vec<BankQuestion>,
    /// What somebody writes who evaluates a session.
    pub(super) comments: Vec<String>,
}

/// What participants get.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Material {
    #[serde(deserialize_with = "one")]
    pub(super) kind: material::Kind,
    pub(super) title: String,
    #[serde(default)]
    pub(super) about: String,
    pub(super) address: Option<String>,
}

/// What is printed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Leaflet {
    pub(super) item: String,
    pub(super) language: String,
}

/// A session that is still to come when the demonstration is filled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Planned {
    /// Position of its topic.
    pub(super) topic: usize,
    /// How many days later it begins.
    pub(super) in_days: u64,
    #[serde(deserialize_with = "one")]
    pub(super) state: training_session::State,
    pub(super) capacity: i32,
    /// How many register; those who find no place wait.
    pub(super) registrations: usize,
}

/// A question of the bank.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BankQuestion {
    #[serde(deserialize_with = "one")]
    pub(super) kind: question::Kind,
    pub(super) text: String,
    #[serde(default)]
    pub(super) options: Vec<String>,
    #[serde(default)]
    pub(super) right: Vec<usize>,
    #[serde(default)]
    pub(super) expected: String,
    pub(super) points: i32,
    pub(super) topic: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Programme {
    pub(super) title: String,
    pub(super) topic: String,
    pub(super) accreditor: String,
    pub(super) accreditation_number: String,
    pub(super) hours: i32,
    pub(super) material: Material,
}

/// What a session is about, and whom it is for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    #[serde(deserialize_with = "one")]
    pub(super) kind: training_session::Kind,
    pub(super) title: String,
    #[serde(deserialize_with = "each")]
    pub(super) kinds: Vec<Kind>,
    pub(super) days: u64,
    pub(super) hours: i32,
    #[serde(default)]
    pub(super) accredited: bool,
    pub(super) municipality: Option<String>,
    #[serde(default)]
    pub(super) venue: String,
    pub(super) indicator_sets: String,
}
