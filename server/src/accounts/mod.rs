//! Accounts: who is signed in, and in which of its memberships it acts. Signing in itself stands in `http/sign_in`.

mod mutations;
mod queries;

pub use mutations::AccountMutations;
pub use queries::AccountQueries;
