//! Reading reports.

use super::types::{Report, ReportStatus};
use super::{REFERENCE_PREFIX, rules};
use crate::access::{Order, PageArguments, Permission, guarded};
use crate::clock;
use crate::code_lists;
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use crate::relay::{self, ConnectionOf};
use async_graphql::{Context, ID, InputObject, Object};
use entity::answer::Answer;
use entity::report::{self, Column, Relation};
use entity::{membership, person};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, RelationTrait};

/// Which reports to list. What is left out does not narrow the list.
#[derive(Default, InputObject)]
struct ReportFilter {
    /// With this status.
    status: Option<ReportStatus>,
    /// Submitted on this day or later.
    submitted_from: Option<Date>,
    /// Submitted on this day or earlier.
    submitted_until: Option<Date>,
    /// Observed in this municipality: a code of the municipality list.
    municipality: Option<String>,
    /// In which somebody is treated as a child, or nobody.
    child_involved: Option<bool>,
}

impl ReportFilter {
    fn condition(self) -> Result<Condition, Fault> {
        let mut condition = Condition::all();
        if let Some(status) = self.status {
            condition = condition.add(Column::State.is_in(rules::states(status.into())));
        }
        if let Some(Date(day)) = self.submitted_from {
            condition = condition.add(Column::SubmittedAt.gte(clock::start_of(day)));
        }
        if let Some(day) = self.submitted_until.and_then(|day| day.0.succ_opt()) {
            condition = condition.add(Column::SubmittedAt.lt(clock::start_of(day)));
        }
        if let Some(code) = self.municipality {
            condition = condition.add(Column::MunicipalityCode.eq(code_lists::known_municipality(code)?));
        }
        Ok(condition.add_option(self.child_involved.map(child_involved)))
    }
}

/// Reports in which somebody is treated as a child, or those in which nobody is: the rule of
/// [`rules::treated_as_child`] as the database asks it.
pub fn child_involved(involved: bool) -> Condition {
    use person::Column as Person;
    // The year is cut out of the day's ISO form, which both databases write alike.
    let begun_in = Expr::cust("CAST(SUBSTR(CAST(\"report\".\"begun_on\" AS TEXT), 1, 4) AS INTEGER)");
    let child = Condition::any()
        .add(Person::Child.ne(Answer::No))
        .add(Person::AgeBand.is_in(rules::CHILD_BANDS))
        .add(begun_in.sub(Person::BirthYear.into_expr()).lte(18));
    let mut persons = Query::select();
    persons
        .expr(Expr::val(1))
        .from(person::Entity)
        .and_where(Person::OrganisationId.into_expr().eq(Column::OrganisationId.into_expr()))
        .and_where(Person::ReportId.into_expr().eq(Column::Id.into_expr()))
        .cond_where(child);
    let exists = Expr::exists(persons);
    Condition::all().add(if involved { exists } else { exists.not() })
}

/// Root fields of the room.
#[derive(Default)]
pub struct ReportQueries;

#[Object]
impl ReportQueries {
    /// The report with this id.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn report(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Report>, Fault> {
        match ids::decode(ObjectType::Report, &id) {
            Some(key) => Report::load(context, key).await,
            None => Ok(None),
        }
    }

    /// The report with this reference.
    #[graphql(directive = guarded::apply(Permission::ReadReports))]
    async fn report_by_reference(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its reference. Case, hyphens and spaces do not matter; O is read as 0, I and L as 1.")]
        reference: String,
    ) -> Result<Option<Report>, Fault> {
        let Some(reference) = ids::normalise_reference(REFERENCE_PREFIX, &reference) else { return Ok(None) };
        let find = context.scope()?.find::<report::Entity>().filter(Column::Reference.eq(reference));
        Ok(find.one().await?.map(Report::from))
    }

    /// Reports that you may see, newest first, your own drafts among them. A reporter sees its own; a coordinator what the
    /// organisation submitted; the Centre's intake and supervision all that was submitted, a case worker what is assigned
    /// to it.
    #[graphql(
        directive = guarded::apply(Permission::ReadReports),
        complexity = "relay::cost(first, last, child_complexity)"
    )]
    async fn reports(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ones.")] filter: Option<ReportFilter>,
        #[graphql(desc = "The first so many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<ConnectionOf<Report>, Fault> {
        let scope = context.scope()?;
        let condition = filter.unwrap_or_default().condition()?;
        let find = || scope.find::<report::Entity>().filter(condition.clone());
        let order = [Order::descending(Column::Id)];
        let arguments = PageArguments { first, after, last, before };
        let total_count = relay::total_count(context, find).await?;
        let page = find().page_with::<membership::Entity>(Relation::Author.def(), &order, &arguments).await?;
        Ok(relay::of_page(page, total_count, Report::with_author))
    }
}
