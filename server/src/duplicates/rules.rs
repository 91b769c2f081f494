//! Which persons may be the same, and why. Pure: no database, no clock; it knows nothing of names, only which of them agree.

use crate::error::{Problem, UserErrorCode};
use crate::language::Message;
use entity::match_key::Kind;
use entity::person::{AgeBand, Sex};
use entity::possible_duplicate::{State, Strength};
use sea_orm::Iterable;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        /// What two persons agree in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Reason {
            /// Name in the database.
            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            fn from_name(name: &str) -> Option<Self> {
                [$(Self::$variant),*].into_iter().find(|reason| reason.as_str() == name)
            }
        }
    };
}

reasons! {
    /// Personal number, or number of a travel document.
    PersonalNumber = "personal_number",
    /// Words of the name, however they are written.
    Name = "name",
    /// A word of the name and a short form of it.
    ShortForm = "short_form",
    /// Words of the name but for a letter.
    SimilarName = "similar_name",
    /// Telephone.
    Telephone = "telephone",
    /// Date of birth.
    BirthDate = "birth_date",
    /// Year of birth, or nearly.
    BirthYear = "birth_year",
    /// Estimated age.
    Age = "age",
    /// Sex.
    Sex = "sex",
    /// Municipality of the report.
    Municipality = "municipality",
}

impl Reason {
    /// These as they are kept.
    pub fn column(reasons: &BTreeSet<Self>) -> String {
        let names: Vec<&str> = reasons.iter().map(|reason| reason.as_str()).collect();
        serde_json::to_string(&names).unwrap_or_default()
    }

    /// Those that were kept.
    pub fn of_column(column: &str) -> Vec<Self> {
        let names: Vec<String> = serde_json::from_str(column).unwrap_or_default();
        names.iter().filter_map(|name| Self::from_name(name)).collect()
    }
}

/// What is open of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// How many words its name has.
    pub name_parts: usize,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Estimated age, or the age that follows from the year of birth, when it was reported.
    pub age_band: Option<AgeBand>,
    /// Sex.
    pub sex: Sex,
    /// Municipality of the report.
    pub municipality: Option<String>,
}

/// Something that both are known by: how the one and the other have it, and who else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Agreement {
    /// What of the one.
    pub one: (Kind, i16),
    /// What of the other.
    pub other: (Kind, i16),
    /// How many persons are known by it, these two among them.
    pub known_of: usize,
}

/// Whether two kinds are compared with each other. Two words that are both known names are no misspellings of each other.
pub fn comparable(one: Kind, other: Kind) -> bool {
    match (one, other) {
        (Kind::NearKnown, Kind::NearKnown) => false,
        (Kind::NearKnown | Kind::NearOther, Kind::NearKnown | Kind::NearOther) => true,
        _ => one == other,
    }
}

/// That two persons may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What they agree in.
    pub reasons: BTreeSet<Reason>,
    /// How much speaks for it.
    pub strength: Strength,
    /// The same in whole bits, by which those of one person are told apart.
    pub bits: i32,
}

/// As long as there are few persons nobody knows how common a name is: as if there were so many more, of other names.
const UNKNOWN_OTHERS: usize = 1_000;
/// So many bits beyond what chance brings make a proposal.
const BEYOND_CHANCE: f64 = 1.0;
/// And so many more a strong one.
const STRONG: f64 = 10.0;
/// No single word says more than that.
const MOST_OF_A_WORD: f64 = 10.0;
/// What the same year of birth says.
const SAME_YEAR: f64 = 5.0;
/// So many are proposed of one person when it is compared. Whoever was reported more often is found through these.
const MOST_PROPOSED: usize = 10;

/// How words of two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Similar,
    ShortForm,
    Same,
}

impl Likeness {
    /// How often one and the same person is written so.
    fn often(self) -> f64 {
        match self {
            Self::Similar => 0.04,
            Self::ShortForm => 0.1,
            Self::Same => 0.75,
        }
    }

    fn reason(self) -> Reason {
        match self {
            Self::Similar => Reason::SimilarName,
            Self::ShortForm => Reason::ShortForm,
            Self::Same => Reason::Name,
        }
    }
}

/// What speaks for two persons being the same and what against it, in bits: one bit makes it twice as likely.
#[derive(Default)]
struct Balance {
    bits: f64,
    reasons: BTreeSet<Reason>,
}

impl Balance {
    fn speaks_for(&mut self, reason: Reason, bits: f64) {
        self.bits += bits;
        self.reasons.insert(reason);
    }
}

/// Whether two persons of different reports may be the same, where so many are compared. What one of them does not say speaks
/// neither for it nor against it.
///
/// The bits of a word follow from how common it is; the others are estimates, which what many have does not reach. The more
/// persons there are, the more of them agree by chance: each doubling takes a bit more.
pub fn propose(one: &Open, other: &Open, agreements: &[Agreement], among: usize) -> Option<Proposal> {
    let among = (among + UNKNOWN_OTHERS) as f64;
    let mut balance = Balance::default();
    let rare = |kind| rarest(agreements, kind).map(|known_of| (among / known_of as f64).log2().max(0.0));
    if let Some(bits) = rare(Kind::PersonalNumber) {
        // It is given to nobody else: those who have it are mostly one person, unless they are many.
        balance.speaks_for(Reason::PersonalNumber, (2.0 * bits).min(40.0));
    }
    let contradict = names(&mut balance, one, other, agreements, among);
    if let Some(bits) = rare(Kind::Telephone) {
        // Relatives share one, and so does a home.
        balance.speaks_for(Reason::Telephone, bits.min(if contradict { 3.0 } else { 10.0 }));
    }
    match rare(Kind::BirthDate) {
        Some(bits) => balance.speaks_for(Reason::BirthDate, bits.clamp(SAME_YEAR, 12.0)),
        None => age(&mut balance, one, other),
    }
    sex(&mut balance, one.sex, other.sex);
    if let (Some(one), Some(other)) = (&one.municipality, &other.municipality) {
        match one == other {
            true => balance.speaks_for(Reason::Municipality, 3.0),
            false => balance.bits -= 1.0,
        }
    }
    let enough = among.log2() + BEYOND_CHANCE;
    let strength = if balance.bits >= enough + STRONG { Strength::Strong } else { Strength::Moderate };
    let bits = balance.bits.round() as i32;
    (balance.bits >= enough).then_some(Proposal { reasons: balance.reasons, strength, bits })
}

/// Of those who may be the same as one person, the ones for whom most speaks.
pub fn strongest<T>(mut proposals: Vec<(T, Proposal)>) -> Vec<(T, Proposal)> {
    proposals.sort_by_key(|(_, proposal)| Reverse(proposal.bits));
    proposals.truncate(MOST_PROPOSED);
    proposals
}

/// Of how many persons that is known which both have of this kind and fewest others.
fn rarest(agreements: &[Agreement], kind: Kind) -> Option<usize> {
    agreements.iter().filter(|agreement| agreement.one.0 == kind).map(|agreement| agreement.known_of.max(1)).min()
}

/// Says whether the names contradict each other: those of relatives agree in one of their words.
fn names(balance: &mut Balance, one: &Open, other: &Open, agreements: &[Agreement], among: f64) -> bool {
    let words = one.name_parts.min(other.name_parts);
    let alike: Vec<_> = alike(agreements, among).into_iter().collect();
    let pairs = best_pairs(words, &alike, &mut Vec::new());
    let against = against(words, pairs.len());
    pairs.iter().for_each(|(_, (likeness, bits))| balance.speaks_for(likeness.reason(), *bits));
    balance.bits -= against;
    against > 0.0
}

/// What speaks against two persons of whose words so many are the same; the shorter name has this many.
fn against(words: usize, same: usize) -> f64 {
    match (words, same) {
        (0, _) => 0.0,
        (_, 0) => 10.0,
        (2.., 1) => 8.0,
        _ => 0.0,
    }
}

/// Two words, of the one and of the other, how they are alike, and what that says.
type Pair = ((i16, i16), (Likeness, f64));

/// Words that agree, in the way that says most.
fn alike(agreements: &[Agreement], among: f64) -> BTreeMap<(i16, i16), (Likeness, f64)> {
    let likeness = |kind| match kind {
        Kind::Name => Some(Likeness::Same),
        Kind::FullName => Some(Likeness::ShortForm),
        Kind::NearKnown | Kind::NearOther => Some(Likeness::Similar),
        _ => None,
    };
    let mut alike: BTreeMap<(i16, i16), (Likeness, f64)> = BTreeMap::new();
    for agreement in agreements {
        let Some(likeness) = likeness(agreement.one.0) else { continue };
        let by_chance = agreement.known_of.max(1) as f64 / among;
        let bits = (likeness.often() / by_chance).log2().clamp(0.0, MOST_OF_A_WORD);
        let best = alike.entry((agreement.one.1, agreement.other.1)).or_insert((likeness, bits));
        if (bits, likeness) > (best.1, best.0) {
            *best = (likeness, bits);
        }
    }
    alike
}

/// Of these words that agree, those that say most together with the ones that were chosen, no word twice. A name has six words at
/// most, of which few agree with more than one.
fn best_pairs(words: usize, alike: &[Pair], chosen: &mut Vec<Pair>) -> Vec<Pair> {
    let Some((pair, rest)) = alike.split_first() else { return chosen.clone() };
    let without = best_pairs(words, rest, chosen);
    let (one, other) = pair.0;
    if chosen.iter().any(|((a, b), _)| *a == one || *b == other) {
        return without;
    }
    chosen.push(*pair);
    let with = best_pairs(words, rest, chosen);
    chosen.pop();
    let says = |pairs: &[Pair]| pairs.iter().map(|(_, (_, bits))| bits).sum::<f64>() - against(words, pairs.len());
    if says(&with) >= says(&without) { with } else { without }
}

fn age(balance: &mut Balance, one: &Open, other: &Open) {
    if let (Some(one), Some(other)) = (one.birth_year, other.birth_year) {
        return match one.abs_diff(other) {
            0 => balance.speaks_for(Reason::BirthYear, SAME_YEAR),
            1 => balance.speaks_for(Reason::BirthYear, 0.0),
            2..5 => balance.bits -= 5.0,
            _ => balance.bits -= 10.0,
        };
    }
    let place = |band: AgeBand| AgeBand::iter().position(|each| each == band);
    if let (Some(one), Some(other)) = (one.age_band.and_then(place), other.age_band.and_then(place)) {
        match one.abs_diff(other) {
            0 => balance.speaks_for(Reason::Age, 2.0),
            // Years pass between reports, and ages are guesses.
            1 => {}
            _ => balance.bits -= 5.0,
        }
    }
}

fn sex(balance: &mut Balance, one: Sex, other: Sex) {
    let known = |sex| matches!(sex, Sex::Female | Sex::Male);
    if known(one) && known(other) {
        match one == other {
            true => balance.speaks_for(Reason::Sex, 1.0),
            false => balance.bits -= 5.0,
        }
    }
}

/// Whether somebody may say that a possible duplicate is none: while nobody has decided.
pub fn may_dismiss(state: State) -> Result<(), Problem> {
    match state {
        State::Open => Ok(()),
        State::Dismissed | State::Joined => Err(wrong_state("duplicate-decided")),
    }
}

/// Whether that can be taken back. A joining is taken back by itself; what it left behind, because whoever did that did not see
/// it, can be opened once the reports are joined no more.
pub fn may_reopen(state: State, still_joined: bool) -> Result<(), Problem> {
    match state {
        State::Dismissed => Ok(()),
        State::Joined if !still_joined => Ok(()),
        State::Open | State::Joined => Err(wrong_state("duplicate-not-dismissed")),
    }
}

fn wrong_state(message: &'static str) -> Problem {
    Problem::new(UserErrorCode::WrongState, "possibleDuplicateId", Message::new(message))
}

#[cfg(test)]
mod tests;
