//! Sound: MP3, and MPEG-4 containers without a film.

use super::Refusal;

/// The sound of an MP3 without the tags in front of it and behind it, which name places and hold pictures.
pub(super) fn mp3_without_tags(bytes: &[u8]) -> Result<&[u8], Refusal> {
    let mut sound = bytes;
    // ID3v2: ten bytes, the size of the rest in four times seven bits; there may be several.
    while let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = sound {
        let size = [a, b, c, d].into_iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7f));
        let footer = if flags & 0x10 == 0 { 0 } else { 10 };
        sound = sound.get(10 + size + footer..).ok_or(Refusal::Broken)?;
    }
    let padding = sound.iter().take_while(|byte| **byte == 0).count();
    sound = &sound[padding..];
    // ID3v1: the last 128 bytes.
    if sound.len() > 128 && sound[sound.len() - 128..].starts_with(b"TAG") {
        sound = &sound[..sound.len() - 128];
    }
    let sound = without_ape(sound)?;
    let first = frame(sound).ok_or(Refusal::Unknown)?;
    let second = sound.get(first..).ok_or(Refusal::Broken)?;
    // One frame may be chance; two that fit together are not.
    frame(second).map(|_| sound).ok_or(Refusal::Unknown)
}

/// The same without a tag of APE behind it: its last 32 bytes say how long it is with them, and whether as many stand in front.
fn without_ape(sound: &[u8]) -> Result<&[u8], Refusal> {
    let Some(footer) = sound.last_chunk::<32>().filter(|footer| footer.starts_with(b"APETAGEX")) else {
        return Ok(sound);
    };
    let number = |at: usize| u32::from_le_bytes([footer[at], footer[at + 1], footer[at + 2], footer[at + 3]]);
    let header = if number(20) >> 31 == 1 { 32 } else { 0 };
    let length = usize::try_from(number(12)).ok().and_then(|length| length.checked_add(header));
    let end = length.and_then(|length| sound.len().checked_sub(length)).ok_or(Refusal::Broken)?;
    Ok(&sound[..end])
}

/// The length of the frame of layer III that begins here, in bytes (ISO/IEC 11172-3 and 13818-3).
fn frame(bytes: &[u8]) -> Option<usize> {
    const FIRST: [usize; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const SECOND: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let [0xff, second, third, ..] = *bytes else { return None };
    if second & 0xe0 != 0xe0 || second >> 1 & 3 != 1 {
        return None;
    }
    let (rates, samples, divisor) = match second >> 3 & 3 {
        3 => (FIRST, 144_000, 1),
        2 => (SECOND, 72_000, 2),
        0 => (SECOND, 72_000, 4),
        _ => return None,
    };
    let rate = *rates.get(usize::from(third >> 4).checked_sub(1)?)?;
    let frequency = [44_100, 48_000, 32_000].get(usize::from(third >> 2 & 3))? / divisor;
    Some(samples * rate / frequency + usize::from(third >> 1 & 1))
}

/// The sound of an MPEG-4 container (ISO/IEC 14496-12) without what says where it was recorded: such boxes become empty space of
/// their size, because everything behind them is found by its position.
pub(super) fn m4a_without_place(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut kept = bytes.to_vec();
    let mut found = Found::default();
    boxes(&mut kept, 0, bytes.len(), 0, &mut found)?;
    if found.sound && !found.film && found.data { Ok(kept) } else { Err(Refusal::Unknown) }
}

#[derive(Default)]
struct Found {
    sound: bool,
    film: bool,
    data: bool,
}

/// Goes through the boxes between two positions, and those within the ones that hold boxes.
fn boxes(bytes: &mut [u8], mut from: usize, until: usize, depth: usize, found: &mut Found) -> Result<(), Refusal> {
    while from < until {
        let (head, end) = extent(bytes, from, until)?;
        let name: [u8; 4] = bytes[from + 4..from + 8].try_into().map_err(|_| Refusal::Broken)?;
        match &name {
            b"udta" | b"meta" | b"uuid" => {
                bytes[from + 4..from + 8].copy_from_slice(b"free");
                bytes[head..end].fill(0);
            }
            b"moov" | b"trak" | b"mdia" if depth < 4 => boxes(bytes, head, end, depth + 1, found)?,
            b"mdat" => found.data = true,
            b"hdlr" => match bytes.get(head + 8..head + 12) {
                Some(b"soun") => found.sound = true,
                Some(b"vide") => found.film = true,
                _ => {}
            },
            _ => {}
        }
        from = end;
    }
    Ok(())
}

/// Where the content of the box at a position begins, and where it ends.
fn extent(bytes: &[u8], at: usize, until: usize) -> Result<(usize, usize), Refusal> {
    let size = bytes.get(at..at + 8).and_then(|head| head.first_chunk::<4>()).ok_or(Refusal::Broken)?;
    let (head, size) = match u32::from_be_bytes(*size) {
        0 => (at + 8, Some(until - at)),
        1 => {
            let size = bytes.get(at + 8..at + 16).and_then(|size| size.first_chunk::<8>()).ok_or(Refusal::Broken)?;
            (at + 16, usize::try_from(u64::from_be_bytes(*size)).ok())
        }
        size => (at + 8, usize::try_from(size).ok()),
    };
    let end = size.and_then(|size| at.checked_add(size)).filter(|end| *end >= head && *end <= until);
    end.map(|end| (head, end)).ok_or(Refusal::Broken)
}
