//! Limits of documents that async-graphql does not have: tokens, aliases, root fields. Depth, complexity, recursion and
//! directives are its own.

use crate::config::Graphql;
use crate::error::Fault;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// Refuses a document with too many tokens, before anything parses it.
pub fn check_text(document: &str, limits: &Graphql) -> Result<(), Fault> {
    if tokens(document) > limits.tokens {
        return Err(Fault::BadInput("The document has too many tokens. Split it."));
    }
    Ok(())
}

/// Refuses a document with too many aliases or root fields.
pub fn check_document(document: &ExecutableDocument, limits: &Graphql) -> Result<(), Fault> {
    let mut aliases = 0;
    for (_, operation) in document.operations.iter() {
        if operation.node.selection_set.node.items.len() > limits.root_fields {
            return Err(Fault::BadInput("The document asks for too many root fields. Split it."));
        }
        aliases += count_aliases(&operation.node.selection_set.node);
    }
    for fragment in document.fragments.values() {
        aliases += count_aliases(&fragment.node.selection_set.node);
    }
    if aliases > limits.aliases {
        return Err(Fault::BadInput("The document has too many aliases. Split it."));
    }
    Ok(())
}

fn count_aliases(selections: &SelectionSet) -> usize {
    let of_selection = |selection: &Selection| match selection {
        Selection::Field(field) => {
            usize::from(field.node.alias.is_some()) + count_aliases(&field.node.selection_set.node)
        }
        Selection::InlineFragment(fragment) => count_aliases(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => 0,
    };
    selections.items.iter().map(|selection| of_selection(&selection.node)).sum()
}

/// Number of lexical tokens, near enough for a limit: names and numbers, punctuators, strings; comments count nothing.
fn tokens(document: &str) -> usize {
    let mut count = 0;
    let mut characters = document.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '#' => while characters.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                count += 1;
                skip_string(&mut characters);
            }
            c if c.is_alphanumeric() || c == '_' || c == '-' => {
                count += 1;
                while characters.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).is_some() {}
            }
            c if c.is_whitespace() || c == ',' => {}
            _ => count += 1,
        }
    }
    count
}

fn skip_string(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '"' => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_counted_as_graphql_counts_them() {
        assert_eq!(tokens("{ a }"), 3);
        assert_eq!(tokens("query Q($x: Int = -1.5) { a(x: $x, s: \"one, \\\" token\") # b c d\n }"), 22);
    }
}
