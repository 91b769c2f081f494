//! Planning sessions and taking them through their steps.

use super::actions;
use super::content::Content;
use super::inputs::SessionInput;
use super::planning::{self, Audience};
use super::rules::Step;
use super::types::TrainingSession;
use super::unreached::{self, Wanted};
use super::{copying, trainers};
use crate::access::{Permission, guarded};
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::{Fault, Outcome, Problem, UserError, UserErrorCode};
use crate::idempotency::Once;
use crate::ids::{self, ObjectType};
use crate::language::Message;
use crate::organisations::OrganisationKind;
use crate::organisations::rules::{LONGEST_NAME, printable, reason};
use crate::payload;
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::training_session::Model;
use uuid::Uuid;

/// A session to plan.
#[derive(InputObject)]
struct PlanSessionInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again plans no second one.
    idempotency_key: String,
    /// What it says.
    session: SessionInput,
}

/// A session to change.
#[derive(InputObject)]
struct ChangeSessionInput {
    /// The session, which you train.
    session_id: ID,
    /// The revision that you read.
    revision: i32,
    /// All that it says from now on.
    session: SessionInput,
}

/// A session to copy.
#[derive(InputObject)]
struct CopySessionInput {
    /// A key of your own for this action, 8 to 128 characters; sending it again makes no second copies.
    idempotency_key: String,
    /// The session, which you train.
    session_id: ID,
    /// The days on which the copies begin, at most 52. They are drafts, and one series with the session.
    start_days: Vec<Date>,
}

/// Who trains a session.
#[derive(InputObject)]
struct NameTrainersInput {
    /// The session, which you planned.
    session_id: ID,
    /// The revision that you read.
    revision: i32,
    /// Memberships of the trainers, in whichever organisation. You stay one of them, named or not.
    trainer_ids: Vec<ID>,
}

/// Institutions to invite.
#[derive(InputObject)]
struct InviteToSessionInput {
    /// The session, which you train.
    session_id: ID,
    /// The institutions, at most 500.
    organisation_ids: Vec<ID>,
}

/// Institutions to invite because nobody has reached them.
#[derive(InputObject)]
struct InviteUnreachedInput {
    /// The session, which you train.
    session_id: ID,
    /// For how many years nobody of them has attended a session, 1 to 20.
    years: i32,
    /// Only institutions of these kinds; of every kind where none is named.
    #[graphql(default)]
    kinds: Vec<OrganisationKind>,
    /// Only institutions in these districts: codes of the district list; in every district where none is named.
    #[graphql(default)]
    districts: Vec<String>,
}

/// A step of a session.
#[derive(InputObject)]
struct SessionStepInput {
    /// The session, which you train.
    session_id: ID,
    /// The revision that you read.
    revision: i32,
}

/// A session to call off.
#[derive(InputObject)]
struct CancelSessionInput {
    /// The session, which you train.
    session_id: ID,
    /// The revision that you read.
    revision: i32,
    /// Why.
    reason: String,
}

payload! {
    /// Answer to a change of a session.
    SessionPayload {
        /// The session as it is now; null where the change was refused.
        session: TrainingSession,
    }
}

payload! {
    /// Answer to `copySession`.
    CopySessionPayload {
        /// The copies, in the order of their days; null where the change was refused.
        sessions: Vec<TrainingSession>,
    }
}

/// Answer to `inviteUnreached`.
#[derive(SimpleObject)]
struct InviteUnreachedPayload {
    /// The session; null where the change was refused.
    session: Option<TrainingSession>,
    /// How many institutions nobody has reached in these years; null where the change was refused.
    unreached: Option<i32>,
    /// How many of them are invited now and were not before; null where the change was refused.
    invited: Option<i32>,
    /// Why it was refused; empty where it was done.
    user_errors: Vec<UserError>,
}

/// Root fields of the room.
#[derive(Default)]
pub struct SessionMutations;

#[Object]
impl SessionMutations {
    /// Plans a session. You are its first trainer; it is a draft until you open it.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn plan_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What it says.")] input: PlanSessionInput,
    ) -> Result<SessionPayload, Fault> {
        answer(context, plan(context, &input).await)
    }

    /// Changes what a session says, until it took place.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn change_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and what it says.")] input: ChangeSessionInput,
    ) -> Result<SessionPayload, Fault> {
        answer(context, change(context, &input).await)
    }

    /// Copies a session to other days, at the same times of day.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn copy_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and when.")] input: CopySessionInput,
    ) -> Result<CopySessionPayload, Fault> {
        let outcome = copy(context, &input).await;
        Ok(context.answer(outcome.map(|copies| copies.into_iter().map(TrainingSession).collect::<Vec<_>>()))?.into())
    }

    /// Says who trains a session with you. They see everything of it from now on.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn name_trainers(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session, and who.")] input: NameTrainersInput,
    ) -> Result<SessionPayload, Fault> {
        let trainers: Vec<_> = input.trainer_ids.iter().map(|id| ids::decode(ObjectType::Membership, id)).collect();
        let key = session(&input.session_id);
        answer(context, trainers::name_trainers(context.scope()?, key, input.revision, &trainers).await)
    }

    /// Invites institutions to a session, whatever else its audience says. Those that are invited already stay so.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn invite_to_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session, and whom.")] input: InviteToSessionInput,
    ) -> Result<SessionPayload, Fault> {
        let institutions: Vec<String> = input.organisation_ids.iter().map(|id| id.to_string()).collect();
        answer(context, planning::invite(context.scope()?, session(&input.session_id), &institutions).await)
    }

    /// Invites exactly those institutions of which nobody has attended a session, whoever held it, in so many years until now.
    /// Sending it again invites nobody twice. Only trainers of the Centre do.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn invite_unreached(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session, and whom.")] input: InviteUnreachedInput,
    ) -> Result<InviteUnreachedPayload, Fault> {
        let wanted = Wanted {
            years: input.years,
            kinds: input.kinds.iter().copied().map(Into::into).collect(),
            districts: input.districts.clone(),
        };
        let outcome = unreached::invite(context.scope()?, session(&input.session_id), &wanted).await;
        let answer = context.answer(outcome)?;
        let (session, numbers) = answer.object.map(|(session, numbers)| (TrainingSession(session), numbers)).unzip();
        let (unreached, invited) = numbers.unzip();
        Ok(InviteUnreachedPayload { session, unreached, invited, user_errors: answer.user_errors })
    }

    /// Publishes a draft, or opens registration again.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn open_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: SessionStepInput,
    ) -> Result<SessionPayload, Fault> {
        take(context, &input, Step::Open).await
    }

    /// Ends registration before its time.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn close_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: SessionStepInput,
    ) -> Result<SessionPayload, Fault> {
        take(context, &input, Step::Close).await
    }

    /// Says that a session takes place or took place.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn hold_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: SessionStepInput,
    ) -> Result<SessionPayload, Fault> {
        take(context, &input, Step::Hold).await
    }

    /// Makes attendance and results of a session final, after its last day.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn complete_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one.")] input: SessionStepInput,
    ) -> Result<SessionPayload, Fault> {
        take(context, &input, Step::Complete).await
    }

    /// Calls a session off.
    #[graphql(directive = guarded::apply(Permission::Train))]
    async fn cancel_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which one, and why.")] input: CancelSessionInput,
    ) -> Result<SessionPayload, Fault> {
        answer(context, cancel(context, &input).await)
    }
}

fn answer(context: &Context<'_>, outcome: Outcome<Model>) -> Result<SessionPayload, Fault> {
    Ok(context.answer(outcome.map(TrainingSession))?.into())
}

fn session(id: &ID) -> Option<Uuid> {
    ids::decode(ObjectType::TrainingSession, id)
}

async fn take(context: &Context<'_>, input: &SessionStepInput, step: Step) -> Result<SessionPayload, Fault> {
    answer(context, actions::take(context.scope()?, session(&input.session_id), input.revision, step, None).await)
}

async fn cancel(context: &Context<'_>, input: &CancelSessionInput) -> Outcome<Model> {
    let reason = reason(&input.reason, LONGEST_NAME)?;
    let key = session(&input.session_id);
    actions::take(context.scope()?, key, input.revision, Step::Cancel, Some(reason)).await
}

async fn plan(context: &Context<'_>, input: &PlanSessionInput) -> Outcome<Model> {
    let once = Once::new("planSession", &input.idempotency_key, input)?;
    expect_known_sets(context, &input.session.indicator_sets).await?;
    let audience = input.session.audience.as_ref().map(Audience::from).unwrap_or_default();
    planning::plan(context.scope()?, &once, &Content::from(&input.session), &audience).await
}

async fn change(context: &Context<'_>, input: &ChangeSessionInput) -> Outcome<Model> {
    expect_known_sets(context, &input.session.indicator_sets).await?;
    let audience = input.session.audience.as_ref().map(Audience::from);
    let content = Content::from(&input.session);
    planning::change(context.scope()?, session(&input.session_id), input.revision, &content, audience.as_ref()).await
}

async fn copy(context: &Context<'_>, input: &CopySessionInput) -> Outcome<Vec<Model>> {
    let once = Once::new("copySession", &input.idempotency_key, input)?;
    let days: Vec<_> = input.start_days.iter().map(|day| day.0).collect();
    copying::copy(context.scope()?, &once, session(&input.session_id), &days).await
}

async fn expect_known_sets(context: &Context<'_>, codes: &[String]) -> Outcome<()> {
    for (at, code) in codes.iter().enumerate() {
        expect_known_set(context, code, &format!("session.indicatorSets.{at}")).await?;
    }
    Ok(())
}

/// Refuses the code of an indicator set that there is not.
pub(in crate::training) async fn expect_known_set(context: &Context<'_>, code: &str, path: &str) -> Outcome<()> {
    if context.catalogue().await?.versions().iter().any(|version| version.set == code) {
        return Ok(());
    }
    let message = Message::new("unknown-indicator-set").with("code", printable(code));
    Err(Problem::new(UserErrorCode::Invalid, path, message).into())
}
