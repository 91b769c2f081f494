//! What the service has to know of what news are about, to find out whom they concern.

use super::rules::{Concern, Member, Participant};
use crate::access::{Result, Role, Roles, Scope};
use crate::ids::ObjectType;
use crate::reports::rules::Urgency;
use crate::training::registrations::rules::ACTIVE;
use entity::{membership, outbox, possible_duplicate, registration, report, webhook};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What is known of what these news are about, by its key.
pub(super) async fn concerns_of(scope: &Scope, news: &[outbox::Model]) -> Result<HashMap<Uuid, Concern>> {
    let mut concerns = reports(scope, keys(news, ObjectType::Report)).await?;
    concerns.extend(webhooks(scope, keys(news, ObjectType::Webhook)).await?);
    concerns.extend(duplicates(scope, keys(news, ObjectType::PossibleDuplicate)).await?);
    let (registrations, sessions) = (keys(news, ObjectType::Registration), keys(news, ObjectType::TrainingSession));
    for row in scope.find::<registration::Entity>().by_keys(registrations).all().await? {
        concerns.insert(row.id, Concern::Participants(vec![participant(&row)]));
    }
    concerns.extend(participants(scope, sessions).await?);
    Ok(concerns)
}

/// The keys of the objects of this type.
fn keys(news: &[outbox::Model], object_type: ObjectType) -> Vec<Uuid> {
    let of_type = news.iter().filter(|event| event.object_type == object_type.as_str());
    let keys: HashSet<Uuid> = of_type.map(|event| event.object_id).collect();
    keys.into_iter().collect()
}

async fn reports(scope: &Scope, keys: Vec<Uuid>) -> Result<HashMap<Uuid, Concern>> {
    let reports = scope.find::<report::Entity>().by_keys(keys).all().await?;
    let concern = |report: report::Model| {
        let urgency = Urgency::of_column(report.urgency);
        let (organisation_id, author_id, assignee_id) = (report.organisation_id, report.author_id, report.assignee_id);
        (report.id, Concern::Report { organisation_id, author_id, assignee_id, urgency })
    };
    Ok(reports.into_iter().map(concern).collect())
}

/// Of a possible duplicate, what is known of the report that came later.
async fn duplicates(scope: &Scope, keys: Vec<Uuid>) -> Result<HashMap<Uuid, Concern>> {
    let duplicates = scope.find::<possible_duplicate::Entity>().by_keys(keys).all().await?;
    let reports = reports(scope, duplicates.iter().map(|row| row.report_id).collect()).await?;
    Ok(duplicates.iter().filter_map(|row| Some((row.id, reports.get(&row.report_id)?.clone()))).collect())
}

async fn webhooks(scope: &Scope, keys: Vec<Uuid>) -> Result<HashMap<Uuid, Concern>> {
    let webhooks = scope.find::<webhook::Entity>().by_keys(keys).all().await?;
    let concern = |row: webhook::Model| {
        let (organisation_id, registered_by_id) = (row.organisation_id, row.registered_by_id);
        (row.id, Concern::Webhook { organisation_id, registered_by_id })
    };
    Ok(webhooks.into_iter().map(concern).collect())
}

/// Those who are registered for these sessions, or want to be.
async fn participants(scope: &Scope, sessions: Vec<Uuid>) -> Result<HashMap<Uuid, Concern>> {
    use registration::Column;
    let mut participants: HashMap<Uuid, Vec<Participant>> = HashMap::new();
    if !sessions.is_empty() {
        let active = Condition::all().add(Column::SessionId.is_in(sessions)).add(Column::State.is_in(ACTIVE));
        for row in scope.find::<registration::Entity>().filter(active).all().await? {
            participants.entry(row.session_id).or_default().push(participant(&row));
        }
    }
    Ok(participants.into_iter().map(|(session, all)| (session, Concern::Participants(all))).collect())
}

fn participant(row: &registration::Model) -> Participant {
    Participant {
        membership_id: row.membership_id.unwrap_or(row.registered_by_id),
        itself: row.membership_id.is_some(),
        has_place: row.state == registration::State::Registered,
    }
}

/// Members whom news of these may concern.
pub(super) async fn members_of(scope: &Scope, concerns: &HashMap<Uuid, Concern>) -> Result<Vec<Member>> {
    use membership::Column;
    let named: HashSet<Uuid> = concerns.values().flat_map(Concern::named).collect();
    let organisations: HashSet<Uuid> = concerns.values().filter_map(Concern::organisation).collect();
    let coordinators = Condition::all()
        .add(Column::OrganisationId.is_in(organisations))
        .add(Column::Roles.contains(Role::Coordinator.as_str()));
    let centre = [Role::IntakeOfficer, Role::Supervisor, Role::ProtectionOfficer].into_iter();
    let centre = centre.fold(Condition::any(), |any, role| any.add(Column::Roles.contains(role.as_str())));
    let concerned = Condition::any().add(Column::Id.is_in(named)).add(coordinators).add(centre);
    let find = scope.find::<membership::Entity>().filter(Column::EndedAt.is_null()).filter(concerned);
    let member = |row: membership::Model| Member {
        id: row.id,
        organisation_id: row.organisation_id,
        roles: Roles::parse(&row.roles),
    };
    Ok(find.all().await?.into_iter().map(member).collect())
}
