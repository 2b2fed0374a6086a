//! Where one statement ends and the next begins.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

/// Takes SQL apart at its semicolons, those in texts, names and comments excepted.
///
/// The second of the pair is what follows the last semicolon: a statement that is not complete, or only white
/// space and comments. A text or comment that is not closed leaves all from its statement's start there.
#[must_use]
pub fn statements(sql: &str) -> (Vec<&str>, &str) {
    let mut found = Vec::new();
    let mut rest = sql;
    // Each turn takes one statement, for what is unclosed further on must not hide the ends before it.
    while let Some(end) = first_end(rest) {
        let (statement, after) = rest.split_at(end);
        found.push(statement);
        rest = after.get(1..).unwrap_or_default();
    }
    (found, rest)
}

/// Whether text holds nothing but white space and comments.
#[must_use]
pub fn is_blank(sql: &str) -> bool {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize();
    tokens.is_ok_and(|tokens| tokens.iter().all(|token| matches!(token, Token::Whitespace(_))))
}

/// The byte of the first semicolon that ends a statement.
fn first_end(sql: &str) -> Option<usize> {
    let candidates = sql.bytes().enumerate().filter(|(_, byte)| *byte == b';');
    for (at, _) in candidates {
        let before = sql.get(..=at)?;
        // Within a text or a comment the tokenizer finds no end of it, or another token than the semicolon.
        let tokens = Tokenizer::new(&GenericDialect {}, before).tokenize();
        if tokens.is_ok_and(|tokens| tokens.last() == Some(&Token::SemiColon)) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons() {
        assert_eq!(statements("SELECT 1; SELECT 2"), (vec!["SELECT 1"], " SELECT 2"));
        assert_eq!(
            statements("SELECT ';' AS \"a;b\" -- no; end\n, 1; x;"),
            (vec!["SELECT ';' AS \"a;b\" -- no; end\n, 1", " x"], "")
        );
        assert_eq!(statements("SELECT 'å; b"), (vec![], "SELECT 'å; b"));
        assert_eq!(statements("a; /* b;"), (vec!["a"], " /* b;"));
        assert_eq!(statements("a /* b; */; c"), (vec!["a /* b; */"], " c"));
        assert_eq!(statements(""), (vec![], ""));
    }

    #[test]
    fn comments_are_blank() {
        assert!(is_blank(" -- nothing\n\t/* here */"));
        assert!(!is_blank("1"));
        assert!(!is_blank("'"));
    }
}
