//! The parameters that the SQL uses are those that the front matter declares.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::Definition;
use crate::{FileProblem, suggest};

/// Checks that each `$name` is declared and each declared one used.
pub(super) fn agree(definition: &Definition) -> Result<(), FileProblem> {
    let problem = |line: u64, column: u64, message: String| FileProblem {
        path: definition.path.clone(),
        line: usize::try_from(line).unwrap_or(1).max(1),
        column: usize::try_from(column).unwrap_or(1).max(1),
        message,
    };
    let tokens = Tokenizer::new(&GenericDialect {}, &definition.sql)
        .tokenize_with_location()
        .map_err(|error| {
            let at = error.location;
            problem(
                at.line,
                at.column,
                format!("The SQL cannot be read: {}.", error.message),
            )
        })?;

    let mut used = Vec::new();
    for token in &tokens {
        let Token::Placeholder(placeholder) = &token.token else {
            continue;
        };
        let name = placeholder.trim_start_matches('$');
        if definition.parameter(name).is_none() {
            let names = definition
                .parameters
                .iter()
                .map(|parameter| parameter.name.as_str());
            let near = suggest::nearest(name, names)
                .map(|near| format!(" Did you mean `${near}`?"))
                .unwrap_or_default();
            let at = token.span.start;
            return Err(problem(
                at.line,
                at.column,
                format!(
                    "The SQL uses `{placeholder}`, which the front matter does not declare.{near} \
                     Add a section `[params.{name}]` with its type."
                ),
            ));
        }
        used.push(name);
    }
    match definition
        .parameters
        .iter()
        .find(|parameter| !used.contains(&parameter.name.as_str()))
    {
        None => Ok(()),
        Some(unused) => Err(problem(
            1,
            1,
            format!(
                "The parameter `{0}` is declared and never used: write `${0}` in the SQL or remove \
                 the section.",
                unused.name
            ),
        )),
    }
}
