//! What people read in a file that the server hands out.

use std::io::{Cursor, Read as _, Write as _};
use std::process::{Command, Stdio};

/// The text of a file: of a PDF what stands on its pages, of a packed folder (XLSX, DOCX, ODT) all its parts, of others their
/// bytes.
pub fn readable(bytes: &[u8]) -> String {
    if bytes.starts_with(b"%PDF") {
        return text_of_pdf(bytes);
    }
    match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(folder) => parts(folder),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// What stands on the pages of a PDF, each ended by a form feed.
pub fn text_of_pdf(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext");
    let reader = reader.args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut reader = reader.expect("pdftotext is installed: tests/run installs poppler-utils");
    let mut entrance = reader.stdin.take().expect("a pipe");
    std::thread::scope(|scope| {
        scope.spawn(move || entrance.write_all(pdf).expect("it reads"));
        String::from_utf8(reader.wait_with_output().expect("it ends").stdout).expect("UTF-8")
    })
}

fn parts(mut folder: zip::ZipArchive<Cursor<&[u8]>>) -> String {
    let mut text = Vec::new();
    for part in 0..folder.len() {
        folder.by_index(part).expect("a part").read_to_end(&mut text).expect("its content");
    }
    String::from_utf8_lossy(&text).into_owned()
}
