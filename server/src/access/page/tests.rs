use super::*;
use chrono::DateTime;
use entity::account::{Column, Entity, Model};
use proptest::prelude::*;
use uuid::Uuid;

fn order() -> [Order<Entity>; 3] {
    [Order::descending(Column::CreatedAt), Order::ascending(Column::Subject), Order::ascending(Column::Id)]
}

proptest! {
    #[test]
    fn a_cursor_leads_back_to_its_row(id: u128, subject in "[^\0]*", micros in 0_i64..=4_102_444_800_000_000) {
        let created_at = DateTime::from_timestamp_micros(micros).unwrap();
        let (id, issuer) = (Uuid::from_u128(id), "https://login.example.rs".to_owned());
        let row = Model { id, issuer, subject: subject.clone(), email: None, created_at };
        let values = decode(&order(), &encode(&order(), &row)).unwrap();
        prop_assert_eq!(values, vec![created_at.into(), subject.into(), id.into()]);
    }

    #[test]
    fn any_text_is_a_cursor_or_not_and_never_a_panic(text: String, json in "[\\[\\]\"\\\\{}:,0-9a-zTZ.+-]{0,80}") {
        let _ = decode(&order(), &text);
        let _ = decode(&order(), &URL_SAFE_NO_PAD.encode(&text));
        let _ = decode(&order(), &URL_SAFE_NO_PAD.encode(json));
    }
}

fn rows(number: u128) -> Vec<Model> {
    let row = |id| {
        let created_at = DateTime::UNIX_EPOCH;
        Model { id: Uuid::from_u128(id), issuer: String::new(), subject: String::new(), email: None, created_at }
    };
    (0..number).map(row).collect()
}

/// One page of so many rows by both ways, whose cursors are made of the places of rows: the places of its rows, and whether
/// there is more before and behind them.
fn page(first: Option<i32>, after: Option<u32>, last: Option<i32>, before: Option<u32>) -> (Vec<u32>, bool, bool) {
    let (order, all) = ([Order::ascending(Column::Id)], rows(5));
    let of_part = |place: u32| encode(&order, &all[place as usize]);
    let arguments = PageArguments { first, after: after.map(of_part), last, before: before.map(of_part) };
    let parts = Page::of_parts(all.clone(), &order, &arguments).expect("a page");
    let places = parts.rows.iter().map(|(_, row)| row.id.as_u128() as u32).collect();
    let page = (places, parts.has_previous, parts.has_next);
    assert!(parts.rows.iter().all(|(cursor, row)| *cursor == encode(&order, row)));

    let of_count = |place: u32| URL_SAFE_NO_PAD.encode(place.to_string());
    let arguments = PageArguments { after: after.map(of_count), before: before.map(of_count), ..arguments };
    let counted = Page::of_counted((0..5).map(|place: u32| (place, place)).collect(), &arguments).expect("a page");
    assert!(counted.rows.iter().all(|(cursor, place)| *cursor == of_count(*place)));
    let places: Vec<u32> = counted.rows.iter().map(|(_, place)| *place).collect();
    assert_eq!((places, counted.has_previous, counted.has_next), page, "both ways make the same page");
    page
}

#[test]
fn a_page_of_what_was_read_whole_says_what_is_around_it() {
    for (arguments, places, has_previous, has_next) in [
        ((None, None, None, None), vec![0, 1, 2, 3, 4], false, false),
        ((Some(2), None, None, None), vec![0, 1], false, true),
        ((Some(5), None, None, None), vec![0, 1, 2, 3, 4], false, false),
        ((Some(0), None, None, None), vec![], false, true),
        ((Some(2), Some(1), None, None), vec![2, 3], true, true),
        ((Some(2), Some(2), None, None), vec![3, 4], true, false),
        ((None, Some(4), None, None), vec![], true, false),
        ((Some(9), Some(0), None, Some(3)), vec![1, 2], true, true),
        ((None, Some(3), None, Some(1)), vec![], true, true),
        ((None, None, Some(2), None), vec![3, 4], true, false),
        ((None, None, Some(5), None), vec![0, 1, 2, 3, 4], false, false),
        ((None, None, Some(2), Some(3)), vec![1, 2], true, true),
        ((None, None, Some(2), Some(2)), vec![0, 1], false, true),
        ((None, Some(3), Some(2), None), vec![4], true, false),
    ] {
        let (first, after, last, before) = arguments;
        assert_eq!(page(first, after, last, before), (places, has_previous, has_next), "{arguments:?}");
    }
}

#[test]
fn counted_rows_may_be_gone_that_a_cursor_names_and_parts_not() {
    let counted = |after, before| {
        let cursor = |key: u32| URL_SAFE_NO_PAD.encode(key.to_string());
        let arguments =
            PageArguments { after: Some(cursor(after)), before: Some(cursor(before)), ..Default::default() };
        let page = Page::of_counted([0, 2, 4, 6].map(|key: u32| (key, key)).into(), &arguments).expect("a page");
        page.rows.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
    };
    assert_eq!(counted(1, 5), [2, 4]);
    let order = [Order::ascending(Column::Id)];
    let arguments = PageArguments { after: Some(encode(&order, &rows(9)[8])), ..Default::default() };
    assert!(matches!(Page::of_parts(rows(5), &order, &arguments), Err(Error::Cursor)));
}

#[test]
fn a_page_has_up_to_100_rows_from_one_end() {
    let size = |first, last| size(&PageArguments { first, last, ..Default::default() }).ok();
    assert_eq!(size(None, None), Some((20, false)));
    assert_eq!(size(Some(100), None), Some((100, false)));
    assert_eq!(size(None, Some(0)), Some((0, true)));
    for (first, last) in [(Some(101), None), (None, Some(101)), (Some(-1), None), (Some(1), Some(1))] {
        assert_eq!(size(first, last), None, "{first:?} {last:?}");
    }
}

#[test]
fn every_kind_of_sort_key_is_read_back() {
    let day = chrono::NaiveDate::from_ymd_opt(2018, 1, 15).expect("a day");
    let number = |number: i64| serde_json::Value::from(number);
    assert_eq!(from_json(&ColumnType::Date, &"2018-01-15".into()), Some(day.into()));
    assert_eq!(from_json(&ColumnType::Date, &"0000-01-15".into()), None);
    assert_eq!(from_json(&ColumnType::SmallInteger, &number(7)), Some(7_i16.into()));
    assert_eq!(from_json(&ColumnType::SmallInteger, &number(70_000)), None);
    assert_eq!(from_json(&ColumnType::Integer, &number(70_000)), Some(70_000_i32.into()));
    assert_eq!(from_json(&ColumnType::Uuid, &"no key".into()), None);
    assert_eq!(from_json(&ColumnType::Text, &"a text".into()), Some("a text".into()));
    assert_eq!(from_json(&ColumnType::Text, &"a\0text".into()), None);
}

#[test]
fn the_last_rows_are_the_first_from_the_other_end() {
    let arguments = PageArguments { last: Some(2), ..Default::default() };
    let reading = Reading::new(&order(), &arguments).expect("arguments");
    let falls: Vec<bool> = reading.order.iter().map(|key| key.descending).collect();
    assert_eq!((falls, reading.limit), (vec![false, true, true], 2));
    let mut from_the_other_end = rows(5);
    from_the_other_end.reverse();
    for (read, has_previous) in [(3, true), (2, false)] {
        let page = reading.page(from_the_other_end[..read].to_vec(), |row| row);
        let ids: Vec<u128> = page.rows.iter().map(|(_, row)| row.id.as_u128()).collect();
        assert_eq!((ids, page.has_previous, page.has_next), (vec![3, 4], has_previous, false));
    }
}
