use super::*;
use chrono_tz::Europe::Belgrade;
use icalendar::DatePerhapsTime;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn entry() -> Entry {
    Entry {
        session: "training_session_01h455vb4pex5vsknk084sn02q".to_owned(),
        day: (1, 2),
        kind: Kind::ConsultationDay,
        municipality: Municipality::of_code("novi-sad"),
        times: (instant("2026-05-05T07:00:00Z"), instant("2026-05-05T13:00:00Z")),
        sequence: 3,
        standing: Standing::Confirmed,
    }
}

fn written(entry: &Entry, language: Language) -> String {
    calendar(std::slice::from_ref(entry), language, instant("2026-04-20T08:00:00Z"))
}

/// The lines as they were before they were folded.
fn unfolded(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[test]
fn an_entry_is_what_the_standard_asks_for() {
    let lines = unfolded(&written(&entry(), Language::English));
    for expected in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Oslonac//Oslonac//SR",
        "BEGIN:VEVENT",
        "UID:training_session_01h455vb4pex5vsknk084sn02q-1",
        "DTSTAMP:20260420T080000Z",
        "DTSTART:20260505T070000Z",
        "DTEND:20260505T130000Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "LOCATION:Novi Sad",
        "SUMMARY:Consultation and supervision day\\, Novi Sad (1/2)",
        "END:VEVENT",
        "END:VCALENDAR",
    ] {
        assert_eq!(lines.iter().filter(|line| *line == expected).count(), 1, "{expected}: {lines:#?}");
    }
}

#[test]
fn long_lines_are_folded_and_hold_whole_letters() {
    let calendar = written(&entry(), Language::SerbianCyrillic);
    assert!(calendar.contains("\r\n "), "{calendar}");
    for line in calendar.split("\r\n") {
        assert!(line.len() <= 75, "{line}: {}", line.len());
    }
    assert!(!calendar.replace("\r\n", "").contains(['\r', '\n']));
    let summary = "SUMMARY:Дан консултација и супервизије\\, Нови Сад (1/2)".to_owned();
    assert!(unfolded(&calendar).contains(&summary), "{calendar}");
}

#[test]
fn days_on_which_the_clocks_change_keep_their_times_on_the_wall() {
    for (start, end, wall) in [
        // On 29 March 2026 the clocks go from 2 to 3, on 25 October from 3 to 2.
        ("2026-03-28T09:00:00Z", "2026-03-28T14:00:00Z", "10:00-15:00"),
        ("2026-03-29T08:00:00Z", "2026-03-29T13:00:00Z", "10:00-15:00"),
        ("2026-10-24T08:00:00Z", "2026-10-24T13:00:00Z", "10:00-15:00"),
        ("2026-10-25T09:00:00Z", "2026-10-25T14:00:00Z", "10:00-15:00"),
        // Through the night itself.
        ("2026-03-28T22:30:00Z", "2026-03-29T01:30:00Z", "23:30-03:30"),
        ("2026-10-24T21:30:00Z", "2026-10-25T01:30:00Z", "23:30-02:30"),
    ] {
        let one = Entry { times: (instant(start), instant(end)), day: (1, 1), ..entry() };
        let calendar: Calendar = written(&one, Language::English).parse().expect("the crate reads what it wrote");
        let event = calendar.events().next().expect("an event");
        let on_the_wall = |time: Option<DatePerhapsTime>| match time {
            Some(DatePerhapsTime::DateTime(icalendar::CalendarDateTime::Utc(instant))) => {
                instant.with_timezone(&Belgrade).format("%H:%M").to_string()
            }
            other => panic!("not an instant: {other:?}"),
        };
        assert_eq!(format!("{}-{}", on_the_wall(event.get_start()), on_the_wall(event.get_end())), wall, "{start}");
    }
}

#[test]
fn titles_are_neutral_in_every_language_and_kind() {
    let banned = ["victim", "traffick", "exploit", "жртв", "трговин", "žrtv", "trgovin", "експлоат", "eksploat"];
    for language in Language::ALL {
        for kind in [
            Kind::Training,
            Kind::InformationDay,
            Kind::ConsultationDay,
            Kind::RoundTable,
            Kind::Workshop,
            Kind::ExternalSupervision,
        ] {
            for municipality in [None, Municipality::of_code("novi-sad")] {
                let calendar = written(&Entry { kind, municipality, ..entry() }, language);
                let text = unfolded(&calendar).join("\n").to_lowercase();
                assert!(banned.iter().all(|word| !text.contains(word)), "{text}");
                assert!(!text.contains("calendar-"), "a message is missing: {text}");
            }
        }
    }
}

#[test]
fn what_was_called_off_says_so_and_keeps_its_uid() {
    let uid = |entry: &Entry| {
        let lines = unfolded(&written(entry, Language::English));
        lines.into_iter().find(|line| line.starts_with("UID:")).expect("a UID")
    };
    let moved = Entry { times: (instant("2026-06-05T07:00:00Z"), instant("2026-06-05T13:00:00Z")), ..entry() };
    let cancelled = Entry { standing: Standing::Cancelled, ..entry() };
    assert_eq!(uid(&entry()), uid(&moved));
    assert_eq!(uid(&entry()), uid(&cancelled));
    assert!(written(&cancelled, Language::English).contains("STATUS:CANCELLED\r\n"));
}
