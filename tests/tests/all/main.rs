//! Every black-box test, in one binary: modules mirror the rooms of the server.

mod access;
mod audit;
mod cases;
mod commands;
mod contract;
mod http;
mod languages;
mod organisations;
mod reports;
mod sign_in;
mod steps;
mod the_way_of_a_report;
mod tokens;
mod triage;
