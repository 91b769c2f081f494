//! Training: what the Centre and its partners teach those who meet exploited people first. No part of it leads to a report.

pub mod attendance;
pub mod certificates;
pub mod import;
pub mod learning;
pub mod programmes;
pub mod qr;
pub mod registrations;
pub mod sessions;
