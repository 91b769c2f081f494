//! Sealed texts in the contract: what does not open is null, with an error in its place that says what to do, and the rest of
//! the answer is as it would be.

use crate::access::sealing::is_unreadable;
use crate::language::{Language, Message};
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, Error, ErrorExtensions, OutputType, Positioned, ServerResult, Value};
use std::borrow::Cow;

/// The value of `extensions.code` in the place of a text that does not open.
pub const UNREADABLE: &str = "CONTENT_UNREADABLE";

/// A text that the database holds sealed, as a client sees it. Its field is nullable.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// The text, empty or not.
    pub fn of(text: &'a str) -> Option<Self> {
        Some(Self(text))
    }

    /// The text, where something is written in it.
    pub fn written(text: &'a str) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }
}

/// The error in the place of a text that does not open, in the language of the request.
pub fn unreadable(language: Language) -> Error {
    let message = language.say(&Message::new("content-unreadable"));
    Error::new(message).extend_with(|_, extensions| extensions.set("code", UNREADABLE))
}

impl OutputType for Text<'_> {
    fn type_name() -> Cow<'static, str> {
        <String as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        if is_unreadable(self.0) {
            let language = context.data_opt::<Language>().copied().unwrap_or_default();
            return Err(context.set_error_path(unreadable(language).into_server_error(field.pos)));
        }
        Ok(Value::String(self.0.to_owned()))
    }
}
