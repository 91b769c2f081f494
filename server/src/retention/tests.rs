//! Retention on a database of its own, by documents as clients send them.

mod erasing;
mod everything;
mod reviewing;
