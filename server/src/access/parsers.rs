//! What of this module reads bytes that others wrote, for the fuzzer.

use super::page::decode;
use super::sealing::{open_any, read_master_key};
use super::{Order, PageArguments};
use crate::access::page::Reading;
use entity::account::{Column, Entity};

/// Reads a cursor, alone and among the arguments of a page.
pub(crate) fn cursor(text: &str) {
    let order = [
        Order::<Entity>::descending(Column::CreatedAt),
        Order::ascending(Column::Subject),
        Order::ascending(Column::Id),
    ];
    let read = decode(&order, text);
    let arguments = PageArguments { after: Some(text.to_owned()), ..PageArguments::default() };
    assert_eq!(Reading::new(&order, &arguments).is_ok(), read.is_ok());
    assert!(read.is_err() || text.len() < 100_000);
}

/// Opens what might be sealed: without the key nothing is.
pub(crate) fn sealed(bytes: &[u8]) {
    assert!(!open_any(bytes), "something opened that nobody sealed");
}

/// Reads a line of a master key's file.
pub(crate) fn master_key(line: &str) {
    if let Some(name) = read_master_key(line) {
        assert!(line.starts_with(&name) && !name.contains(' '));
    }
}
