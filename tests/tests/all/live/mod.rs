//! Subscriptions: what is told to whom, by which protocol, and what becomes of them when something breaks.

mod access;
mod events;
mod files;
mod outage;
mod protocol;
mod told;
