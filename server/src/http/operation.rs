//! What clients ask for, by whatever way it comes.

use async_graphql::{Request, Variables};
use serde::Deserialize;

/// One operation. Unknown members are ignored, as the specification of GraphQL over HTTP wants.
#[derive(Clone, Deserialize)]
pub(super) struct Operation {
    query: String,
    #[serde(rename = "operationName")]
    name: Option<String>,
    variables: Option<serde_json::Map<String, serde_json::Value>>,
    #[expect(dead_code, reason = "checked to be a map, and not used")]
    extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Operation {
    /// As it is executed, once or again.
    pub(super) fn to_request(&self) -> Request {
        let variables = self.variables.clone().map(|map| Variables::from_json(map.into())).unwrap_or_default();
        let request = Request::new(&self.query).variables(variables);
        match &self.name {
            Some(name) if !name.is_empty() => request.operation_name(name),
            _ => request,
        }
    }
}
