//! A document's text, measured before it is parsed.

/// How deep brackets may nest. No document within the other limits comes near.
pub(super) const DEEPEST_NESTING: usize = 64;

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Measures {
    /// Lexical tokens, near enough for a limit: signs and points of numbers count too, and each point of a spread.
    pub(super) tokens: usize,
    /// The most brackets that were open at the same time.
    pub(super) nesting: usize,
}

/// Measures a document. Where its text is malformed, rather too much is counted than too little.
pub(super) fn measure(document: &str) -> Measures {
    let (mut measures, mut open) = (Measures::default(), 0_usize);
    let mut rest = document;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '#' => rest = rest.trim_start_matches(|c| !is_line_end(c)),
            c if c.is_whitespace() || matches!(c, ',' | '\u{feff}') => {}
            c => {
                measures.tokens += 1;
                match c {
                    '"' => rest = after_string(rest),
                    '{' | '(' | '[' => open += 1,
                    '}' | ')' | ']' => open = open.saturating_sub(1),
                    '1'..='9' => rest = rest.trim_start_matches(|c: char| c.is_ascii_digit()),
                    c if is_in_name(c) && c != '0' => rest = rest.trim_start_matches(is_in_name),
                    _ => {}
                }
                measures.nesting = measures.nesting.max(open);
            }
        }
    }
    measures
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

fn is_in_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// What follows a string of which the first quote is read (GraphQL, section 2.9.4). An ordinary one ends with its line.
fn after_string(rest: &str) -> &str {
    if let Some(block) = rest.strip_prefix("\"\"") {
        return after_block_string(block);
    }
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '"' => return &rest[at + 1..],
            c if is_line_end(c) => return &rest[at..],
            _ => {}
        }
    }
    ""
}

/// What follows a block string: three quotes end it, unless a backslash stands before them.
fn after_block_string(mut rest: &str) -> &str {
    while let Some(at) = rest.find("\"\"\"") {
        let escaped = rest[..at].ends_with('\\');
        rest = &rest[at + 3..];
        if !escaped {
            return rest;
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(document: &str) -> usize {
        measure(document).tokens
    }

    #[test]
    fn tokens_are_counted_as_graphql_counts_them() {
        assert_eq!(tokens("{ a }"), 3);
        assert_eq!(tokens("query Q($x: Int = -1.5) { a(x: $x, s: \"one, \\\" token\") # b c d\n }"), 25);
    }

    #[test]
    fn nothing_hides_from_being_counted() {
        assert_eq!(tokens("\"\"\"one \" token\"\"\" a b"), 3, "a quote in a block string");
        assert_eq!(tokens("\"\"\"one \\\"\"\" token\"\"\" a b"), 3, "an escaped end of a block string");
        assert_eq!(tokens("\"\" a \"\" b"), 4, "an empty string is no block string");
        assert_eq!(tokens("# a\r b c"), 2, "a comment ends where a line does, however it ends");
        assert_eq!(tokens("\"not ended\n a b"), 3);
        assert_eq!(tokens("[000 012 1-1]"), 2 + 3 + 2 + 3, "the parser takes numbers that touch for several");
        assert_eq!(tokens("...a...b"), 8);
    }

    #[test]
    fn nesting_is_that_of_brackets_of_every_kind() {
        assert_eq!(measure("{ a(x: [{ y: \"[[[\" }]) { b } } # {{{").nesting, 4);
        assert_eq!(measure(&"[".repeat(100)).nesting, 100);
        assert_eq!(measure("}}}{").nesting, 1);
    }

    proptest! {
        #[test]
        fn any_text_is_measured_without_a_panic(document in "[\\PC\"#\\\\{}\\r\\n]*") {
            prop_assert!(measure(&document).tokens <= document.len());
        }
    }
}
