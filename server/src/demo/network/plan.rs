//! What 2018 comes to: which organisation reports how many persons, when, and what becomes of it. The figures that were
//! published stand in `year_2018.toml`; chance only spreads them.

use super::data::YEAR;
use super::members::Seat;
use super::random::Random;
use crate::code_lists::ExploitationForm;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Belgrade;
use entity::answer::Answer;
use entity::case::Identification;
use entity::organisation::Kind;
use entity::person::Sex;
use entity::report::State;

/// One report to be.
pub(super) struct Planned {
    /// When its draft was begun.
    pub(super) begun: DateTime<Utc>,
    /// Position of the organisation that reports.
    pub(super) seat: usize,
    /// Where it stands at the end of the year.
    pub(super) state: State,
    /// Position of the earlier report it was joined to.
    pub(super) joined_to: Option<usize>,
    /// Whether it was closed once and reopened.
    pub(super) reopened: bool,
    pub(super) persons: Vec<Profile>,
}

/// What is decided in advance about one person.
#[derive(Clone)]
pub(super) struct Profile {
    pub(super) sex: Sex,
    pub(super) child: Answer,
    pub(super) citizenship: String,
    pub(super) forms: Vec<ExploitationForm>,
    /// What the Centre decides; nothing where the person gets no case.
    pub(super) identification: Option<Identification>,
}

/// The reports of the year, in the order of their time.
pub(super) fn year(random: &mut Random, seats: &[Seat]) -> Vec<Planned> {
    let mut organisations = repeated(seats.iter().map(|seat| seat.reports).enumerate());
    let mut sizes = repeated(YEAR.persons_per_report.iter().copied().enumerate());
    random.shuffle(&mut organisations);
    random.shuffle(&mut sizes);
    let states = states(random);
    let kind = |seat: usize| seats[seat].organisation.kind;
    // The Centre does not ask itself for what is missing in its own notes.
    for late in (1..states.len()).filter(|late| states[*late] == State::MoreInformationNeeded) {
        if kind(organisations[late]) == Kind::Centre {
            let other = (0..late).find(|early| kind(organisations[*early]) != Kind::Centre).unwrap_or(late);
            organisations.swap(late, other);
        }
    }
    let mut reports = Vec::with_capacity(organisations.len());
    for (position, begun) in instants(random, organisations.len()).into_iter().enumerate() {
        let (seat, state) = (organisations[position], states[position]);
        let persons = (0..=sizes[position]).map(|_| anyone(random, kind(seat))).collect();
        reports.push(Planned { begun, seat, state, joined_to: None, reopened: false, persons });
    }
    let oldest_open = reports.len() - YEAR.latest.len();
    reports[oldest_open].reopened = true;
    decide(random, &mut reports, kind);
    join(&mut reports);
    reports
}

/// Each position as often as its number says.
fn repeated(numbers: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    numbers.flat_map(|(position, times)| std::iter::repeat_n(position, times)).collect()
}

/// Where each report stands. The first ones are accepted, so that a later one has something to be joined to.
fn states(random: &mut Random) -> Vec<State> {
    let (before, first) = (&YEAR.before, 5);
    let kinds = [State::Accepted, State::Closed, State::PassedOn, State::Joined];
    let numbers = [before.accepted - first, before.closed, before.passed_on, before.joined];
    let mut middle: Vec<State> =
        repeated(numbers.into_iter().enumerate()).into_iter().map(|kind| kinds[kind]).collect();
    random.shuffle(&mut middle);
    std::iter::repeat_n(State::Accepted, first).chain(middle).chain(YEAR.latest.iter().copied()).collect()
}

/// When the drafts were begun: mornings and afternoons of working days, and some weekends. No two share a half day, so
/// that reports are submitted in the order in which they were begun.
fn instants(random: &mut Random, number: usize) -> Vec<DateTime<Utc>> {
    let mut halves = Vec::new();
    let first = NaiveDate::from_ymd_opt(2018, 1, 1).unwrap_or_default();
    for day in first.iter_days().take_while(|day| day.year() == 2018) {
        halves.push((day, 8));
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            halves.push((day, 14));
        }
    }
    random.shuffle(&mut halves);
    halves.truncate(number);
    halves.sort_unstable();
    halves.into_iter().map(|(day, hour)| local(day, hour * 60 + random.within(0..=200), random)).collect()
}

/// An instant of this day in Serbia, so many minutes after midnight. Only daytime is asked for, when clocks do not change.
fn local(day: NaiveDate, minutes: u32, random: &mut Random) -> DateTime<Utc> {
    let time = day.and_time(NaiveTime::MIN) + TimeDelta::seconds(i64::from(minutes * 60 + random.within(0..=59)));
    Belgrade.from_local_datetime(&time).earliest().map(|time| time.to_utc()).unwrap_or_default()
}

/// A working hour, so many days after an instant or on the next working day.
pub(super) fn working_hour(after: DateTime<Utc>, days: u32, random: &mut Random) -> DateTime<Utc> {
    let mut day = after.with_timezone(&Belgrade).date_naive() + Days::new(days.into());
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day + Days::new(1);
    }
    local(day, random.within(8 * 60..=16 * 60), random)
}

/// A person as organisations of this kind meet them.
fn anyone(random: &mut Random, kind: Kind) -> Profile {
    use ExploitationForm::{
        ForcedBegging, ForcedCriminality, ForcedLabour, ForcedMarriage, Servitude, SexualExploitation,
    };
    let (children, unsure) = match kind {
        Kind::School | Kind::ChildrensHome => (90, 100),
        Kind::LabourInspectorate | Kind::EmploymentService => (0, 0),
        _ => (35, 45),
    };
    let age = random.below(100);
    let child = if age < children { Answer::Yes } else { [Answer::No, Answer::Unsure][usize::from(age < unsure)] };
    let sex = if random.chance(70) { Sex::Female } else { Sex::Male };
    let forms: &[ExploitationForm] = match (kind, child, sex) {
        (Kind::LabourInspectorate | Kind::EmploymentService, ..) => &[ForcedLabour],
        (_, Answer::No, Sex::Female) => &[SexualExploitation, SexualExploitation, ForcedLabour, Servitude],
        (_, Answer::No, _) => &[ForcedLabour, ForcedLabour, ForcedLabour, ForcedCriminality],
        (_, _, Sex::Female) => &[SexualExploitation, ForcedBegging, ForcedMarriage],
        _ => &[ForcedBegging, ForcedCriminality, ForcedLabour],
    };
    let forms = vec![*random.pick(forms)];
    let home = if kind == Kind::ReceptionCentre { 5 } else { 88 };
    let citizenship = if random.chance(home) { "RS" } else { *random.pick(&["AF", "SY", "PK", "RO", "BG", "BA", ""]) };
    Profile { sex, child, citizenship: citizenship.to_owned(), forms, identification: None }
}

/// What the Centre decides about the persons of accepted reports: the last ones wait, as many are identified as the year
/// says, and the others are not.
fn decide(random: &mut Random, reports: &mut [Planned], kind: impl Fn(usize) -> Kind) {
    let accepted: Vec<usize> = (0..reports.len()).filter(|at| reports[*at].state == State::Accepted).collect();
    let (decided, waiting) = accepted.split_at(accepted.len() - YEAR.undecided);
    for (positions, outcome) in [(decided, Identification::NotIdentified), (waiting, Identification::Pending)] {
        for position in positions {
            reports[*position].persons.iter_mut().for_each(|person| person.identification = Some(outcome));
        }
    }
    let mut order = decided.to_vec();
    random.shuffle(&mut order);
    let mut found = Vec::new();
    let total: usize = YEAR.identified.iter().map(|row| row.persons).sum();
    for position in order {
        found.extend((0..reports[position].persons.len()).map(|person| (position, person)));
    }
    found.truncate(total);
    found.sort_by_key(|(position, person)| (meets_adults(kind(reports[*position].seat)), *position, *person));
    let profiles = YEAR.identified.iter().flat_map(|row| std::iter::repeat_n(row, row.persons));
    for ((position, person), row) in found.into_iter().zip(profiles) {
        reports[position].persons[person] = Profile {
            sex: row.sex,
            child: row.child,
            citizenship: row.citizenship.clone(),
            forms: row.forms.clone(),
            identification: Some(Identification::Identified),
        };
    }
}

/// The later in the list of identified persons, the more it is a list of adults who work: who reports whom.
fn meets_adults(kind: Kind) -> u8 {
    match kind {
        Kind::School | Kind::ChildrensHome => 0,
        Kind::CentreForSocialWork | Kind::HealthService => 1,
        Kind::LabourInspectorate | Kind::EmploymentService => 3,
        _ => 2,
    }
}

/// Joins each report that is to be joined to the accepted one before it: the same persons, seen by somebody else.
fn join(reports: &mut [Planned]) {
    for position in 0..reports.len() {
        if reports[position].state != State::Joined {
            continue;
        }
        let earlier = reports[..position].iter().rposition(|report| report.state == State::Accepted);
        let Some(earlier) = earlier else { continue };
        let known: Vec<Profile> = reports[earlier].persons.clone();
        let report = &mut reports[position];
        report.joined_to = Some(earlier);
        for (person, same) in report.persons.iter_mut().zip(known.iter().cycle()) {
            *person = Profile { identification: None, ..same.clone() };
        }
    }
}
