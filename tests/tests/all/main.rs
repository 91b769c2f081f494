//! Every black-box test, in one binary: modules mirror the rooms of the server.

mod audit;
mod cases;
mod certificates;
mod commands;
mod contract;
mod deadlines;
mod demonstration;
mod http;
mod indicators;
mod isolation;
mod languages;
mod openings;
mod organisations;
mod outage;
mod reports;
mod retention;
mod sealing;
mod sign_in;
mod statistics;
mod steps;
mod the_way_of_a_report;
mod threats;
mod tokens;
mod training;
mod triage;
