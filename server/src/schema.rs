//! The contract put together from the rooms, and the one way to execute a document against it.

use crate::access::{RootFields, Scope};
use crate::accounts::{AccountMutations, AccountQueries};
use crate::attachments::{self, AttachmentMutations, Files};
use crate::audit::{AuditEvent, AuditQueries};
use crate::bars::{self, BarMutations};
use crate::cases::{self, Case, CaseMutations, CaseQueries};
use crate::code_lists::CodeListQueries;
use crate::config;
use crate::deadlines::{self, DeadlineQueries, Deadlines};
use crate::duplicates::{self, DuplicateMutations, DuplicateQueries, PossibleDuplicate};
use crate::error::Fault;
use crate::field_order::FieldOrder;
use crate::indicators::{Catalogues, IndicatorQueries};
use crate::language::Language;
use crate::limits;
use crate::loader::Batches;
use crate::node::NodeQueries;
use crate::notifications::webhooks::{self, Webhook, WebhookMutations, WebhookQueries};
use crate::notifications::{Notification, NotificationMutations, NotificationQueries, NotificationSubscriptions};
use crate::occasion::Occasion;
use crate::openings::{self, IdentityOpening, OpeningMutations, OpeningQueries};
use crate::organisations::{self, Membership, Organisation, OrganisationMutations, OrganisationQueries};
use crate::relay::ConnectionOf;
use crate::reports::{self, KeptDays, Message, Report, ReportMutations, ReportQueries, ReportSubscriptions};
use crate::retention::{Erasure, RetentionMutations, RetentionQueries, ReviewWindow};
use crate::statistics::StatisticsQueries;
use crate::training::attendance::{AttendanceMutations, AttendanceQueries};
use crate::training::calendar::{CalendarMutations, CalendarQueries};
use crate::training::certificates::{self, Certificate, CertificateMutations, CertificateQueries};
use crate::training::learning::{self, LearningMutations, LearningQueries, Question, TestAttempt, TestResult};
use crate::training::materials::{self, Material, MaterialMutations, MaterialQueries};
use crate::training::printed::{PrintedMaterial, PrintedMutations, PrintedQueries};
use crate::training::programmes::{self, Programme, ProgrammeMutations, ProgrammeQueries};
use crate::training::reach::{InstitutionCoverage, ReachQueries};
use crate::training::registrations::{self, Registration, RegistrationMutations, RegistrationQueries};
use crate::training::sessions::{self, SessionMutations, SessionQueries, TrainingSession};
use crate::triage::{self, Note, ReportEvent, TriageMutations, TriageQueries, TriageSubscriptions};
use async_graphql::{
    MergedObject, MergedSubscription, Request, Response, SDLExportOptions, SchemaBuilder, ServerError, Value,
};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;

/// What can be read. Rooms merge in three groups: the compiler follows a merge only so deep.
#[derive(MergedObject, Default)]
pub struct Query(CommonQueries, ReportingQueries, TrainingQueries);

#[derive(MergedObject, Default)]
struct CommonQueries(
    AccountQueries,
    OrganisationQueries,
    CodeListQueries,
    NodeQueries,
    NotificationQueries,
    WebhookQueries,
    StatisticsQueries,
    AuditQueries,
);

#[derive(MergedObject, Default)]
struct ReportingQueries(
    IndicatorQueries,
    ReportQueries,
    TriageQueries,
    DeadlineQueries,
    DuplicateQueries,
    CaseQueries,
    OpeningQueries,
    RetentionQueries,
);

#[derive(MergedObject, Default)]
struct TrainingQueries(
    ProgrammeQueries,
    SessionQueries,
    RegistrationQueries,
    AttendanceQueries,
    LearningQueries,
    CertificateQueries,
    CalendarQueries,
    MaterialQueries,
    PrintedQueries,
    ReachQueries,
);

/// What can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(CommonMutations, ReportingMutations, TrainingMutations);

#[derive(MergedObject, Default)]
struct CommonMutations(AccountMutations, OrganisationMutations, NotificationMutations, WebhookMutations);

#[derive(MergedObject, Default)]
struct ReportingMutations(
    ReportMutations,
    AttachmentMutations,
    TriageMutations,
    DuplicateMutations,
    CaseMutations,
    OpeningMutations,
    BarMutations,
    RetentionMutations,
);

#[derive(MergedObject, Default)]
struct TrainingMutations(
    ProgrammeMutations,
    SessionMutations,
    RegistrationMutations,
    AttendanceMutations,
    LearningMutations,
    CertificateMutations,
    CalendarMutations,
    MaterialMutations,
    PrintedMutations,
);

/// What can be waited for.
#[derive(MergedSubscription, Default)]
pub struct Subscription(ReportSubscriptions, TriageSubscriptions, NotificationSubscriptions);

type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The API: the schema with its limits and its table of permissions.
pub struct Api {
    schema: Schema,
    root_fields: RootFields,
    limits: config::Graphql,
    catalogues: Catalogues,
    draft_days: KeptDays,
    files: Files,
    terms: openings::Terms,
    review: ReviewWindow,
    deadlines: Deadlines,
    webhooks: webhooks::Allowed,
}

impl Api {
    /// The API with these limits. `open` lets clients read the schema and get suggestions.
    pub fn new(limits: config::Graphql, open: bool) -> Self {
        let mut schema = Schema::build(Query::default(), Mutation::default(), Subscription::default())
            .limit_depth(limits.depth)
            .limit_complexity(limits.complexity)
            .limit_recursive_depth(32)
            .limit_directives(10);
        if !open {
            schema = schema.disable_introspection().disable_suggestions();
        }
        let schema = describe(schema).finish();
        let root_fields = RootFields::of_schema(&schema.sdl());
        Self {
            schema,
            root_fields,
            limits,
            catalogues: Catalogues::default(),
            draft_days: KeptDays::default(),
            files: Files::default(),
            terms: openings::Terms::default(),
            review: ReviewWindow::default(),
            deadlines: Deadlines::default(),
            webhooks: webhooks::Allowed::default(),
        }
    }

    /// The same API where drafts are kept for so many days after they were last touched.
    #[must_use]
    pub fn keeping_drafts(mut self, days: u32) -> Self {
        self.draft_days = KeptDays(days);
        self
    }

    /// The same API where files are kept so.
    #[must_use]
    pub fn keeping_files(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// The same API where openings of identities have these terms.
    #[must_use]
    pub fn opening_identities(mut self, terms: openings::Terms) -> Self {
        self.terms = terms;
        self
    }

    /// The same API where an erasure can be held back for so long.
    #[must_use]
    pub fn reviewing_erasures(mut self, review: ReviewWindow) -> Self {
        self.review = review;
        self
    }

    /// The same API with these deadlines.
    #[must_use]
    pub fn keeping_deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// The same API where webhooks may have these addresses.
    #[must_use]
    pub fn allowing_webhooks(mut self, allowed: webhooks::Allowed) -> Self {
        self.webhooks = allowed;
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
        let order = match self.admit(&mut request, scope) {
            Ok(order) => order,
            Err(refusal) => return with_codes(Response::from_errors(vec![refusal])),
        };
        let Some(scope) = scope else {
            return arranged(self.schema.execute(request.data(language)).await, &order);
        };
        let execute = async |request| Some(self.schema.execute(request).await);
        let response = self.carry_out(request, scope, language, execute).await;
        response.map_or_else(|| refused(Fault::Internal), |response| arranged(response, &order))
    }

    /// Executes an operation of whatever type once: a subscription for this occasion. Nothing where it has nothing to tell then.
    pub async fn execute_once(
        &self,
        mut request: Request,
        scope: &Scope,
        language: Language,
        occasion: Occasion,
    ) -> Option<Response> {
        let order = match self.admit(&mut request, Some(scope)) {
            Ok(order) => order,
            Err(refusal) => return Some(with_codes(Response::from_errors(vec![refusal]))),
        };
        let execute = async |request| self.schema.execute_stream(request).next().await;
        let response = self.carry_out(request.data(occasion), scope, language, execute).await;
        response.map(|response| arranged(response, &order))
    }

    /// Executes an admitted request. What was read is in the audit trail before this returns.
    async fn carry_out(
        &self,
        request: Request,
        scope: &Scope,
        language: Language,
        execute: impl AsyncFnOnce(Request) -> Option<Response>,
    ) -> Option<Response> {
        let batches = Batches::default();
        let request = request
            .data(language)
            .data(scope.clone())
            .data(self.catalogues.clone())
            .data(self.draft_days)
            .data(self.files.clone())
            .data(self.terms)
            .data(self.review)
            .data(self.deadlines.clone())
            .data(self.webhooks)
            .data(batches.loader(organisations::Loader(scope.clone())))
            .data(batches.loader(reports::Loader(scope.clone())))
            .data(batches.loader(attachments::Loader(scope.clone())))
            .data(batches.loader(triage::Loader(scope.clone())))
            .data(batches.loader(deadlines::Loader(scope.clone())))
            .data(batches.loader(duplicates::Loader(scope.clone())))
            .data(batches.loader(cases::Loader(scope.clone())))
            .data(batches.loader(bars::Loader(scope.clone())))
            .data(batches.loader(openings::Loader(scope.clone())))
            .data(batches.loader(programmes::Loader(scope.clone())))
            .data(batches.loader(sessions::Loader(scope.clone())))
            .data(batches.loader(registrations::Loader(scope.clone())))
            .data(batches.loader(learning::Loader(scope.clone())))
            .data(batches.loader(certificates::Loader(scope.clone())))
            .data(batches.loader(materials::Loader(scope.clone())));
        let response = batches.drive(execute(request)).await;
        match scope.finish().await {
            Ok(()) => response,
            Err(error) => {
                tracing::error!(%error, "the audit rows of a reading could not be written");
                Some(refused(Fault::from(error)))
            }
        }
    }

    /// Whether a document is too large to be parsed. [`Api::execute`] refuses it.
    pub fn is_too_large(&self, document: &str) -> bool {
        limits::check_text(document, &self.limits).is_err()
    }

    /// Parses the document once, and refuses what is too large or does not exist for the viewer. Answers the order of its fields.
    fn admit(&self, request: &mut Request, scope: Option<&Scope>) -> Result<FieldOrder, ServerError> {
        limits::check_text(&request.query, &self.limits).map_err(error)?;
        let document = async_graphql::parser::parse_query(&request.query)?;
        let operation = request.operation_name.as_deref();
        limits::check_document(&document, &self.limits).map_err(error)?;
        let viewer = scope.map(Scope::viewer);
        self.root_fields.refuse(&document, operation, &request.variables, viewer).map_err(error)?;
        let order = FieldOrder::of(&document, operation);
        request.set_parsed_query(document);
        Ok(order)
    }
}

/// Connections are generic, and instants are chrono's, so they get their descriptions here.
fn describe<Q, M, S>(schema: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    schema
        .override_output_type_description::<DateTime<Utc>>("An instant (RFC 3339), in UTC: `2018-11-05T08:30:00Z`.")
        .override_output_type_description::<ConnectionOf<AuditEvent>>("A page of the audit trail.")
        .override_output_type_description::<ConnectionOf<Case>>("A page of cases.")
        .override_output_type_description::<ConnectionOf<Certificate>>("A page of certificates.")
        .override_output_type_description::<ConnectionOf<IdentityOpening>>("A page of opened identities.")
        .override_output_type_description::<ConnectionOf<Erasure>>("A page of erasures.")
        .override_output_type_description::<ConnectionOf<Material>>("A page of materials.")
        .override_output_type_description::<ConnectionOf<InstitutionCoverage>>("A page of institutions.")
        .override_output_type_description::<ConnectionOf<Membership>>("A page of memberships.")
        .override_output_type_description::<ConnectionOf<Message>>("A page of messages.")
        .override_output_type_description::<ConnectionOf<Note>>("A page of internal notes.")
        .override_output_type_description::<ConnectionOf<Notification>>("A page of notifications.")
        .override_output_type_description::<ConnectionOf<Organisation>>("A page of organisations.")
        .override_output_type_description::<ConnectionOf<PossibleDuplicate>>("A page of possible duplicates.")
        .override_output_type_description::<ConnectionOf<PrintedMaterial>>("A page of printed material.")
        .override_output_type_description::<ConnectionOf<Programme>>("A page of programmes.")
        .override_output_type_description::<ConnectionOf<Registration>>("A page of registrations.")
        .override_output_type_description::<ConnectionOf<TrainingSession>>("A page of sessions.")
        .override_output_type_description::<ConnectionOf<Question>>("A page of questions.")
        .override_output_type_description::<ConnectionOf<Report>>("A page of reports.")
        .override_output_type_description::<ConnectionOf<ReportEvent>>("A page of a report's transitions.")
        .override_output_type_description::<ConnectionOf<TestAttempt>>("A page of attempts at a test.")
        .override_output_type_description::<ConnectionOf<TestResult>>("A page of results of tests.")
        .override_output_type_description::<ConnectionOf<Webhook>>("A page of webhooks.")
}

/// A response that holds nothing but this fault.
pub fn refused(fault: Fault) -> Response {
    Response::from_errors(vec![error(fault)])
}

/// Whether one of the errors of a response has the code of this fault.
pub fn has_fault(response: &Response, fault: Fault) -> bool {
    let code = Value::from(fault.code());
    let codes = response.errors.iter().filter_map(|error| error.extensions.as_ref()?.get("code"));
    codes.into_iter().any(|found| *found == code)
}

fn error(fault: Fault) -> ServerError {
    let mut error = ServerError::new(fault.message(), None);
    error.extensions.get_or_insert_default().set("code", fault.code());
    error
}

/// A response in the order of its document, and with codes.
fn arranged(mut response: Response, order: &FieldOrder) -> Response {
    order.arrange(&mut response.data);
    response.errors.sort_by_key(|error| error.locations.first().copied());
    with_codes(response)
}

/// Gives a code to the errors that have none. They are the library's: a document that does not parse, is not valid, or is
/// too deep or too complex; variables that do not fit.
fn with_codes(mut response: Response) -> Response {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            extensions.set("code", Fault::BadInput("").code());
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

    /// Everything in the contract without a description, as `Type.field(argument)`.
    fn undescribed(sdl: &str) -> Vec<String> {
        let mut found = Vec::new();
        let document = async_graphql::parser::parse_schema(sdl).expect("the SDL parses");
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else { continue };
            let name = ty.node.name.node;
            let mut check = |described: bool, path: String| {
                if !described {
                    found.push(path);
                }
            };
            check(ty.node.description.is_some(), name.to_string());
            match ty.node.kind {
                TypeKind::Object(object) => check_fields(&name, &object.fields, &mut check),
                TypeKind::Interface(interface) => check_fields(&name, &interface.fields, &mut check),
                TypeKind::Enum(values) => values.values.iter().for_each(|value| {
                    check(value.node.description.is_some(), format!("{name}.{}", value.node.value.node));
                }),
                TypeKind::InputObject(input) => input.fields.iter().for_each(|field| {
                    check(field.node.description.is_some(), format!("{name}.{}", field.node.name.node));
                }),
                TypeKind::Scalar | TypeKind::Union(_) => {}
            }
        }
        found
    }

    fn check_fields(
        name: &str,
        fields: &[async_graphql::Positioned<async_graphql::parser::types::FieldDefinition>],
        check: &mut impl FnMut(bool, String),
    ) {
        for field in fields {
            let path = format!("{name}.{}", field.node.name.node);
            for argument in &field.node.arguments {
                check(argument.node.description.is_some(), format!("{path}({})", argument.node.name.node));
            }
            check(field.node.description.is_some(), path);
        }
    }

    #[test]
    fn everything_in_the_contract_is_described() {
        let limits = config::Config::read(None).expect("the defaults").graphql;
        assert_eq!(undescribed(&Api::new(limits, true).sdl()), Vec::<String>::new());
    }
}
