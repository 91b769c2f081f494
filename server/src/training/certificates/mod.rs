//! Certificates: who attended, and passed where a test is asked for, gets one that anybody can verify.

pub mod pdf;
