//! What verifying can find, in words for whoever reads it.

use crate::ids::{self, ObjectType};
use chrono::{DateTime, Utc};
use std::fmt::{Display, Formatter, Result};
use uuid::Uuid;

/// A row of the audit trail, as the API and as the database name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub Uuid);

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "row {} ({})", ids::encode(ObjectType::AuditEvent, self.0), self.0)
    }
}

/// Something that is not as it was when it was linked or signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields are named in the sentences below")]
pub enum Finding {
    /// A row is not what was linked.
    Changed { position: i64, row: Row },
    /// A row was linked, and is gone.
    Missing { position: i64, row: Row },
    /// A row stands in the chain where another was linked.
    RowMoved { position: i64, row: Row, belongs: i64 },
    /// Links stand where others belong.
    LinksMoved { first: i64, last: i64, row: Row, belongs: i64 },
    /// Links are gone.
    LinksMissing { first: i64, last: i64 },
    /// A link, or a checkpoint of the database, holds what no column can.
    Unreadable { position: i64, what: &'static str },
    /// A link does not follow from the one before it.
    LinkBroken { position: i64, row: Row },
    /// A row was never linked, or its link is gone.
    Unlinked { row: Row, since: DateTime<Utc> },
    /// A checkpoint whose signature is not that of its key.
    BadSignature { position: i64, place: String },
    /// A checkpoint signed by a key that nobody vouched for.
    UnknownKey { position: i64, place: String, key: String },
    /// A checkpoint that the chain does not lead through.
    OtherChain { position: i64, place: String, after: i64 },
    /// A checkpoint beyond the end of the chain.
    CutOff { position: i64, place: String, end: i64 },
    /// A checkpoint that was exported, and is not in the database.
    CheckpointMissing { position: i64, place: String },
}

impl Finding {
    /// Position in the chain; nothing for a row that has none.
    pub fn position(&self) -> Option<i64> {
        match self {
            Self::Changed { position, .. }
            | Self::Missing { position, .. }
            | Self::RowMoved { position, .. }
            | Self::LinksMoved { first: position, .. }
            | Self::LinksMissing { first: position, .. }
            | Self::LinkBroken { position, .. }
            | Self::Unreadable { position, .. }
            | Self::BadSignature { position, .. }
            | Self::UnknownKey { position, .. }
            | Self::OtherChain { position, .. }
            | Self::CutOff { position, .. }
            | Self::CheckpointMissing { position, .. } => Some(*position),
            Self::Unlinked { .. } => None,
        }
    }
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Changed { position, row } => write!(f, "position {position}: {row} was changed after it was linked"),
            Self::Missing { position, row } => write!(f, "position {position}: {row} is missing; it was removed"),
            Self::RowMoved { position, row, belongs } => {
                write!(f, "position {position}: reordered: {row} stands here and was linked at position {belongs}")
            }
            Self::LinksMoved { first, last, row, belongs } if first == last => {
                write!(f, "position {first}: reordered: the link of {row} belongs at position {belongs}")
            }
            Self::LinksMoved { first, last, row, belongs } => write!(
                f,
                "positions {first} to {last}: reordered: these links, from that of {row} on, belong at position {belongs}"
            ),
            Self::LinksMissing { first, last } if first == last => {
                write!(f, "position {first}: the link is missing; it was removed")
            }
            Self::LinksMissing { first, last } => {
                write!(f, "positions {first} to {last}: the links are missing; they were removed")
            }
            Self::Unreadable { position, what } => {
                write!(
                    f,
                    "position {position}: the {what} holds something that is no value of its column: it was changed"
                )
            }
            Self::LinkBroken { position, row } => write!(
                f,
                "position {position}: the link of {row} does not follow from the one before it: it was changed, or links \
                 before it are missing"
            ),
            Self::Unlinked { row, since } => write!(
                f,
                "{row} of {since} is in no link: its link was removed, no service has linked rows since, or it was put in",
                since = since.format("%Y-%m-%d %H:%M:%S UTC")
            ),
            Self::BadSignature { position, place } => {
                write!(
                    f,
                    "position {position}: the checkpoint in {place} has a bad signature: it was forged or changed"
                )
            }
            Self::UnknownKey { position, place, key } => write!(
                f,
                "position {position}: the checkpoint in {place} is signed by the key {key}, which is none of those given"
            ),
            Self::OtherChain { position, place, after } => write!(
                f,
                "position {position}: the checkpoint in {place} is not of this chain: rows and links behind position \
                 {after} were written anew"
            ),
            Self::CutOff { position, place, end } => write!(
                f,
                "position {position}: cut off at the end: the checkpoint in {place} was signed at this position, and \
                 the chain ends at {end}"
            ),
            Self::CheckpointMissing { position, place } => {
                write!(f, "position {position}: the checkpoint in {place} is missing in the database; it was removed")
            }
        }
    }
}
