//! The table "Who sees what" as this walk reads it: of whose data each member of the network sees which classes.
//!
//! A class is named by the report and by what of it: `draft`, `open` (not accepted, so that its author still reads the
//! identity), `accepted`; of each `content`, `identity`, and, for the Centre alone, `note`, `reason`, `opening` and `bar`.
//! `known` are the ids and the reference of the report itself, `parts` those of what belongs to it. `member` and
//! `organisation` are the directory.

const AUTHOR: &str = "draft.known draft.content draft.identity open.known open.parts open.content open.identity
    accepted.known accepted.content";
const SUBMITTED: &str = "open.known open.parts open.content accepted.known accepted.content";
const OPEN_WORK: &str = "open.known open.parts open.content open.note open.reason";
const ACCEPTED_WORK: &str = "accepted.known accepted.parts accepted.content accepted.note accepted.reason";
/// What was touched, and why.
const TRAIL: &str = "draft.known open.known open.reason accepted.known accepted.parts accepted.reason";
/// The trail of one's own organisation names drafts of colleagues by their ids.
const OWN_TRAIL: &str = "draft.known";
const DIRECTORY: &str = "organisation member";

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
    ("reporter@school-01.example", [&[AUTHOR, DIRECTORY], &[], &[], &[]]),
    ("school-information-system", [&[DIRECTORY], &[AUTHOR], &[], &[]]),
    ("reporter2@school-01.example", [&[DIRECTORY], &[], &[], &[]]),
    ("coordinator@school-01.example", [&[SUBMITTED, OWN_TRAIL, DIRECTORY], &[SUBMITTED, OWN_TRAIL], &[], &[]]),
    ("trainer@school-01.example", [&["organisation"], &[], &["organisation"], &["organisation"]]),
    ("reporter@social-work-01.example", [&[], &[], &[AUTHOR, DIRECTORY], &[]]),
    ("reporter@school-02.example", [&[], &[], &[], &[]]),
    ("several@school-03.example", [&[], &[], &[], &[]]),
    ("", [&[], &[], &[], &[]]),
    (
        "intake@centre.example",
        [
            &[OPEN_WORK, ACCEPTED_WORK, "accepted.identity accepted.opening", DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[AUTHOR, OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
        ],
    ),
    (
        "intake2@centre.example",
        [
            &[ACCEPTED_WORK, DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
        ],
    ),
    (
        "supervisor@centre.example",
        [
            &[OPEN_WORK, "open.bar", ACCEPTED_WORK, "accepted.opening", DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
        ],
    ),
    ("caseworker@centre.example", [&[OPEN_WORK, DIRECTORY], &[], &[DIRECTORY], &[DIRECTORY]]),
    ("trainer@centre.example", [&["organisation"], &[], &["organisation"], &["organisation"]]),
    ("analyst@centre.example", [&[], &[], &[], &["organisation"]]),
    (
        "protection@centre.example",
        [&[TRAIL, "open.bar accepted.opening", DIRECTORY], &[TRAIL], &[TRAIL, DIRECTORY], &[TRAIL, DIRECTORY]],
    ),
    ("administrator@centre.example", [&[DIRECTORY], &[], &[DIRECTORY], &[DIRECTORY]]),
];
