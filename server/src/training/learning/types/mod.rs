//! What clients see of questions, tests, results and evaluations.

mod attempts;
mod evaluations;
mod figures;
mod questions;
mod results;
mod tests;

pub use attempts::TestAttempt;
pub(super) use evaluations::{EvaluationQuestion, EvaluationResults, SessionEvaluation};
pub(super) use figures::{Rows, SessionLearning, TestCount, Trained, learning};
pub use questions::Question;
pub(super) use questions::QuestionKind;
pub use results::TestResult;
pub(super) use tests::{SessionTest, TestStage};
