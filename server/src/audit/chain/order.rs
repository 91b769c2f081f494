//! Links out of order. The chain is taken as segments within which every link follows from the one before it; which
//! segment follows from which tells where each belongs, wherever it stands.

use super::{Finding, Hash, Row, follow};
use entity::audit_link;

/// Links that follow from each other.
pub(super) struct Segment {
    first: i64,
    last: i64,
    row: Row,
    digest: Vec<u8>,
    begins_with: Vec<u8>,
    ends_with: Vec<u8>,
    /// The hash that its first link would have, did it belong where it stands.
    expected: Hash,
    behind_a_gap: bool,
}

impl Segment {
    /// One that begins with this link, which does not follow from what stands before it.
    pub(super) fn at(link: &audit_link::Model, behind_a_gap: bool, expected: Hash) -> Self {
        Self {
            first: link.position,
            last: link.position,
            row: Row(link.event_id),
            digest: link.digest.clone(),
            begins_with: link.hash.clone(),
            ends_with: link.hash.clone(),
            expected,
            behind_a_gap,
        }
    }

    /// Whether its first link follows from the last one of another; from what that should be, where it is one link whose
    /// hash was changed.
    fn follows(&self, other: &Self) -> bool {
        let from = |hash: &[u8]| follow(hash, &self.digest)[..] == self.begins_with;
        from(&other.ends_with) || (other.first == other.last && from(&other.expected))
    }
}

/// The segments, in the order in which they stand.
pub(super) struct Orders(Vec<Segment>);

impl Orders {
    /// The beginning, a segment without links.
    pub(super) fn new(beginning: Hash) -> Self {
        let nothing = audit_link::Model {
            position: 0,
            event_id: uuid::Uuid::nil(),
            digest: Vec::new(),
            hash: beginning.to_vec(),
        };
        Self(vec![Segment::at(&nothing, false, beginning)])
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn begin(&mut self, segment: Segment) {
        self.0.push(segment);
    }

    pub(super) fn extend(&mut self, position: i64, hash: &[u8]) {
        if let Some(segment) = self.0.last_mut() {
            segment.last = position;
            hash.clone_into(&mut segment.ends_with);
        }
    }

    /// Which segment each follows from; nothing where that is not there.
    fn origins(&self) -> Vec<Option<usize>> {
        let origin = |(index, segment): (usize, &Segment)| {
            let others = self.0.iter().enumerate().filter(|(other, _)| *other != index);
            others.filter(|(_, other)| segment.follows(other)).map(|(other, _)| other).next()
        };
        self.0.iter().enumerate().map(|one| if one.0 == 0 { None } else { origin(one) }).collect()
    }

    /// What was moved, and what follows from nothing, or from what another follows from already.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let origins = self.origins();
        let mut findings = Vec::new();
        let mut placed = vec![false; self.0.len()];
        for root in (0..self.0.len()).filter(|index| origins[*index].is_none()) {
            placed[root] = self.0[root].behind_a_gap || root == 0;
            let (mut place, mut index) = (self.0[root].last + 1, root);
            while let Some(next) = origins.iter().position(|origin| *origin == Some(index)) {
                let Segment { first, last, row, .. } = self.0[next];
                if first != place {
                    findings.push(Finding::LinksMoved { first, last, row, belongs: place });
                }
                placed[next] = true;
                place += last - first + 1;
                index = next;
            }
        }
        let broken = self.0.iter().zip(placed).filter(|(_, placed)| !placed).map(|(segment, _)| segment);
        findings.extend(broken.map(|segment| Finding::LinkBroken { position: segment.first, row: segment.row }));
        findings
    }
}
