//! From the outbox to those whom its news concern: who they are follows from roles and reports, and what each of them may see
//! is asked in its own name. Whoever may not see something is not told of it.

use super::concerns::{concerns_of, members_of};
use super::rules::{Concern, Member, concerns, concerns_software, how_soon, next_summary};
use super::{free, service, sight};
use crate::access::{Database, News, Order, Recipient, Result, Scope};
use crate::clock::Clock;
use crate::ids;
use chrono::{DateTime, TimeDelta, Utc};
use entity::notification_preference::Email;
use entity::{delivery, notification, notification_preference, outbox, webhook};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How many news are told in one transaction.
const AT_ONCE: u64 = 100;

/// For how long one server may take over that, before another one does it.
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// Tells news to those whom they concern.
#[derive(Clone)]
pub struct Teller {
    database: Database,
    clock: Clock,
    /// The hour at which summaries go; nothing where no e-mail leaves at all.
    summary_hour: Option<u32>,
}

/// What is to be written of some news.
#[derive(Default)]
struct Told {
    notifications: Vec<notification::Model>,
    deliveries: Vec<delivery::Model>,
    summaries: Vec<delivery::Model>,
}

impl Teller {
    /// A teller that sends summaries at this hour; nothing where no e-mail leaves.
    pub fn new(database: Database, clock: Clock, summary_hour: Option<u32>) -> Self {
        Self { database, clock, summary_hour }
    }

    /// Tells what waits, a part of it at a time. Answers how many news that was; none where nothing waits, or other servers
    /// are at work on it.
    ///
    /// # Errors
    /// The database is away, or refuses.
    pub async fn turn(&self) -> Result<usize> {
        let news = self.take().await?;
        if news.is_empty() {
            return Ok(0);
        }
        let told = self.tell(&news).await?;
        self.store(news, told).await
    }

    /// Takes news that nobody else is at work on.
    pub(super) async fn take(&self) -> Result<Vec<outbox::Model>> {
        use outbox::Column;
        let now = self.clock.now();
        let scope = service(&self.database, self.clock);
        let waiting = || free(Column::LeasedUntil, now, LEASE);
        if scope.find::<outbox::Entity>().filter(waiting()).at_most(1).await?.is_empty() {
            return Ok(Vec::new());
        }
        let write = scope.begin().await?;
        let find = write.find::<outbox::Entity>().filter(waiting()).order(&[Order::ascending(Column::Id)]);
        let mut taken = Vec::new();
        for before in find.locked_unless_taken().at_most(AT_ONCE).await? {
            let after = outbox::Model { leased_until: Some(now + LEASE), ..before.clone() };
            write.update_part::<outbox::Entity>(&before, after.clone()).await?;
            taken.push(after);
        }
        write.commit_notifications().await?;
        Ok(taken)
    }

    /// Finds out whom news concern.
    async fn tell(&self, news: &[outbox::Model]) -> Result<Told> {
        let scope = service(&self.database, self.clock);
        let concerns = concerns_of(&scope, news).await?;
        let members = members_of(&scope, &concerns).await?;
        let wanted = matched(news, &concerns, &members);
        let recipients = self.database.recipients(wanted.keys().copied().collect(), self.clock.now()).await?;
        let preferences = preferences_of(&scope, wanted.keys().copied().collect()).await?;
        let mut told = Told { deliveries: to_webhooks(&scope, news, &concerns).await?, ..Told::default() };
        for recipient in recipients {
            let id = recipient.viewer.membership_id();
            let events = wanted.get(&id).map(Vec::as_slice).unwrap_or_default();
            let theirs = as_recipient(&self.database, self.clock, &recipient);
            let seen = sight::seen(&theirs, events).await?;
            theirs.finish().await?;
            let email = recipient.email.is_some().then(|| preferences.get(&id).copied().unwrap_or(Email::AtOnce));
            for event in events.iter().filter(|event| seen.contains(&event.id)) {
                self.add(&mut told, &recipient, event, concerns.get(&event.object_id), email);
            }
        }
        Ok(told)
    }

    fn add(
        &self,
        told: &mut Told,
        recipient: &Recipient,
        event: &outbox::Model,
        about: Option<&Concern>,
        email: Option<Email>,
    ) {
        let (viewer, now) = (&recipient.viewer, self.clock.now());
        told.notifications.push(notification::Model {
            id: ids::new_key(now),
            organisation_id: viewer.organisation_id(),
            membership_id: viewer.membership_id(),
            news: event.news.clone(),
            object_type: event.object_type.clone(),
            object_id: event.object_id,
            occurred_at: event.occurred_at,
            read_at: None,
        });
        let (Some(hour), Some(email), Some(news)) = (self.summary_hour, email, News::from_name(&event.news)) else {
            return;
        };
        let delivery = delivery::Model {
            membership_id: Some(viewer.membership_id()),
            ..delivery_of(event, viewer.organisation_id(), now)
        };
        match how_soon(news, about, email) {
            Email::AtOnce => told.deliveries.push(delivery),
            Email::Daily => told.summaries.push(summary(delivery, next_summary(now, hour))),
            Email::None => {}
        }
    }

    /// Writes what is told, and takes the news out of the outbox: both or neither.
    async fn store(&self, news: Vec<outbox::Model>, told: Told) -> Result<usize> {
        use outbox::Column;
        let write = service(&self.database, self.clock).begin().await?;
        let leases = news.iter().map(|event| event.leased_until);
        let own = Condition::all()
            .add(Column::Id.is_in(news.iter().map(|event| event.id)))
            .add(Column::LeasedUntil.is_in(leases.flatten().take(1)));
        if write.delete_parts::<outbox::Entity>(own).await? != news.len() as u64 {
            tracing::warn!("telling news took too long, and another server has done it");
            return Ok(0);
        }
        write.insert_parts::<notification::Entity>(told.notifications).await?;
        write.insert_parts::<delivery::Entity>(told.deliveries).await?;
        for summary in told.summaries {
            write.insert_part_unless_there::<delivery::Entity>(summary).await?;
        }
        write.commit_notifications().await?;
        Ok(news.len())
    }
}

/// A scope in which a recipient is asked what it may see.
pub(super) fn as_recipient(database: &Database, clock: Clock, recipient: &Recipient) -> Scope {
    Scope::new(database.clone(), recipient.viewer.clone(), clock, ids::new_key(clock.now()))
}

/// A delivery that tells of some news, to nobody yet.
fn delivery_of(event: &outbox::Model, organisation_id: Uuid, now: DateTime<Utc>) -> delivery::Model {
    delivery::Model {
        id: ids::new_key(now),
        organisation_id,
        membership_id: None,
        webhook_id: None,
        news: event.news.clone(),
        object_type: event.object_type.clone(),
        object_id: event.object_id,
        created_at: now,
        due_at: None,
        attempts: 0,
        leased_until: None,
        state: delivery::State::Waiting,
        ended_at: None,
    }
}

/// What goes to webhooks: to those of the organisation that reports, and to one that is tried.
async fn to_webhooks(
    scope: &Scope,
    news: &[outbox::Model],
    concerns: &HashMap<Uuid, Concern>,
) -> Result<Vec<delivery::Model>> {
    use webhook::Column;
    let organisations: HashSet<Uuid> = concerns.values().filter_map(Concern::organisation).collect();
    let in_use = Condition::all().add(Column::OrganisationId.is_in(organisations)).add(Column::DisabledAt.is_null());
    let webhooks = scope.find::<webhook::Entity>().filter(in_use).all().await?;
    let mut deliveries = Vec::new();
    for event in news {
        let Some(kind) = News::from_name(&event.news) else { continue };
        let Some(concern) = concerns.get(&event.object_id) else { continue };
        let learns = |webhook: &&webhook::Model| {
            let tried = kind == News::WebhookTested && webhook.id == event.object_id;
            tried || (concerns_software(kind) && concern.organisation() == Some(webhook.organisation_id))
        };
        for webhook in webhooks.iter().filter(learns) {
            let delivery = delivery_of(event, webhook.organisation_id, scope.now());
            deliveries.push(delivery::Model { webhook_id: Some(webhook.id), ..delivery });
        }
    }
    Ok(deliveries)
}

/// The day's summary in the place of one e-mail.
fn summary(delivery: delivery::Model, due_at: DateTime<Utc>) -> delivery::Model {
    let (news, object_type) = (String::new(), String::new());
    delivery::Model { news, object_type, object_id: Uuid::nil(), due_at: Some(due_at), ..delivery }
}

/// News by the member whom they concern. Nobody is told of what it did itself, but of a place that is offered: who gave one up
/// has not chosen who gets it, and may be the only one who can take it.
fn matched<'a>(
    news: &'a [outbox::Model],
    about: &HashMap<Uuid, Concern>,
    members: &[Member],
) -> HashMap<Uuid, Vec<&'a outbox::Model>> {
    let mut matched: HashMap<Uuid, Vec<&outbox::Model>> = HashMap::new();
    for event in news {
        let Some(kind) = News::from_name(&event.news) else { continue };
        let about = about.get(&event.object_id);
        let told = |member: &&Member| kind == News::PlaceOffered || event.actor_id != Some(member.id);
        for member in members.iter().filter(told).filter(|member| concerns(kind, about, member)) {
            matched.entry(member.id).or_default().push(event);
        }
    }
    matched
}

async fn preferences_of(scope: &Scope, members: Vec<Uuid>) -> Result<HashMap<Uuid, Email>> {
    let rows = scope.find::<notification_preference::Entity>().by_keys(members).all().await?;
    Ok(rows.into_iter().map(|row| (row.membership_id, row.email)).collect())
}
