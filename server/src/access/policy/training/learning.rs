//! Questions, tests, attempts, results and evaluations. A bank is its organisation's trainers'; what was answered is the
//! participant's and its trainers'; a coordinator sees the results of its staff, of which the room shows it only whether they
//! pass; evaluations lead to nobody.

use super::super::{Change, Policy, Root, all_if, any_of, everything, exists, nothing};
use super::sessions::with_session;
use super::{is_trainer, supervised, trained};
use crate::access::sealing::{KeyOf, Seal};
use crate::access::{Purpose, Role, Viewer};
use crate::ids::ObjectType;
use entity::{
    evaluation, evaluation_answered, question, registration, session_evaluation, session_test, test_attempt,
    test_question, test_result,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// Roles that take part in sessions.
const PARTICIPANTS: [Role; 2] = [Role::Reporter, Role::Coordinator];

/// Whether a member takes a test.
fn takes_test(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Grading) && viewer.has_any(&PARTICIPANTS)
}

/// Whether the service ends attempts whose time is over.
fn grades_alone(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Grading) && viewer.membership().is_none()
}

/// Whether a member evaluates a session.
fn evaluates(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Evaluation) && viewer.has_any(&PARTICIPANTS)
}

fn demonstrates(viewer: &Viewer) -> bool {
    viewer.acts_for(Purpose::Demonstration)
}

/// Rows whose column has what this column of one of the viewer's own registrations has.
fn itself(viewer: &Viewer, column: registration::Column, same: impl ColumnTrait) -> Condition {
    if !viewer.has_any(&PARTICIPANTS) {
        return nothing();
    }
    let own = registration::Entity::find()
        .filter(registration::Column::MembershipId.eq(viewer.membership_id()))
        .filter(registration::Column::OrganisationId.eq(viewer.organisation_id()));
    exists(own, column, same)
}

impl Policy for question::Entity {
    const TABLE: &'static str = "question";

    /// Whoever takes a test has its answers held against the right ones, and sees none of them.
    fn visible_to(viewer: &Viewer) -> Condition {
        if demonstrates(viewer) {
            return everything();
        }
        let mut ways = Vec::new();
        if is_trainer(viewer) {
            ways.push(Condition::all().add(question::Column::OrganisationId.eq(viewer.organisation_id())));
        }
        if takes_test(viewer) {
            let asked = test_question::Entity::find().filter(test_question::Entity::visible_to(viewer));
            ways.push(exists(asked, test_question::Column::QuestionId, question::Column::Id));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let own = |row: &question::Model| is_trainer(viewer) && row.organisation_id == viewer.organisation_id();
        match change {
            Change::Insert(row) => demonstrates(viewer) || (own(row) && row.author_id == viewer.membership_id()),
            Change::Update(row) => demonstrates(viewer) || own(row),
            Change::Delete(_) => false,
        }
    }
}

impl Root for question::Entity {
    const OBJECT: ObjectType = ObjectType::Question;
}

impl Policy for session_test::Entity {
    const TABLE: &'static str = "session_test";

    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![with_session(viewer, session_test::Column::SessionId), all_if(grades_alone(viewer))])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        !matches!(change, Change::Delete(_)) && (is_trainer(viewer) || demonstrates(viewer))
    }
}

impl Root for session_test::Entity {
    const OBJECT: ObjectType = ObjectType::SessionTest;
}

impl Policy for test_question::Entity {
    const TABLE: &'static str = "test_question";

    /// Nobody reads the questions of a test before taking it.
    fn visible_to(viewer: &Viewer) -> Condition {
        use test_question::Column;
        let begun = test_attempt::Entity::find().filter(itself(
            viewer,
            registration::Column::Id,
            test_attempt::Column::RegistrationId,
        ));
        let mut ways = vec![
            all_if(demonstrates(viewer)),
            supervised(viewer),
            trained(viewer, Column::SessionId),
            exists(begun, test_attempt::Column::TestId, Column::TestId),
        ];
        if takes_test(viewer) {
            ways.push(itself(viewer, registration::Column::SessionId, Column::SessionId));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        !matches!(change, Change::Update(_)) && (is_trainer(viewer) || demonstrates(viewer))
    }
}

impl Policy for test_attempt::Entity {
    const TABLE: &'static str = "test_attempt";
    /// Trainers read it, who have no key of the institution's records.
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[test_attempt::Column::Answers],
        organisation: test_attempt::Column::OrganisationId,
        key: KeyOf::Organisation,
    });

    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![
            all_if(demonstrates(viewer) || grades_alone(viewer) || viewer.acts_for(Purpose::KeyKeeping)),
            trained(viewer, test_attempt::Column::SessionId),
            itself(viewer, registration::Column::Id, test_attempt::Column::RegistrationId),
        ])
    }

    /// A participant writes while it takes a test, a trainer what was answered on paper; both grade.
    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        let own = |row: &test_attempt::Model| {
            takes_test(viewer) && !row.on_paper && row.organisation_id == viewer.organisation_id()
        };
        match change {
            Change::Insert(row) => demonstrates(viewer) || (is_trainer(viewer) && row.on_paper) || own(row),
            Change::Update(_) if viewer.acts_for(Purpose::KeyKeeping) => true,
            Change::Update(row) => demonstrates(viewer) || grades_alone(viewer) || is_trainer(viewer) || own(row),
            Change::Delete(_) => false,
        }
    }
}

impl Root for test_attempt::Entity {
    const OBJECT: ObjectType = ObjectType::TestAttempt;
}

impl Policy for test_result::Entity {
    const TABLE: &'static str = "test_result";

    fn visible_to(viewer: &Viewer) -> Condition {
        use test_result::Column;
        let counts = viewer.acts_for(Purpose::Count) && viewer.has_any(&[Role::Analyst]);
        let mut ways = vec![
            all_if(demonstrates(viewer) || grades_alone(viewer) || counts),
            supervised(viewer),
            trained(viewer, Column::SessionId),
            itself(viewer, registration::Column::Id, Column::RegistrationId),
        ];
        if viewer.has_any(&[Role::Coordinator]) {
            ways.push(Condition::all().add(Column::OrganisationId.eq(viewer.organisation_id())));
        }
        any_of(ways)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) | Change::Update(row) => {
                let own = takes_test(viewer) && row.organisation_id == viewer.organisation_id();
                demonstrates(viewer) || grades_alone(viewer) || is_trainer(viewer) || own
            }
            Change::Delete(_) => false,
        }
    }

    /// A later attempt of the same participant counts, where it is better.
    fn may_move(viewer: &Viewer, column: test_result::Column, before: &Self::Model, _: &Self::Model) -> bool {
        matches!(column, test_result::Column::AttemptId) && Self::may_write(viewer, Change::Update(before))
    }
}

impl Policy for session_evaluation::Entity {
    const TABLE: &'static str = "session_evaluation";

    fn visible_to(viewer: &Viewer) -> Condition {
        with_session(viewer, session_evaluation::Column::SessionId)
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        !matches!(change, Change::Delete(_)) && (is_trainer(viewer) || demonstrates(viewer))
    }
}

impl Policy for evaluation::Entity {
    const TABLE: &'static str = "evaluation";
    /// With the organiser's key: a participant's institution would lead to the participant.
    const SEAL: Option<Seal<Self>> = Some(Seal {
        columns: &[evaluation::Column::Comment],
        organisation: evaluation::Column::OrganisationId,
        key: KeyOf::Organisation,
    });

    /// Whoever sees rows here shows them to nobody before there are enough: see the room's rules.
    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![
            all_if(demonstrates(viewer) || viewer.acts_for(Purpose::KeyKeeping)),
            supervised(viewer),
            trained(viewer, evaluation::Column::SessionId),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(_) => evaluates(viewer) || demonstrates(viewer),
            Change::Update(_) => viewer.acts_for(Purpose::KeyKeeping),
            Change::Delete(_) => false,
        }
    }
}

impl Policy for evaluation_answered::Entity {
    const TABLE: &'static str = "evaluation_answered";

    fn visible_to(viewer: &Viewer) -> Condition {
        any_of(vec![
            all_if(demonstrates(viewer)),
            itself(viewer, registration::Column::Id, evaluation_answered::Column::RegistrationId),
            trained(viewer, evaluation_answered::Column::SessionId),
        ])
    }

    fn may_write(viewer: &Viewer, change: Change<'_, Self>) -> bool {
        match change {
            Change::Insert(row) => {
                demonstrates(viewer) || (evaluates(viewer) && row.organisation_id == viewer.organisation_id())
            }
            Change::Update(_) | Change::Delete(_) => false,
        }
    }
}
