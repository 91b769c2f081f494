//! Every black-box test, in one binary: modules mirror the rooms of the server.

mod commands;
mod http;
mod languages;
mod organisations;
mod sign_in;
mod the_way_of_a_report;
mod tokens;
