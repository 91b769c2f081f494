//! The table "Who sees what" as this walk reads it: of whose data each member of the network sees which classes.
//!
//! A class is named by the report and by what of it: `draft`, `open` (not accepted, so that its author still reads the
//! identity), `accepted`; of each `content`, `identity`, `file`, and, for the Centre alone, `note`, `reason`, `opening` and `bar`.
//! A class behind `file:` stands in what is fetched: files of reports, certificates, tables. Calendars show none.
//! `twice` is that an organisation may have reported somebody twice: `known` its id, `reason` why the Centre says that they are two.
//! `training` is a session, with the address to go to `online`, whom its institution registered, and what participants `need`.
//! `material` is what participants get, `printed` what was given out on paper.
//! `asked` is what a test asks, `bank` what only the bank of questions holds, `answer` what somebody answered, `comment` what one
//! said of a session, which nobody is shown. `programme` is in the catalogue.
//! `review` is what was said of an opening, `emergency` why somebody without assignment opened a report, `erasure` why a person is
//! to be erased or is not. A `reason` of `training`, `member` or `institution` stands in the audit trail alone.
//! A `withdrawal` is why a partner wants its report back. `webhook` is an address.
//! `institution` was registered by the Centre. A `key` is what an author calls its own action: nobody is shown one.
//! `known` are the ids and the reference of the report itself, `parts` those of what belongs to it. `member` and
//! `organisation` are the directory.

const AUTHOR: &str = "draft.known draft.content draft.file file:draft.file draft.identity
    open.known open.parts open.content open.withdrawal open.file file:open.file open.identity
    accepted.known accepted.content accepted.file file:accepted.file";
const SUBMITTED: &str = "open.known open.parts open.content open.withdrawal open.file file:open.file
    accepted.known accepted.content accepted.file file:accepted.file";
const OPEN_WORK: &str =
    "open.known open.parts open.content open.withdrawal open.file file:open.file open.note open.reason";
const ACCEPTED_WORK: &str =
    "accepted.known accepted.parts accepted.content accepted.file file:accepted.file accepted.note
    accepted.reason";
/// What was touched, and why: a partner's reason to withdraw a report too.
const TRAIL: &str = "draft.known open.known open.reason open.withdrawal accepted.known accepted.parts accepted.reason";
/// Why somebody opened a report in an emergency, and what was said of that.
const EMERGENCY: &str = "accepted.emergency accepted.review";
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
/// The catalogue.
const PROGRAMME: &str = "training.programme";
/// An institution that was registered, in the directory.
const INSTITUTION: &str = "institution";
/// The same in the table of coverage.
const COVERED: &str = "institution file:institution";
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
            &[TAKES_PART, TOOK_TEST, MATERIAL, NAMED, PROGRAMME],
        ],
    ),
    ("school-information-system", [&[DIRECTORY], &[AUTHOR], &[], &[INVITED, PROGRAMME]]),
    ("reporter2@school-01.example", [&[DIRECTORY], &[], &[], &[INVITED, PROGRAMME]]),
    (
        "coordinator@school-01.example",
        [
            &[SUBMITTED, OWN_TRAIL, DIRECTORY, TRAINED, CERTIFIED, "member.reason webhook"],
            &[SUBMITTED, OWN_TRAIL],
            &[],
            &[TAKES_PART, NAMED, PROGRAMME],
        ],
    ),
    (
        "trainer@school-01.example",
        [&["organisation"], &[], &["organisation"], &["organisation", INSTITUTION, PROGRAMME]],
    ),
    (
        "reporter@social-work-01.example",
        [&[], &[], &[AUTHOR, DIRECTORY, "training.own.needs"], &[TAKES_PART_TOO, NAMED, PROGRAMME]],
    ),
    ("reporter@school-02.example", [&[], &[], &[], &[ORGANISER, NAMED, PROGRAMME]]),
    ("several@school-03.example", [&[], &[], &[], &[]]),
    ("", [&[], &[], &[], &[]]),
    (
        "intake@centre.example",
        [
            &[
                OPEN_WORK,
                ACCEPTED_WORK,
                "accepted.identity accepted.opening accepted.review twice.known twice.reason",
                DIRECTORY,
            ],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[AUTHOR, OPEN_WORK, ACCEPTED_WORK, DIRECTORY, INSTITUTION],
        ],
    ),
    (
        "intake2@centre.example",
        [
            &[ACCEPTED_WORK, "twice.known twice.reason", DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY],
            &[OPEN_WORK, ACCEPTED_WORK, DIRECTORY, INSTITUTION],
        ],
    ),
    (
        "supervisor@centre.example",
        [
            &[
                OPEN_WORK,
                "open.bar twice.known twice.reason",
                ACCEPTED_WORK,
                "accepted.opening accepted.review asked.erasure",
                DIRECTORY,
                "training.participant",
                CERTIFIED,
                NAMED,
            ],
            &[OPEN_WORK, ACCEPTED_WORK],
            &[OPEN_WORK, ACCEPTED_WORK, EMERGENCY, DIRECTORY, "training.participant", NAMED],
            &[
                OPEN_WORK,
                ACCEPTED_WORK,
                DIRECTORY,
                NAMED,
                TAKES_PART,
                TAKES_PART_TOO,
                MATERIAL,
                PRINTED,
                COVERED,
                PROGRAMME,
            ],
        ],
    ),
    // Of what it opened in an emergency it sees afterwards which report it was.
    (
        "caseworker@centre.example",
        [&[OPEN_WORK, DIRECTORY], &[], &[DIRECTORY, EMERGENCY, "accepted.known"], &[DIRECTORY, INSTITUTION]],
    ),
    (
        "trainer@centre.example",
        [
            &["organisation", NAMED, TRAINED, LISTED, CERTIFIED, ANSWER],
            &[],
            &["organisation", NAMED, TRAINED, LISTED],
            &["organisation", NAMED, TAKES_PART, TAKES_PART_TOO, BANK, MATERIAL, PRINTED, COVERED, PROGRAMME],
        ],
    ),
    // Of coverage it sees institutions by their names, and numbers.
    ("analyst@centre.example", [&["organisation", NAMED], &[], &["organisation", NAMED], &["organisation", COVERED]]),
    (
        "protection@centre.example",
        [
            &[TRAIL, "open.bar accepted.opening accepted.review asked.erasure twice.reason member.reason", DIRECTORY],
            &[TRAIL],
            &[TRAIL, EMERGENCY, "member.reason", DIRECTORY],
            &[TRAIL, DIRECTORY, INSTITUTION, "institution.reason member.reason training.reason"],
        ],
    ),
    ("administrator@centre.example", [&[DIRECTORY], &[], &[DIRECTORY], &[DIRECTORY, INSTITUTION]]),
];
