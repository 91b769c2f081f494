//! Loads tests and their questions for many siblings at once.

use crate::access::Scope;
use crate::loader::{by_key, parts_of};

/// The loader of one request.
pub struct Loader(pub Scope);

by_key!(Loader, TestKey, session_test, id);
parts_of!(Loader, QuestionsOf, test_question, test_id TestId, Position);
