//! What every test needs: a real server on a database of its own, and clients that talk to it.
//!
//! A test asks for a [`Server`] on one [`Database`], signs in as somebody of the demonstration network, and sends
//! GraphQL. `tests/run` starts what this needs; whatever fails here panics with one sentence that says why.

mod below;
mod browser;
mod bucket;
mod client;
mod contract;
mod database;
mod events;
mod files;
mod hooks;
mod installation;
mod node;
mod post;
mod process;
mod python;
mod response;
mod scanner;
mod server;
mod socket;
mod template;

pub use below::{Below, Nested};
pub use browser::{Browser, Page};
pub use bucket::Bucket;
pub use client::{Client, Sent, http, http_builder};
pub use contract::{Contract, Field, Path, Plausible};
pub use database::{Database, Storage};
pub use events::Events;
pub use files::{readable, text_of_pdf};
pub use hooks::Hooks;
pub use installation::{ADMINISTRATOR, Installation, settings_for};
pub use node::{Issuer, Transit, run_script};
pub use post::{Email, Post};
pub use process::{Command, Output};
pub use python::run_schemathesis;
pub use response::Response;
pub use scanner::Scanner;
pub use server::{Options, Server};
pub use socket::{PROTOCOL, Socket};
