//! Days in the contract.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

/// A day of the calendar, written as ISO 8601 has it: `2018-11-05`. It means the day in Serbia.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        // Neither signs and spaces, nor years before 1 or of more than four digits, which the databases would not take.
        let day =
            day.filter(|day| text.len() == 10 && text.starts_with(|c: char| c.is_ascii_digit()) && day.year() > 0);
        let day = day.filter(|day| day.format("%Y-%m-%d").to_string() == *text);
        day.map(Self).ok_or_else(|| InputValueError::custom("A day is written as 2018-11-05"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written() {
        let day = Date::parse("2018-11-05".into()).expect("a day");
        assert_eq!(day.to_value(), Value::from("2018-11-05"));
        for bad in [
            "2018-02-30",
            "2018-1-5",
            "+12018-01-01",
            "+018-11-05",
            "-001-01-01",
            "0000-01-01",
            "",
            "5.11.2018.",
            "2018-11-05\0",
        ] {
            assert!(Date::parse(bad.into()).is_err(), "{bad:?}");
        }
    }
}
