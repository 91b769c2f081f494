use super::{Cell, Format, Sheet};
use chrono::NaiveDate;
use proptest::prelude::*;

fn sheet(texts: &[&str]) -> Sheet {
    let rows = texts.iter().map(|text| vec![Cell::Text((*text).to_owned()), Cell::Number(7), Cell::Empty]).collect();
    Sheet { title: "Обухват".to_owned(), headings: ["Назив", "=A1", ""].map(str::to_owned).to_vec(), rows }
}

async fn csv(texts: &[&str]) -> String {
    String::from_utf8(sheet(texts).write(Format::Csv).await.expect("a file")).expect("UTF-8")
}

#[tokio::test]
async fn a_csv_has_a_mark_quotes_what_needs_it_and_ends_its_lines() {
    let written = csv(&["Школа", "a,b", "a\"b", "a\r\nb"]).await;
    let expected = "\u{feff}Назив,'=A1,\r\nШкола,7,\r\n\"a,b\",7,\r\n\"a\"\"b\",7,\r\n\"a\r\nb\",7,\r\n";
    assert_eq!(written, expected);
}

#[tokio::test]
async fn nothing_that_somebody_wrote_is_calculated() {
    for text in ["=HYPERLINK(\"http://x\")", "+381", "-1", "@x", "\tx", "\r=1", "  =1", "＝1", "\u{a0}@x"] {
        let written = csv(&[text]).await;
        let line = written.split_once("\r\n").expect("lines").1;
        assert!(line.starts_with('\'') || line.starts_with("\"'"), "{text:?}: {line:?}");
    }
    assert!(csv(&["Школа = наша"]).await.contains("\r\nШкола = наша,"), "what is harmless stays as it is");
}

#[tokio::test]
async fn an_xlsx_is_a_package_and_takes_every_cell() {
    let mut sheet = sheet(&["=1+1", &"ж".repeat(40_000), "\u{1}"]);
    for day in ["0001-01-01", "1899-12-30", "1900-01-01", "2024-02-29", "2199-12-31"] {
        sheet.rows.push(vec![Cell::Day(day.parse::<NaiveDate>().expect("a day"))]);
    }
    let written = sheet.write(Format::Xlsx).await.expect("a file");
    assert!(written.starts_with(b"PK\x03\x04"));
    assert!(!written.windows(3).any(|bytes| bytes == b"<f>"), "no formula");
}

proptest! {
    #[test]
    fn any_text_comes_back_from_a_csv_and_begins_no_formula(text: String) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let written = runtime.block_on(csv(&[&text]));
        let mut reader = csv::ReaderBuilder::new().from_reader(written.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(rows[0][0].trim_start_matches('\''), text.trim_start_matches('\''));
        prop_assert!(!rows[0][0].trim_start().starts_with(['=', '+', '-', '@']));
    }
}
