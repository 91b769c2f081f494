mod bombs;

use super::*;
use proptest::prelude::*;
use std::io::Write;
use zip::write::SimpleFileOptions;

/// A JPEG with a place in it, in every corner: Exif with an orientation, XMP, IPTC, a comment, a thumbnail, another picture behind.
fn picture() -> Vec<u8> {
    let segment =
        |marker: u8, content: &[u8]| [&[0xff, marker], &(content.len() as u16 + 2).to_be_bytes()[..], content].concat();
    let exif = [&b"Exif\0\0"[..], &jpeg::only_orientation(6), b"GPS 45.2671 19.8335"].concat();
    [
        &[0xff, 0xd8][..],
        &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01GPS"),
        &segment(0xe1, &exif),
        &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS"),
        &segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        &segment(0xe2, b"MPF\0GPS"),
        &segment(0xed, b"Photoshop 3.0\0GPS"),
        &segment(0xfe, b"GPS"),
        &segment(0xdb, &[1; 65]),
        &segment(0xc2, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4],
        &segment(0xe1, b"GPS"),
        &segment(0xda, &[1, 1, 0, 0, 63, 0]),
        &[5, 6],
        &[0xff, 0xd9],
        b"GPS behind",
    ]
    .concat()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_jpeg_loses_its_place_and_keeps_its_picture() {
    let picture = picture();
    let kept = recognise(&picture).expect("a picture");
    assert_eq!(kept.kind, Kind::Jpeg);
    assert!(!holds(&kept.bytes, b"GPS"), "a place is left");
    for part in
        [&b"ICC_PROFILE"[..], b"colours", &[1; 65], &[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xda], &[5, 6, 0xff, 0xd9]]
    {
        assert!(holds(&kept.bytes, part), "{part:?} is gone");
    }
    let exif = kept.bytes.windows(6).position(|window| window == b"Exif\0\0").expect("which way is up");
    assert_eq!(jpeg::which_way_is_up(&kept.bytes[exif + 6..]), Some(6));
    assert_eq!(recognise(&kept.bytes).expect("a picture").bytes, kept.bytes, "nothing more to leave out");
}

#[test]
fn a_jpeg_that_breaks_off_is_refused() {
    let whole = &picture()[..picture().len() - b"GPS behind".len()];
    for length in 3..whole.len() {
        assert!(recognise(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
}

fn png(extra: &[([u8; 4], &'static [u8])]) -> Vec<u8> {
    use img_parts::png::PngChunk;
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunks = [(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0][..])].into_iter();
    let chunks = chunks.chain(extra.iter().copied()).chain([(*b"IDAT", &[1, 2, 3][..]), (*b"IEND", &[][..])]);
    for (kind, content) in chunks {
        bytes.extend_from_slice(&PngChunk::new(kind, content.to_vec().into()).encoder().bytes());
    }
    bytes
}

#[test]
fn a_png_loses_its_place_and_keeps_its_picture() {
    let bytes =
        png(&[(*b"tEXt", b"GPS"), (*b"iTXt", b"XML:com.adobe.xmp GPS"), (*b"gAMA", b"gamm"), (*b"zzZz", b"GPS")]);
    let bytes = [bytes, b"GPS behind".to_vec()].concat();
    let kept = recognise(&bytes).expect("a picture");
    assert_eq!((kept.kind, &*kept.bytes), (Kind::Png, &*png(&[(*b"gAMA", b"gamm")])));
    let turned: &'static [u8] = [jpeg::only_orientation(3), b"GPS".to_vec()].concat().leak();
    let bytes = png(&[(*b"eXIf", turned)]);
    let kept = recognise(&bytes).expect("a picture").bytes;
    assert!(holds(&kept, &jpeg::only_orientation(3)) && !holds(&kept, b"GPS"));
    let mut broken = png(&[]);
    broken[20] ^= 1;
    assert_eq!(recognise(&broken), Err(Refusal::Broken), "a chunk whose sum is wrong");
}

/// A packed folder with these parts.
pub(crate) fn folder(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("its content");
    }
    writer.finish().expect("a folder").into_inner()
}

const TYPES: &[u8] =
    b"<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";

#[test]
fn texts_of_word_and_of_opendocument_are_told_by_their_parts() {
    let word = [("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>")];
    assert_eq!(recognise(&folder(&word)).map(|found| found.kind), Ok(Kind::Docx));
    let open = [("mimetype", &b"application/vnd.oasis.opendocument.text"[..]), ("content.xml", b"<o/>")];
    assert_eq!(recognise(&folder(&open)).map(|found| found.kind), Ok(Kind::Odt));
    let sheet = [("mimetype", &b"application/vnd.oasis.opendocument.spreadsheet"[..]), ("content.xml", b"<o/>")];
    for other in
        [&sheet[..], &[("anything.txt", b"x")], &[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"")]]
    {
        assert_eq!(recognise(&folder(other)), Err(Refusal::Unknown));
    }
    for program in [
        "word/vbaProject.bin",
        "word/activeX/activeX1.bin",
        "Basic/Standard/Module1.xml",
        "word/embeddings/oleObject1.bin",
    ] {
        let parts = [word[0], word[1], (program, b"x")];
        assert_eq!(recognise(&folder(&parts)), Err(Refusal::Program), "{program}");
    }
    let outside = [word[0], word[1], ("../../etc/passwd", b"x")];
    assert_eq!(recognise(&folder(&outside)), Err(Refusal::Broken));
}

#[test]
fn pictures_in_texts_lose_their_place_and_nothing_else_moves() {
    let (photo, drawing) = (picture(), [png(&[(*b"tEXt", b"GPS")]), b"GPS behind".to_vec()].concat());
    let broken = &photo[..photo.len() / 2];
    let word = [("[Content_Types].xml", TYPES), ("word/document.xml", b"<w>GPS of the author's own words</w>")];
    let open = [("mimetype", &b"application/vnd.oasis.opendocument.text"[..]), ("content.xml", b"<o/>")];
    for parts in [word, open] {
        let pictures = [("media/1.jpeg", &*photo), ("media/a.bin", &*drawing), ("media/half.jpeg", broken)];
        let sent = folder(&[&parts[..], &pictures].concat());
        let kept = recognise(&sent).expect("a text");
        let mut unpacked = zip::ZipArchive::new(std::io::Cursor::new(&*kept.bytes)).expect("a folder");
        let mut name = |at| unpacked.by_index(at).expect("a part").name().expect("a name").into_owned();
        let names = [0, 1, 2, 3, 4].map(&mut name);
        assert_eq!(names, [parts[0].0, parts[1].0, "media/1.jpeg", "media/a.bin", "media/half.jpeg"]);
        let mut content = |name: &str| {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut unpacked.by_name(name).expect("a part"), &mut bytes).expect("its bytes");
            bytes
        };
        for (name, bytes) in parts {
            assert_eq!(content(name), bytes, "{name} as it was");
        }
        assert_eq!(content("media/1.jpeg"), jpeg::without_place(&photo).expect("a picture"));
        assert_eq!(content("media/a.bin"), png(&[]), "what a part is, its content says");
        assert_eq!(content("media/half.jpeg"), broken, "one that is not whole stays");
        assert_eq!(recognise(&kept.bytes).expect("a text").bytes, kept.bytes, "nothing more to leave out");
        assert!(
            matches!(recognise(&folder(&parts)).expect("a text").bytes, Cow::Borrowed(_)),
            "without pictures as sent"
        );
    }
    let signed = folder(&[word[0], word[1], ("word/1.jpeg", &*photo), ("_xmlsignatures/sig1.xml", b"<s/>")]);
    assert!(matches!(recognise(&signed).expect("a text").bytes, Cow::Borrowed(_)), "a signature would break");
}

#[test]
fn a_folder_that_breaks_off_is_refused() {
    let whole = folder(&[("[Content_Types].xml", TYPES), ("word/document.xml", b"<w/>")]);
    for length in 4..whole.len() {
        assert!(recognise(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
}

#[test]
fn texts_are_read_in_two_encodings() {
    for (text, kind) in [
        (&"Ђорђе види\r\n\tчика Ђуру".as_bytes().to_vec(), Kind::Text),
        (&b"plain".to_vec(), Kind::Text),
        (
            &encoding_rs::WINDOWS_1250.encode("Đorđe je rekao da će doći sutra uveče kući").0.to_vec(),
            Kind::TextWindows1250,
        ),
    ] {
        assert_eq!(recognise(text).map(|found| found.kind), Ok(kind));
    }
    for bad in [
        &b"a\0b"[..],
        b"a\x1b[2J",
        b"\x83\x98 undefined",
        b"MZ\x90\0\x03\0",
        b"\x7fELF\x02\x01",
        b"GIF89a\x01\0",
        &[0xc8; 50],
    ] {
        assert_eq!(recognise(bad), Err(Refusal::Unknown), "{bad:?}");
    }
    assert_eq!(recognise(b""), Err(Refusal::Empty));
}

/// A frame of MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
fn frame() -> Vec<u8> {
    [&[0xff, 0xfb, 0x90, 0][..], &[0x55; 413]].concat()
}

#[test]
fn sounds_are_told_by_their_frames_and_boxes() {
    let sound = [frame(), frame()].concat();
    let tagged = [&b"ID3\x04\0\0\0\0\0\x03GPS"[..], &sound, b"TAG", &[b'x'; 125]].concat();
    let footer = |size: u32, flags: u32| {
        [&b"APETAGEX\xd0\x07\0\0"[..], &size.to_le_bytes(), &[0; 4], &flags.to_le_bytes(), &[0; 8]].concat()
    };
    let ape = [&sound[..], b"GPS", &footer(35, 0), b"TAG", &[b'x'; 125]].concat();
    let with_header = [&sound[..], &footer(0, 0), b"GPS", &footer(35, 1 << 31)].concat();
    assert_eq!(recognise(&[&sound[..], &footer(9_000, 0)].concat()), Err(Refusal::Broken), "longer than the file");
    for bytes in [&tagged, &sound, &ape, &with_header] {
        assert_eq!(recognise(bytes), Ok(Recognised { kind: Kind::Mp3, bytes: Cow::Borrowed(&sound) }));
    }
    assert!(recognise(&frame()).is_err(), "one frame is chance");
}

/// Recordings of a tone, each a tenth of a second, as libsndfile made them and mutagen wrote a place and a title of several pages
/// into them.
const RECORDINGS: [&[u8]; 2] = [include_bytes!("tests/opus.ogg"), include_bytes!("tests/vorbis.ogg")];

#[test]
fn a_recording_in_ogg_loses_its_words_and_no_page_moves() {
    for recording in RECORDINGS {
        assert!(holds(recording, b"45.2671") && holds(recording, b"GPS"));
        let kept = recognise(recording).expect("a recording");
        assert_eq!((kept.kind, kept.bytes.len()), (Kind::Ogg, recording.len()));
        assert!(!holds(&kept.bytes, b"45.2671") && !holds(&kept.bytes, b"GPS") && !holds(&kept.bytes, b"mutagen"));
        // The sound is on the last page.
        let page = |bytes: &[u8]| bytes.windows(4).rposition(|start| start == b"OggS").expect("a page");
        let at = page(recording);
        assert_eq!((page(&kept.bytes), &kept.bytes[at..]), (at, &recording[at..]));
        assert_eq!(
            recognise(&kept.bytes).expect("a recording").bytes,
            kept.bytes,
            "its sums are right, and it is empty"
        );
        for length in 4..recording.len() {
            let begins = recognise(&recording[..length]);
            assert!(begins.is_err() || holds(b"OggS", &recording[length..length + 4]), "{length} bytes");
        }
        let mut changed = recording.to_vec();
        changed[at + 40] ^= 1;
        assert_eq!(recognise(&changed), Err(Refusal::Broken), "a page whose sum is wrong");
    }
    let film = [&b"OggS\0\x02"[..], &[0; 20], &[1, 7], b"\x80theora"].concat();
    assert!(recognise(&film).is_err());
}

#[test]
fn blocks_of_flac_beside_the_sound_are_emptied() {
    let comments = [&[4, 0, 0, 19][..], &3_u32.to_le_bytes(), b"GPS", &1_u32.to_le_bytes(), b"A=GPSGPS"].concat();
    let picture = [&[0x86, 0, 0, 3][..], b"GPS"].concat();
    let first = [&b"\x7fFLAC\x01\0\0\x02fLaC\0\0\0\x22"[..], &[0; 34]].concat();
    let pages = [page(2, 0, &[&first]), page(0, 1, &[&comments, &picture]), page(4, 2, &[b"sound"])].concat();
    let kept = recognise(&pages).expect("a recording").bytes.into_owned();
    assert!(!holds(&kept, b"GPS") && holds(&kept, b"sound") && kept.len() == pages.len());
    let spaces = [&[4, 0, 0, 19][..], &11_u32.to_le_bytes(), &[b' '; 11], &[0; 4], &[0x81, 0, 0, 3, 0, 0, 0]].concat();
    assert!(holds(&kept, &spaces), "a vendor of spaces, and empty space");
    let short = [page(2, 0, &[&first]), page(0, 1, &[&comments[..9]])].concat();
    assert_eq!(recognise(&short), Err(Refusal::Broken), "a block that says another length");
    assert_eq!(recognise(&page(2, 0, &[&first])), Err(Refusal::Broken), "no sound at all");
    assert_eq!(recognise(&page(2, 0, &[b"\x80theora"])), Err(Refusal::Unknown), "a film");
    let both = [page(2, 0, &[&first]), page(2, 1, &[b"\x80theora"])].concat();
    assert_eq!(recognise(&both), Err(Refusal::Unknown), "a sound, and a film beside it");
}

#[test]
fn comments_over_several_pages_are_emptied() {
    let texts =
        [&b"OpusTags"[..], &7_u32.to_le_bytes(), b"libopus", &1_u32.to_le_bytes(), &b"GPS".repeat(100)].concat();
    let (one, rest) = texts.split_at(255);
    let first = page(2, 0, &[b"OpusHead\x01"]);
    let pages = [first, page(0, 1, &[one]), page(1, 2, &[rest, b"sound GPS"])].concat();
    let kept = recognise(&pages).expect("a recording").bytes.into_owned();
    assert_eq!(kept.windows(3).filter(|window| window == b"GPS").count(), 1, "what is sound stays");
    assert!(holds(&kept, b"OpusTags\x33\x01\0\0   ") && holds(&kept, b"   \0\0\0\0sound GPS"), "one vendor of spaces");
    assert_eq!(recognise(&pages[..pages.len() - page(1, 2, &[rest, b"sound GPS"]).len()]), Err(Refusal::Broken));
}

/// A page of a stream with these packets; one of 255 bytes goes on in the next.
fn page(flags: u8, number: u8, packets: &[&[u8]]) -> Vec<u8> {
    let lengths: Vec<u8> = packets.iter().map(|packet| packet.len() as u8).collect();
    let head = [&b"OggS\0"[..], &[flags], &[0; 12], &[number, 0, 0, 0], &[0; 4], &[lengths.len() as u8], &lengths];
    let mut page = [&head.concat()[..], &packets.concat()].concat();
    let sum = ogg::checksum(&page).to_le_bytes();
    page[22..26].copy_from_slice(&sum);
    page
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

#[test]
fn a_recording_loses_its_place_and_nothing_moves() {
    let handler = |of: &[u8; 4]| boxed(b"hdlr", &[&[0; 8][..], of, &[0; 12]].concat());
    let recording = |of: &[u8; 4]| {
        let track = boxed(b"trak", &[boxed(b"mdia", &handler(of)), boxed(b"udta", b"GPS")].concat());
        let moov = boxed(b"moov", &[track, boxed(b"udta", &boxed(b"\xa9xyz", b"+45.2671+019.8335/"))].concat());
        [boxed(b"ftyp", b"M4A \0\0\0\0"), moov, boxed(b"mdat", b"sound")].concat()
    };
    let bytes = recording(b"soun");
    let kept = recognise(&bytes).expect("a recording");
    assert_eq!((kept.kind, kept.bytes.len()), (Kind::M4a, bytes.len()));
    assert!(!holds(&kept.bytes, b"45.2671") && !holds(&kept.bytes, b"GPS") && holds(&kept.bytes, b"sound"));
    assert_eq!(recognise(&recording(b"vide")), Err(Refusal::Unknown), "a film");
    for length in 12..bytes.len() {
        assert!(recognise(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
    }
}

#[test]
fn a_pdf_is_one_from_its_beginning_to_its_end() {
    assert_eq!(recognise(b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n").map(|found| found.kind), Ok(Kind::Pdf));
    for broken in [&b"%PDF-1.7\n1 0 obj"[..], b"%PDF-", b"%PDF-x.y startxref %%EOF"] {
        assert_eq!(recognise(broken), Err(Refusal::Broken));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_something_or_refused(start in 0..10_usize, noise: Vec<u8>) {
        let starts: [&[u8]; 10] = [
            b"", &[0xff, 0xd8, 0xff], b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7", b"OggS\0\x02", b"\0\0\0\x10ftypM4A ", b"ID3",
            &[0xff, 0xfb, 0x90], b"\xef\xbb\xbf",
        ];
        let _ = recognise(&[starts[start], &noise].concat());
    }
}
