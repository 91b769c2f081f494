//! Who acts: an account, the membership it acts in, and the purpose.

mod purpose;

pub use purpose::Purpose;

use async_graphql::Enum;
use chrono::{DateTime, SecondsFormat, Utc};
use entity::organisation::Kind;
use sea_orm::ActiveEnum;
use std::sync::Arc;
use uuid::Uuid;

/// Roles of a membership. What each may do stands in the access matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum)]
pub enum Role {
    /// Partner: writes and submits reports, and sees its own.
    Reporter,
    /// Partner: sees the organisation's submitted reports and manages its memberships.
    Coordinator,
    /// Centre: receives reports, works the triage queue, notes down reports told by telephone.
    IntakeOfficer,
    /// Centre: works on what is assigned to it.
    CaseWorker,
    /// Centre: sees all, assigns, decides, reopens.
    Supervisor,
    /// Centre or partner: plans and holds sessions. Sees no report and no person.
    Trainer,
    /// Centre: reads counts, and never a person.
    Analyst,
    /// Centre: reads the audit trail and reviews each opened identity.
    ProtectionOfficer,
    /// Centre: manages organisations and memberships. Sees no report.
    Administrator,
}

impl Role {
    /// Every role, in the order of the access matrix.
    pub const ALL: [Self; 9] = [
        Self::Reporter,
        Self::Coordinator,
        Self::IntakeOfficer,
        Self::CaseWorker,
        Self::Supervisor,
        Self::Trainer,
        Self::Analyst,
        Self::ProtectionOfficer,
        Self::Administrator,
    ];

    /// Name in the database, in settings and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Coordinator => "coordinator",
            Self::IntakeOfficer => "intake_officer",
            Self::CaseWorker => "case_worker",
            Self::Supervisor => "supervisor",
            Self::Trainer => "trainer",
            Self::Analyst => "analyst",
            Self::ProtectionOfficer => "protection_officer",
            Self::Administrator => "administrator",
        }
    }

    /// The role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether an organisation of this kind may give the role to its members.
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Self::Trainer => true,
            Self::Reporter | Self::Coordinator => kind != Kind::Centre,
            _ => kind == Kind::Centre,
        }
    }

    /// Whether the role counts only for those who signed in with a second factor: all roles of the Centre.
    pub fn needs_second_factor(self, kind: Kind) -> bool {
        kind == Kind::Centre
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u16);

impl Roles {
    /// Reads the comma-separated form of the database; a name it does not know gives no role.
    pub fn parse(text: &str) -> Self {
        text.split(',').filter_map(Role::from_name).collect()
    }

    /// Whether the role is among them.
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// Whether one of these is among them.
    pub fn has_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order of the access matrix.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | (1 << role as u16)))
    }
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.iter().map(Role::as_str).collect();
        f.write_str(&names.join(","))
    }
}

/// The membership that a viewer acts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Its key.
    pub id: Uuid,
    /// The organisation it acts for.
    pub organisation_id: Uuid,
    /// What kind of organisation that is.
    pub organisation_kind: Kind,
    /// The district of its seat: a code of the district list; nothing where its municipality is not on the list.
    pub district: Option<&'static str>,
    /// The roles it gives.
    pub roles: Roles,
    /// Whether it has emergency access to a report now.
    pub emergency: bool,
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub(super) account_id: Option<Uuid>,
    pub(super) membership: Option<Membership>,
    pub(super) purpose: Option<Purpose>,
    pub(super) second_factor_missing: bool,
    /// Keys of the reports that it is barred from, and of what they hold.
    barred: Arc<[Uuid]>,
    /// The instant as of which it sees what is open for a time. Without one, nothing is.
    at: Option<DateTime<Utc>>,
}

impl Viewer {
    /// A person or software that signed in, acting in this membership or, for the time being, in none. Roles that do not
    /// fit the kind of organisation, or that need a second factor which is missing, do not count.
    pub(super) fn signed_in(account_id: Uuid, membership: Option<Membership>, second_factor: bool) -> Self {
        let mut second_factor_missing = false;
        let membership = membership.map(|mut acting| {
            let kind = acting.organisation_kind;
            let fitting: Roles = acting.roles.iter().filter(|role| role.fits(kind)).collect();
            let counted = |role: &Role| second_factor || !role.needs_second_factor(kind);
            acting.roles = fitting.iter().filter(counted).collect();
            second_factor_missing = acting.roles != fitting;
            acting
        });
        Self { account_id: Some(account_id), membership, second_factor_missing, ..Self::nobody() }
    }

    /// A member's calendar programme, which holds no more than an address that might be passed on. It acts in none of the member's
    /// roles: what it sees, it sees by its purpose.
    pub(super) fn calendar_of(account_id: Uuid, membership: Membership) -> Self {
        let membership = Some(Membership { roles: Roles::default(), ..membership });
        Self { account_id: Some(account_id), membership, purpose: Some(Purpose::Calendar), ..Self::nobody() }
    }

    /// A member who is to be told something, as far as it is asked what the member may see.
    pub(super) fn recipient(account_id: Uuid, membership: Membership) -> Self {
        Self { purpose: Some(Purpose::Recipient), ..Self::signed_in(account_id, Some(membership), true) }
    }

    fn nobody() -> Self {
        let barred = Arc::default();
        Self { account_id: None, membership: None, purpose: None, second_factor_missing: false, barred, at: None }
    }

    /// The service itself, at work for one purpose.
    pub fn service(purpose: Purpose) -> Self {
        Self { purpose: Some(purpose), ..Self::nobody() }
    }

    /// The same viewer, for a purpose of its own.
    pub(super) fn with_purpose(&self, purpose: Purpose) -> Self {
        Self { purpose: Some(purpose), ..self.clone() }
    }

    /// The same viewer, to whom nothing with one of these keys exists.
    pub(super) fn barred_from(self, keys: impl IntoIterator<Item = Uuid>) -> Self {
        Self { barred: keys.into_iter().collect(), ..self }
    }

    /// The same viewer as of this instant of the service's clock.
    pub(super) fn at_instant(self, at: DateTime<Utc>) -> Self {
        Self { at: Some(at), ..self }
    }

    /// Whether it is barred from a report, person or case with this key.
    pub fn is_barred_from(&self, key: Uuid) -> bool {
        self.barred.contains(&key)
    }

    /// Keys of the reports that it is barred from, and of what they hold.
    pub(super) fn barred(&self) -> &[Uuid] {
        &self.barred
    }

    /// The instant as of which it sees what is open for a time.
    pub(super) fn at(&self) -> Option<DateTime<Utc>> {
        self.at
    }

    /// Whether it has emergency access to a report now.
    pub(super) fn in_emergency(&self) -> bool {
        self.membership.is_some_and(|acting| acting.emergency) && self.has_any(&[Role::CaseWorker])
    }

    /// The account that signed in.
    pub fn account_id(&self) -> Option<Uuid> {
        self.account_id
    }

    /// The membership it acts in.
    pub fn membership(&self) -> Option<&Membership> {
        self.membership.as_ref()
    }

    /// The key of that membership; the nil UUID, which no row has, where there is none.
    pub fn membership_id(&self) -> Uuid {
        self.membership.map(|membership| membership.id).unwrap_or_default()
    }

    /// The organisation it acts for; the nil UUID, which no row has, where there is none.
    pub fn organisation_id(&self) -> Uuid {
        self.membership.map(|membership| membership.organisation_id).unwrap_or_default()
    }

    /// Whether it acts for the Centre.
    pub fn is_at_the_centre(&self) -> bool {
        self.membership.is_some_and(|membership| membership.organisation_kind == Kind::Centre)
    }

    /// The roles it acts in.
    pub fn roles(&self) -> Roles {
        self.membership.map(|membership| membership.roles).unwrap_or_default()
    }

    /// Whether it acts in one of these roles.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.roles().has_any(roles)
    }

    /// Whether it acts for this purpose.
    pub fn acts_for(&self, purpose: Purpose) -> bool {
        self.purpose == Some(purpose)
    }

    /// Whether it is the service keeping deadlines, in no member's name.
    pub(super) fn keeps_time_alone(&self) -> bool {
        self.acts_for(Purpose::Timekeeping) && self.membership.is_none()
    }

    /// Whether it works on rows without reading their texts.
    pub(super) fn leaves_sealed(&self) -> bool {
        let grades_alone = self.acts_for(Purpose::Grading) && self.membership.is_none();
        let purposes = [
            Purpose::KeyKeeping,
            Purpose::Expiry,
            Purpose::AuditLinking,
            Purpose::Erasure,
            Purpose::Notification,
            Purpose::Recipient,
            Purpose::AttachmentKeeping,
            Purpose::Matching,
        ];
        grades_alone || self.keeps_time_alone() || purposes.into_iter().any(|purpose| self.acts_for(purpose))
    }

    /// Whether roles were left out because the sign-in had no second factor.
    pub fn second_factor_missing(&self) -> bool {
        self.second_factor_missing
    }

    /// The settings that row level security asks. Only UUIDs, an instant, and names from this file and of
    /// the code lists get there.
    pub(super) fn settings(&self) -> String {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        format!(
            "SET LOCAL app.account = '{}'; SET LOCAL app.organisation = '{}'; SET LOCAL app.membership = '{}'; \
             SET LOCAL app.roles = '{}'; SET LOCAL app.purpose = '{}'; SET LOCAL app.barred = '{}'; \
             SET LOCAL app.now = '{}'; SET LOCAL app.kind = '{}'; SET LOCAL app.district = '{}'",
            id(self.account_id),
            id(self.membership.map(|membership| membership.organisation_id)),
            id(self.membership.map(|membership| membership.id)),
            self.roles(),
            self.purpose.map(Purpose::as_str).unwrap_or_default(),
            self.barred.iter().map(Uuid::to_string).collect::<Vec<_>>().join(","),
            self.at.map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true)).unwrap_or_default(),
            self.membership.map(|membership| membership.organisation_kind.to_value()).unwrap_or_default(),
            self.membership.and_then(|membership| membership.district).unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests;
