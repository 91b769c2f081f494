//! What a file is: found by what is in it, never by its name or by what the sender calls it. Pure: no database, no clock.
//!
//! A file is taken only where it is, from its first byte on, of one of these kinds. What tells where a picture or a recording
//! was made is left out, without touching the picture or the sound.

mod audio;
mod documents;
mod jpeg;
mod ogg;
mod png;
mod text;

use entity::attachment::Kind;
use std::borrow::Cow;

/// A file as it is kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Recognised<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its bytes, without what says where it was made.
    pub bytes: Cow<'a, [u8]>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It is of none of the kinds.
    Unknown,
    /// It begins like one of the kinds, and is not whole or not right.
    Broken,
    /// It unpacks to more than any text needs.
    Bomb,
    /// It holds programs.
    Program,
}

/// What a file is.
///
/// # Errors
/// It is of no kind that is taken, or is not what it begins like.
pub fn recognise(bytes: &[u8]) -> Result<Recognised<'_>, Refusal> {
    let kept = |kind| Ok(Recognised { kind, bytes: Cow::Borrowed(bytes) });
    let changed = |kind, bytes| Ok(Recognised { kind, bytes: Cow::Owned(bytes) });
    match bytes {
        [] => Err(Refusal::Empty),
        [0xff, 0xd8, 0xff, ..] => changed(Kind::Jpeg, jpeg::without_place(bytes)?),
        [0x89, b'P', b'N', b'G', ..] => changed(Kind::Png, png::without_place(bytes)?),
        [b'P', b'K', 3, 4, ..] => documents::packed(bytes).map(|(kind, bytes)| Recognised { kind, bytes }),
        [b'%', b'P', b'D', b'F', b'-', ..] => documents::pdf(bytes).and_then(|()| kept(Kind::Pdf)),
        [b'O', b'g', b'g', b'S', ..] => changed(Kind::Ogg, ogg::without_comments(bytes)?),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => changed(Kind::M4a, audio::m4a_without_place(bytes)?),
        [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => {
            Ok(Recognised { kind: Kind::Mp3, bytes: Cow::Borrowed(audio::mp3_without_tags(bytes)?) })
        }
        _ => kept(text::kind(bytes)?),
    }
}

/// The media type and the ending of the name of a kind.
pub fn described(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Pdf => ("application/pdf", "pdf"),
        Kind::Jpeg => ("image/jpeg", "jpg"),
        Kind::Png => ("image/png", "png"),
        Kind::Docx => ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        Kind::Odt => ("application/vnd.oasis.opendocument.text", "odt"),
        Kind::Text => ("text/plain; charset=utf-8", "txt"),
        Kind::TextWindows1250 => ("text/plain; charset=windows-1250", "txt"),
        Kind::Mp3 => ("audio/mpeg", "mp3"),
        Kind::M4a => ("audio/mp4", "m4a"),
        Kind::Ogg => ("audio/ogg", "ogg"),
    }
}

#[cfg(test)]
mod tests;
