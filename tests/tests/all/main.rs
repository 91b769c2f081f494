//! Every black-box test, in one binary: modules mirror the rooms of the server.

mod http;
