//! The table "Who sees what" as this walk reads it: of whose data each member of the network sees which classes.
//!
//! A class is named by the report and by what of it: `draft`, `open` (not accepted, so that its author still reads the
//! identity), `accepted`; of each `content`, `identity`, `file`, and, for the Centre alone, `note`, `reason`, `opening` and `bar`.
//! A class behind `file:` stands in what is fetched: files of reports, certificates, tables. Calendars show none.
//! `twice` is that an organisation may have reported somebody twice: `known` its id, `reason` why the Centre says that they are two.
//! `training` is a session, with the address to go to `online`, whom its institution registered, and what participants `need`.
//! `material` is what participants get, `printed` what was given out on paper.
//! `asked` is what a test asks, `bank` what only the bank of questions holds, `answer` what somebody answered.
//! `known` are the ids and the reference of the report itself, `parts` those of what belongs to it. `member` and
//! `organisation` are the directory.

const AUTHOR: &str = "draft.known draft.content draft.file file:draft.file draft.identity
    open.known open.parts open.content open.file file:open.file open.identity
    accepted.known accepted.content accepted.file file:accepted.file";
const SUBMITTED: &str = "open.known open.parts open.content open.file file:open.file
    accepted.known accepted.content accepted.file file:accepted.file";
const OPEN_WORK: &str = "open.known open.parts open.content open.file file:open.file open.note open.reason";
const ACCEPTED_WORK: &str =
    "accepted.known accepted.parts accepted.content accepted.file file:accepted.file accepted.note
    accepted.reason";
/// What was touched, and why.
const TRAIL: &str = "draft.known open.known open.reason accepted.known accepted.parts accepted.reason";
/// The trail of one's own organisation names drafts of colleagues by their ids.
const OWN_TRAIL: &str = "draft.known";
const DIRECTORY: &str = "organisation member";
/// A session that is for one's institution, without the address to go to online. It names its organiser.
const INVITED: &str = "training.school organisation";
/// A session in which one has a place.
const TAKES_PART: &str = "training.school training.school.online organisation";
const TAKES_PART_TOO: &str = "training.partner training.partner.online organisation";
/// Sessions of the demonstration name their organiser.
const ORGANISER: &str = "organisation";
/// Everybody in a session, for those who train it.
const TRAINED: &str = "training.participant training.participant.needs training.own.needs";
/// A list of them as a table.
const LISTED: &str = "file:training.participant";
/// Who was certified, and the certificate itself.
const CERTIFIED: &str = "training.certified file:training.certified";
/// On certificates, and on the table of coverage.
const NAMED: &str = "file:organisation";

/// What participants get of a session.
const MATERIAL: &str = "training.material";
/// What was given out on paper, for those who count it.
const PRINTED: &str = "training.printed";
/// What a test asked, for whoever took it.
const TOOK_TEST: &str = "training.asked";
/// The bank behind it, for those who train.
const BANK: &str = "training.asked training.bank";
const ANSWER: &str = "training.answer";

/// The table.
pub(super) fn matrix() -> Vec<(&'static str, [Vec<&'static str>; 4])> {
    LINES
        .iter()
        .map(|(walker, cells)| {
            (*walker, cells.map(|cell| cell.iter().flat_map(|part| part.split_whitespace()).collect()))
        })
        .collect()
}

const LINES: [(&str, [&[&str]; 4]); 17] = [
    (
        "reporter@school-01.example",
        [
            &[AUTHOR, DIRECTORY, "training.own.needs", ANSWER, CERTIFIED],
            &[],
            &[],
            &[TAKES_PART, TOOK_TEST, MATERIAL, NAMED],
        ],
    ),
    ("school-information-system", [&[DIRECTORY], &[AUTHOR], &[], &[INVITED]]),
    ("reporter2@school-01.example", [&[DIRECTORY], &[], &[], &[INVITED]]),
    (
        "coordinator@school-01.example",
        [&[SUBMITTED, OWN_TRAIL, DIRECTORY, TRAINED, CERTIFIED], &[SUBMITTED, OWN_TRAIL], &[], &[TAKES_PART, NAMED]],
    ),
    ("trainer@school-01.example", [&["organisation"], &[], &["organisation"], &["organisation"]]),
    (
        "reporter@social-work-01.example",
        [&[], &[], &[AUTHOR, DIRECTORY, "training.own.needs"], &[TAKES_PART_TOO, NAMED]],
    ),
    ("reporter@school-02.example", [&[], &[], &[], &[ORGANISER, NAMED]]),
    ("several@school-03.example", [&[], &[], &[], &[]]),
    ("", [&[], &[], &[], &[]]),
    (
        "intake@centre.example",
        [
            &[OPEN_WORK, ACCEPTED_WORK, "accepted.identity accepted.opening twice.known twice.reason", DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[AUTHOR, OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
        ],
    ),
    (
        "intake2@centre.example",
        [
            &[ACCEPTED_WORK, "twice.known twice.reason", DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
        ],
    ),
    (
        "supervisor@centre.example",
        [
            &[
                OPEN_WORK,
                "open.bar twice.known twice.reason",
                ACCEPTED_WORK,
                "accepted.opening",
                DIRECTORY,
                "training.participant",
                CERTIFIED,
                NAMED,
            ],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY, "training.participant", NAMED],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY, NAMED, TAKES_PART, TAKES_PART_TOO, MATERIAL, PRINTED],
        ],
    ),
    ("caseworker@centre.example", [&[OPEN_WORK, DIRECTORY], &[], &[DIRECTORY], &[DIRECTORY]]),
    (
        "trainer@centre.example",
        [
            &["organisation", NAMED, TRAINED, LISTED, CERTIFIED, ANSWER],
            &[],
            &["organisation", NAMED, TRAINED, LISTED],
            &["organisation", NAMED, TAKES_PART, TAKES_PART_TOO, BANK, MATERIAL, PRINTED],
        ],
    ),
    // Of coverage it sees institutions by their names, and numbers.
    ("analyst@centre.example", [&["organisation", NAMED], &[], &["organisation", NAMED], &["organisation"]]),
    (
        "protection@centre.example",
        [
            &[TRAIL, "open.bar accepted.opening twice.reason", DIRECTORY],
            &[TRAIL],
            &[TRAIL, DIRECTORY],
            &[TRAIL, DIRECTORY],
        ],
    ),
    ("administrator@centre.example", [&[DIRECTORY], &[], &[DIRECTORY], &[DIRECTORY]]),
];
