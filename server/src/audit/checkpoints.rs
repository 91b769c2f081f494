//! Checkpoints outside the database: JSON lines, kept where whoever can write to the database cannot.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use entity::audit_checkpoint;
use serde::{Deserialize, Serialize};

/// A checkpoint as a line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    position: i64,
    /// Hexadecimal.
    hash: String,
    signed_at: DateTime<Utc>,
    key_id: String,
    /// Base 64.
    signature: String,
}

/// A checkpoint as a line, without its end.
pub fn to_line(checkpoint: &audit_checkpoint::Model) -> serde_json::Result<String> {
    serde_json::to_string(&Line {
        position: checkpoint.position,
        hash: hex::encode(&checkpoint.hash),
        signed_at: checkpoint.signed_at,
        key_id: checkpoint.key_id.clone(),
        signature: STANDARD.encode(&checkpoint.signature),
    })
}

/// The checkpoints of a file. Says which line is none.
pub fn from_lines(text: &str) -> Result<Vec<audit_checkpoint::Model>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| from_line(line).ok_or(format!("line {} is no checkpoint", index + 1))).collect()
}

fn from_line(line: &str) -> Option<audit_checkpoint::Model> {
    let Line { position, hash, signed_at, key_id, signature } = serde_json::from_str(line).ok()?;
    let (hash, signature) = (hex::decode(hash).ok()?, STANDARD.decode(signature).ok()?);
    Some(audit_checkpoint::Model { position, hash, signed_at, key_id, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_survives_its_line_and_a_part_of_the_line_is_none() {
        let checkpoint = audit_checkpoint::Model {
            position: 12,
            hash: vec![0xab; 32],
            signed_at: DateTime::from_timestamp_micros(1_234_567_890_123_456).expect("an instant"),
            key_id: "0123456789abcdef".to_owned(),
            signature: vec![7; 64],
        };
        let line = to_line(&checkpoint).expect("JSON");
        assert_eq!(from_lines(&format!("{line}\n\n{line}\n")), Ok(vec![checkpoint.clone(), checkpoint]));
        for end in 1..line.len() {
            assert_eq!(from_lines(&format!("{line}\n{}", &line[..end])), Err("line 2 is no checkpoint".to_owned()));
        }
    }
}
