//! The order of fields in an answer: that of the document (GraphQL, "Serialized Map Ordering"). async-graphql puts them into the
//! answer as they become ready, which depends on how long the database takes for one or the other, and so on what others do.

use crate::access::chosen_operation;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Value};

/// The names under which the fields of an object are answered, in the order of the document, and those below each.
#[derive(Debug, Default)]
pub struct FieldOrder(IndexMap<Name, FieldOrder>);

impl FieldOrder {
    /// The order of a document whose fragments do not contain themselves.
    pub fn of(document: &ExecutableDocument, operation_name: Option<&str>) -> Self {
        let mut order = Self::default();
        if let Some(operation) = chosen_operation(document, operation_name) {
            order.add(document, &operation.selection_set.node);
        }
        order
    }

    fn add(&mut self, document: &ExecutableDocument, selections: &SelectionSet) {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => {
                    let below = self.0.entry(field.node.response_key().node.clone()).or_default();
                    below.add(document, &field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => self.add(document, &fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        self.add(document, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    /// Puts what was answered into this order.
    pub fn arrange(&self, answer: &mut Value) {
        match answer {
            Value::Object(fields) => {
                let place = |name: &Name| self.0.get_index_of(name);
                if !fields.keys().map(place).is_sorted() {
                    fields.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
                }
                for (name, value) in fields {
                    if let Some(below) = self.0.get(name) {
                        below.arrange(value);
                    }
                }
            }
            Value::List(values) => values.iter_mut().for_each(|value| self.arrange(value)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use proptest::prelude::*;

    const DOCUMENT: &str = "query A { x } query B { list { id ...F ... on T { c: name d { z y } } } last }
        fragment F on T { b d { y x } id }";

    /// An answer to the document whose fields stand in the order of these numbers.
    fn answer(mut places: Vec<usize>) -> Value {
        let mut fields: Vec<(&str, &str)> =
            vec![("id", "1"), ("b", "2"), ("d", "{\"y\":1,\"x\":2,\"z\":3}"), ("c", "4")];
        places.truncate(fields.len());
        for (one, other) in places.into_iter().enumerate() {
            let other = other % fields.len();
            fields.swap(one, other);
        }
        let object = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(",");
        serde_json::from_str(&format!("{{\"last\":1,\"list\":[{{{object}}},null]}}")).unwrap()
    }

    proptest! {
        #[test]
        fn whatever_was_ready_first_the_answer_is_the_same(places in prop::collection::vec(0_usize..4, 4)) {
            let document = parse_query(DOCUMENT).unwrap();
            let mut arranged = answer(places);
            FieldOrder::of(&document, Some("B")).arrange(&mut arranged);
            let expected = "{\"list\":[{\"id\":1,\"b\":2,\"d\":{\"y\":1,\"x\":2,\"z\":3},\"c\":4},null],\"last\":1}";
            prop_assert_eq!(serde_json::to_string(&arranged).unwrap(), expected);
        }
    }
}
