//! Every black-box test, in one binary: modules mirror the rooms of the server.

mod http;
mod installation;
mod organisations;
mod the_way_of_a_report;
