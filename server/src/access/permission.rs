//! Which root fields of the API a viewer reaches: `@permission(of: …)` in `schema.graphql`.
//!
//! The table of root fields is read from the contract itself. A field that carries no `@permission` is refused to
//! everybody, and a document that asks for anything its viewer cannot reach is not executed at all: for that viewer the
//! field does not exist.

use super::{Role, Viewer};
use crate::error::Fault;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
    TypeKind, TypeSystemDefinition,
};
use async_graphql::{Enum, Name, Positioned, Variables};
use std::collections::HashMap;

/// What a viewer must be allowed to do to reach a root field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum Permission {
    /// Be signed in, in whatever role or in none.
    SignedIn,
    /// Act in at least one role.
    Member,
    /// Write, submit and complete reports.
    WriteReports,
    /// Read reports: one's own, the organisation's, the assigned or all, as the role says.
    ReadReports,
    /// Do the Centre's intake work on reports.
    Triage,
    /// Assign reports to the Centre's staff.
    Assign,
    /// Decide on formal identification, and reopen what was decided.
    Decide,
    /// Open a person's identity, with a reason.
    OpenIdentity,
    /// Ask for access to a report that is not assigned to one, in an emergency.
    OpenInEmergency,
    /// Read who opened identities, and why: all openings, or one's own.
    ReadOpenings,
    /// Review opened identities.
    ReviewOpenings,
    /// Bar somebody from a report because of a conflict of interest, and lift that.
    BarMembers,
    /// Ask for erasures, hold and release them; gather what is held of a person.
    Erase,
    /// Look up organisations.
    ReadDirectory,
    /// Invite members, change their roles, end memberships.
    ManageMemberships,
    /// Register, suspend and reinstate organisations; connect software.
    ManageOrganisations,
    /// Register and manage webhooks of one's organisation.
    ManageWebhooks,
    /// Read the audit trail.
    ReadAudit,
    /// Read counts.
    ReadStatistics,
    /// Read sessions of training: those for one's institution, those one trains, or all.
    ReadTraining,
    /// Register for sessions, and what follows from it.
    TakePart,
    /// Plan and hold sessions.
    Train,
    /// Read results of tests: one's own, those of the staff one coordinates, or of sessions one trains.
    ReadResults,
    /// Read what the groups of sessions learned.
    ReadLearning,
    /// Count tests.
    CountLearning,
    /// Read which printed material was given out.
    ReadPrinted,
    /// Count whom sessions reached, at the Centre.
    ReadCoverage,
    /// Count the reports of those whom training reached.
    ReadEffect,
    /// Count how the Centre keeps its deadlines.
    CountDeadlines,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 29] = [
        Self::SignedIn,
        Self::Member,
        Self::WriteReports,
        Self::ReadReports,
        Self::Triage,
        Self::Assign,
        Self::Decide,
        Self::OpenIdentity,
        Self::OpenInEmergency,
        Self::ReadOpenings,
        Self::ReviewOpenings,
        Self::BarMembers,
        Self::Erase,
        Self::ReadDirectory,
        Self::ManageMemberships,
        Self::ManageOrganisations,
        Self::ManageWebhooks,
        Self::ReadAudit,
        Self::ReadStatistics,
        Self::ReadTraining,
        Self::TakePart,
        Self::Train,
        Self::ReadResults,
        Self::ReadLearning,
        Self::CountLearning,
        Self::ReadPrinted,
        Self::ReadCoverage,
        Self::ReadEffect,
        Self::CountDeadlines,
    ];

    /// The roles that have it.
    fn roles(self) -> &'static [Role] {
        use Role::{
            Administrator, Analyst, CaseWorker, Coordinator, IntakeOfficer, ProtectionOfficer, Reporter, Supervisor,
            Trainer,
        };
        match self {
            Self::SignedIn | Self::Member => &Role::ALL,
            Self::WriteReports => &[Reporter, Coordinator, IntakeOfficer],
            Self::ReadReports => &[Reporter, Coordinator, IntakeOfficer, CaseWorker, Supervisor],
            Self::Triage | Self::OpenIdentity => &[IntakeOfficer, CaseWorker, Supervisor],
            Self::Assign => &[IntakeOfficer, Supervisor],
            Self::OpenInEmergency => &[CaseWorker],
            Self::ReadOpenings => &[IntakeOfficer, CaseWorker, Supervisor, ProtectionOfficer],
            Self::ReviewOpenings => &[ProtectionOfficer],
            Self::Decide | Self::Erase | Self::BarMembers => &[Supervisor],
            Self::ReadDirectory => &[
                Reporter,
                Coordinator,
                IntakeOfficer,
                CaseWorker,
                Supervisor,
                Trainer,
                ProtectionOfficer,
                Administrator,
            ],
            Self::ManageMemberships => &[Coordinator, Administrator],
            Self::ManageOrganisations => &[Administrator],
            Self::ManageWebhooks => &[Coordinator, Administrator],
            Self::ReadAudit => &[Coordinator, ProtectionOfficer],
            Self::ReadTraining => &[Reporter, Coordinator, Supervisor, Trainer],
            Self::TakePart => &[Reporter, Coordinator],
            Self::Train => &[Trainer],
            Self::ReadResults => &[Reporter, Coordinator, Trainer],
            Self::ReadLearning | Self::ReadPrinted => &[Supervisor, Trainer],
            Self::CountLearning | Self::ReadEffect | Self::CountDeadlines => &[Supervisor, Analyst],
            Self::ReadCoverage => &[Supervisor, Trainer, Analyst],
            Self::ReadStatistics => &[Coordinator, IntakeOfficer, CaseWorker, Supervisor, Analyst],
        }
    }

    /// Whether the viewer has it.
    pub fn is_given_to(self, viewer: &Viewer) -> bool {
        match self {
            Self::SignedIn => viewer.account_id().is_some(),
            // Partners have trainers too.
            Self::ReadCoverage => viewer.is_at_the_centre() && viewer.has_any(self.roles()),
            _ => viewer.has_any(self.roles()),
        }
    }
}

pub use directive::guarded;

mod directive {
    #![allow(missing_docs, reason = "the macro generates items without documentation")]

    use super::Permission;
    use async_graphql::TypeDirective;

    /// Marks a root field with what a viewer must be allowed to do to reach it.
    #[TypeDirective(name = "permission", location = "FieldDefinition")]
    pub fn guarded(of: Permission) {}
}

/// The permission of every root field.
#[derive(Debug)]
pub struct RootFields(HashMap<(&'static str, Name), Option<Permission>>);

impl RootFields {
    /// Reads them from the contract.
    pub fn of_schema(sdl: &str) -> Self {
        let document = async_graphql::parser::parse_schema(sdl).expect("the schema's own SDL parses");
        let mut fields = HashMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(ty) = definition else {
                continue;
            };
            let operation = match ty.node.name.node.as_str() {
                "Query" => root_type(OperationType::Query),
                "Mutation" => root_type(OperationType::Mutation),
                "Subscription" => root_type(OperationType::Subscription),
                _ => continue,
            };
            let TypeKind::Object(object) = ty.node.kind else {
                continue;
            };
            for field in object.fields {
                let directive = field.node.directives.iter().find(|directive| directive.node.name.node == "permission");
                let permission =
                    directive.and_then(|found| found.node.get_argument("of")).map(|of| of.node.to_string());
                let known = Permission::ALL.into_iter().find(|p| Some(name_of(*p)) == permission);
                fields.insert((operation, field.node.name.node), known);
            }
        }
        Self(fields)
    }

    /// Root fields without a permission; there must be none.
    pub fn unguarded(&self) -> Vec<&str> {
        self.0.iter().filter(|(_, permission)| permission.is_none()).map(|((_, name), _)| name.as_str()).collect()
    }

    /// Every root field with its permission, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str, Option<Permission>)> {
        let mut fields: Vec<_> = self.0.iter().map(|((operation, name), p)| (*operation, name.as_str(), *p)).collect();
        fields.sort_by_key(|(operation, name, _)| (*operation, *name));
        fields.into_iter()
    }

    /// Refuses a document that asks for a root field which does not exist for the viewer.
    pub fn refuse(
        &self,
        document: &ExecutableDocument,
        operation_name: Option<&str>,
        variables: &Variables,
        viewer: Option<&Viewer>,
    ) -> Result<(), Fault> {
        let Some(operation) = chosen_operation(document, operation_name) else {
            return Ok(());
        };
        let mut asked = Vec::new();
        collect(document, variables, &operation.selection_set.node, 0, &mut asked);
        for field in asked {
            let name = &field.name.node;
            // What is not in the contract is the validation's business.
            let Some(permission) = self.0.get(&(root_type(operation.ty), name.clone())) else {
                continue;
            };
            match (permission, viewer) {
                (Some(permission), Some(viewer)) if permission.is_given_to(viewer) => {}
                (_, None) => return Err(Fault::Unauthenticated),
                (_, Some(_)) => return Err(Fault::NotFound),
            }
        }
        Ok(())
    }
}

fn root_type(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

fn name_of(permission: Permission) -> String {
    async_graphql::Value::from(permission).to_string()
}

/// The operation of a document that is executed: the one with this name, or the only one.
pub fn chosen_operation<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Option<&'a OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(operations) => match name {
            Some(name) => operations.get(name).map(|operation| &operation.node),
            None if operations.len() == 1 => operations.values().next().map(|operation| &operation.node),
            None => None,
        },
    }
}

/// Fragments inside the root selection nest; a document that nests them deeper than this is refused by the depth limit.
const DEEPEST_ROOT_FRAGMENT: usize = 32;

fn collect<'a>(
    document: &'a ExecutableDocument,
    variables: &Variables,
    selections: &'a SelectionSet,
    depth: usize,
    fields: &mut Vec<&'a Field>,
) {
    if depth > DEEPEST_ROOT_FRAGMENT {
        return;
    }
    for selection in &selections.items {
        match &selection.node {
            Selection::Field(field) if is_left_out(&field.node.directives, variables) => {}
            Selection::Field(field) => fields.push(&field.node),
            Selection::InlineFragment(fragment) => {
                collect(document, variables, &fragment.node.selection_set.node, depth + 1, fields);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, variables, &fragment.node.selection_set.node, depth + 1, fields);
                }
            }
        }
    }
}

/// Whether `@skip` or `@include` leaves a field out. A default value of a variable is not looked up: the field counts.
fn is_left_out(directives: &[Positioned<async_graphql::parser::types::Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        let leaves_out = match directive.node.name.node.as_str() {
            "skip" => true,
            "include" => false,
            _ => return false,
        };
        let condition = directive.node.get_argument("if").map(|value| value.node.clone());
        let value =
            condition.and_then(|value| value.into_const_with(|name| variables.get(&name).cloned().ok_or(())).ok());
        value == Some(async_graphql::Value::Boolean(leaves_out))
    })
}

#[cfg(test)]
mod tests;
