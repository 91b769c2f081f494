//! Organisations, and who acts for them.

use super::data::{Group, NAMES, NETWORK, Organisation};
use super::random::Random;
use super::rows::Rows;
use crate::access::{Role, Roles};
use crate::demo::issuer::{Person, Software};
use chrono::{DateTime, TimeDelta, Utc};
use entity::organisation::Kind;
use entity::{account, membership, organisation};
use std::collections::HashMap;

/// Secret of every software client of the demonstration; it protects nothing.
const CLIENT_SECRET: &str = "demonstration-only";

/// Everybody who can sign in, in the order of their organisations; a person in two of them is there twice.
pub fn people() -> Vec<Person> {
    let people = members().into_iter().filter_map(|member| {
        let roles = if member.ended { "no membership any more".to_owned() } else { in_words(member.roles) };
        let roles = format!("{}, {roles}", member.function);
        let (email, organisation) = (member.email?, member.organisation);
        Some(Person { subject: email.clone(), email, name: member.name, organisation, roles })
    });
    people.collect()
}

fn in_words(roles: Roles) -> String {
    let names: Vec<String> = roles.iter().map(|role| role.as_str().replace('_', " ")).collect();
    names.join(", ")
}

/// The software clients, each bound to one organisation.
pub fn software() -> Vec<Software> {
    let software = members().into_iter().filter_map(|member| member.client_id);
    software.map(|client_id| Software { client_id, client_secret: CLIENT_SECRET.to_owned() }).collect()
}

/// One membership to be.
struct Member {
    slug: String,
    organisation: String,
    email: Option<String>,
    client_id: Option<String>,
    name: String,
    function: String,
    roles: Roles,
    ended: bool,
}

/// The part of an e-mail address and of a test's words that says which organisation: `school-01`.
fn slug(group: &Group, position: usize) -> String {
    if group.kind == Kind::Centre { group.slug.clone() } else { format!("{}-{:02}", group.slug, position + 1) }
}

/// Every membership, in the order of the organisations; those that not every organisation has come last.
fn members() -> Vec<Member> {
    let mut names = NameDrawer { random: Random::seeded(b"names of the demonstration, 2018"), given: HashMap::new() };
    let mut organisations = HashMap::new();
    let mut members = Vec::new();
    for group in &NETWORK.group {
        for (position, organisation) in group.organisation.iter().enumerate() {
            let slug = slug(group, position);
            members.extend(members_of(group, organisation, &slug, &mut names));
            organisations.insert(slug, organisation.name.clone());
        }
    }
    members.extend(NETWORK.member.iter().map(|one| Member {
        slug: one.organisation.clone(),
        organisation: organisations[&one.organisation].clone(),
        name: names.of(&one.email),
        email: Some(one.email.clone()),
        client_id: None,
        function: one.function.clone(),
        roles: one.roles,
        ended: one.ended,
    }));
    members
}

/// The members that every organisation of a group has, and its own software.
fn members_of(group: &Group, organisation: &Organisation, slug: &str, names: &mut NameDrawer) -> Vec<Member> {
    let member = |name: String, function: &str, roles: Roles| Member {
        slug: slug.to_owned(),
        organisation: organisation.name.clone(),
        email: None,
        client_id: None,
        name,
        function: function.to_owned(),
        roles,
        ended: false,
    };
    let people = group.member.iter().map(|one| {
        let email = format!("{}@{slug}.example", one.user);
        Member { email: Some(email.clone()), ..member(names.of(&email), &one.function, one.roles) }
    });
    let software = organisation.client.iter().map(|client| {
        let roles = [Role::Reporter].into_iter().collect();
        Member { client_id: Some(client.id.clone()), ..member(client.name.clone(), "програм", roles) }
    });
    people.chain(software).collect()
}

/// Gives every address a name, and the same address the same one.
struct NameDrawer {
    random: Random,
    given: HashMap<String, String>,
}

impl NameDrawer {
    fn of(&mut self, email: &str) -> String {
        let draw = || {
            let first = if self.random.chance(65) { &NAMES.female } else { &NAMES.male };
            format!("{} {}", self.random.pick(first), self.random.pick(&NAMES.family))
        };
        self.given.entry(email.to_owned()).or_insert_with(draw).clone()
    }
}

/// An organisation with its members, as the reports need them.
pub(super) struct Seat {
    pub(super) organisation: organisation::Model,
    /// How many reports it made in 2018.
    pub(super) reports: usize,
    /// Its active members.
    pub(super) members: Vec<membership::Model>,
}

impl Seat {
    /// Those who have a role here.
    pub(super) fn with_role(&self, role: Role) -> Vec<&membership::Model> {
        self.members.iter().filter(|member| Roles::parse(&member.roles).has(role)).collect()
    }
}

/// Adds organisations, accounts and memberships to the rows, and says who sits where. The Centre is the first.
pub(super) fn seats(random: &mut Random, issuer: &str, rows: &mut Rows) -> Vec<Seat> {
    let mut seats = organisations(random);
    let slugs: Vec<String> = NETWORK.group.iter().flat_map(slugs).collect();
    let mut accounts = HashMap::new();
    for (order, member) in members().into_iter().enumerate() {
        let seat = slugs.iter().position(|slug| *slug == member.slug).expect("every member has an organisation");
        let invited = founded() + TimeDelta::days(30) + TimeDelta::minutes(20 * order as i64);
        let account_id = member.email.clone().map(|email| {
            *accounts.entry(email.clone()).or_insert_with(|| {
                let row = account(random, issuer, email, invited);
                rows.accounts.push(row.clone());
                row.id
            })
        });
        let row = membership::Model {
            id: random.key(invited),
            organisation_id: seats[seat].organisation.id,
            account_id,
            email: member.email,
            client_id: member.client_id,
            name: member.name,
            function: member.function,
            roles: member.roles.to_string(),
            revision: if member.ended { 2 } else { 1 },
            created_at: invited,
            ended_at: member.ended.then(|| invited + TimeDelta::days(190)),
        };
        if !member.ended {
            seats[seat].members.push(row.clone());
        }
        rows.memberships.push(row);
    }
    rows.organisations = seats.iter().map(|seat| seat.organisation.clone()).collect();
    seats
}

fn slugs(group: &Group) -> impl Iterator<Item = String> {
    (0..group.organisation.len()).map(|position| slug(group, position))
}

fn account(random: &mut Random, issuer: &str, email: String, invited: DateTime<Utc>) -> account::Model {
    let created_at = invited + TimeDelta::days(1);
    let (id, issuer) = (random.key(created_at), issuer.to_owned());
    account::Model { id, issuer, subject: email.clone(), email: Some(email), created_at }
}

fn organisations(random: &mut Random) -> Vec<Seat> {
    let entries = NETWORK.group.iter().flat_map(|group| group.organisation.iter().map(|entry| (group.kind, entry)));
    let seat = |(order, (kind, entry)): (usize, (Kind, &Organisation))| {
        let created_at = founded() + TimeDelta::hours(order as i64);
        let organisation = organisation::Model {
            id: random.key(created_at),
            name: entry.name.clone(),
            kind,
            municipality_code: entry.municipality.clone(),
            suspended_at: entry.suspended.then(|| created_at + TimeDelta::days(300)),
            created_at,
        };
        Seat { organisation, reports: entry.reports, members: Vec::new() }
    };
    entries.enumerate().map(seat).collect()
}

/// When the network began: in the autumn before its first reports.
fn founded() -> DateTime<Utc> {
    DateTime::from_timestamp(1_509_955_200, 0).unwrap_or_default()
}
