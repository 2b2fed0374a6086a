//! Tables as a notebook shows them.

use std::fmt::Write as _;
use std::io::Write as _;

use perspektiv_disclosure::{Column, Provenance, Published, Table, Value, format};

/// Most rows that a cell shows; the rest are counted.
const MOST_ROWS: usize = 60;

const UNJUDGED: &str = "Arbetsmaterial: ingen regel för sekretess eller kvalitet har prövat de här raderna.";

/// Gives the kernel the output of a cell.
pub(crate) fn send(mime: &str, content: &str) {
    let mut out = std::io::stdout().lock();
    // A kernel that has gone away has nobody to show this to.
    let _ = write!(out, "EVCXR_BEGIN_CONTENT {mime}\n{content}\nEVCXR_END_CONTENT\n");
    let _ = out.flush();
}

/// Shows a table.
pub(crate) fn show(html: &str) {
    send("text/html", html);
}

/// A result that may be shown.
pub(crate) fn published(published: &Published) -> String {
    let mut notes = Vec::new();
    if published.hidden_rows() > 0 {
        notes.push("<code>..</code> finns men visas inte: för få bakom siffran".to_owned());
    }
    let uncertain = (0..published.table().rows.len()).any(|row| published.is_uncertain(row));
    if uncertain {
        notes.push("* osäker skattning".to_owned());
    }
    document(published.table(), published.provenance(), None, &notes, |row| {
        published.is_uncertain(row)
    })
}

/// Rows that no rule has judged.
pub(crate) fn unjudged(table: &Table, provenance: &Provenance) -> String {
    document(table, provenance, Some(UNJUDGED), &[], |_| false)
}

/// Why rows are not shown.
pub(crate) fn refusal(reason: &str) -> String {
    format!("<p lang=\"en\"><strong>{}</strong></p>", escape(reason))
}

fn document(
    table: &Table,
    provenance: &Provenance,
    warning: Option<&str>,
    notes: &[String],
    uncertain: impl Fn(usize) -> bool,
) -> String {
    let mut out = String::from("<div lang=\"sv\">");
    if let Some(warning) = warning {
        let _ = write!(out, "<p><strong>{warning}</strong></p>");
    }
    let _ = write!(
        out,
        "<table><caption>{}</caption><thead><tr>",
        escape(&caption(provenance))
    );
    for (index, column) in table.columns.iter().enumerate() {
        let _ = write!(
            out,
            "<th scope=\"col\"{}>{}</th>",
            align(table, index),
            heading(column)
        );
    }
    out.push_str("</tr></thead><tbody>");
    for (number, row) in table.rows.iter().take(MOST_ROWS).enumerate() {
        out.push_str("<tr>");
        for (index, (value, column)) in row.iter().zip(&table.columns).enumerate() {
            // The mark stands with the first cell, once a row.
            let mark = if index == 0 && uncertain(number) { " *" } else { "" };
            let _ = write!(
                out,
                "<td{}>{}{mark}</td>",
                align(table, index),
                escape(&format::plain(value, column))
            );
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    let mut notes = notes.to_vec();
    if let Some(more) = table.rows.len().checked_sub(MOST_ROWS).filter(|&more| more > 0) {
        notes.insert(
            0,
            format!("… och {} rader till", format::number(more as f64, Some(0))),
        );
    }
    notes.extend(origin(provenance));
    let _ = write!(out, "<p><small>{}</small></p></div>", notes.join(" · "));
    out
}

/// Title and parameters, as `Mål: läge och förändring (enhet 1780)`.
fn caption(provenance: &Provenance) -> String {
    let parameters: Vec<_> = provenance
        .parameters
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    match parameters.as_slice() {
        [] => provenance.title.clone(),
        parameters => format!("{} ({})", provenance.title, parameters.join(", ")),
    }
}

fn heading(column: &Column) -> String {
    match &column.unit {
        Some(unit) => format!("{}<br><small>{}</small>", escape(&column.label), escape(unit)),
        None => escape(&column.label),
    }
}

/// Sources, snapshot and, where it is so, that the data are made up.
fn origin(provenance: &Provenance) -> Vec<String> {
    let mut origin = Vec::new();
    if !provenance.sources.is_empty() {
        origin.push(format!("Källa: {}", escape(&provenance.sources.join("; "))));
    }
    origin.push(format!(
        "ögonblicksbild {} ({})",
        provenance.snapshot,
        escape(&provenance.snapshot_hash)
    ));
    if provenance.synthetic {
        origin.push("<strong>syntetiska data</strong>".to_owned());
    }
    origin
}

/// Numbers stand to the right, under one another.
fn align(table: &Table, column: usize) -> &'static str {
    let number = |row: &Vec<Value>| row.get(column).is_some_and(|value| value.as_f64().is_some());
    if table.rows.iter().any(number) {
        " style=\"text-align:right\""
    } else {
        " style=\"text-align:left\""
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use perspektiv_disclosure::{Rule, Secrecy, publish};

    fn column(name: &str, unit: Option<&str>) -> Column {
        Column {
            name: name.into(),
            label: name.into(),
            unit: unit.map(str::to_owned),
            decimals: unit.map(|_| 0),
            identity: false,
        }
    }

    fn provenance() -> Provenance {
        Provenance {
            query: "prov".into(),
            title: "Prov <b>".into(),
            parameters: vec![("ar".into(), "2024".into())],
            sources: vec!["Liv & Hälsa".into()],
            unit: None,
            snapshot: 3,
            snapshot_hash: "0123456789ab".into(),
            synthetic: true,
        }
    }

    fn table(rows: Vec<Vec<Value>>) -> Table {
        Table {
            columns: vec![column("kommun", None), column("personer", Some("personer"))],
            rows,
        }
    }

    #[test]
    fn what_the_rule_hides_is_not_in_the_page() {
        let row = |name: &str, n| vec![Value::Text(name.into()), Value::Int(n)];
        let rows = vec![row("Alfa", 3), row("Beta", 17), row("Gamma", 12_345)];
        let rule = Rule::Secrecy(Secrecy::new("personer", &["kommun"]));
        let page = published(&publish(table(rows), &rule, provenance()).unwrap());
        assert!(!page.contains(">3<") && !page.contains(">17<"), "{page}");
        assert!(page.contains(">..<") && page.contains("visas inte"), "{page}");
        assert!(page.contains("12\u{a0}345"), "{page}");
        assert!(
            page.contains("Källa: Liv &amp; Hälsa") && page.contains("syntetiska data"),
            "{page}"
        );
        assert!(page.contains("Prov &lt;b&gt; (ar 2024)"), "{page}");
        assert!(!page.contains("Arbetsmaterial"), "{page}");
    }

    #[test]
    fn rows_that_no_rule_has_judged_say_so_and_are_counted_to_the_end() {
        let rows = vec![vec![Value::Text("Alfa".into()), Value::Missing]; MOST_ROWS + 1_000];
        let page = unjudged(&table(rows), &provenance());
        assert!(page.contains("Arbetsmaterial"), "{page}");
        assert_eq!(page.matches("<tr>").count(), MOST_ROWS + 1);
        assert!(page.contains("… och 1\u{a0}000 rader till"), "{page}");
        assert!(page.contains(">-<"), "{page}");
    }
}
