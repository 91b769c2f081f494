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
    let mut folder = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    if folder.len() > MOST_PARTS {
        return Err(Refusal::Bomb);
    }
    let names = unpack(&mut folder)?;
    let kind = kind(&mut folder, &names)?;
    // A signature is of the pictures too.
    if names.iter().any(|name| name.starts_with("_xmlsignatures/") || name == "META-INF/documentsignatures.xml") {
        return Ok((kind, Cow::Borrowed(bytes)));
    }
    let packed = repacked(&mut folder).map_err(|_| Refusal::Broken)?;
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
fn repacked(folder: &mut Folder<'_>) -> zip::result::ZipResult<Option<Vec<u8>>> {
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    let mut changed = false;
    for position in 0..folder.len() {
        let picture = picture(folder.by_index(position)?)?;
        let part = folder.by_index_raw(position)?;
        match picture {
            None => packed.raw_copy_file(part)?,
            Some(picture) => {
                changed = true;
                packed.start_file(part.name()?, part.options())?;
                packed.write_all(&picture)?;
            }
        }
    }
    let packed = packed.finish()?.into_inner();
    Ok(changed.then_some(packed))
}

/// A part without the place where it was taken, where it is a picture that names one. One that is not whole stays as it is:
/// nobody knows what would be left of it.
fn picture(mut part: impl Read) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    part.by_ref().take(4).read_to_end(&mut bytes)?;
    let without_place = match *bytes {
        [0xff, 0xd8, 0xff, _] => jpeg::without_place,
        [0x89, b'P', b'N', b'G'] => png::without_place,
        _ => return Ok(None),
    };
    part.take(MOST_UNPACKED).read_to_end(&mut bytes)?;
    Ok(without_place(&bytes).ok().filter(|picture| *picture != bytes))
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
