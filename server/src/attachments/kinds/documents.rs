//! Texts: PDF, and the packed folders of Word and OpenDocument. A packed folder is unpacked once, into nothing, to see that it
//! is whole and how large it is. Pictures in it lose the place where they were taken; everything else stays as it is packed.

use super::{Refusal, jpeg, png};
use entity::attachment::Kind;
use std::borrow::Cow;
use std::io::{Cursor, Read, Write};
use zip::{ZipArchive, ZipWriter};

/// The most that a folder may unpack to, in bytes, and the most parts that it may have.
const MOST_UNPACKED: u64 = 100_000_000;
const MOST_PARTS: usize = 5_000;
/// The most that a picture in a folder may unpack to, in bytes: unlike other parts, it is in memory, several times over.
const MOST_PICTURE: u64 = 30_000_000;
/// The most of one part that is looked into.
const MOST_READ: u64 = 2_000_000;

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.text";

type Folder<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether this is a PDF from its first byte to its end (ISO 32000).
pub(super) fn pdf(bytes: &[u8]) -> Result<(), Refusal> {
    let version = bytes.get(5..8).is_some_and(|version| matches!(version, [b'1' | b'2', b'.', b'0'..=b'9']));
    let tail = &bytes[bytes.len().saturating_sub(2048)..];
    let ends = |mark: &[u8]| tail.windows(mark.len()).any(|part| part == mark);
    if version && ends(b"%%EOF") && ends(b"startxref") { Ok(()) } else { Err(Refusal::Broken) }
}

/// Which text a packed folder is, and its bytes without places.
pub(super) fn packed(bytes: &[u8]) -> Result<(Kind, Cow<'_, [u8]>), Refusal> {
    // Counted before the directory is read, which takes memory for each entry.
    let entries = bytes.windows(4).filter(|start| **start == *b"PK\x01\x02").take(MOST_PARTS + 1).count();
    if entries > MOST_PARTS {
        return Err(Refusal::Bomb);
    }
    let mut folder = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    // Where no two parts share a byte, all that is packed is together no longer than the file. What the directory says of their
    // lengths is what is copied.
    if folder.has_overlapping_entries().map_err(broken)? {
        return Err(Refusal::Bomb);
    }
    let names = unpack(&mut folder)?;
    let kind = kind(&mut folder, &names)?;
    // A signature is of the pictures too.
    if names.iter().any(|name| name.starts_with("_xmlsignatures/") || name == "META-INF/documentsignatures.xml") {
        return Ok((kind, Cow::Borrowed(bytes)));
    }
    let packed = repacked(&mut folder)?;
    Ok((kind, packed.map_or(Cow::Borrowed(bytes), Cow::Owned)))
}

fn kind(folder: &mut Folder<'_>, names: &[String]) -> Result<Kind, Refusal> {
    let has = |name: &str| names.iter().any(|part| part == name);
    if has("[Content_Types].xml") && has("word/document.xml") {
        let types = part(folder, "[Content_Types].xml")?;
        if types.contains("macroEnabled") || types.contains("vbaProject") {
            return Err(Refusal::Program);
        }
        return if types.contains(WORD) { Ok(Kind::Docx) } else { Err(Refusal::Unknown) };
    }
    if has("mimetype") && has("content.xml") && part(folder, "mimetype")?.trim() == OPEN_DOCUMENT {
        return Ok(Kind::Odt);
    }
    Err(Refusal::Unknown)
}

/// The same folder with pictures that say no more than they show; nothing where they do so already. What else is in it stays
/// packed, in its order.
fn repacked(folder: &mut Folder<'_>) -> Result<Option<Vec<u8>>, Refusal> {
    // Most folders have no such picture, and are not written anew.
    let Some(first) = first_picture(folder)? else { return Ok(None) };
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    for position in 0..folder.len() {
        let picture = if position < first { None } else { picture(folder.by_index(position).map_err(broken)?)? };
        let part = folder.by_index_raw(position).map_err(broken)?;
        match picture {
            None => packed.raw_copy_file(part).map_err(broken)?,
            Some(picture) => {
                packed.start_file(part.name().map_err(broken)?, part.options()).map_err(broken)?;
                packed.write_all(&picture).map_err(broken)?;
            }
        }
    }
    Ok(Some(packed.finish().map_err(broken)?.into_inner()))
}

/// The position of the first picture that says more than it shows.
fn first_picture(folder: &mut Folder<'_>) -> Result<Option<usize>, Refusal> {
    for position in 0..folder.len() {
        if picture(folder.by_index(position).map_err(broken)?)?.is_some() {
            return Ok(Some(position));
        }
    }
    Ok(None)
}

/// A part without the place where it was taken, where it is a picture that names one. One that is not whole stays as it is:
/// nobody knows what would be left of it. One that is too large is refused, since it would keep its place.
fn picture(mut part: impl Read) -> Result<Option<Vec<u8>>, Refusal> {
    let mut bytes = Vec::new();
    part.by_ref().take(4).read_to_end(&mut bytes).map_err(broken)?;
    let without_place = match *bytes {
        [0xff, 0xd8, 0xff, _] => jpeg::without_place,
        [0x89, b'P', b'N', b'G'] => png::without_place,
        _ => return Ok(None),
    };
    part.take(MOST_PICTURE).read_to_end(&mut bytes).map_err(broken)?;
    if bytes.len() as u64 > MOST_PICTURE {
        return Err(Refusal::Bomb);
    }
    Ok(without_place(&bytes).ok().filter(|picture| *picture != bytes))
}

fn broken<E>(_: E) -> Refusal {
    Refusal::Broken
}

/// Unpacks every part into nothing, which checks its sum, and gives their names.
fn unpack(folder: &mut Folder<'_>) -> Result<Vec<String>, Refusal> {
    let mut left = MOST_UNPACKED;
    let mut names = Vec::with_capacity(folder.len());
    for position in 0..folder.len() {
        let part = folder.by_index(position).map_err(|_| Refusal::Broken)?;
        let name = part.name().map_err(|_| Refusal::Broken)?.into_owned();
        if part.encrypted() || part.enclosed_name().is_none() {
            return Err(Refusal::Broken);
        }
        if is_program(&name) {
            return Err(Refusal::Program);
        }
        // What a part says of its own size is not believed.
        let length = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| Refusal::Broken)?;
        left = left.checked_sub(length).ok_or(Refusal::Bomb)?;
        names.push(name);
    }
    Ok(names)
}

/// Whether a part is a program of Word or of OpenDocument, or an object that brings one along.
fn is_program(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let within = |folder: &str| name.starts_with(folder) || name.contains(&format!("/{folder}"));
    name.ends_with("vbaproject.bin")
        || name.ends_with("vbadata.xml")
        || (within("embeddings/") && name.ends_with(".bin"))
        || ["activex/", "basic/", "scripts/", "macrosheets/"].into_iter().any(within)
}

fn part(folder: &mut Folder<'_>, name: &str) -> Result<String, Refusal> {
    let part = folder.by_name(name).map_err(|_| Refusal::Broken)?;
    let mut text = String::new();
    part.take(MOST_READ).read_to_string(&mut text).map_err(|_| Refusal::Broken)?;
    Ok(text)
}
