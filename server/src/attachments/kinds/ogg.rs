//! Sound in Ogg (RFC 3533): Opus, Vorbis, FLAC and Speex. What is written beside the sound, where and by whom it was recorded,
//! say, becomes spaces of the same length, so that no page moves.

use super::Refusal;
use std::collections::BTreeMap;
use std::ops::Range;

/// Bytes of a page before the lengths of its segments; where its checksum stands in them.
const HEAD: usize = 27;
const SUM: Range<usize> = 22..26;

/// How the sound is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Opus,
    Vorbis,
    Flac,
    Speex,
}

/// A stream whose head has not ended yet.
struct Stream {
    codec: Codec,
    /// How many packets it had so far.
    packets: usize,
    /// Where the bytes of the packet lie that is being read.
    packet: Vec<Range<usize>>,
    /// Whether what follows is sound.
    sounds: bool,
}

/// The sound without words, places and pictures beside it.
pub(super) fn without_comments(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut kept = bytes.to_vec();
    let mut streams = BTreeMap::new();
    let mut from = 0;
    while from < bytes.len() {
        from = page(&mut kept, from, &mut streams)?;
    }
    if streams.values().any(|stream| !stream.sounds) {
        return Err(Refusal::Broken);
    }
    let mut from = 0;
    while from < kept.len() {
        let end = from + length(&kept[from..]).ok_or(Refusal::Broken)?;
        let sum = checksum(&kept[from..end]).to_le_bytes();
        kept[from + SUM.start..from + SUM.end].copy_from_slice(&sum);
        from = end;
    }
    Ok(kept)
}

/// Reads a page, and empties what ends on it and is not sound; gives where the next one begins.
fn page(kept: &mut [u8], from: usize, streams: &mut BTreeMap<[u8; 4], Stream>) -> Result<usize, Refusal> {
    let end = from + length(&kept[from..]).ok_or(Refusal::Broken)?;
    let whole = &kept[from..end];
    if whole[SUM] != checksum(whole).to_le_bytes() {
        return Err(Refusal::Broken);
    }
    let serial: [u8; 4] = whole[14..18].try_into().map_err(|_| Refusal::Broken)?;
    let lengths = whole[HEAD..HEAD + usize::from(whole[26])].to_vec();
    let mut at = from + HEAD + lengths.len();
    if whole[5] & 2 != 0 {
        let codec = codec(&kept[at..end]).ok_or(Refusal::Unknown)?;
        streams.insert(serial, Stream { codec, packets: 0, packet: Vec::new(), sounds: false });
    }
    let stream = streams.get_mut(&serial).ok_or(Refusal::Broken)?;
    for length in lengths {
        if stream.sounds {
            break;
        }
        let next = at + usize::from(length);
        stream.packet.push(at..next);
        at = next;
        // A full segment says that the packet goes on.
        if length < 255 {
            finish(kept, stream)?;
        }
    }
    Ok(end)
}

/// How long the page is that begins here.
fn length(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(b"OggS\0") {
        return None;
    }
    let segments = usize::from(*bytes.get(26)?);
    let sound: usize = bytes.get(HEAD..HEAD + segments)?.iter().copied().map(usize::from).sum();
    Some(HEAD + segments + sound).filter(|length| *length <= bytes.len())
}

fn codec(first: &[u8]) -> Option<Codec> {
    let codecs: [(&[u8], Codec); 4] = [
        (b"OpusHead", Codec::Opus),
        (b"\x01vorbis", Codec::Vorbis),
        (b"\x7fFLAC", Codec::Flac),
        (b"Speex   ", Codec::Speex),
    ];
    codecs.into_iter().find(|(start, _)| first.starts_with(start)).map(|(_, codec)| codec)
}

/// Ends a packet of the head: empties it in its place where it is not sound.
fn finish(kept: &mut [u8], stream: &mut Stream) -> Result<(), Refusal> {
    let places = std::mem::take(&mut stream.packet);
    let mut packet: Vec<u8> = places.iter().flat_map(|place| kept[place.clone()].iter().copied()).collect();
    stream.packets += 1;
    match (stream.packets, stream.codec) {
        (1, _) => return Ok(()),
        (_, Codec::Flac) => stream.sounds = empty_block(&mut packet)?,
        (_, codec) => {
            // Comments are the second packet of all of them.
            empty_comments(&mut packet, codec)?;
            stream.sounds = true;
        }
    }
    let mut emptied = packet.into_iter();
    for place in places {
        kept[place].iter_mut().zip(&mut emptied).for_each(|(byte, empty)| *byte = empty);
    }
    Ok(())
}

/// Comments (Vorbis I, 5): a vendor, as long as all of them were, and none behind it.
fn empty_comments(packet: &mut [u8], codec: Codec) -> Result<(), Refusal> {
    let (start, end): (&[u8], &[u8]) = match codec {
        Codec::Opus => (b"OpusTags", b""),
        Codec::Vorbis => (b"\x03vorbis", b"\x01"),
        Codec::Flac | Codec::Speex => (b"", b""),
    };
    let texts = packet.len().checked_sub(start.len() + end.len()).ok_or(Refusal::Broken)?;
    if !packet.starts_with(start) {
        return Err(Refusal::Broken);
    }
    let (texts, behind) = packet[start.len()..].split_at_mut(texts);
    behind.copy_from_slice(end);
    spaces(texts)
}

/// Two numbers of four bytes, and what lies between them.
fn spaces(texts: &mut [u8]) -> Result<(), Refusal> {
    let vendor = texts.len().checked_sub(8).and_then(|length| u32::try_from(length).ok()).ok_or(Refusal::Broken)?;
    texts.fill(b' ');
    texts[..4].copy_from_slice(&vendor.to_le_bytes());
    let none = texts.len() - 4;
    texts[none..].fill(0);
    Ok(())
}

/// A block of FLAC (RFC 9639, 8) other than the first; says whether it is the last before the sound.
fn empty_block(packet: &mut [u8]) -> Result<bool, Refusal> {
    let (head, content) = packet.split_first_chunk_mut::<4>().ok_or(Refusal::Broken)?;
    let length = u32::from_be_bytes([0, head[1], head[2], head[3]]);
    if usize::try_from(length) != Ok(content.len()) {
        return Err(Refusal::Broken);
    }
    match head[0] & 0x7f {
        // Empty space already, and where to find which moment.
        1 | 3 => {}
        4 => spaces(content)?,
        _ => {
            head[0] = head[0] & 0x80 | 1;
            content.fill(0);
        }
    }
    Ok(head[0] & 0x80 != 0)
}

/// The checksum of a page, in which its own place counts as nought.
pub(super) fn checksum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |sum, (at, byte)| {
        let byte = if SUM.contains(&at) { 0 } else { *byte };
        sum << 8 ^ SUMS[usize::from((sum >> 24) as u8 ^ byte)]
    })
}

/// The checksum of each single byte: CRC-32 by 0x04c11db7, highest bit first.
const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut sum, mut bit) = ((byte as u32) << 24, 0);
        while bit < 8 {
            sum = sum << 1 ^ if sum >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};
