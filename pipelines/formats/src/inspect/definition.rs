//! A definition to start from.

use std::fmt::Write;

use super::{ColumnReport, Inspection, Suggested, Tally, TextLayout};
use crate::may_hold_identity;

/// The widest that codes stand on one line.
const LINE: usize = 80;

impl Inspection {
    /// A definition of a dataset with this file's form, as it can be saved in `pipelines/`: valid as it is, with
    /// a comment wherever the analyst has to confirm a guess. `path` is the pattern of its deliveries.
    pub fn definition(&self, dataset: &str, path: &str) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut text, dataset, path);
        text
    }

    fn write(&self, to: &mut String, dataset: &str, path: &str) -> std::fmt::Result {
        let rows = match self.whole {
            true => format!("alla {} rader", self.rows),
            false => format!("de första {} raderna", self.rows),
        };
        writeln!(
            to,
            "# Förslag efter {rows} av en leverans. Det som står efter # är gissningar: bekräfta"
        )?;
        writeln!(to, "# eller ändra dem, och ta bort kolumner som inte behövs.")?;
        if let Some(fault) = &self.fault {
            writeln!(to, "# Filen kunde inte läsas till slut: {}", line(fault))?;
        }
        if self.uneven > 0 {
            writeln!(
                to,
                "# {} rader har inte lika många fält som rubriken (rad {}): de underkänns",
                self.uneven,
                self.lines()
            )?;
        }
        writeln!(to, "title = {}", quoted(dataset))?;
        writeln!(
            to,
            "description = \"\" # vad en rad är, varifrån den kommer och vad som räknas"
        )?;
        writeln!(
            to,
            "\n[source]\npath = {}\nformat = {}",
            quoted(path),
            quoted(self.format)
        )?;
        if let Some(layout) = &self.text {
            write_layout(to, layout)?;
        } else {
            write_header(to, self.options.skip_rows, self.options.header_rows)?;
        }
        if let Some(member) = &self.options.member {
            writeln!(to, "member = {}", quoted(member))?;
        }
        if let Some(sheet) = &self.options.sheet {
            writeln!(to, "sheet = {}", quoted(sheet))?;
        }
        if let Some(range) = &self.options.range {
            writeln!(to, "range = {}", quoted(range))?;
        }
        writeln!(
            to,
            "\n[limits]\nrejected = 0.01 # högst en rad av hundra får underkännas"
        )?;
        for (column, field) in self.columns.iter().zip(&self.header) {
            write_column(to, column, field, self.whole.then_some(&rows))?;
            if column.coded && self.whole {
                write_codes(to, column)?;
            } else if column.coded {
                self.write_some_codes(to, column)?;
            }
        }
        self.write_keys(to)
    }

    /// Codes of a part of the file, which would refuse what comes further down.
    fn write_some_codes(&self, to: &mut String, column: &ColumnReport) -> std::fmt::Result {
        let again = match self.fault {
            Some(_) => "de som gick att läsa",
            None => "kör om med --rows 0",
        };
        writeln!(to, "# codes ur de första {} raderna; {again}", self.rows)?;
        let mut codes = String::new();
        write_codes(&mut codes, column)?;
        for line in codes.lines() {
            writeln!(to, "# {}", line.trim_start_matches("# "))?;
        }
        Ok(())
    }

    /// Columns that no two rows share.
    fn write_keys(&self, to: &mut String) -> std::fmt::Result {
        let key = |column: &&ColumnReport| {
            column.unique == Some(true)
                && column.empty == 0.0
                && self.rows > 1
                && !matches!(column.kind, Suggested::Number | Suggested::Decimal)
        };
        if let Some(column) = self.columns.iter().find(key) {
            writeln!(
                to,
                "\n# Inget värde i {} förekommer två gånger. Är det en nyckel?",
                column.name
            )?;
            writeln!(
                to,
                "# [[checks]]\n# kind = \"unique\"\n# columns = [{}]",
                quoted(&column.name)
            )?;
        }
        Ok(())
    }
}

fn write_layout(to: &mut String, layout: &TextLayout) -> std::fmt::Result {
    writeln!(to, "delimiter = {}", quoted(&layout.delimiter.to_string()))?;
    if layout.quote != '"' {
        writeln!(to, "quote = {}", quoted(&layout.quote.to_string()))?;
    }
    writeln!(to, "encoding = {}", quoted(layout.encoding))?;
    writeln!(to, "decimal = {}", quoted(&layout.decimal.to_string()))?;
    write_header(to, layout.skip_rows, layout.header_rows)?;
    if layout.skip_footer > 0 {
        writeln!(
            to,
            "skip_footer = {} # rader under tabellen: källor, summor",
            layout.skip_footer
        )?;
    }
    Ok(())
}

/// Where the header stands, when that is not the first row.
fn write_header(to: &mut String, skip_rows: u64, header_rows: u64) -> std::fmt::Result {
    if skip_rows > 0 {
        writeln!(to, "skip_rows = {skip_rows} # rader ovanför rubriken")?;
    }
    match header_rows {
        0 => writeln!(
            to,
            "header = false # första raden ser ut som data; kolumnerna heter 1, 2, …"
        ),
        1 => Ok(()),
        rows => writeln!(to, "header_rows = {rows} # rubriken står på flera rader"),
    }
}

/// `whole` tells the rows of a file that was read to its end.
fn write_column(
    to: &mut String,
    column: &ColumnReport,
    field: &str,
    whole: Option<&String>,
) -> std::fmt::Result {
    writeln!(to, "\n[[columns]]")?;
    writeln!(to, "name = {}", quoted(&column.name))?;
    // A header that may be an identity is a row of persons: it has no place in a definition.
    let field = if may_hold_identity(field) {
        &column.field
    } else {
        field
    };
    if field != column.name {
        writeln!(to, "from = {}", quoted(field))?;
    }
    write!(to, "type = {}", quoted(column.kind.name()))?;
    if column.kind == Suggested::LongInteger {
        write!(to, "\nbits = 64")?;
    }
    if let Some(order) = column.order.filter(|_| column.kind == Suggested::Date) {
        write!(to, "\norder = {}", quoted(order))?;
    }
    match column.persons {
        Some(share) if column.kind == Suggested::Person => {
            writeln!(to, " # {} % av värdena är giltiga personnummer", percent(share))?;
        }
        _ => writeln!(to)?,
    }
    writeln!(to, "label = {}", quoted(column.label.as_deref().unwrap_or(field)))?;
    if let Some(unit) = &column.unit {
        writeln!(to, "unit = {}", quoted(unit))?;
    }
    let declared = column.missing_range.as_ref().map_or(0, |range| range.rows);
    let none = [&column.missing, &column.marks].into_iter().flatten();
    if column.filled > 0 && column.empty == 0.0 && declared + none.map(|tally| tally.rows).sum::<u64>() == 0 {
        match whole {
            Some(rows) => writeln!(to, "required = true # aldrig tom i {rows}")?,
            None => writeln!(to, "# required = true # aldrig tom så långt som lästes")?,
        }
    } else if column.empty > 0.0 {
        writeln!(to, "# tom i {} % av raderna", percent(column.empty))?;
    }
    write_range(to, column)?;
    if column.misfits > 0 {
        writeln!(to, "# {} värden passar inte typen", column.misfits)?;
    }
    for note in &column.notes {
        writeln!(to, "# {}", line(&note.swedish()))?;
    }
    write_missing(to, column)
}

/// How far the values reach, unless that shows an identity.
fn write_range(to: &mut String, column: &ColumnReport) -> std::fmt::Result {
    let (Some(low), Some(high)) = (&column.minimum, &column.maximum) else {
        return Ok(());
    };
    if low == "***" || high == "***" {
        return Ok(());
    }
    let doubtful: Vec<&str> = column.doubtful.iter().map(|tally| tally.value.as_str()).collect();
    let without = match doubtful.as_slice() {
        [] => String::new(),
        values => format!(", utan {}", line(&values.join(", "))),
    };
    let (low, high) = match column.kind {
        Suggested::Date | Suggested::YearMonth => (quoted(low), quoted(high)),
        _ => (low.clone(), high.clone()),
    };
    writeln!(to, "# range = [{low}, {high}] # så långt värdena räcker{without}")
}

/// What stands for no answer, and what perhaps does.
fn write_missing(to: &mut String, column: &ColumnReport) -> std::fmt::Result {
    let listed = |tallies: &[&Tally]| {
        let values: Vec<String> = tallies.iter().map(|tally| quoted(&tally.value)).collect();
        let told: Vec<String> = tallies.iter().map(|tally| said(tally)).collect();
        (values.join(", "), line(&told.join(", ")))
    };
    let missing: Vec<&Tally> = column.missing.iter().chain(&column.marks).collect();
    let (values, told) = listed(&missing);
    if !missing.is_empty() {
        let who = match (column.missing.is_empty(), column.marks.is_empty()) {
            (false, true) => "filen säger: uppgift saknas;",
            _ => "uppgift saknas:",
        };
        writeln!(to, "missing = [{values}] # {who} {told}")?;
    }
    if let Some(range) = &column.missing_range {
        writeln!(
            to,
            "missing_range = [{}, {}] # filen säger: uppgift saknas; {} rader till",
            bound(&range.low),
            bound(&range.high),
            range.rows
        )?;
    }
    let doubtful: Vec<&Tally> = column.doubtful.iter().collect();
    let (values, told) = listed(&doubtful);
    match (doubtful.as_slice(), missing.is_empty()) {
        ([], _) => Ok(()),
        ([one], true) if one.label.is_none() => {
            writeln!(
                to,
                "# missing = [{values}] # kanske uppgift saknas: {} rader",
                one.rows
            )
        }
        (_, true) => writeln!(to, "# missing = [{values}] # kanske uppgift saknas: {told}"),
        (_, false) => writeln!(to, "# kanske också uppgift saknas: {told}"),
    }
}

/// A number as TOML reads it: whole ones of more than 64 bits have an exponent.
fn bound(text: &str) -> String {
    let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.parse::<f64>() {
        Ok(number) if whole && text.parse::<i64>().is_err() => format!("{number:e}"),
        _ => text.to_owned(),
    }
}

/// `9 (12 rader)`, with the label where there is one.
fn said(tally: &Tally) -> String {
    let label = tally
        .label
        .as_ref()
        .map(|label| format!(" = {label}"))
        .unwrap_or_default();
    format!("{}{label} ({} rader)", tally.value, tally.rows)
}

fn write_codes(to: &mut String, column: &ColumnReport) -> std::fmt::Result {
    let all_labelled = column.codes.iter().all(|code| code.label.is_some());
    let numbers = column
        .codes
        .iter()
        .any(|code| code.value.bytes().all(|byte| byte.is_ascii_digit()));
    match (all_labelled, numbers) {
        (true, _) => {}
        (false, true) => writeln!(
            to,
            "# Skriv till höger vad koderna betyder; andra koder underkänns."
        )?,
        (false, false) => writeln!(to, "# Andra värden underkänns: ta bort listan om fler kan komma.")?,
    }
    let pairs: Vec<(String, u64)> = column
        .codes
        .iter()
        .map(|code| {
            let label = code.label.as_deref().unwrap_or(&code.value);
            (format!("{} = {}", quoted(&code.value), quoted(label)), code.rows)
        })
        .collect();
    let short = pairs.iter().map(|(pair, _)| pair.len() + 2).sum::<usize>() < LINE;
    if short && pairs.len() <= 4 {
        let rows: Vec<String> = pairs.iter().map(|(_, rows)| rows.to_string()).collect();
        let pairs: Vec<&str> = pairs.iter().map(|(pair, _)| pair.as_str()).collect();
        return writeln!(
            to,
            "codes = {{ {} }} # rader: {}",
            pairs.join(", "),
            rows.join(", ")
        );
    }
    writeln!(to, "[columns.codes]")?;
    for (pair, rows) in pairs {
        writeln!(to, "{pair} # {rows} rader")?;
    }
    Ok(())
}

/// Almost all is not all, and hardly any is not none.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        ..=0.0 | 100.0.. => format!("{percent:.0}"),
        ..0.01 => "under 0,01".to_owned(),
        99.99.. => "över 99,99".to_owned(),
        ..1.0 | 99.0.. => format!("{percent:.2}").replace('.', ","),
        _ => format!("{percent:.0}"),
    }
}

/// A text on one line, without what a comment may not hold.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn bounds_are_numbers_of_toml() {
        for (text, written) in [
            ("-9", "-9"),
            ("1.5", "1.5"),
            ("inf", "inf"),
            ("-inf", "-inf"),
            ("-70000000000000000000", "-7e19"),
        ] {
            assert_eq!(bound(text), written);
            assert!(
                format!("x = {written}").parse::<toml::Table>().is_ok(),
                "{written}"
            );
        }
    }
}
