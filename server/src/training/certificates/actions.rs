//! What is done to certificates: issued, revoked, replaced.

use super::rules::{self, Done, NotEarned, Requirements};
use crate::access::{Act, Action, Order, Scope, Write};
use crate::error::{Outcome, Problem};
use crate::idempotency::Once;
use crate::ids;
use crate::training::attendance::rules::was_there;
use crate::triage::rules::reason;
use chrono::NaiveDate;
use chrono_tz::Europe::Belgrade;
use entity::certificate::{self, Model, Revocation};
use entity::certificate_content::{self, Language};
use entity::registration::State;
use entity::{
    attendance, programme, registration, session_test, session_trainer, test_result, training_day, training_session,
};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What issuing did.
pub(super) struct Issued {
    /// How many certificates it issued.
    pub(super) count: usize,
    /// Registrations without a certificate, and why.
    pub(super) refused: Vec<(Uuid, NotEarned)>,
}

/// What changes when a certificate is replaced.
pub(super) struct Changed<'a> {
    /// The name, where another one is given.
    pub(super) holder: Option<&'a str>,
    /// The language, where another one is given.
    pub(super) language: Option<Language>,
}

/// Issues certificates for all participants of a session who have earned one and never had one.
pub(super) async fn issue(scope: &Scope, once: &Once, session: Option<Uuid>, language: Language) -> Outcome<Issued> {
    let write = scope.begin().await?;
    let session = trained(&write, session, "sessionId").await?;
    rules::may_issue(&session)?;
    let new_batch = ids::new_key(write.now());
    let earlier = once.claim(&write, new_batch).await?;
    let (earned, refused) = participants(&write, &session).await?;
    if let Some(batch) = earlier {
        let same = certificate::Column::BatchId.eq(batch);
        let count = write.find::<certificate::Entity>().filter(same).count().await?;
        return Ok(Issued { count: usize::try_from(count).unwrap_or_default(), refused });
    }
    let stamp = Stamp::of(&write, &session, new_batch, language).await?;
    let (accreditor, number) = stamp.accreditation();
    rules::printable([&session.title, &session.organiser, accreditor, number])?;
    let rows: Vec<_> = earned.iter().map(|participant| stamp.certificate(participant)).collect();
    let count = rows.len();
    let (certificates, contents) = rows.into_iter().unzip();
    write.insert_parts::<certificate::Entity>(certificates).await?;
    write.insert_parts::<certificate_content::Entity>(contents).await?;
    write.audit::<training_session::Entity>(session.id, Action::CertificatesIssued).await?;
    write.commit().await?;
    Ok(Issued { count, refused })
}

/// Revokes a certificate.
pub(super) async fn revoke(scope: &Scope, key: Option<Uuid>, why: &str) -> Outcome<Model> {
    let why = reason(why)?;
    let write = scope.begin().await?;
    let before = issued(&write, key).await?;
    rules::may_revoke(&before)?;
    let after = revoked(&write, &before, Revocation::Revoked);
    let act = Act::because(Action::CertificateRevoked, why);
    let after = write.update::<certificate::Entity>(&before, after, act).await?;
    write.commit().await?;
    Ok(after)
}

/// Issues a certificate in the place of another.
pub(super) async fn replace(scope: &Scope, once: &Once, key: Option<Uuid>, changed: Changed<'_>) -> Outcome<Model> {
    let missing = || Problem::not_found("certificateId");
    let holder = changed.holder.map(rules::holder).transpose()?;
    let write = scope.begin().await?;
    let before = issued(&write, key).await?;
    let id = ids::new_key(write.now());
    if let Some(earlier) = once.claim(&write, id).await? {
        return Ok(write.find::<certificate::Entity>().by_key(earlier).one().await?.ok_or_else(missing)?);
    }
    rules::may_replace(&before)?;
    let content = write.find::<certificate_content::Entity>().by_key(before.id).one().await?.ok_or_else(missing)?;
    let after = revoked(&write, &before, Revocation::Replaced);
    write.update::<certificate::Entity>(&before, after, Action::CertificateReplaced).await?;
    let new = Model {
        id,
        number: ids::new_reference(rules::NUMBER_PREFIX),
        batch_id: id,
        issued_at: write.now(),
        issued_by_id: write.viewer().membership_id(),
        revoked_at: None,
        revocation: None,
        replaces_id: Some(before.id),
        ..before
    };
    let content = certificate_content::Model {
        certificate_id: id,
        holder: holder.unwrap_or(content.holder),
        language: changed.language.unwrap_or(content.language),
        ..content
    };
    let new = write.insert::<certificate::Entity>(new, Action::CertificateIssued).await?;
    write.insert_part::<certificate_content::Entity>(content).await?;
    write.commit().await?;
    Ok(new)
}

fn revoked(write: &Write, before: &Model, revocation: Revocation) -> Model {
    Model { revoked_at: Some(write.now()), revocation: Some(revocation), ..before.clone() }
}

/// The session, locked, where the viewer trains it.
async fn trained(write: &Write, key: Option<Uuid>, path: &str) -> Outcome<training_session::Model> {
    use session_trainer::Column;
    let missing = || Problem::not_found(path);
    let key = key.ok_or_else(missing)?;
    let trains =
        Condition::all().add(Column::SessionId.eq(key)).add(Column::MembershipId.eq(write.viewer().membership_id()));
    write.find::<session_trainer::Entity>().filter(trains).one().await?.ok_or_else(missing)?;
    Ok(write.find::<training_session::Entity>().by_key(key).locked().one().await?.ok_or_else(missing)?)
}

/// The certificate, locked, where the viewer trains its session.
async fn issued(write: &Write, key: Option<Uuid>) -> Outcome<Model> {
    let missing = || Problem::not_found("certificateId");
    let found = write.find::<certificate::Entity>().by_key(key.ok_or_else(missing)?).locked().one().await?;
    let found = found.ok_or_else(missing)?;
    trained(write, Some(found.session_id), "certificateId").await?;
    Ok(found)
}

/// Participants who have earned a certificate and never had one, by their names; and those who have no valid one, with the
/// reason.
async fn participants(
    write: &Write,
    session: &training_session::Model,
) -> Outcome<(Vec<registration::Model>, Vec<(Uuid, NotEarned)>)> {
    let of_session = certificate::Column::SessionId.eq(session.id);
    let certificates = write.find::<certificate::Entity>().filter(of_session).all().await?;
    let valid: HashSet<Uuid> =
        certificates.iter().filter(|it| it.revoked_at.is_none()).map(|it| it.registration_id).collect();
    let had: HashSet<Uuid> = certificates.iter().map(|it| it.registration_id).collect();
    let attended = attended(write, session).await?;
    let passed = passed(write, session).await?;
    let required = requirements(write, session).await?;
    let (mut earned, mut refused) = (Vec::new(), Vec::new());
    for participant in registered(write, session).await?.into_iter().filter(|it| !valid.contains(&it.id)) {
        let key = participant.id;
        let done = Done { attended: attended.get(&key).copied().unwrap_or_default(), passed: passed.contains(&key) };
        match rules::earned(required, done).and_then(|()| rules::eligible(&participant.name, had.contains(&key))) {
            Ok(()) => earned.push(participant),
            Err(reason) => refused.push((key, reason)),
        }
    }
    Ok((earned, refused))
}

/// Those who have a place, by their names.
async fn registered(write: &Write, session: &training_session::Model) -> Outcome<Vec<registration::Model>> {
    use registration::Column;
    let registered = Condition::all().add(Column::SessionId.eq(session.id)).add(Column::State.eq(State::Registered));
    let order = [Order::ascending(Column::Name), Order::ascending(Column::Id)];
    Ok(write.find::<registration::Entity>().filter(registered).order(&order).all().await?)
}

async fn requirements(write: &Write, session: &training_session::Model) -> Outcome<Requirements> {
    let of_session = training_day::Column::SessionId.eq(session.id);
    let days = write.find::<training_day::Entity>().filter(of_session).count().await?;
    Ok(Requirements {
        days: usize::try_from(days).unwrap_or_default(),
        attendance_percent: session.attendance_percent,
        test: session.certificate_needs_test,
    })
}

/// On how many days each participant was there, by registration.
async fn attended(write: &Write, session: &training_session::Model) -> Outcome<HashMap<Uuid, usize>> {
    let of_session = attendance::Column::SessionId.eq(session.id);
    let mut attended = HashMap::new();
    for row in write.find::<attendance::Entity>().filter(of_session).all().await? {
        *attended.entry(row.registration_id).or_default() += usize::from(was_there(row.mark));
    }
    Ok(attended)
}

/// Registrations of those who passed the test after the session, in whichever attempt.
async fn passed(write: &Write, session: &training_session::Model) -> Outcome<HashSet<Uuid>> {
    use session_test::{Column, Stage};
    let after = Condition::all().add(Column::SessionId.eq(session.id)).add(Column::Stage.eq(Stage::After));
    let tests = write.find::<session_test::Entity>().filter(after).all().await?;
    let of_tests = test_result::Column::TestId.is_in(tests.iter().map(|test| test.id));
    let passed = Condition::all().add(of_tests).add(test_result::Column::Passed.eq(true));
    let results = write.find::<test_result::Entity>().filter(passed).all().await?;
    Ok(results.into_iter().map(|result| result.registration_id).collect())
}

/// What certificates that are issued at once have in common.
struct Stamp<'a> {
    write: &'a Write,
    session: &'a training_session::Model,
    batch: Uuid,
    language: Language,
    programme: Option<programme::Model>,
}

impl<'a> Stamp<'a> {
    async fn of(
        write: &'a Write,
        session: &'a training_session::Model,
        batch: Uuid,
        language: Language,
    ) -> Outcome<Self> {
        let programme = match session.programme_id {
            Some(key) => write.find::<programme::Entity>().by_key(key).one().await?,
            None => None,
        };
        Ok(Self { write, session, batch, language, programme })
    }

    /// Who accredited the programme, and its number there; empty without a programme.
    fn accreditation(&self) -> (&str, &str) {
        self.programme.as_ref().map(|it| (&*it.accreditor, &*it.accreditation_number)).unwrap_or_default()
    }

    /// The certificate of a participant, and what stands on it.
    fn certificate(&self, participant: &registration::Model) -> (Model, certificate_content::Model) {
        let (session, now) = (self.session, self.write.now());
        let certificate = Model {
            id: ids::new_key(now),
            organisation_id: participant.organisation_id,
            session_id: session.id,
            organiser_id: session.organisation_id,
            registration_id: participant.id,
            programme_id: session.programme_id,
            number: ids::new_reference(rules::NUMBER_PREFIX),
            batch_id: self.batch,
            issued_at: now,
            issued_by_id: self.write.viewer().membership_id(),
            valid_until: rules::valid_until(self.write.today(), session.certificate_months),
            revoked_at: None,
            revocation: None,
            replaces_id: None,
        };
        let day =
            |instant: chrono::DateTime<chrono::Utc>| -> NaiveDate { instant.with_timezone(&Belgrade).date_naive() };
        let (accreditor, accreditation_number) = self.accreditation();
        let content = certificate_content::Model {
            certificate_id: certificate.id,
            organisation_id: participant.organisation_id,
            language: self.language,
            holder: participant.name.clone(),
            kind: session.kind,
            title: session.title.clone(),
            hours: session.hours,
            held_from: day(session.starts_at),
            held_until: day(session.ends_at),
            accreditor: accreditor.to_owned(),
            accreditation_number: accreditation_number.to_owned(),
            organiser: session.organiser.clone(),
        };
        (certificate, content)
    }
}
