//! Links: what they are for, to whom they were given, until when they count. Pure: no database, no clock.
//!
//! A link is signed with a key that follows from the file's own secret, so that every server knows it, nobody keeps it, and
//! the link ends with the file. It opens nothing by itself: whoever follows it signs in as with any other request, and the file
//! is looked for among what that member sees at that moment.

use crate::access::Viewer;
use crate::access::sealing::FileKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

/// Where files are sent to and fetched from.
pub const PATH: &str = "/attachments";

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Sending a file.
    Upload,
    /// Fetching it.
    Download,
}

impl Usage {
    fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Download => "download",
        }
    }
}

/// The parameters of a link.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Until when it counts, in seconds since 1970.
    until: i64,
    signature: String,
}

/// Whether a link counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Counts,
    /// It did.
    Over,
    /// It was never given to this member for this file and use.
    Unknown,
}

/// A link of a member to a file: a path at this service.
pub fn path(key: &FileKey, usage: Usage, id: &str, viewer: &Viewer, now: DateTime<Utc>, lasts: TimeDelta) -> String {
    let until = (now + lasts).timestamp();
    let signature = URL_SAFE_NO_PAD.encode(key.sign(usage.name(), &[&statement(viewer, until)]));
    format!("{PATH}/{id}?until={until}&signature={signature}")
}

impl Link {
    /// Whether it counts for this member, this use and the file of this key.
    pub fn standing(&self, key: &FileKey, usage: Usage, viewer: &Viewer, now: DateTime<Utc>) -> Standing {
        let signature = URL_SAFE_NO_PAD.decode(&self.signature).unwrap_or_default();
        match key.signed(usage.name(), &[&statement(viewer, self.until)], &signature) {
            false => Standing::Unknown,
            true if now.timestamp() >= self.until => Standing::Over,
            true => Standing::Counts,
        }
    }
}

/// What is signed: the account, the membership that it acts in, and the end. The file is in the key.
fn statement(viewer: &Viewer, until: i64) -> Vec<u8> {
    let account = viewer.account_id().unwrap_or_default();
    [&account.as_bytes()[..], viewer.membership_id().as_bytes(), &until.to_be_bytes()].concat()
}
