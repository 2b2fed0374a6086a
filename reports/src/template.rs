//! One text of a deck: a template with its place in the file.

use minijinja::{Environment, Value};
use toml::Spanned;

use crate::{Place, ReportError};

/// A text whose `{{ … }}` are filled from the rows of the slide's query.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    source: String,
    place: Place,
}

impl Template {
    pub(crate) fn new(text: Spanned<String>, place: impl Fn(usize) -> Place) -> Self {
        Self {
            place: place(text.span().start),
            source: text.into_inner(),
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Refuses what is no template, before any query has run.
    pub(crate) fn check(&self, env: &Environment<'_>) -> Result<(), ReportError> {
        env.template_from_str(&self.source)
            .map(|_| ())
            .map_err(|e| self.error(&e))
    }

    /// The finished text: one line, single spaces, nothing that XML forbids.
    pub(crate) fn render(&self, env: &Environment<'_>, context: &Value) -> Result<String, ReportError> {
        env.render_str(&self.source, context.clone())
            .map(|text| tidy(&text))
            .map_err(|e| self.error(&e))
    }

    /// The finished text, which must not be empty; `what` is the setting's name.
    pub(crate) fn needed(
        &self,
        env: &Environment<'_>,
        context: &Value,
        what: &str,
    ) -> Result<String, ReportError> {
        let text = self.render(env, context)?;
        if text.is_empty() {
            return Err(ReportError::definition(
                &self.place,
                format!("the `{what}` comes out empty"),
            ));
        }
        Ok(text)
    }

    /// Refuses what is no expression, before any query has run.
    pub(crate) fn check_expression(&self, env: &Environment<'_>) -> Result<(), ReportError> {
        env.compile_expression(&self.source)
            .map(|_| ())
            .map_err(|e| self.error(&e))
    }

    /// The value of an expression.
    pub(crate) fn value(&self, env: &Environment<'_>, context: &Value) -> Result<Value, ReportError> {
        let expression = env.compile_expression(&self.source).map_err(|e| self.error(&e))?;
        let value = expression.eval(context.clone()).map_err(|e| self.error(&e))?;
        if value.is_undefined() {
            let message = format!(
                "the expression `{}` has no value; is a column misspelt, or is there no such row?",
                self.source
            );
            return Err(ReportError::Definition {
                place: self.place.clone(),
                message,
            });
        }
        Ok(value)
    }

    fn error(&self, error: &minijinja::Error) -> ReportError {
        let what = error
            .detail()
            .map_or_else(|| error.kind().to_string(), str::to_owned);
        let known = if error.kind() == minijinja::ErrorKind::UndefinedError {
            "; is a column or parameter misspelt?"
        } else {
            ""
        };
        let line = match error.line() {
            Some(line) if line > 1 => format!(" (line {line} of the text)"),
            _ => String::new(),
        };
        ReportError::Definition {
            place: self.place.clone(),
            message: format!(
                "the text `{}` cannot be filled in{line}: {what}{known}",
                tidy(&self.source)
            ),
        }
    }
}

/// White space made single, no-break spaces kept, control characters dropped.
pub(crate) fn tidy(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}'));
    let words = words.filter(|word| !word.is_empty()).collect::<Vec<_>>();
    words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidy_keeps_words_and_no_break_spaces() {
        assert_eq!(tidy("  två\n ord \u{1}och 6\u{a0}315 "), "två ord och 6\u{a0}315");
    }
}
