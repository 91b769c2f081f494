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
fn a_folder_that_unpacks_to_too_much_is_refused() {
    let zeros = vec![0; 40_000_000];
    let parts =
        [("[Content_Types].xml", TYPES), ("word/document.xml", &zeros), ("word/a.xml", &zeros), ("word/b.xml", &zeros)];
    let bomb = folder(&parts);
    assert!(bomb.len() < 1_000_000, "{} bytes", bomb.len());
    assert_eq!(recognise(&bomb), Err(Refusal::Bomb));
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
    for bytes in [&tagged, &sound] {
        assert_eq!(recognise(bytes), Ok(Recognised { kind: Kind::Mp3, bytes: Cow::Borrowed(&sound) }));
    }
    assert!(recognise(&frame()).is_err(), "one frame is chance");
    let page = |first: &[u8]| [&b"OggS\0\x02"[..], &[0; 20], &[1, first.len() as u8], first].concat();
    assert_eq!(recognise(&page(b"OpusHead\x01")).map(|found| found.kind), Ok(Kind::Ogg));
    assert_eq!(recognise(&page(b"\x80theora")), Err(Refusal::Unknown), "a film");
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
