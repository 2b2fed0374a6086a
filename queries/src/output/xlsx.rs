//! An Excel workbook: the result on one sheet, where it comes from on another.

use std::io::Write;

use perspektiv_disclosure::{Column, Value};
use rust_xlsxwriter::{Color, Format as Style, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{Format, OutputOptions};
use crate::{Answer, QueryError};

/// Whole numbers beyond it are not exact in a workbook, where every number is a real one.
const EXACT: u64 = 1 << 53;
/// Rows of a sheet, with the heading.
const ROWS: usize = 1 << 20;
/// The widest column that is made to fit its texts, in pixels.
const WIDEST: u32 = 480;
/// Width of the sheet of words, in characters.
const WORDS: f64 = 90.0;

pub(super) struct Xlsx;

impl Format for Xlsx {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn about(&self) -> &'static str {
        "an Excel workbook, with where the result comes from on a sheet of its own"
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn write(
        &self,
        answer: &Answer,
        _options: &OutputOptions,
        out: &mut dyn Write,
    ) -> Result<(), QueryError> {
        let failed = |message: String| QueryError::Format {
            format: self.name().to_owned(),
            message,
        };
        if answer.len() >= ROWS {
            return Err(failed(format!(
                "a sheet has room for {} rows and the result has {}; choose csv or parquet, or ask for fewer",
                ROWS - 1,
                answer.len()
            )));
        }
        let bytes = encode(answer).map_err(|error| failed(error.to_string()))?;
        out.write_all(&bytes)?;
        out.flush()?;
        Ok(())
    }
}

fn encode(answer: &Answer) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    result(workbook.add_worksheet().set_name("Resultat")?, answer)?;
    about(workbook.add_worksheet().set_name("Om")?, answer)?;
    workbook.save_to_buffer()
}

fn result(sheet: &mut Worksheet, answer: &Answer) -> Result<(), XlsxError> {
    let table = answer.table();
    let bold = Style::new()
        .set_bold()
        .set_text_wrap()
        .set_border_bottom(FormatBorder::Thin)
        .set_border_color(Color::Gray);
    for (at, column) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, at, heading(column), &bold)?;
    }
    for (line, row) in (1u32..).zip(&table.rows) {
        for (at, value) in (0u16..).zip(row) {
            write_value(sheet, line, at, value)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_autofit_max_width(WIDEST);
    sheet.autofit();
    Ok(())
}

/// A value in a cell. Texts stay texts, also those that look like formulas.
fn write_value(sheet: &mut Worksheet, row: u32, column: u16, value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Missing => {}
        Value::NotApplicable => drop(sheet.write_string(row, column, ".")?),
        Value::Hidden => drop(sheet.write_string(row, column, "..")?),
        Value::Bool(yes) => drop(sheet.write_boolean(row, column, *yes)?),
        Value::Int(number) if number.unsigned_abs() <= EXACT => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Value::Int(number) => drop(sheet.write_string(row, column, number.to_string())?),
        Value::Number(number) if number.is_finite() => drop(sheet.write_number(row, column, *number)?),
        Value::Number(number) => drop(sheet.write_string(row, column, number.to_string())?),
        Value::Text(text) => drop(sheet.write_string(row, column, text)?),
    }
    Ok(())
}

fn heading(column: &Column) -> String {
    match &column.unit {
        Some(unit) => format!("{} ({unit})", column.label),
        None => column.label.clone(),
    }
}

/// What one has to know about the numbers when the file is all that is left.
fn about(sheet: &mut Worksheet, answer: &Answer) -> Result<(), XlsxError> {
    let provenance = answer.provenance();
    let definition = answer.definition();
    let words = |text: Option<&String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
    let parameters: Vec<String> = provenance
        .parameters
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let rows = [
        ("Läge", answer.mode().words().to_owned()),
        ("Titel", provenance.title.clone()),
        ("Fråga", words(definition.and_then(|one| one.question.as_ref()))),
        (
            "Beskrivning",
            words(definition.and_then(|one| one.description.as_ref())),
        ),
        ("Urval", parameters.join(", ")),
        ("Källor", provenance.sources.join(", ")),
        (
            "Ögonblicksbild",
            format!("{} ({})", provenance.snapshot, provenance.snapshot_hash),
        ),
        (
            "Data",
            if provenance.synthetic { "Syntetiska" } else { "" }.to_owned(),
        ),
    ];
    let bold = Style::new().set_bold();
    let wrapped = Style::new().set_text_wrap();
    let told = rows.into_iter().filter(|(_, text)| !text.is_empty());
    for (at, (name, text)) in (0u32..).zip(told) {
        sheet.write_string_with_format(at, 0, name, &bold)?;
        sheet.write_string_with_format(at, 1, text, &wrapped)?;
    }
    sheet.set_column_width(0, 18)?;
    sheet.set_column_width(1, WORDS)?;
    Ok(())
}
