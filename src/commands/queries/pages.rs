//! The catalogue: a page for each query, and one that lists them by theme.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use perspektiv_queries::{Catalog, Definition};

use super::rule;
use crate::error::CliError;

/// Writes the pages of a library into a folder, and takes away those of queries that are gone.
pub(super) fn write(catalog: &Catalog, folder: &Path) -> Result<(), CliError> {
    let failed =
        |path: &Path, error| CliError::failed(format!("Could not write {}: {error}.", path.display()));
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut pages = BTreeMap::from([("README.md".to_owned(), contents(catalog))]);
    pages.extend(
        catalog
            .queries()
            .map(|query| (format!("{}.md", query.name), page(query))),
    );
    let there = fs::read_dir(folder).map_err(|error| failed(folder, error))?;
    for entry in there.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        // What somebody else put there has other words at its start.
        let is_ours = || fs::read_to_string(entry.path()).is_ok_and(|text| text.contains(MADE));
        if name.ends_with(".md") && !pages.contains_key(&name) && is_ours() {
            fs::remove_file(entry.path()).map_err(|error| failed(&entry.path(), error))?;
        }
    }
    for (name, text) in pages {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// The line by which a page is known as one of ours.
const MADE: &str = "<!-- Gjord med `perspektiv queries --pages` ur frågans fil: ändra där. -->";

/// All queries by theme.
fn contents(catalog: &Catalog) -> String {
    let mut themes: BTreeMap<&str, Vec<&Definition>> = BTreeMap::new();
    for query in catalog.queries() {
        themes.entry(&query.theme).or_default().push(query);
    }
    let mut page = format!(
        "# Frågorna\n\n{MADE}\n\nVarje fråga är en SQL-fil som går att läsa och ändra. Ställ den med \
         `perspektiv query NAMN`, eller i skalet `perspektiv sql` med `\\query NAMN`.\n"
    );
    for (theme, queries) in themes {
        let _ = write!(
            page,
            "\n## {theme}\n\n| fråga | svarar på | seminarium |\n|---|---|---|\n"
        );
        for query in queries {
            let _ = writeln!(
                page,
                "| [`{0}`]({0}.md) | {1} | {2} |",
                query.name,
                cell(query.question.as_deref().unwrap_or(&query.title)),
                query.seminar.map(|number| number.to_string()).unwrap_or_default()
            );
        }
    }
    page
}

/// One query.
fn page(query: &Definition) -> String {
    let mut page = format!("# {}\n\n{MADE}\n", query.title);
    let mut say = |text: &str| {
        let _ = write!(page, "\n{}\n", text.trim());
    };
    for text in [&query.question, &query.description].into_iter().flatten() {
        say(text);
    }
    let mut facts = vec![
        format!(
            "- **Fil:** [`queries/{0}/{1}.sql`](../{0}/{1}.sql)",
            query.theme, query.name
        ),
        format!("- **Källor:** {}", query.sources.join(", ")),
        format!("- **Publicering:** {}", rule(query)),
    ];
    facts.extend(query.seminar.map(|number| format!("- **Seminarium:** {number}")));
    facts.extend(query.unit.as_ref().map(|unit| format!("- **Enhet:** {unit}")));
    say(&facts.join("\n"));
    if !query.parameters.is_empty() {
        let mut table = String::from("| parameter | utan värde | betydelse |\n|---|---|---|\n");
        for parameter in &query.parameters {
            let default = match (&parameter.default, parameter.required) {
                (Some(value), _) => format!("`{value}`"),
                (None, true) => "måste anges".to_owned(),
                (None, false) => "–".to_owned(),
            };
            let mut meaning = parameter.description.clone().unwrap_or_default();
            if !parameter.choices.is_empty() {
                let choices: Vec<String> = parameter.choices.iter().map(|one| format!("`{one}`")).collect();
                let _ = write!(meaning, " ({})", choices.join(", "));
            }
            let _ = writeln!(table, "| `{}` | {default} | {} |", parameter.name, cell(&meaning));
        }
        say(&table);
    }
    if !query.columns.is_empty() {
        let mut table = String::from("| kolumn | rubrik | enhet |\n|---|---|---|\n");
        for (name, words) in &query.columns {
            let text = |words: &Option<String>| words.as_deref().map(cell).unwrap_or_default();
            let _ = writeln!(
                table,
                "| `{name}` | {} | {} |",
                text(&words.label),
                text(&words.unit)
            );
        }
        say(&table);
    }
    say(&format!("```sh\nperspektiv query {}\n```", query.name));
    page
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}
