//! Pictures in JPEG (ITU-T T.81): the picture stays as it is, bit by bit; of everything beside it only what it takes to show it.

use super::Refusal;
use exif::{In, Reader, Tag};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const EXIF: &[u8] = b"Exif\0\0";

/// The picture without places, times, devices, comments, thumbnails and whatever lies behind it. Which way is up stays.
pub(super) fn without_place(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut kept = vec![0xff, SOI];
    let mut orientation = None;
    let (mut rest, mut scans) = (bytes.get(2..).ok_or(Refusal::Broken)?, 0);
    loop {
        let (marker, after) = marker(rest)?;
        if marker == EOI && scans > 0 {
            kept.extend([0xff, EOI]);
            return Ok(with_orientation(kept, orientation));
        }
        let (segment, behind) = segment(after)?;
        if marker == 0xe1 && orientation.is_none() {
            orientation = segment.strip_prefix(EXIF).and_then(which_way_is_up);
        }
        if let Some(segment) = shown(marker, segment) {
            let length = u16::try_from(segment.len() + 2).map_err(|_| Refusal::Broken)?;
            kept.extend([0xff, marker]);
            kept.extend(length.to_be_bytes());
            kept.extend(segment);
        }
        rest = behind;
        if marker == SOS {
            let (scan, behind) = rest.split_at(end_of_scan(rest).ok_or(Refusal::Broken)?);
            kept.extend(scan);
            (rest, scans) = (behind, scans + 1);
        }
    }
}

/// The next marker, and what follows it. Any number of fill bytes may stand in front of it.
fn marker(bytes: &[u8]) -> Result<(u8, &[u8]), Refusal> {
    let fill = bytes.iter().take_while(|byte| **byte == 0xff).count();
    match bytes.get(fill) {
        // Restarts stand within scans only, and a second picture behind the first.
        Some(&marker) if fill > 0 && !matches!(marker, 0x00 | 0x01 | 0xd0..=0xd8) => Ok((marker, &bytes[fill + 1..])),
        _ => Err(Refusal::Broken),
    }
}

/// What a segment holds, and what follows it.
fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let (length, _) = bytes.split_first_chunk::<2>().ok_or(Refusal::Broken)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let segment = bytes.get(2..length).ok_or(Refusal::Broken)?;
    Ok((segment, &bytes[length..]))
}

/// How far the coded data of a scan reaches: to the next marker that is no restart.
fn end_of_scan(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff))
}

/// What of a segment it takes to show the picture.
fn shown(marker: u8, segment: &[u8]) -> Option<Vec<u8>> {
    match marker {
        // JFIF, up to the density; a thumbnail may follow.
        0xe0 if segment.starts_with(b"JFIF\0") && segment.len() >= 14 => Some([&segment[..12], &[0, 0]].concat()),
        // Colours: profiles, and Adobe's word on how they are coded.
        0xe2 if segment.starts_with(b"ICC_PROFILE\0") => Some(segment.to_vec()),
        0xee if segment.starts_with(b"Adobe") => Some(segment.to_vec()),
        // Other applications' segments, comments, and whatever the standard has no name for.
        0xe0..=0xef | 0xf0..=0xff | 0x02..=0xbf => None,
        _ => Some(segment.to_vec()),
    }
}

/// The orientation of an Exif block, where it turns the picture.
pub(super) fn which_way_is_up(exif: &[u8]) -> Option<u8> {
    let read = Reader::new().read_raw(exif.to_vec()).ok()?;
    let value = read.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    u8::try_from(value).ok().filter(|value| (2..=8).contains(value))
}

/// An Exif block that says which way is up and nothing else: one directory with one entry, big-endian.
pub(super) fn only_orientation(orientation: u8) -> Vec<u8> {
    let head = [b'M', b'M', 0, 42, 0, 0, 0, 8];
    let entry = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [&head[..], &entry, &[0; 4]].concat()
}

fn with_orientation(picture: Vec<u8>, orientation: Option<u8>) -> Vec<u8> {
    let Some(orientation) = orientation else { return picture };
    let block = [EXIF, &only_orientation(orientation)].concat();
    // A block of 32 bytes is far below what a segment holds.
    let length = (block.len() as u16 + 2).to_be_bytes();
    [&picture[..2], &[0xff, 0xe1], &length, &block, &picture[2..]].concat()
}
