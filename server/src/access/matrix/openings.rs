//! Openings that hold and that have ended, and viewers who are barred from a report.

use super::network::{Network, OTHER_SCHOOL, SCHOOL, instant, row};
use crate::access::{Membership, Purpose, Viewer};
use chrono::{DateTime, TimeDelta, Utc};
use entity::identity_opening::{self, Review};
use entity::{audit_event, report_bar};
use uuid::Uuid;

/// The first instant at which the openings have ended.
fn end() -> DateTime<Utc> {
    instant() + TimeDelta::minutes(30)
}

/// The reporter's submitted report, its person and its case: what some are barred from.
const BARRED_FROM: [Uuid; 3] = [Uuid::from_u128(0x12), Uuid::from_u128(0x312), Uuid::from_u128(0x812)];

/// An opening: label, key, organisation, report, whether one person or the whole report is open, member.
type OpeningPlan = (&'static str, u128, Uuid, u128, bool, u128);

const OPENINGS: [OpeningPlan; 7] = [
    ("the intake officer's, of the reporter's submitted report", 0x901, SCHOOL, 0x12, true, 3),
    ("the case worker's, of the accepted report", 0x902, SCHOOL, 0x13, true, 4),
    ("the case worker's, of a report that was taken from it", 0x903, SCHOOL, 0x12, true, 4),
    ("the supervisor's, reviewed", 0x904, OTHER_SCHOOL, 0x16, true, 5),
    ("the second case worker's, in an emergency", 0x905, OTHER_SCHOOL, 0x16, false, 11),
    ("the intake officer's, by a clock that was ahead", 0x906, SCHOOL, 0x13, true, 3),
    ("the second case worker's, an emergency by a clock ahead", 0x907, SCHOOL, 0x13, false, 11),
];

impl Network {
    pub(super) fn add_openings(&mut self) {
        OPENINGS.iter().for_each(|opening| self.add_opening(*opening));
        self.add_bar("the intake officer's", 0xa01, (3, 5), None);
        self.add_bar("the supervisor's, lifted", 0xa02, (5, 5), Some(instant()));
        self.add_bar("the case worker's, declared by itself", 0xa03, (4, 4), None);
        self.add_bar("the second case worker's, by the intake officer", 0xa04, (11, 3), None);
        self.add_bar("the reporter's, declared by itself", 0xa05, (1, 1), None);
        for (what, object) in ["report", "person", "case"].into_iter().zip(BARRED_FROM) {
            self.add_act(what, object);
        }
        self.add_openers();
        self.add_barred();
    }

    fn add_opening(&mut self, (label, key, organisation_id, report, one, member): OpeningPlan) {
        let reviewed = label.ends_with("reviewed");
        let ahead = if label.ends_with("ahead") { TimeDelta::hours(1) } else { TimeDelta::zero() };
        let model = identity_opening::Model {
            id: Uuid::from_u128(key),
            organisation_id,
            report_id: Uuid::from_u128(report),
            report_reference: format!("PI-{report}"),
            person_id: one.then(|| Uuid::from_u128(0x300 + report)),
            membership_id: Uuid::from_u128(member),
            reason: String::new(),
            opened_at: instant() + ahead,
            expires_at: end() + ahead,
            attention: if reviewed { 2 } else { i16::from(one) },
            reviewed_at: reviewed.then(instant),
            reviewer_id: reviewed.then(|| Uuid::from_u128(8)),
            review: reviewed.then_some(Review::InOrder),
            review_remark: String::new(),
            exported: false,
            overdue_at: label.ends_with("from it").then(end),
        };
        self.identity_opening.push(row(label, model));
    }

    fn add_bar(&mut self, label: &str, key: u128, (member, by): (u128, u128), lifted_at: Option<DateTime<Utc>>) {
        let model = report_bar::Model {
            id: Uuid::from_u128(key),
            organisation_id: SCHOOL,
            report_id: BARRED_FROM[0],
            membership_id: Uuid::from_u128(member),
            reason: String::new(),
            objects: BARRED_FROM.map(|key| key.to_string()).join(","),
            barred_by_id: Uuid::from_u128(by),
            barred_at: instant(),
            lifted_at,
            lifted_by_id: lifted_at.map(|_| Uuid::from_u128(5)),
            lift_reason: String::new(),
        };
        self.report_bar.push(row(label, model));
    }

    fn add_act(&mut self, what: &str, object: Uuid) {
        let model = audit_event::Model {
            id: object,
            occurred_at: instant(),
            organisation_id: Some(SCHOOL),
            account_id: None,
            membership_id: None,
            action: "report.read".to_owned(),
            object_type: what.to_owned(),
            object_id: Some(object),
            request_id: Uuid::nil(),
            reason: None,
        };
        self.audit_event.push(row(format!("an act of the school on the {what} that some are barred from"), model));
    }

    fn add_openers(&mut self) {
        let in_emergency = |mut viewer: Viewer| {
            viewer.membership = viewer.membership.map(|acting| Membership { emergency: true, ..acting });
            viewer
        };
        let just_before_the_end = end() - TimeDelta::microseconds(1);
        let helper = in_emergency(self.viewer("second case worker"));
        let counting = helper.with_purpose(Purpose::Count);
        self.viewers.extend([
            ("intake officer, while an identity is open", self.viewer("intake officer").at_instant(instant())),
            ("intake officer, at the end of that", self.viewer("intake officer").at_instant(end())),
            ("case worker, while identities are open", self.viewer("case worker").at_instant(just_before_the_end)),
            ("case worker, at the end of that", self.viewer("case worker").at_instant(end())),
            ("reporter, while others opened", self.viewer("reporter").at_instant(instant())),
            ("second case worker, in an emergency", helper.clone().at_instant(just_before_the_end)),
            ("second case worker, at the end of that", helper.clone().at_instant(end())),
            ("second case worker, without a clock", helper),
            ("second case worker, in an emergency, counting", counting.at_instant(instant())),
        ]);
    }

    fn add_barred(&mut self) {
        let barred = |viewer: Viewer| viewer.at_instant(instant()).barred_from(BARRED_FROM);
        let analyst = self.viewer("analyst").with_purpose(Purpose::Count);
        let beyond = self.viewer("second case worker").with_purpose(Purpose::BeyondAssignment);
        self.viewers.extend([
            ("coordinator, barred", barred(self.viewer("coordinator"))),
            ("intake officer, barred", barred(self.viewer("intake officer"))),
            ("case worker, barred", barred(self.viewer("case worker"))),
            ("supervisor, barred", barred(self.viewer("supervisor"))),
            ("protection officer, barred", barred(self.viewer("protection officer"))),
            ("analyst, barred, counting", barred(analyst)),
            ("second case worker, barred, beyond its assignments", barred(beyond)),
        ]);
    }
}
