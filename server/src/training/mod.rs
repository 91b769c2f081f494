//! Training: what the Centre and its partners teach those who meet exploited people first. No part of it leads to a report.

pub mod attendance;
pub mod calendar;
pub mod certificates;
pub mod import;
pub mod learning;
pub mod materials;
mod names;
pub mod printed;
pub mod programmes;
pub mod qr;
pub mod reach;
pub mod registrations;
pub mod reminders;
pub mod rules;
pub mod sessions;
