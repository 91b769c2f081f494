//! Following the chain, link by link, in memory that does not grow with it.

use super::order::{Orders, Segment};
use super::{BEGINNING, Finding, Hash, Row, digest, follow};
use entity::{audit_event, audit_link};
use std::collections::HashMap;

/// What is broken is compared with what else is broken, to tell moved from changed. Behind so many it no longer is.
const COMPARED: usize = 500;

/// Follows the chain and remembers what is wrong with it.
pub struct Check {
    end: i64,
    /// Whether the link before was one that could not be read, so that nothing is known to follow from it.
    torn: bool,
    previous: Vec<u8>,
    findings: Vec<Finding>,
    suspects: Vec<Suspect>,
    orders: Orders,
}

/// Where the row of a link stands.
#[derive(Clone, Copy, Debug)]
pub enum Stands<'a> {
    /// In its table, like this.
    As(&'a audit_event::Model),
    /// In its table, with something in it that is no value of its column.
    Unreadable,
    /// Nowhere.
    Nowhere,
}

/// A row that is not what its link holds: changed, or in the place of another.
struct Suspect {
    position: i64,
    row: Row,
    is: Hash,
    linked: Vec<u8>,
}

impl Default for Check {
    fn default() -> Self {
        let orders = Orders::new(BEGINNING);
        Self { end: 0, torn: false, previous: BEGINNING.to_vec(), findings: Vec::new(), suspects: Vec::new(), orders }
    }
}

impl Check {
    /// Looks at the next link, in the order of positions, and at its row.
    pub fn next(&mut self, link: &audit_link::Model, stands: Stands<'_>) {
        let (position, row) = (link.position, Row(link.event_id));
        let missing = self.note_missing(position);
        let gap = std::mem::take(&mut self.torn) || missing;
        let is = self.look_at_row(link, stands);
        let follows = follow(&self.previous, &link.digest);
        if follows[..] == link.hash {
            self.orders.extend(position, &link.hash);
        } else if is.is_some_and(|is| follow(&self.previous, &is)[..] == link.hash) {
            // The row is as it was: it is the link's digest that is not.
            self.suspects.retain(|suspect| suspect.position != position);
            self.findings.push(Finding::LinkBroken { position, row });
            self.orders.extend(position, &link.hash);
        } else if self.orders.len() < COMPARED {
            self.orders.begin(Segment::at(link, gap, follows));
        } else {
            self.findings.push(Finding::LinkBroken { position, row });
        }
        self.end = position;
        self.previous.clone_from(&link.hash);
    }

    /// Looks at the next link, which holds what no column can.
    pub fn next_unreadable(&mut self, position: i64) {
        self.note_missing(position);
        self.findings.push(Finding::Unreadable { position, what: "link" });
        self.torn = true;
        self.end = position;
    }

    /// Whether links are missing before this one.
    fn note_missing(&mut self, position: i64) -> bool {
        let gap = position > self.end + 1;
        if gap {
            self.findings.push(Finding::LinksMissing { first: self.end + 1, last: position - 1 });
        }
        gap
    }

    /// Holds a row against its link, and answers its digest.
    fn look_at_row(&mut self, link: &audit_link::Model, stands: Stands<'_>) -> Option<Hash> {
        let (position, row) = (link.position, Row(link.event_id));
        let is = match stands {
            Stands::Nowhere => {
                self.findings.push(Finding::Missing { position, row });
                return None;
            }
            Stands::Unreadable => {
                self.findings.push(Finding::Changed { position, row });
                return None;
            }
            Stands::As(event) => digest(event),
        };
        if is[..] != link.digest && self.suspects.len() < COMPARED {
            self.suspects.push(Suspect { position, row, is, linked: link.digest.clone() });
        } else if is[..] != link.digest {
            self.findings.push(Finding::Changed { position, row });
        }
        Some(is)
    }

    /// Position of the newest link.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// Takes what is certain by now: what does not depend on what follows.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// What is wrong, once every link was looked at: what was not taken yet, and what was moved.
    pub fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let places: HashMap<&[u8], i64> = self.suspects.iter().map(|one| (&*one.linked, one.position)).collect();
        findings.extend(self.suspects.iter().map(|one| match places.get(&one.is[..]) {
            Some(&belongs) => Finding::RowMoved { position: one.position, row: one.row, belongs },
            None => Finding::Changed { position: one.position, row: one.row },
        }));
        findings.extend(self.orders.findings());
        findings.sort_by_key(Finding::position);
        findings
    }
}
