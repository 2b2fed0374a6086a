//! What must be said about the numbers of a slide.

use minijinja::{Environment, Value};
use perspektiv_disclosure::{Published, Value as Cell};

use crate::built::Footer;
use crate::deck::{Count, Evidence, Slide};
use crate::{ReportError, numbers};

/// The footer of a slide with a query, each part of it there.
pub(crate) fn footer(
    env: &Environment<'_>,
    context: &Value,
    slide: &Slide,
    evidence: &Evidence,
    published: &Published,
) -> Result<Footer, ReportError> {
    Ok(Footer {
        unit: evidence.unit.needed(env, context, "unit")?,
        n: count(env, context, &evidence.n, published)?,
        period: evidence.period.needed(env, context, "period")?,
        ..origin(env, context, slide, evidence, published)?
    })
}

/// The footer of a slide that shows no number: where it would have come from.
pub(crate) fn origin(
    env: &Environment<'_>,
    context: &Value,
    slide: &Slide,
    evidence: &Evidence,
    published: &Published,
) -> Result<Footer, ReportError> {
    let provenance = published.provenance();
    let source = match &evidence.source {
        Some(source) => source.needed(env, context, "source")?,
        None if !provenance.sources.is_empty() => provenance.sources.join("; "),
        None => {
            let message = format!(
                "slide `{}` must say its `source`: the query `{}` names none",
                slide.id, evidence.query
            );
            return Err(ReportError::definition(&slide.place, message));
        }
    };
    let params: Vec<String> = provenance
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(Footer {
        source,
        unit: String::new(),
        n: String::new(),
        period: String::new(),
        snapshot: (provenance.snapshot, provenance.snapshot_hash.clone()),
        hidden: published.hidden_rows() > 0,
        query: std::iter::once(provenance.query.clone())
            .chain(params)
            .collect::<Vec<_>>()
            .join(" "),
    })
}

/// The number of observations: as the deck tells it, or a column added up.
fn count(
    env: &Environment<'_>,
    context: &Value,
    n: &Count,
    published: &Published,
) -> Result<String, ReportError> {
    let (column, what, place) = match n {
        Count::Text(template) => return template.needed(env, context, "n"),
        Count::Sum { column, what, place } => (column, what, place),
    };
    let table = published.table();
    let at = table.position(column).ok_or_else(|| {
        let have = table
            .columns
            .iter()
            .map(|c| c.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        ReportError::definition(
            place,
            format!("`n` adds up the column `{column}`, which the result lacks; it has: {have}"),
        )
    })?;
    let cells = || table.rows.iter().filter_map(|row| row.get(at));
    let sum: f64 = cells().filter_map(Cell::as_f64).sum();
    // What is hidden is more than nothing, and how much more is not said.
    let least = if cells().any(|cell| *cell == Cell::Hidden) {
        "minst "
    } else {
        ""
    };
    let what = what.as_ref().map_or_else(String::new, |what| format!(" {what}"));
    Ok(format!("{least}{}{what}", numbers::decimal(sum, 0)))
}
