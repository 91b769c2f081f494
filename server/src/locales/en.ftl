# Messages in English. The Serbian wording stands in sr-Cyrl.ftl under the same keys.

not-found = This does not exist, or not for you.
required = Please fill this in.
too-long = This is too long: { $longest ->
    [one] { $longest } character
   *[other] { $longest } characters
} at most.
content-unreadable = This text is kept but cannot be opened: it was damaged in the database. Tell those who run the service and quote the request id; a backup may hold it whole.
content-unwritable = Nothing can be written here, and nothing was changed: the key of this record was damaged in the database. Tell those who run the service and quote the request id; a backup may hold it whole.
control-characters = This holds characters that cannot be written. Please type it anew.

# Idempotency keys
bad-key = An idempotency key has 8 to 128 printable ASCII characters without spaces. A new UUID is a good one.
key-reused = This idempotency key was used before with another input. Take a new key for a new action.

# Organisations and memberships
not-an-email = This is not an e-mail address.
unknown-municipality = There is no municipality with the code { $code }. The field `districts` lists them.
roles-required = Give at least one role.
role-does-not-fit = The role { $role } does not fit this kind of organisation.
last-coordinator = This is the organisation's last coordinator. Name another one first.
already-a-member = There is an active membership for this already.
stale-membership = Somebody has changed this membership meanwhile. Read it again.
cannot-be-suspended = This organisation is suspended already, or is the Centre itself.
not-suspended = This organisation is not suspended.

# Indicators
unknown-indicator-set = There is no indicator set with this code. The field `indicatorSets` lists them.
unknown-indicator-version = The indicator set has no such version. Leave the version out to get the one in use.
indicator-set-not-yet-valid = This version of the indicator set is in use from { $from } on, and was not yet on the day the report was begun.
indicator-set-not-valid = This version of the indicator set was in use from { $from } until before { $until }, and not on the day the report was begun.
unknown-indicator = The indicator set has no indicator with this code in this version.

# Explaining ticked indicators
number = { $count ->
    [1] one
    [2] two
    [3] three
    [4] four
    [5] five
   *[other] { $count }
}
counted = { number }
counted-strong = { number } strong
counted-medium = { number } medium
counted-weak = { number } weak
counted-medium-or-weak = { number } medium or weak
indicators = { $counted } { $count ->
    [one] indicator
   *[other] indicators
}
quoted = “{ $text }”
list-and = { $start } and { $end }
list-or = { $start } or { $end }
list-ways = { $start }, or { $end }
ticked-nothing = Nothing is ticked here.
ticked-indicators = { $counted } ({ $wordings })
ticked = Ticked: { $list }.
dimension-met = This dimension is met: the rule asks for { $way }.
dimension-not-met = This dimension is not met. Still missing: { $ways }.
dimension-out-of-reach = This dimension cannot be met: the set has too few indicators in it.
dimension-without-rule = This set has no rule that weighs its indicators: the list is the result.
conclusion-met = Everything that the rule of this set asks for is met: { $met }.
conclusion-not-met = The rule of this set asks for more.
conclusion-met-so-far = Met: { $met }.
conclusion-missing = Not met: { $missing }.
conclusion-without-rule = Ticked in this set: { $counted }. The set has no rule that weighs them: the list is the result.
one-of = at least one of { $names }
indicator-caution = An indicator proves nothing, and the lack of one rules nothing out. Whatever stands here, you may send the report.
sign-in-title = Sign-in
sign-in-again = Sign in again
sign-in-request = Quote this number when you ask for help: { $id }
sign-in-wait-remedy = Wait a minute and sign in again. If it goes on, tell the Centre.
sign-in-not-set-up = Signing in is not set up on this server.
sign-in-not-set-up-remedy = Its operator has to name an issuer in the settings, under sign_in.issuers.
sign-in-issuer-unavailable = The place where you sign in does not answer at the moment.
sign-in-unavailable = The service cannot reach its database at the moment.
sign-in-too-many = Too much was asked from your address, or under your account, within a minute.
sign-in-expired = This sign-in took too long, was finished before, or was begun in another window or browser.
sign-in-expired-remedy = Sign in again, and finish within ten minutes in the same browser.
sign-in-denied = You were not let in, or you turned back.
sign-in-denied-remedy = Sign in again. If you are not let in although you should be, ask those who look after your account.
sign-in-failed = The answer of the place where you sign in could not be accepted, so you are not signed in.
sign-in-failed-remedy = Sign in again. If it fails again, tell the Centre.
sign-in-internal = Something went wrong on our side.
sign-in-no-membership = Your account is not a member of any organisation here.
sign-in-no-membership-remedy = Ask the coordinator of your organisation, or the Centre, to invite you under the e-mail address of this account. If you have another account, sign in with that one.
sign-out-foreign = Another site asked to sign you out. You are still signed in.
sign-out-foreign-remedy = To sign out, use the button on our own pages.

demonstration-sign-in-title = Sign in to the demonstration
demonstration-sign-in-explanation = All people here are invented. Pick one; nobody asks for a password.
demonstration-sign-in-second-factor = with a second factor, as roles of the Centre need it
demonstration-sign-in-nobody = Do not sign in
demonstration-sign-in-organisations = Organisations

# Reports
person-required = Name at least one person. A pseudonym or nothing but an estimated age is enough.
observation-required = Say what was seen or heard, or tick at least one indicator.
too-many = There are too many: { $most } at most.
ends-before-it-begins = The last day is before the first.
day-in-the-future = This day has not come yet.
day-too-early = This day is before { $earliest }.
birth-year = A year of birth is between { $earliest } and { $latest }.
not-a-country-code = Citizenship is a two-letter country code, such as RS.
not-a-language-tag = A language is a BCP 47 tag, such as sr or rom.
not-a-personal-number = A personal number or the number of a document has at most 30 letters and digits.
indicator-ticked-twice = This indicator is ticked twice for the same person.
person-twice = This person stands twice in the report.
stale-draft = This draft has changed since you read it. Read it again before you change it.
stale-draft-sections = This draft has changed since you read it: { $sections }. Read it again before you change it.
section-reporter = who reports
section-danger = danger
section-persons = persons
section-observations = observations
section-exploitation = suspected exploitation
section-actions = what was done
submitted-already = This report was submitted already, as { $reference }. Add what you learn as information.
still-a-draft = This is still a draft: change it or submit it.
cannot-be-withdrawn = Withdrawal was asked for already, or the Centre's work on this report has ended.
no-answer-awaited = The Centre does not wait for an answer on this report. Add what you know as information.
answered-already = This question was answered already. Add what you know as information.
receipt = The Centre has your report. Keep the reference: with it you can follow the report and add what you learn. If someone comes into danger, call the police on 192.
receipt-immediate = The Centre has your report. You said that someone is in danger now: if you have not done so yet, call the police on 192 at once. Keep the reference: with it you can follow the report and add what you learn.

# Triage
wrong-state = This report { $state }. Possible now: { $possible }.
wrong-state-final = This report { $state }. There is nothing that you can do with it now.
state-draft = is a draft
state-submitted = has been received and not yet taken up
state-in-triage = is in triage
state-more-information-needed = waits for the partner's answer
state-accepted = was accepted
state-joined = is joined to another
state-passed-on = was passed to another authority
state-closed = is closed
to-submit = submit it
to-assign = assign it
to-change-urgency = change its urgency
to-request-information = ask for information
to-answer = answer the request for information
to-accept = accept it
to-join = join it to another report
to-undo-join = undo the joining
to-pass-on = pass it on
to-close = close it
to-reopen = reopen it
did-submit = submitted it
did-assign = assigned it
did-change-urgency = changed its urgency
same-urgency = The report has this urgency already.
did-request-information = asked for information
did-answer = answered the request for information
did-accept = accepted it
did-join = joined it to another report
did-undo-join = undid the joining
did-pass-on = passed it to another authority
did-close = closed it
did-reopen = reopened it
stale-report = This report has changed since you read it: on { $when } { $who } { $what }. Read it again.
stale-report-somehow = This report has changed since you read it, on { $when }. Read it again.
not-an-assignee = A report can be assigned to an intake officer, a case worker or a supervisor of the Centre whose membership has not ended.
join-to-itself = A report cannot be joined to itself.
join-to-joined = That report is itself joined to another. Join this one to that other.
reopen-decided = One of the cases of this report has been decided on. A decided case keeps its report.
reason-too-short = Say why in at least { $shortest } letters and digits. The protection officer reviews every opened identity.
no-identity = Nothing is known of the identity of this person.
too-many-messages = There are { $most } messages of this kind on this report already, and it takes no more. Speak to each other by telephone.
too-many-notes = There are { $most } notes on this report already, and it takes no more.

# Opened identities
opening-ended = This opening has ended already.
review-of-ones-own = Nobody reviews what they opened themselves. Another protection officer has to.
reviewed-already = This opening was reviewed already, and a review is final.

# Bars
author-cannot-be-barred = Whoever wrote a report cannot be barred from it.
nobody-to-bar = Only an active member of the Centre, or of the organisation that reported, can be barred from a report.
barred-already = This member is barred from this report already.
duplicate-decided = This possible duplicate has been decided on already.
duplicate-not-dismissed = This possible duplicate was not dismissed, so there is nothing to take back. Where the reports were joined, undo that.
lifted-already = This bar was lifted already.
member-barred = This member is barred from this report because of a conflict of interest.

# Cases
stale-case = Somebody has changed this case meanwhile. Read it again.
case-void = This case lost its ground when its report was reopened.
forms-required = Give at least one form of exploitation.
forms-not-expected = Forms of exploitation belong to an identified person only.

# The page at /
home-signed-in = You are signed in.
home-signed-out = You are not signed in.
home-explanation = This is the service through which the Centre and its partners work together. Reports come in through its API, from the software of your organisation.
home-sign-in = Sign in
home-sign-out = Sign out
home-try-the-api = Try the API (GraphiQL)

# Retention
too-many-persons-to-erase = Name at most { $most } persons in one request.
erased-already = This person has been erased already.
erasure-at-work = There is work on this report, or on one that it was joined to. Decide, close or pass on first.
erasure-waits-already = The erasure of this person is under review already.
erasure-joined = This report was joined to others, and the person may stand in them too. Name it there as well, or say that it stands nowhere else.
erasure-over = This erasure was done or dropped.
erasure-held-already = This erasure is held back already.
erasure-not-held = This erasure is not held back.
report-erased = This report has been erased. Nothing can be added to it or changed on it.

# Training
hours-out-of-range = Between 1 and { $longest } hours of teaching.
year-out-of-range = Give a day of the years { $first } to { $last }.
last-day-before-first = The last day is before the first.
programme-withdrawn = This programme was withdrawn already.
stale-programme = Somebody has changed this programme meanwhile. Read it again.
programme-not-valid = This programme is not valid on the first day of the session, or was withdrawn.
session-window-passed = The time to register has passed. Change it first.
session-not-begun = The session has not begun yet.
session-not-over = The session is not over yet.
session-step-impossible = This cannot be done as the session stands.
day-was-attended = Attendance was written down for { $day }. That day stays on its date.
session-is-over = The session took place or was called off, and is not changed any more.
session-days = A session has one to { $most } days.
session-day-length = A day ends after it begins, and lasts { $longest } hours at most.
session-days-overlap = Two of these days overlap.
session-too-long = From the first day to the last there is at most a year.
session-window-empty = Registration ends before it begins.
session-window-too-late = Registration ends at the latest when the session begins.
session-cancelled = The session was called off.
capacity-below-taken = { $taken } places are given out already. Fewer there cannot be.
out-of-range = Between { $least } and { $most }.
not-a-language = A language is written as two small letters: sr, en, hu.
not-an-https-address = An address to go to online begins with https://. A session on site has none.
kept-places = Keep at least one place for a kind of institution, and name each kind once.
kept-places-exceed = More places are kept than there are.
unknown-district = There is no district with the code { $code }. The field `districts` lists them.
too-many-copies = Name one to { $most } days.
stale-session = Somebody has changed this session meanwhile. Read it again.
only-the-planner = Only who planned the session says who trains it.
trainer-busy = One of the trainers holds another session at this time.
unreached-at-the-centre = Only trainers of the Centre invite whom nobody has reached. Invite institutions by name.

# Registrations
registration-not-open-yet = One can register from { $opens } on.
registration-ended = Registration ended on { $closed }.
registration-closed = One cannot register for this session.
cannot-be-added = Nobody can be added as the session stands.
nobody-has-come-yet = Nobody can have come yet: the doors open an hour before the session begins. Add the participant with a place.
registration-is-over = This registration does not count any more.
registration-not-requested = This registration does not wait for an approval.
registered-already = This person is registered for the session already.
session-has-begun = The session has begun, or was called off.
no-place-left = No place is left, and there is no waiting list.
nothing-offered = No place is offered here.
offer-ended = The offer has ended. The place went to whoever waited next.
no-place-to-pass-on = Only a place that one has can be passed on.
stale-registration = This registration has changed meanwhile. Read it again.
too-late-for-needs = The session is over, and what was needed for it is deleted.
only-oneself = Only a coordinator registers others.

# Attendance
session-not-held = This session is being planned, or was called off.
session-is-final = Attendance of this session is final.
day-not-begun = The doors open an hour before the day begins.
day-is-over = This day is over. Ask the trainer to write you down.
attendance-times = One comes before one leaves, and both on that day.
attendance-entries = Name one to { $most } participants.
named-twice = This participant is named twice.
code-does-not-hold = This code does not hold any more. Read the one that is shown in the room now.
no-place-of-yours = You have no place in this session. Ask the trainer to add you under the name of your membership, and read the code again.
# Learning
options-not-expected = A question that is answered freely has no options.
too-few-or-many-options = Give { $least } to { $most } options.
option-twice = Two options are the same.
right-options = The right options do not fit: name one of one right option, at least one of several, all in their order, and none of a free answer; each once, by its position from 0.
question-retired = This question has retired.
question-twice = This question is named twice.
too-few-or-many-questions = A test has 1 to { $most } questions.
closes-before-it-opens = It must close after it opens.
session-takes-no-tests = This session is completed or called off. Its results are final.
test-was-taken = Somebody has taken this test. It is not changed any more.
no-place-in-session = You have no place in this session.
test-not-open-yet = This test is not open yet.
test-closed = This test is closed.
no-attempts-left = You have taken this test as often as it can be taken.
test-submitted = This attempt was submitted already.
test-time-over = The time of this attempt is over. What was saved before counts.
test-still-running = This attempt is still running.
test-taken-here = This participant has taken the test here, and has its result.
no-such-question = The test has no such question, or it is answered twice.
choices-do-not-fit = These choices do not fit the question.
text-not-expected = This question is answered by choosing.
too-many-answers = Send at most { $most } answers.
session-not-evaluated = This session is not published, or was called off.
evaluation-window = Give an instant after the beginning, and at most { $days } days later.
evaluation-not-open = This session cannot be evaluated yet.
evaluation-closed = The evaluation of this session has ended.
evaluated-already = You have evaluated this session already.
no-such-evaluation-question = There is no such question, or it is answered twice.
no-such-mark = A mark is a number from 1 to 5.
marks-missing = Give each question a mark.

# On a certificate
certificate-heading = Certificate
certificate-given-to = This certificate is given to
certificate-for-training = for taking part in the training
certificate-for-information-day = for taking part in the information day
certificate-for-consultation-day = for taking part in the day of consultation and supervision
certificate-for-round-table = for taking part in the round table
certificate-for-workshop = for taking part in the workshop
certificate-for-external-supervision = for taking part in the external supervision
certificate-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
certificate-accredited = Programme accredited by { $accreditor }, number { $number }
certificate-number = No. { $number }
certificate-issued = Issued on { $day }
certificate-valid-until = Valid until { $day }
certificate-verify = To verify: { $address }

# Certificates
certificates-too-early = Certificates are issued once the session took place. Mark it as held first.
certificate-revoked-already = This certificate was revoked or replaced already.
certificate-replaced-already = This certificate was replaced already. Replace the one that took its place.
letters-not-printable = This has letters that certificates cannot show. Write it in Latin or Cyrillic script.
certificate-not-printable = Certificates cannot show all letters of “{ $text }”. Write it in Latin or Cyrillic letters first.

# The page where anybody verifies a certificate
verify-title = Is a certificate valid?
verify-number = Number of the certificate
verify-explanation = It stands at the foot of the certificate and looks like UV-7KQ4-M2XD-9.
verify-ask = Check
verify-valid = This certificate is valid.
verify-expired = This certificate is not valid any more: its time has ended.
verify-revoked = This certificate is not valid: it was revoked.
verify-replaced = This certificate is not valid any more: another was issued in its place.
verify-programme-withdrawn = This certificate is not valid any more: the programme was withdrawn.
verify-unknown = There is no certificate with this number.
verify-no-number = This cannot be the number of a certificate. Look at the number again, letter by letter.
verify-too-many = There were too many requests from your address. Wait a minute and try again.
verify-unavailable = This cannot be found out at the moment. Try again in a few seconds.

# Calendars. Neutral: these stand on telephones and in calendars that others see.
calendar-name = Training
calendar-training = Training
calendar-information-day = Information day
calendar-consultation-day = Consultation and supervision day
calendar-round-table = Round table
calendar-workshop = Workshop
calendar-external-supervision = Supervision
calendar-online = online

# Materials
material-of-one = Name a session or a programme, and only one of them.
not-an-https-link = An address begins with https:// and has no name or password in it.
material-replaced-already = A newer version has taken the place of this one. Replace that one.
material-withdrawn-already = This was taken back.
material-empty = A material has a text or an address, or both.
printed-quantity = Give 1 to { $most } pieces.
printed-to-one = Name the institution that got it, or say in words who did; only one of them.
printed-not-yet = This day is still to come.
# Coverage and lists of participants, as files
coverage-sheet = Coverage
coverage-institution = Institution
coverage-kind = Kind
coverage-district = District
coverage-municipality = Municipality
coverage-last-trained = Last trained on
coverage-participants = Participants
coverage-sessions = Sessions
coverage-reports = Reports submitted
participants-sheet = Participants
participants-name = Name
participants-function = Function
participants-days = Days attended

# Kinds of institution
kind-centre = the Centre
kind-school = school
kind-centre-for-social-work = centre for social work
kind-health-service = health service
kind-police = police
kind-employment-service = employment service
kind-reception-centre = reception centre
kind-childrens-home = children's home
kind-labour-inspectorate = labour inspectorate
kind-non-governmental = non-governmental organisation
kind-other-authority = other authority
# Lists of past participants
import-unreadable = This file cannot be read. Save it as CSV, or as XLSX without a password, and send it with the type that it has.
import-unpacks-too-large = This workbook unpacks to too much. Copy the list alone into a new one.
import-no-lines = There are no lines below the headings.
import-too-many-lines = A list has { $most } lines at most. Split it.
import-too-many-sessions = A list names { $most } sessions at most. Split it.
import-unknown-column = No column is called “{ $heading }”. Remove it: what is not asked for is not imported.
import-column-twice = There are two columns “{ $heading }”. Keep one.
import-column-missing = The column “{ $heading }” is missing. Add it; the template has all of them.
import-value-without-heading = The value in position { $position } stands under no heading. Remove it.
import-formula = This begins like a formula. Replace it by its value.
name-personal-number = This looks like a personal number. Remove it: it does not belong here.
name-birth-date = This looks like a date of birth. Remove it: it does not belong here.
name-digits = A name has no digits. Write nothing but the name.
import-unknown-kind = “{ $kind }” is no kind of session. Write training, information day, consultation day, round table, workshop or external supervision.
import-unknown-municipality = There is no municipality “{ $name }”. Write its name or code from the list of municipalities; for a session held online, write online.
import-not-a-day = “{ $text }” is no day. Write 12.3.2023. or 2023-03-12, and commas between several.
import-day-ahead = { $day } is still to come. Only sessions that took place are imported.
import-day-too-old = { $day } is before { $year }. Correct the year.
import-unknown-programme = Your organisation has no programme with the number “{ $number }”. Correct it, register the programme first, or leave it out.
import-institution-unknown = “{ $name }” is not in the directory for this municipality. Correct the name or the municipality, or have it registered first.
import-institution-close = “{ $name }” is not in the directory for this municipality. Closest: { $names }. Correct the name, or have it registered first.
import-institution-ambiguous = The directory has several institutions of this name in this municipality. Ask an administrator to tell them apart.
import-session-differs = Line { $line } has the same session with another kind, days, hours or programme. Write them alike.
import-session-not-over = This session is here and is not held yet. Take its attendance there.
import-session-of-others = Your organisation has this session, and others train it. Ask one of them to import the list, or to name you as a trainer.
import-session-without-day = This session is here and has no day { $day }. Write its days as they are here.
import-session-too-large = A session has { $most } participants at most.

mail-report = Report { $reference } has news
mail-urgent = Urgent: report { $reference } has news
mail-session = The session on { $day } has news
mail-other = There is news for you
mail-summary = { $unread ->
    [one] You have { $unread } unread notification
   *[other] You have { $unread } unread notifications
}
mail-link = Sign in to read it: { $address }
mail-foot = This message was sent by a machine that reads no answers. After signing in you can choose how you are told of news.
too-many-attachments = There are { $most } files on this report already, and it takes no more.
attachment-after-the-end = The work on this report has ended, and it takes no more files.
attachment-handed-in = This file was handed in with the report, and stays with it.
attachment-here-already = Another file was sent to this link already. Announce a new one.
attachment-lost = This file is kept no more: the database knows of it, and its store does not hold it. Tell those who run the service; a copy of the store may have it.
attachment-empty = The file is empty.
attachment-of-no-kind = Files of this kind are not taken. Send PDF, JPEG, PNG, DOCX, ODT, plain text in UTF-8, MP3, M4A or OGG.
attachment-broken = The file is damaged or not whole. Save it once more and send that.
attachment-unpacks-too-large = The file unpacks to more than is taken.
attachment-holds-programs = The file holds programs or objects that cannot be taken. Save it without them, as PDF perhaps.
attachment-too-large = The file is too large: { $most } MB are the most.
webhook-url = Write an https address of at most 500 characters, without a name and a password in it.
webhook-private = This address is one of a private network. Write one that can be reached from the internet.
webhook-disabled = This webhook is disabled. Enable it first.
webhook-enabled = This webhook is in use.
