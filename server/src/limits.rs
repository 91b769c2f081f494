//! Limits of documents that async-graphql does not have, or applies too late: nesting, tokens, what fragments come to,
//! aliases, root fields. Depth, complexity, recursion and directives are its own.

mod text;

use crate::config::Graphql;
use crate::error::Fault;
use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet};
use std::collections::HashMap;

const TOO_LARGE: Fault = Fault::BadInput("The document is too large once its fragments are written out. Split it.");

/// Refuses a document with too many tokens, or with brackets so deep that parsing it would exhaust the stack. Before
/// this, nothing may parse it.
pub fn check_text(document: &str, limits: &Graphql) -> Result<(), Fault> {
    let measures = text::measure(document);
    if measures.tokens > limits.tokens {
        return Err(Fault::BadInput("The document has too many tokens. Split it."));
    }
    if measures.nesting > text::DEEPEST_NESTING {
        return Err(Fault::BadInput("The document nests too deep."));
    }
    Ok(())
}

/// Refuses a document with too many aliases or root fields, one whose fragments come to far more than its text, and one
/// whose fragments contain themselves. Before this, nothing may follow its fragments.
pub fn check_document(document: &ExecutableDocument, limits: &Graphql) -> Result<(), Fault> {
    let mut fragments = Fragments { document, known: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let selections = &operation.node.selection_set.node;
        let size = fragments.size_of(selections)?;
        if size.selections > limits.tokens {
            return Err(TOO_LARGE);
        }
        if size.aliases > limits.aliases {
            return Err(Fault::BadInput("The document has too many aliases. Split it."));
        }
        if operation.node.ty == OperationType::Subscription && size.fields_here != 1 {
            return Err(Fault::BadInput("A subscription asks for exactly one root field."));
        }
        if size.fields_here > limits.root_fields {
            return Err(Fault::BadInput("The document asks for too many root fields. Split it."));
        }
    }
    // Those that no operation uses are followed by validation all the same.
    for fragment in document.fragments.values() {
        if fragments.size_of(&fragment.node.selection_set.node)?.selections > limits.tokens {
            return Err(TOO_LARGE);
        }
    }
    Ok(())
}

/// What a selection set comes to with its fragments written out.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Fields, fragments and spreads, at every depth.
    selections: usize,
    /// Aliases, at every depth.
    aliases: usize,
    /// Fields of the set itself, not those below them.
    fields_here: usize,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.fields_here = self.fields_here.saturating_add(other.fields_here);
    }
}

/// The fragments of a document, each measured once however often it is spread.
struct Fragments<'a> {
    document: &'a ExecutableDocument,
    /// No size yet: it is being measured, so that whoever asks is inside it.
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Fragments<'a> {
    fn size_of(&mut self, selections: &'a SelectionSet) -> Result<Size, Fault> {
        let mut size = Size::default();
        for selection in &selections.items {
            size.selections = size.selections.saturating_add(1);
            match &selection.node {
                Selection::Field(field) => {
                    let below = self.size_of(&field.node.selection_set.node)?;
                    let aliases = below.aliases.saturating_add(usize::from(field.node.alias.is_some()));
                    size.add(Size { aliases, fields_here: 1, ..below });
                }
                Selection::InlineFragment(fragment) => size.add(self.size_of(&fragment.node.selection_set.node)?),
                Selection::FragmentSpread(spread) => size.add(self.named(&spread.node.fragment_name.node)?),
            }
        }
        Ok(size)
    }

    fn named(&mut self, name: &'a Name) -> Result<Size, Fault> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => return Err(Fault::BadInput("A fragment of the document contains itself.")),
            None => {}
        }
        // What is not defined is the validation's business.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.size_of(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use proptest::prelude::*;

    fn refusal(document: &str) -> Option<Fault> {
        let limits = crate::config::Config::read(None).unwrap().graphql;
        check_text(document, &limits).and_then(|()| check_document(&parse_query(document).unwrap(), &limits)).err()
    }

    /// A document whose fragments double what is in them, so many times over.
    fn doubling(times: usize) -> String {
        let fragments = (0..times).map(|i| format!("fragment F{i} on Query {{ ...F{0} ...F{0} }} ", i + 1));
        format!("{{ ...F0 }} {}fragment F{times} on Query {{ __typename }}", fragments.collect::<String>())
    }

    #[test]
    fn fragments_count_as_often_as_they_are_spread() {
        assert_eq!(refusal(&doubling(3)), None);
        assert!(refusal(&doubling(40)).is_some());
        let nine = "a: id b: id c: id d: id e: id f: id g: id h: id i: id";
        let spread = |times| {
            let nodes = (0..times).map(|_| "node(id: 1) { ...N } ").collect::<String>();
            format!("{{ {nodes} }} fragment N on Node {{ {nine} }}")
        };
        assert_eq!(refusal(&spread(5)), None);
        assert_eq!(
            refusal(&spread(6)),
            Some(Fault::BadInput("The document has too many aliases. Split it.")),
            "54 aliases"
        );
        let roots = |times| format!("{{ {} }} fragment R on Query {{ a b c d }}", "... { ...R } ".repeat(times));
        assert_eq!(refusal(&roots(5)), None);
        assert_eq!(refusal(&roots(6)), Some(Fault::BadInput("The document asks for too many root fields. Split it.")));
    }

    #[test]
    fn a_fragment_that_contains_itself_is_refused_used_or_not() {
        let refused = Some(Fault::BadInput("A fragment of the document contains itself."));
        for document in [
            "{ ...A } fragment A on Query { ...A ...A }",
            "{ ...A } fragment A on Query { node { ...B } } fragment B on Node { ... { ...A } }",
            "{ a } fragment A on Query { ...B } fragment B on Query { ...A }",
        ] {
            assert_eq!(refusal(document), refused, "{document}");
        }
        assert_eq!(refusal("{ ...Unknown }"), None);
    }

    /// Pieces of documents, put together at random: far likelier to be read than letters are.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ":",
            "!",
            "$a",
            "@include",
            "...",
            "...A",
            "fragment A on Query",
            "query",
            "mutation",
            "a",
            "b: c",
            "on",
            "1",
            "-0.5e3",
            "\"s\"",
            "\"\"\"b\"\"\"",
            "\"\\u12",
            "# c\n",
            ",",
            "\u{feff}",
            "{ a }",
            "ж",
            "true",
        ]);
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.join(" "))
    }

    proptest! {
        #[test]
        fn what_is_admitted_is_parsed_and_measured_without_a_panic(text: String, document in pieces(), inner in pieces()) {
            let limits = crate::config::Config::read(None).unwrap().graphql;
            for document in [text, document, format!("{{ {inner} }} fragment A on Query {{ a }}")] {
                if check_text(&document, &limits).is_ok() && let Ok(parsed) = parse_query(&document) {
                    let _ = check_document(&parsed, &limits);
                }
            }
        }
    }
}
