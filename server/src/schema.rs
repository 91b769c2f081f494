//! The contract put together from the rooms, and the one way to execute a document against it.

use crate::access::{RootFields, Scope};
use crate::accounts::{AccountMutations, AccountQueries};
use crate::audit::AuditQueries;
use crate::cases::{self, CaseMutations, CaseQueries};
use crate::code_lists::CodeListQueries;
use crate::config;
use crate::error::Fault;
use crate::indicators::{Catalogues, IndicatorQueries};
use crate::language::Language;
use crate::limits;
use crate::loader::Batches;
use crate::node::NodeQueries;
use crate::organisations::{self, OrganisationMutations, OrganisationQueries};
use crate::reports::{self, KeptDays, ReportMutations, ReportQueries};
use crate::statistics::StatisticsQueries;
use crate::triage::{self, TriageMutations, TriageQueries};
use async_graphql::{EmptySubscription, MergedObject, Request, Response, SDLExportOptions, ServerError};

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    AccountQueries,
    OrganisationQueries,
    CodeListQueries,
    IndicatorQueries,
    NodeQueries,
    ReportQueries,
    TriageQueries,
    CaseQueries,
    StatisticsQueries,
    AuditQueries,
);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(AccountMutations, OrganisationMutations, ReportMutations, TriageMutations, CaseMutations);

type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The API: the schema with its limits and its table of permissions.
pub struct Api {
    schema: Schema,
    root_fields: RootFields,
    limits: config::Graphql,
    catalogues: Catalogues,
    draft_days: KeptDays,
}

impl Api {
    /// The API with these limits. `open` lets clients read the schema and get suggestions.
    pub fn new(limits: config::Graphql, open: bool) -> Self {
        let mut schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription)
            .limit_depth(limits.depth)
            .limit_complexity(limits.complexity)
            .limit_recursive_depth(32)
            .limit_directives(10);
        if !open {
            schema = schema.disable_introspection().disable_suggestions();
        }
        let schema = schema.finish();
        let root_fields = RootFields::of_schema(&schema.sdl());
        Self { schema, root_fields, limits, catalogues: Catalogues::default(), draft_days: KeptDays::default() }
    }

    /// The same API where drafts are kept for so many days after they were last touched.
    #[must_use]
    pub fn keeping_drafts(mut self, days: u32) -> Self {
        self.draft_days = KeptDays(days);
        self
    }

    /// The contract as it stands in `schema.graphql`.
    pub fn sdl(&self) -> String {
        let options = SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
        format!("{}\n", self.schema.sdl_with_options(options).trim_end())
    }

    /// The permissions of the root fields.
    pub fn root_fields(&self) -> &RootFields {
        &self.root_fields
    }

    /// The indicator sets of the database that it works with.
    pub fn catalogues(&self) -> &Catalogues {
        &self.catalogues
    }

    /// Executes a request. No scope means that nobody is signed in. What was read is in the audit trail before this returns;
    /// where it cannot be written, nothing that was read is returned.
    pub async fn execute(&self, mut request: Request, scope: Option<&Scope>, language: Language) -> Response {
        if let Err(refusal) = self.admit(&mut request, scope) {
            return refusal;
        }
        let Some(scope) = scope else { return self.schema.execute(request.data(language)).await };
        let batches = Batches::default();
        let request = request
            .data(language)
            .data(scope.clone())
            .data(self.catalogues.clone())
            .data(self.draft_days)
            .data(batches.loader(organisations::Loader(scope.clone())))
            .data(batches.loader(reports::Loader(scope.clone())))
            .data(batches.loader(triage::Loader(scope.clone())))
            .data(batches.loader(cases::Loader(scope.clone())));
        let response = batches.drive(self.schema.execute(request)).await;
        match scope.finish().await {
            Ok(()) => response,
            Err(error) => {
                tracing::error!(%error, "the audit rows of a reading could not be written");
                refused(Fault::from(error))
            }
        }
    }

    /// Parses the document once, and refuses what is too large or does not exist for the viewer.
    fn admit(&self, request: &mut Request, scope: Option<&Scope>) -> Result<(), Response> {
        limits::check_text(&request.query, &self.limits).map_err(refused)?;
        let document = request.parsed_query().map_err(|error| Response::from_errors(vec![error]))?.clone();
        let operation = request.operation_name.as_deref();
        limits::check_document(&document, &self.limits).map_err(refused)?;
        let viewer = scope.map(Scope::viewer);
        self.root_fields.refuse(&document, operation, &request.variables, viewer).map_err(refused)
    }
}

/// A response that holds nothing but this fault.
pub fn refused(fault: Fault) -> Response {
    let mut error = ServerError::new(fault.message(), None);
    let mut extensions = async_graphql::ErrorExtensionValues::default();
    extensions.set("code", fault.code());
    error.extensions = Some(extensions);
    Response::from_errors(vec![error])
}
