//! Triage: who takes which step, what a wrong one is told, and what of it a partner sees.

mod assigning;
mod joining;
mod queue;
mod transitions;
