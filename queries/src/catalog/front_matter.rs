//! The front matter: TOML in a comment at the very start of a query file.

use std::collections::BTreeMap;
use std::path::Path;

use perspektiv_disclosure::Rule;
use serde::Deserialize;
use toml::Spanned;

use super::definition::{ColumnText, Definition, name_of, theme_of};
use super::parameter::{Kind, Parameter, ParameterValue, ValuesFrom};
use crate::FileProblem;

const OPEN: &str = "/*+++";
const CLOSE: &str = "+++*/";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    title: Spanned<String>,
    question: Option<String>,
    description: Option<String>,
    seminar: Option<Spanned<u8>>,
    #[serde(default)]
    sources: Vec<String>,
    unit: Option<String>,
    #[serde(default)]
    overview: Vec<String>,
    #[serde(default)]
    params: BTreeMap<Spanned<String>, RawParameter>,
    #[serde(default)]
    columns: BTreeMap<String, ColumnText>,
    disclosure: Option<Spanned<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParameter {
    r#type: Kind,
    description: Option<String>,
    #[serde(default)]
    required: bool,
    default: Option<Spanned<toml::Value>>,
    #[serde(default)]
    choices: Vec<Spanned<toml::Value>>,
    values_from: Option<Spanned<String>>,
    min: Option<Spanned<toml::Value>>,
    max: Option<Spanned<toml::Value>>,
}

/// A file that is being read: turns byte offsets into problems with a place.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    fn problem(&self, offset: usize, message: impl Into<String>) -> FileProblem {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        FileProblem {
            path: self.path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
        }
    }
}

/// Reads a query file: its front matter, and its SQL with the front matter
/// blanked out.
pub(super) fn read(path: &Path, text: &str) -> Result<Definition, FileProblem> {
    let file = File { path, text };
    let start = text
        .strip_prefix('\u{feff}')
        .map_or(0, |rest| text.len() - rest.len());
    if !text[start..].starts_with(OPEN) {
        return Err(file.problem(
            start,
            format!(
                "The file does not start with a front matter. Begin it with `{OPEN}`, then TOML \
                 with at least a title, then `{CLOSE}`, then the SQL."
            ),
        ));
    }
    let toml_start = start + OPEN.len();
    let Some(length) = text[toml_start..].find(CLOSE) else {
        return Err(file.problem(
            start,
            format!("The front matter never ends: `{CLOSE}` is missing."),
        ));
    };
    let toml_text = &text[toml_start..toml_start + length];
    let body_start = toml_start + length + CLOSE.len();

    let raw: FrontMatter = toml::from_str(toml_text).map_err(|error| {
        let offset = toml_start + error.span().map_or(0, |span| span.start);
        file.problem(offset, sentence(error.message()))
    })?;
    if raw.title.get_ref().trim().is_empty() {
        return Err(file.problem(toml_start + raw.title.span().start, "The title is empty."));
    }
    if let Some(seminar) = &raw.seminar
        && !(1..=4).contains(seminar.get_ref())
    {
        let offset = toml_start + seminar.span().start;
        return Err(file.problem(offset, "There are four seminars: write 1, 2, 3 or 4."));
    }
    if let Some(rule) = &raw.disclosure
        && let Err(reason) = rule.get_ref().check()
    {
        let message = format!("The section `[disclosure]` protects nobody: {reason}.");
        return Err(file.problem(toml_start + rule.span().start, message));
    }
    if text[body_start..].trim().is_empty() {
        return Err(file.problem(body_start, "There is no SQL after the front matter."));
    }

    let mut parameters = raw
        .params
        .into_iter()
        .map(|(name, raw)| {
            let position = name.span().start;
            parameter(&file, toml_start, name, raw).map(|parameter| (position, parameter))
        })
        .collect::<Result<Vec<_>, _>>()?;
    parameters.sort_by_key(|(position, _)| *position);

    Ok(Definition {
        name: name_of(path),
        theme: theme_of(path),
        path: path.to_owned(),
        title: raw.title.into_inner(),
        question: raw.question,
        description: raw.description,
        seminar: raw.seminar.map(Spanned::into_inner),
        sources: raw.sources,
        unit: raw.unit,
        parameters: parameters.into_iter().map(|(_, parameter)| parameter).collect(),
        overview: raw.overview,
        columns: raw.columns,
        disclosure: raw.disclosure.map(Spanned::into_inner),
        sql: blanked(&text[..body_start]) + &text[body_start..],
    })
}

fn parameter(
    file: &File<'_>,
    toml_start: usize,
    name: Spanned<String>,
    raw: RawParameter,
) -> Result<Parameter, FileProblem> {
    let start = toml_start + name.span().start;
    let name = name.into_inner();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        return Err(file.problem(
            start,
            format!(
                "A parameter cannot be called `{name}`: start with a letter a–z and use only a–z, \
                 0–9 and _."
            ),
        ));
    }
    let kind = raw.r#type;
    let read = |value: &Spanned<toml::Value>| {
        ParameterValue::from_toml(kind, value.get_ref()).ok_or_else(|| {
            file.problem(
                toml_start + value.span().start,
                format!("The parameter `{name}` is {kind}, and this value is none."),
            )
        })
    };
    let parameter = Parameter {
        kind,
        description: raw.description,
        required: raw.required,
        default: raw.default.as_ref().map(read).transpose()?,
        choices: raw.choices.iter().map(read).collect::<Result<_, _>>()?,
        values_from: raw
            .values_from
            .map(|from| values_from(file, toml_start + from.span().start, from.get_ref()))
            .transpose()?,
        minimum: raw.min.as_ref().map(read).transpose()?,
        maximum: raw.max.as_ref().map(read).transpose()?,
        name: name.clone(),
    };
    if let (Some(value), Some(default)) = (&parameter.default, &raw.default) {
        let offset = toml_start + default.span().start;
        if parameter.required {
            return Err(file.problem(
                offset,
                format!(
                    "The parameter `{name}` is required, so its default is never used: keep one of the two."
                ),
            ));
        }
        if let Err(reason) = parameter.allow(value) {
            return Err(file.problem(
                offset,
                format!("The default of `{name}` is not allowed: {reason}."),
            ));
        }
    }
    Ok(parameter)
}

fn values_from(file: &File<'_>, offset: usize, text: &str) -> Result<ValuesFrom, FileProblem> {
    // Only its place is wanted, unless there is something to say about it.
    let problem = file.problem(
        offset,
        format!("`{text}` names no column: write a table and a column, such as \"befolkning.kommun\"."),
    );
    ValuesFrom::parse(text, problem.line, problem.column).ok_or(problem)
}

/// Text with everything but its line breaks turned to spaces, a space a
/// character, so that lines and columns after it keep their numbers.
fn blanked(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect()
}

/// A parser's message as a sentence.
fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.').replace('\n', "; ");
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => "The front matter is not valid TOML.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn fault(text: &str) -> (usize, usize, String) {
        let problem = Definition::parse(Path::new("tema/fraga.sql"), text).unwrap_err();
        (problem.line, problem.column, problem.message)
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = "/*+++\ntitle = \"Högkonsumenter\"\nseminar = 1\nsources = [\"Regionen\"]\n\
                    unit = \"kr\"\n[params.ar]\ntype = \"integer\"\ndefault = 2024\nmin = 2019\n\
                    [params.grans]\ntype = \"number\"\ndefault = 0.2\n\
                    [columns.personer]\nlabel = \"Personer\"\ndecimals = 0\n\
                    [disclosure]\nrule = \"secrecy\"\npersons = \"personer\"\nlabels = [\"ar\"]\n\
                    +++*/\nSELECT $ar AS ar, $grans AS g, 1 AS personer";
        let query = Definition::parse(Path::new("konsumtion/hogkonsumenter.sql"), text).unwrap();
        assert_eq!(query.name, "hogkonsumenter");
        assert_eq!(query.theme, "konsumtion");
        assert_eq!(query.seminar, Some(1));
        let names: Vec<_> = query.parameters.iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["ar", "grans"]);
        assert_eq!(query.parameters[0].default, Some(ParameterValue::Integer(2024)));
        assert_eq!(query.columns["personer"].label.as_deref(), Some("Personer"));
        assert!(matches!(query.disclosure, Some(Rule::Secrecy(_))));
        assert!(query.sql().starts_with("SELECT $ar"));
        assert_eq!(query.sql.lines().count(), text.lines().count());
    }

    #[test]
    fn faults_have_a_line_and_a_column() {
        let (line, _, message) = fault("SELECT 1");
        assert_eq!(line, 1);
        assert!(message.contains("front matter"), "{message}");

        let (line, _, message) = fault("/*+++\ntitle = \"x\"\nSELECT 1");
        assert_eq!(line, 1);
        assert!(message.contains("never ends"), "{message}");

        let (line, column, _) = fault("/*+++\ntitle = \"x\"\nseminar = 'one'\n+++*/\nSELECT 1");
        assert_eq!((line, column), (3, 11));

        let (line, column, message) = fault("/*+++\ntitle = \"x\"\n  titel = 1\n+++*/\nSELECT 1");
        assert_eq!((line, column), (3, 3));
        assert!(message.contains("titel"), "{message}");

        let (line, column, message) = fault(
            "/*+++\ntitle = \"x\"\n[params.ar]\ntype = \"integer\"\ndefault = \"i fjol\"\n+++*/\nSELECT $ar",
        );
        assert_eq!((line, column), (5, 11));
        assert!(message.contains("a whole number"), "{message}");

        let (line, _, message) = fault(
            "/*+++\ntitle = \"x\"\n[params.ar]\ntype = \"integer\"\ndefault = 1\nmin = 2019\n+++*/\nSELECT $ar",
        );
        assert_eq!(line, 5);
        assert!(message.contains("at least 2019"), "{message}");

        let (line, column, message) = fault(
            "/*+++\ntitle = \"x\"\n[params.ar]\ntype = \"integer\"\nvalues_from = \"ar\"\n+++*/\nSELECT $ar",
        );
        assert_eq!((line, column), (5, 15));
        assert!(message.contains("names no column"), "{message}");

        let (line, _, message) = fault("/*+++\ntitle = \"x\"\n+++*/\n");
        assert_eq!(line, 3);
        assert!(message.contains("no SQL"), "{message}");

        let (line, _, message) =
            fault("/*+++\ntitle = \"x\"\n[disclosure]\nrule = \"hemligt\"\n+++*/\nSELECT 1");
        assert!(line >= 3, "{line}");
        assert!(message.contains("hemligt"), "{message}");
    }

    #[test]
    fn a_rule_that_protects_nobody_is_refused_where_it_stands() {
        let rule = |lines: &str| {
            fault(&format!(
                "/*+++\ntitle = \"x\"\n[disclosure]\n{lines}\n+++*/\nSELECT 1"
            ))
        };
        let secrecy = "rule = \"secrecy\"\npersons = \"p\"\nlabels = []";
        let (line, _, message) = rule(&format!("{secrecy}\nminimum = 2"));
        assert_eq!(line, 3);
        assert!(
            message.contains("`minimum` is 2") && message.contains("write 3 or more"),
            "{message}"
        );
        let quality = "rule = \"quality\"\nn = \"n\"\nestimate = \"e\"\nse = \"e_se\"\nlabels = []";
        let (_, _, message) = rule(&format!("{quality}\nminimum = 29"));
        assert!(message.contains("write 30 or more"), "{message}");
        let (_, _, message) = rule(&secrecy.replace("[]", "[\"p\"]"));
        assert!(message.contains("`p` is what the rule protects"), "{message}");
        // A rule that hides what it lists would show what it forgot.
        let (_, _, message) = rule(&secrecy.replace("labels", "hide"));
        assert!(message.contains("hide"), "{message}");
    }

    #[test]
    fn sql_and_front_matter_agree_on_parameters() {
        let (line, column, message) = fault("/*+++\ntitle = \"x\"\n+++*/\nSELECT 1\nWHERE ar = $ar");
        assert_eq!((line, column), (5, 12));
        assert!(message.contains("[params.ar]"), "{message}");

        let (_, _, message) =
            fault("/*+++\ntitle = \"x\"\n[params.ar]\ntype = \"integer\"\n+++*/\nSELECT 1 -- $ar");
        assert!(message.contains("never used"), "{message}");
    }
}
