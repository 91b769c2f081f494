//! Whatever is done to a chain of any rows is found, and nothing else is.

use super::{BEGINNING, Check, Finding, Row, Stands, digest, link};
use chrono::DateTime;
use entity::{audit_event, audit_link};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;
use uuid::Uuid;

type Event = audit_event::Model;
type Link = audit_link::Model;

prop_compose! {
    fn event()(
        keys: [u128; 3],
        microseconds in 0..4_000_000_000_000_000i64,
        others: [Option<u128>; 3],
        action in "[a-z._]{0,5}",
        object_type in "[a-z_]{0,5}",
        reason in proptest::option::of(".{0,8}"),
    ) -> Event {
        let [organisation_id, membership_id, object_id] = others.map(|key| key.map(Uuid::from_u128));
        Event {
            id: Uuid::from_u128(keys[0]),
            occurred_at: DateTime::from_timestamp_micros(microseconds).expect("an instant"),
            organisation_id,
            account_id: Some(Uuid::from_u128(keys[1])),
            membership_id,
            action,
            object_type,
            object_id,
            request_id: Uuid::from_u128(keys[2]),
            reason,
        }
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 3..12).prop_filter("keys are unique", |events| {
        events.iter().map(|event| event.id).collect::<BTreeSet<_>>().len() == events.len()
    })
}

fn chain(events: &[Event]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for event in events {
        let (position, previous) =
            links.last().map_or((0, BEGINNING.to_vec()), |link| (link.position, link.hash.clone()));
        links.push(link(position, &previous, event));
    }
    links
}

fn check(links: &[Link], events: &[Event]) -> Vec<Finding> {
    let mut check = Check::default();
    for link in links {
        let row = events.iter().find(|event| event.id == link.event_id);
        check.next(link, row.map_or(Stands::Nowhere, Stands::As));
    }
    let mut findings = check.finish();
    findings.sort();
    findings
}

fn changed(event: &Event, field: usize, by: u128) -> Event {
    let mut after = event.clone();
    let other = |key: Uuid| Uuid::from_u128(key.as_u128() ^ by);
    let toggled =
        |key: Option<Uuid>| Some(other(key.unwrap_or_default())).filter(|_| by.is_multiple_of(2) || key.is_none());
    match field {
        0 => after.occurred_at += chrono::TimeDelta::microseconds(1),
        1 => after.organisation_id = toggled(event.organisation_id),
        2 => after.account_id = toggled(event.account_id),
        3 => after.membership_id = toggled(event.membership_id),
        4 => after.action.push('x'),
        5 => after.object_type.insert(0, 'x'),
        6 => after.object_id = toggled(event.object_id),
        7 => after.request_id = other(event.request_id),
        8 => after.reason = Some(event.reason.clone().map_or_else(String::new, |reason| reason + " ")),
        // The same letters, in other columns.
        _ => {
            let letters = format!("x{}", after.object_type);
            (after.action, after.object_type) = (after.action.clone() + &letters, String::new());
        }
    }
    after
}

fn row(event: &Event) -> Row {
    Row(event.id)
}

fn at(index: usize) -> i64 {
    i64::try_from(index).expect("a small number") + 1
}

proptest! {
    #[test]
    fn what_nobody_touched_is_in_order(events in events()) {
        prop_assert_eq!(check(&chain(&events), &events), []);
    }

    #[test]
    fn any_change_of_a_row_is_named(events in events(), index: Index, field in 0usize..10, by in 1u128..) {
        let (links, index, mut events) = (chain(&events), index.index(events.len()), events);
        events[index] = changed(&events[index], field, by);
        prop_assert_eq!(check(&links, &events), [Finding::Changed { position: at(index), row: row(&events[index]) }]);
    }

    #[test]
    fn a_removed_row_is_named(events in events(), index: Index) {
        let (links, index, mut events) = (chain(&events), index.index(events.len()), events);
        let removed = events.remove(index);
        prop_assert_eq!(check(&links, &events), [Finding::Missing { position: at(index), row: row(&removed) }]);
    }

    #[test]
    fn rows_in_each_others_place_are_named(events in events(), one: Index, other: Index) {
        let (mut links, one, other) = (chain(&events), one.index(events.len()), other.index(events.len()));
        prop_assume!(one < other);
        (links[one].event_id, links[other].event_id) = (links[other].event_id, links[one].event_id);
        prop_assert_eq!(check(&links, &events), [
            Finding::RowMoved { position: at(one), row: row(&events[other]), belongs: at(other) },
            Finding::RowMoved { position: at(other), row: row(&events[one]), belongs: at(one) },
        ]);
    }

    #[test]
    fn links_in_each_others_place_are_named(events in events(), one: Index, other: Index) {
        let (mut links, one, other) = (chain(&events), one.index(events.len()), other.index(events.len()));
        prop_assume!(one < other);
        links.swap(one, other);
        (links[one].position, links[other].position) = (at(one), at(other));
        let moved = |to: usize, from: usize| {
            Finding::LinksMoved { first: at(to), last: at(to), row: row(&events[from]), belongs: at(from) }
        };
        prop_assert_eq!(check(&links, &events), [moved(one, other), moved(other, one)]);
    }

    #[test]
    fn removed_links_are_named(events in events(), index: Index, number in 1usize..3) {
        let (mut links, index) = (chain(&events), index.index(events.len() - 1));
        let last = (index + number).min(links.len() - 1);
        links.drain(index..last);
        prop_assert_eq!(check(&links, &events), [Finding::LinksMissing { first: at(index), last: at(last - 1) }]);
    }

    #[test]
    fn a_row_removed_with_its_link_is_found_where_it_was(events in events(), index: Index) {
        let (mut links, index, mut events) = (chain(&events), index.index(events.len() - 1), events);
        links.remove(index);
        events.remove(index);
        (0..links.len()).for_each(|index| links[index].position = at(index));
        prop_assert_eq!(check(&links, &events), [Finding::LinkBroken { position: at(index), row: row(&events[index]) }]);
    }

    #[test]
    fn a_changed_link_is_named(events in events(), index: Index, byte in 0usize..32, by in 1u8.., of_the_hash: bool) {
        let (mut links, index) = (chain(&events), index.index(events.len()));
        let link = &mut links[index];
        (if of_the_hash { &mut link.hash } else { &mut link.digest })[byte] ^= by;
        prop_assert_eq!(check(&links, &events), [Finding::LinkBroken { position: at(index), row: row(&events[index]) }]);
    }

    #[test]
    fn a_row_put_in_is_found(events in events(), index: Index, new in event()) {
        let (mut links, index, mut events) = (chain(&events), index.index(events.len()), events);
        let previous = if index == 0 { BEGINNING.to_vec() } else { links[index - 1].hash.clone() };
        links.insert(index, link(at(index) - 1, &previous, &new));
        events.insert(index, new);
        (0..links.len()).for_each(|index| links[index].position = at(index));
        let next = &events[index + 1];
        prop_assert_eq!(check(&links, &events), [Finding::LinkBroken { position: at(index + 1), row: row(next) }]);
    }

    #[test]
    fn any_mess_is_found_and_never_a_panic(events in events(), to in prop::collection::vec(any::<Index>(), 1..6)) {
        let (good, mut links) = (chain(&events), chain(&events));
        for one in &to {
            let (from, position) = (one.index(links.len()), links[one.index(links.len())].position);
            let taken = links.remove(from);
            links.insert(to[0].index(links.len() + 1), Link { position, ..taken });
        }
        links.sort_by_key(|link| link.position);
        let same = links == good;
        prop_assert_eq!(check(&links, &events).is_empty(), same);
    }
}

/// The encoding is a promise: what was linked with it must verify for ever.
#[test]
fn the_encoding_stays() {
    let event = Event {
        id: Uuid::from_u128(1),
        occurred_at: DateTime::UNIX_EPOCH,
        organisation_id: None,
        account_id: Some(Uuid::from_u128(2)),
        membership_id: None,
        action: "report.read".to_owned(),
        object_type: "report".to_owned(),
        object_id: Some(Uuid::from_u128(3)),
        request_id: Uuid::from_u128(4),
        reason: Some("разлог".to_owned()),
    };
    let first = link(0, &BEGINNING, &event);
    assert_eq!(hex::encode(digest(&event)), "8050d5233498a0ce946eed6555c1fddc50e65d29fa1314899cfdd039512ccd65");
    assert_eq!(hex::encode(first.hash), "44b763ea7e70178b599e8c1d74eec5868a05709c7741bb419298d2b324576934");
}
