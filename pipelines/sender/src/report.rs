//! The report for who made the file, in Swedish: what was done and where it is wrong, never with what.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use crate::error::name;
use crate::tally::Tally;
use crate::{Found, Outcome};

/// Writes the report.
pub(crate) fn write(file: File, outcome: &Outcome, tally: &Tally, version: &str) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    writeln!(out, "Pseudonymisering av {}", name(&outcome.file))?;
    writeln!(
        out,
        "Gjord av perspektiv-pseudonymise {version}, nyckel {}",
        outcome.fingerprint
    )?;
    writeln!(out)?;
    match &outcome.out {
        Some(path) => writeln!(out, "Resultat: {}", name(path))?,
        None => writeln!(out, "Resultat: ingenting skrevs. Rätta felen nedan och kör igen.")?,
    }
    writeln!(out, "Rader: {}", outcome.rows)?;
    for column in &outcome.columns {
        let how = match column.found {
            Found::Named => "angiven",
            Found::ByName => "hittad genom sitt namn",
            Found::ByContent => "hittad genom sitt innehåll",
        };
        let sheet = column
            .sheet
            .as_ref()
            .map_or_else(String::new, |sheet| format!("bladet '{sheet}', "));
        writeln!(out, "Kolumn med identiteter: {sheet}'{}' ({how})", column.name)?;
    }
    for (count, what) in [
        (Some(outcome.pseudonyms), "Pseudonymer"),
        (Some(outcome.empty), "Tomma identiteter, lämnade tomma"),
        (positive(outcome.dropped), "Utelämnade rader"),
        (positive(outcome.blanked), "Ogiltiga identiteter som gjorts tomma"),
        (
            positive(outcome.uneven_rows),
            "Rader med annat antal fält än rubriken",
        ),
        (positive(outcome.pictures), "Bilder, som inte har granskats"),
    ] {
        if let Some(count) = count {
            writeln!(out, "{what}: {count}")?;
        }
    }
    if tally.facts.is_empty() {
        writeln!(out, "\nInga fel.")?;
        return out.flush();
    }
    writeln!(out, "\nFel, efter orsak")?;
    for (rule, count) in &outcome.faults {
        writeln!(out, "{count} × {}", rule.swedish())?;
    }
    writeln!(out, "\nFel, rad för rad")?;
    let mut facts = tally.facts.clone();
    facts.sort_by_key(|fact| fact.line);
    for fact in facts {
        let line = match fact.line {
            0 => String::new(),
            line => format!("Rad {line}, "),
        };
        writeln!(
            out,
            "{line}{}: {}",
            place(tally.place_name(fact.place)),
            fact.rule.swedish()
        )?;
    }
    out.flush()
}

fn positive(count: u64) -> Option<u64> {
    (count > 0).then_some(count)
}

/// A place in Swedish: the few that are no columns have fixed names.
fn place(name: &str) -> String {
    match name {
        "above the header" => "ovanför rubriken".to_owned(),
        "the header" => "rubriken".to_owned(),
        name => match name.strip_prefix("part ") {
            Some(part) => format!("delen {part}"),
            None => name
                .replacen("sheet ", "bladet ", 1)
                .replacen("column ", "kolumnen ", 1),
        },
    }
}
