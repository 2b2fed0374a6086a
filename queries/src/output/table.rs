//! A table for the terminal, with headings and numbers as an audience reads them.

use std::io::Write;

use arrow::datatypes::DataType;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use perspektiv_disclosure::{Column, Value, format};

use super::{Format, OutputOptions, first_line};
use crate::{Answer, QueryError};

/// Lines above, below and under the heading only, so that the numbers stand free.
pub const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

pub(super) struct Terminal;

impl Format for Terminal {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "for the eye, with Swedish headings and numbers"
    }

    fn write(&self, answer: &Answer, options: &OutputOptions, out: &mut dyn Write) -> Result<(), QueryError> {
        if options.to_file {
            writeln!(out, "{}\n", first_line(answer))?;
        }
        let total = answer.len();
        let shown = options.rows.map_or(total, |most| most.min(total));
        let result = answer.head(shown);

        let alignments: Vec<_> = answer
            .schema()
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let mut values = result.rows.iter().filter_map(|row| row.get(index));
                alignment(field.data_type(), values.any(|value| value.as_f64().is_some()))
            })
            .collect();
        let codes: Vec<bool> = (0..result.columns.len())
            .map(|index| are_codes(&result.columns[index], result.rows.iter().map(|row| &row[index])))
            .collect();
        let headings: Vec<String> = result.columns.iter().map(heading).collect();
        let cells = result.rows.iter().map(|row| {
            let values = row.iter().zip(&result.columns).zip(&codes);
            let texts = values.map(|((value, column), codes)| match value {
                Value::Int(code) if *codes => code.to_string(),
                value => format::plain(value, column),
            });
            texts.collect()
        });
        let cells: Vec<Vec<String>> = cells.collect();
        if options
            .width
            .is_some_and(|width| is_too_wide(&headings, &cells, &alignments, width))
        {
            records(&headings, &cells, options, out)?;
        } else if !headings.is_empty() {
            let mut table = framed(options);
            let bold = |cell: Cell| match options.styled {
                true => cell.add_attribute(Attribute::Bold),
                false => cell,
            };
            let aligned =
                |text: &String, alignment: &CellAlignment| Cell::new(text).set_alignment(*alignment);
            let heads = headings.iter().zip(&alignments);
            table.set_header(heads.map(|(text, alignment)| bold(aligned(text, alignment))));
            for row in &cells {
                let row = row.iter().zip(&alignments);
                table.add_row(row.map(|(text, alignment)| aligned(text, alignment)));
            }
            for line in table.lines() {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        if shown < total {
            writeln!(out, "… {shown} of {total} rows shown")?;
        }
        out.flush()?;
        Ok(())
    }
}

/// An empty table.
fn framed(options: &OutputOptions) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Disabled);
    if let Some(width) = options.width {
        table
            .set_width(width)
            .set_content_arrangement(ContentArrangement::Dynamic);
    }
    // Whether to style is the caller's to know: it may write to a file.
    table.force_no_tty();
    if options.styled {
        table.enforce_styling();
    }
    table
}

/// The narrowest that a text column may become, and the part of a heading that stays
/// together.
const NARROW: usize = 8;

/// Whether columns would have to break numbers to fit.
fn is_too_wide(headings: &[String], cells: &[Vec<String>], alignments: &[CellAlignment], width: u16) -> bool {
    let letters = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let needed = headings
        .iter()
        .zip(alignments)
        .enumerate()
        .map(|(column, (heading, alignment))| {
            let widest = cells
                .iter()
                .filter_map(|row| row.get(column))
                .map(|text| letters(text))
                .max();
            let content = match alignment {
                CellAlignment::Right => widest.unwrap_or(0),
                _ => widest.unwrap_or(0).min(NARROW),
            };
            // A space on either side.
            content.max(letters(heading).min(NARROW)) + 2
        });
    needed.sum::<usize>() > usize::from(width)
}

/// Each row below the other, a line for each of its values.
fn records(
    headings: &[String],
    cells: &[Vec<String>],
    options: &OutputOptions,
    out: &mut dyn Write,
) -> Result<(), QueryError> {
    for row in cells {
        let mut table = framed(options);
        for (heading, text) in headings.iter().zip(row) {
            let heading = Cell::new(heading.replace('\n', ", "));
            let heading = match options.styled {
                true => heading.add_attribute(Attribute::Bold),
                false => heading,
            };
            table.add_row([heading, Cell::new(text)]);
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

/// Whether whole numbers tell one from another and count nothing, as pseudonyms
/// do: such are searched for as they are written, and not read in groups of three.
///
/// Pseudonyms use all their 64 bits, and nothing that is counted comes near 2⁵³.
fn are_codes<'a>(column: &Column, mut values: impl Iterator<Item = &'a Value>) -> bool {
    column.unit.is_none()
        && column.decimals.is_none()
        && values.any(|value| matches!(value, Value::Int(n) if n.unsigned_abs() > 1 << 53))
}

/// The label, and under it the unit unless the label says it already.
fn heading(column: &Column) -> String {
    match column.unit.as_deref().map(format::symbol) {
        Some(unit) if !unit.is_empty() && !column.label.to_lowercase().contains(&unit.to_lowercase()) => {
            format!("{}\n{unit}", column.label)
        }
        _ => column.label.clone(),
    }
}

/// Numbers end at the same place, also among signs of what is not shown.
fn alignment(data_type: &DataType, numbers: bool) -> CellAlignment {
    if data_type.is_numeric() || numbers {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}
