use super::*;
use crate::access::Known;
use crate::duplicates::normalising::{Identity, known_by, number_of_parts};
use proptest::prelude::*;

/// A person as a report describes it: names, telephone, year of birth, sex, municipality.
#[derive(Clone, Debug)]
struct Person {
    names: &'static str,
    phone: &'static str,
    born: Option<i32>,
    sex: Sex,
    place: Option<&'static str>,
}

const CHILD: Person = Person {
    names: "Марија Јовановић",
    phone: "060 000 1234",
    born: Some(2008),
    sex: Sex::Female,
    place: Some("70106"),
};

impl Person {
    fn open(&self) -> Open {
        Open {
            name_parts: usize::try_from(number_of_parts(self.names)).unwrap_or_default(),
            birth_year: self.born,
            age_band: None,
            sex: self.sex,
            municipality: self.place.map(str::to_owned),
        }
    }

    fn known(&self) -> Vec<Known<String>> {
        let identity = Identity { names: self.names, phone: self.phone, ..Identity::default() };
        let there =
            |known: Known<Option<String>>| Some(Known { kind: known.kind, part: known.part, what: known.what? });
        known_by(&identity).into_iter().filter_map(there).collect()
    }
}

/// What both are known by, and nobody else.
fn agreements<T: PartialEq>(one: &[Known<T>], other: &[Known<T>]) -> Vec<Agreement> {
    let same = |a: &Known<T>| {
        let shared = other.iter().filter(|b| comparable(a.kind, b.kind) && a.what == b.what);
        let agreement = |b: &Known<T>| Agreement { one: (a.kind, a.part), other: (b.kind, b.part), known_of: 2 };
        shared.map(agreement).collect::<Vec<_>>()
    };
    one.iter().flat_map(same).collect()
}

fn proposed(one: &Person, other: &Person) -> Option<(Strength, Vec<Reason>)> {
    let proposal = propose(&one.open(), &other.open(), &agreements(&one.known(), &other.known()), 0)?;
    Some((proposal.strength, proposal.reasons.into_iter().collect()))
}

#[test]
fn the_same_child_is_found_however_it_is_written() {
    use Reason::{BirthYear, Municipality, Name, Sex, ShortForm, SimilarName, Telephone};
    for (names, expected) in [
        ("Marija Jovanović", vec![Name, Telephone, BirthYear, Sex, Municipality]),
        ("JOVANOVIC MARIJA", vec![Name, Telephone, BirthYear, Sex, Municipality]),
        ("Маца Јовановић", vec![Name, ShortForm, Telephone, BirthYear, Sex, Municipality]),
        ("Marjia Jovanovic", vec![Name, SimilarName, Telephone, BirthYear, Sex, Municipality]),
    ] {
        let found = proposed(&CHILD, &Person { names, ..CHILD });
        assert_eq!(found, Some((Strength::Strong, expected)), "{names}");
    }
}

#[test]
fn two_names_are_enough_and_less_is_not() {
    let bare = |names| Person { names, phone: "", born: None, sex: Sex::Unknown, place: None };
    assert_eq!(proposed(&CHILD, &bare("Marija Jovanović")), Some((Strength::Moderate, vec![Reason::Name])));
    for names in ["Marija", "Jovanović", "Jovana Jovanović", "непозната", ""] {
        assert_eq!(proposed(&CHILD, &bare(names)), None, "{names}");
    }
}

#[test]
fn relatives_and_namesakes_are_told_apart() {
    let sister = Person { names: "Јована Јовановић", born: Some(2010), ..CHILD };
    assert_eq!(proposed(&CHILD, &sister), None, "the same telephone, and another child");
    let namesake = Person { born: Some(1975), phone: "", place: None, ..CHILD };
    assert_eq!(proposed(&CHILD, &namesake), None, "the same name, 33 years older");
    let other_name = Person { names: "Марина Јовановић", phone: "", ..CHILD };
    assert_eq!(proposed(&CHILD, &other_name), None, "both are names: neither is a slip");
}

#[test]
fn one_telephone_is_proposed_where_nothing_speaks_against_it() {
    let nameless = Person { names: "", born: None, ..CHILD };
    assert_eq!(
        proposed(&CHILD, &nameless),
        Some((Strength::Moderate, vec![Reason::Telephone, Reason::Sex, Reason::Municipality]))
    );
    assert_eq!(proposed(&CHILD, &Person { sex: Sex::Male, ..nameless }), None);
}

#[test]
fn how_common_a_name_is_and_how_many_there_are_counts() {
    let bare = Person { phone: "", born: None, place: None, ..CHILD };
    let proposed = |known_of, among| {
        let known = agreements(&bare.known(), &bare.known());
        let known: Vec<_> = known.into_iter().map(|agreement| Agreement { known_of, ..agreement }).collect();
        propose(&bare.open(), &bare.open(), &known, among).is_some()
    };
    assert!(proposed(2, 0) && proposed(2, 100_000), "a name that nobody else has");
    assert!(proposed(20, 5_000) && !proposed(200, 5_000), "one in 25 has each of these words");
}

#[test]
fn a_personal_number_is_enough() {
    let number = Known { kind: Kind::PersonalNumber, part: 0, what: "0101008715000".to_owned() };
    let known = agreements(std::slice::from_ref(&number), std::slice::from_ref(&number));
    let nobody = Open { name_parts: 0, birth_year: None, age_band: None, sex: Sex::Unknown, municipality: None };
    let proposal = propose(&nobody, &nobody, &known, 1_000_000).expect("proposed");
    assert_eq!(proposal.strength, Strength::Strong);
    assert_eq!(Reason::of_column(&Reason::column(&proposal.reasons)), [Reason::PersonalNumber]);
}

#[test]
fn who_decided_once_decides_no_more() {
    assert!(may_dismiss(State::Open).is_ok() && may_reopen(State::Dismissed, false).is_ok());
    for state in [State::Dismissed, State::Joined] {
        assert!(may_dismiss(state).is_err());
    }
    assert!(may_reopen(State::Open, false).is_err() && may_reopen(State::Joined, true).is_err());
    assert!(may_reopen(State::Joined, false).is_ok(), "nothing joins them any more");
}

#[test]
fn of_one_person_those_are_kept_for_whom_most_speaks() {
    let proposal = |bits| Proposal { reasons: BTreeSet::new(), strength: Strength::Moderate, bits };
    let found: Vec<(i32, Proposal)> = (0..50).map(|bits| (bits, proposal(bits))).collect();
    let kept: Vec<i32> = strongest(found).into_iter().map(|(who, _)| who).collect();
    assert_eq!(kept, (40..50).rev().collect::<Vec<_>>());
}

#[test]
fn what_many_have_proposes_nobody() {
    let nobody = Open { name_parts: 0, birth_year: None, age_band: None, sex: Sex::Unknown, municipality: None };
    let proposed = |kind, known_of| {
        let same = Agreement { one: (kind, 0), other: (kind, 0), known_of };
        propose(&nobody, &nobody, &[same], 5_000).is_some()
    };
    assert!(proposed(Kind::PersonalNumber, 2) && proposed(Kind::PersonalNumber, 10), "one person, reported ten times");
    assert!(!proposed(Kind::PersonalNumber, 500), "it stands where none is known");
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::iter().collect::<Vec<_>>())
}

fn known() -> impl Strategy<Value = Vec<Known<u8>>> {
    let each = (kind(), 0..4_i16, 0..6_u8).prop_map(|(kind, part, what)| Known { kind, part, what });
    prop::collection::vec(each, 0..12)
}

fn open() -> impl Strategy<Value = Open> {
    let band = prop::option::of(prop::sample::select(AgeBand::iter().collect::<Vec<_>>()));
    let sex = prop::sample::select(Sex::iter().collect::<Vec<_>>());
    let place = prop::option::of("[ab]");
    (0..4_usize, prop::option::of(2000..2005), band, sex, place).prop_map(
        |(name_parts, birth_year, age_band, sex, municipality)| Open {
            name_parts,
            birth_year,
            age_band,
            sex,
            municipality,
        },
    )
}

proptest! {
    #[test]
    fn it_does_not_matter_who_is_compared_with_whom(a in open(), b in open(), one in known(), other in known()) {
        let there = propose(&a, &b, &agreements(&one, &other), 0);
        let back = propose(&b, &a, &agreements(&other, &one), 0);
        prop_assert_eq!(there.map(|proposal| proposal.strength), back.map(|proposal| proposal.strength));
    }

    #[test]
    fn nobody_is_proposed_for_what_is_open_alone(a in open(), b in open()) {
        prop_assert_eq!(propose(&a, &b, &[], 0), None);
    }

    #[test]
    fn the_more_have_it_the_less_it_says(
        a in open(),
        b in open(),
        kind in prop::sample::select(vec![Kind::PersonalNumber, Kind::Telephone, Kind::BirthDate]),
        few in 2..1_000_usize,
        more in 0..1_000_usize,
    ) {
        let bits = |known_of| {
            let same = Agreement { one: (kind, 0), other: (kind, 0), known_of };
            propose(&a, &b, &[same], 2_000).map(|proposal| proposal.bits)
        };
        prop_assert!(bits(few + more) <= bits(few));
    }

    #[test]
    fn more_agreement_never_takes_a_proposal_away(
        a in open(),
        b in open(),
        one in known(),
        other in known(),
        what in kind(),
        part in 0..4_i16,
    ) {
        let before = propose(&a, &b, &agreements(&one, &other), 0);
        let shared = Known { kind: what, part, what: 9 };
        let (mut one, mut other) = (one, other);
        one.push(shared.clone());
        other.push(shared);
        let after = propose(&a, &b, &agreements(&one, &other), 0);
        let strength = |proposal: Option<Proposal>| proposal.map(|proposal| proposal.strength);
        prop_assert!(strength(after) >= strength(before));
    }
}
