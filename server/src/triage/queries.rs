//! The triage queue.

use super::rules::OPEN;
use crate::access::{Order, PageArguments, Permission, Scope, guarded};
use crate::clock;
use crate::code_lists;
use crate::context::RequestContext;
use crate::date::Date;
use crate::deadlines;
use crate::duplicates;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::organisations::OrganisationKind;
use crate::relay::{self, ConnectionOf};
use crate::reports::{REFERENCE_PREFIX, Report, ReportState, Urgency, child_involved, rules};
use async_graphql::{Context, Enum, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::report::{self, Column, Relation, State};
use entity::{membership, organisation};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait, RelationTrait};

/// Which reports of the queue to list. What is left out does not narrow the list, but for `states`.
#[derive(Default, InputObject)]
struct TriageFilter {
    /// In one of these states. Left out: those that wait for the Centre's work, that is `SUBMITTED`, `IN_TRIAGE` and
    /// `MORE_INFORMATION_NEEDED`; with a `reference`, all.
    states: Option<Vec<ReportState>>,
    /// Of this urgency.
    urgency: Option<Urgency>,
    /// Assigned to this membership.
    assigned_to: Option<ID>,
    /// Assigned to nobody, or to somebody.
    unassigned: Option<bool>,
    /// From organisations of this kind.
    organisation_kind: Option<OrganisationKind>,
    /// Observed in this municipality: a code of the municipality list.
    municipality: Option<String>,
    /// In which somebody is treated as a child, or nobody.
    child_involved: Option<bool>,
    /// Submitted on this day or later.
    submitted_from: Option<Date>,
    /// Submitted on this day or earlier.
    submitted_until: Option<Date>,
    /// With a deadline that is overdue and not met, or without one.
    overdue: Option<bool>,
    /// With a deadline that is not met and due before this instant.
    due_before: Option<DateTime<Utc>>,
    /// With a person who may be the same as one of another report, which nobody has decided, or without one.
    possible_duplicate: Option<bool>,
    /// With this reference. Case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    reference: Option<String>,
}

/// Orders of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
enum TriageSort {
    /// The most urgent first, and of those the ones that have waited longest.
    #[default]
    Urgency,
    /// Those first that were submitted first.
    Oldest,
    /// Those first that were submitted last.
    Newest,
    /// Those first whose next deadline is due first; behind them those whose deadlines are paused. Reports without an open
    /// deadline, which have ended, are left out.
    Due,
}

impl TriageSort {
    fn order(self) -> Vec<Order<report::Entity>> {
        let oldest = [Order::ascending(Column::SubmittedAt), Order::ascending(Column::Id)];
        match self {
            Self::Urgency => [Order::ascending(Column::Urgency)].into_iter().chain(oldest).collect(),
            Self::Oldest => oldest.to_vec(),
            Self::Newest | Self::Due => vec![Order::descending(Column::SubmittedAt), Order::descending(Column::Id)],
        }
    }
}

impl TriageFilter {
    fn condition(self, scope: &Scope) -> Result<Condition, Fault> {
        let now = scope.now();
        let assigned_to = self.assigned_to.map(|id| ids::decode(ObjectType::Membership, &id).unwrap_or_default());
        let until = self.submitted_until.and_then(|day| day.0.succ_opt());
        let municipality = self.municipality.map(code_lists::known_municipality).transpose()?;
        Ok(Condition::all()
            .add(Column::State.is_in(states(self.states, self.reference.is_some())))
            .add_option(self.urgency.map(|urgency| Column::Urgency.eq(rules::Urgency::from(urgency).column())))
            .add_option(assigned_to.map(|key| Column::AssigneeId.eq(key)))
            .add_option(self.unassigned.map(|nobody| match nobody {
                true => Column::AssigneeId.is_null(),
                false => Column::AssigneeId.is_not_null(),
            }))
            .add_option(self.organisation_kind.map(of_kind))
            .add_option(self.child_involved.map(child_involved))
            .add_option(self.submitted_from.map(|day| Column::SubmittedAt.gte(clock::start_of(day.0))))
            .add_option(until.map(|day| Column::SubmittedAt.lt(clock::start_of(day))))
            .add_option(self.overdue.map(|overdue| match overdue {
                true => Column::Id.in_subquery(deadlines::due_by(now)),
                false => Column::Id.not_in_subquery(deadlines::due_by(now)),
            }))
            .add_option(self.due_before.map(|at| Column::Id.in_subquery(deadlines::due_by(clock::storable(at)))))
            .add_option(self.possible_duplicate.map(|there_is| match there_is {
                true => duplicates::has_open(scope, Column::Id),
                false => duplicates::has_open(scope, Column::Id).not(),
            }))
            .add_option(self.reference.map(|written| with_reference(&written)))
            .add_option(municipality.map(|code| Column::MunicipalityCode.eq(code))))
    }
}

/// The states to list; never drafts, which are their author's alone and were not submitted yet.
fn states(asked: Option<Vec<ReportState>>, by_reference: bool) -> Vec<State> {
    use sea_orm::Iterable;
    let asked: Vec<State> = match asked {
        Some(states) => states.into_iter().map(State::from).collect(),
        None if by_reference => State::iter().collect(),
        None => OPEN.to_vec(),
    };
    asked.into_iter().filter(|state| *state != State::Draft).collect()
}

fn of_kind(kind: OrganisationKind) -> sea_orm::sea_query::SimpleExpr {
    let organisations = organisation::Entity::find().select_only().column(organisation::Column::Id);
    let organisations = organisations.filter(organisation::Column::Kind.eq(organisation::Kind::from(kind)));
    Column::OrganisationId.in_subquery(organisations.into_query())
}

/// What is not a reference is that of no report.
fn with_reference(written: &str) -> sea_orm::sea_query::SimpleExpr {
    Column::Reference.eq(ids::normalise_reference(REFERENCE_PREFIX, written).unwrap_or_default())
}

/// Root fields of the room.
#[derive(Default)]
pub struct TriageQueries;

#[Object]
impl TriageQueries {
    /// Submitted reports for the Centre to work on. A case worker sees those assigned to it.
    #[graphql(
        directive = guarded::apply(Permission::Triage),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    #[expect(clippy::too_many_arguments, reason = "Relay's page arguments")]
    async fn triage_queue(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<TriageFilter>,
        #[graphql(desc = "In which order.", default)] sort: TriageSort,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Report>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition(scope)?;
        let arguments = PageArguments { first, after, last, before };
        if sort == TriageSort::Due {
            return deadlines::next_due(context, condition, &arguments).await;
        }
        let find = || scope.find::<report::Entity>().filter(condition.clone());
        let total_count = relay::total_count(context, find).await?;
        let page = find().page_with::<membership::Entity>(Relation::Author.def(), &sort.order(), &arguments).await?;
        Ok(relay::of_page(page, total_count, Report::with_author))
    }
}
