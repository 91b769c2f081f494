//! Packed folders that would take more memory than there is.

use super::{Refusal, TYPES, folder, picture, png, recognise};

const DOCUMENT: [(&str, &[u8]); 2] = [("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>")];

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
}

/// Where the directory of a folder begins and ends, and where its entry of a part does (APPNOTE.TXT 4.3.12 and 4.3.16).
fn directory(folder: &[u8], name: &str) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let end = folder.len() - 22;
    assert_eq!(folder[end..end + 4], *b"PK\x05\x06", "nothing is behind the directory");
    let start = number(folder, end + 16, 4);
    let mut at = start;
    loop {
        assert_eq!(folder[at..at + 4], *b"PK\x01\x02", "an entry; there is none of {name}");
        let lengths = [28, 30, 32].map(|field| number(folder, at + field, 2));
        let next = at + 46 + lengths.iter().sum::<usize>();
        if folder[at + 46..at + 46 + lengths[0]] == *name.as_bytes() {
            return (start..end, at..next);
        }
        at = next;
    }
}

/// The folder with so many more entries in its directory, each under a name of its own, which all lead to the same part. The
/// part's name begins with four digits.
fn named_again(folder: &[u8], name: &str, times: usize) -> Vec<u8> {
    let (directory, entry) = directory(folder, name);
    let mut bytes = folder[..directory.end].to_vec();
    for time in 1..=times {
        let at = bytes.len();
        bytes.extend_from_slice(&folder[entry.clone()]);
        bytes[at + 46..at + 50].copy_from_slice(format!("{time:04}").as_bytes());
    }
    let (end, length) = (bytes.len(), bytes.len() - directory.start);
    bytes.extend_from_slice(&folder[directory.end..]);
    let entries = number(folder, directory.end + 10, 2) + times;
    for at in [8, 10] {
        bytes[end + at..end + at + 2].copy_from_slice(&(entries as u16).to_le_bytes());
    }
    bytes[end + 12..end + 16].copy_from_slice(&(length as u32).to_le_bytes());
    bytes
}

/// The folder whose directory says that a part is so much longer than it is, packed.
fn lengthened(folder: &[u8], name: &str, by: usize) -> Vec<u8> {
    let (_, entry) = directory(folder, name);
    let at = entry.start + 20;
    let length = number(folder, at, 4) + by;
    let mut bytes = folder.to_vec();
    bytes[at..at + 4].copy_from_slice(&(length as u32).to_le_bytes());
    bytes
}

#[test]
fn a_folder_that_unpacks_to_too_much_is_refused() {
    let zeros = vec![0_u8; 40_000_000];
    let parts =
        [("[Content_Types].xml", TYPES), ("word/document.xml", &zeros), ("word/a.xml", &zeros), ("word/b.xml", &zeros)];
    let bomb = folder(&parts);
    assert!(bomb.len() < 1_000_000, "{} bytes", bomb.len());
    assert_eq!(recognise(&bomb), Err(Refusal::Bomb));
}

#[test]
fn a_part_that_is_named_again_and_again_is_refused() {
    let (zeros, photo) = (vec![0_u8; 10_000], picture());
    let once = folder(&[&DOCUMENT[..], &[("0000.bin", &*zeros), ("word/1.jpeg", &*photo)]].concat());
    assert!(recognise(&once).is_ok(), "once it is one part among others");
    for times in [1, 4_000, 5_000] {
        assert_eq!(recognise(&named_again(&once, "0000.bin", times)), Err(Refusal::Bomb), "{times} times");
    }
    let everything = named_again(&lengthened(&once, "0000.bin", photo.len() / 2), "0000.bin", 4_000);
    assert_eq!(recognise(&everything), Err(Refusal::Bomb), "and longer than it is");
}

#[test]
fn a_part_that_reaches_into_another_is_refused() {
    let whole = folder(&[&DOCUMENT[..], &[("word/a.xml", &[b'a'; 100][..]), ("word/b.xml", b"<b/>")]].concat());
    assert!(recognise(&whole).is_ok());
    for (name, what) in [("word/a.xml", "the head of the next"), ("word/b.xml", "the directory")] {
        assert_eq!(recognise(&lengthened(&whole, name, 40)), Err(Refusal::Bomb), "it reaches into {what}");
    }
    assert_eq!(recognise(&lengthened(&whole, "word/a.xml", 1_000_000)), Err(Refusal::Bomb), "and beyond the file");
}

#[test]
fn a_picture_that_unpacks_to_too_much_is_refused() {
    let with = |length: usize| {
        let content: &'static [u8] = vec![0_u8; length].leak();
        folder(&[&DOCUMENT[..], &[("word/1.png", &*png(&[(*b"zzZz", content)]))]].concat())
    };
    let bomb = with(30_000_000);
    assert!(bomb.len() < 1_000_000, "{} bytes", bomb.len());
    assert_eq!(recognise(&bomb), Err(Refusal::Bomb));
    assert!(recognise(&with(20_000_000)).expect("a text").bytes.len() < 2_000, "a smaller one loses what it holds");
}
