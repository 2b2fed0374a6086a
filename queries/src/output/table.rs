//! A table for the terminal, with headings and numbers as an audience reads them.

use std::io::Write;

use arrow::datatypes::DataType;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use perspektiv_disclosure::{Column, Value, format};

use super::{Format, OutputOptions};
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
        let total = answer.len();
        let shown = options.rows.map_or(total, |most| most.min(total));
        let result = answer.head(shown);

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
        let alignments: Vec<_> = answer
            .schema()
            .fields()
            .iter()
            .map(|field| alignment(field.data_type()))
            .collect();
        table.set_header(result.columns.iter().zip(&alignments).map(|(column, alignment)| {
            let cell = Cell::new(heading(column)).set_alignment(*alignment);
            if options.styled {
                cell.add_attribute(Attribute::Bold)
            } else {
                cell
            }
        }));
        let codes: Vec<bool> = (0..result.columns.len())
            .map(|index| are_codes(&result.columns[index], result.rows.iter().map(|row| &row[index])))
            .collect();
        for row in &result.rows {
            let cells = row.iter().zip(&result.columns).zip(&codes).zip(&alignments);
            table.add_row(cells.map(|(((value, column), codes), alignment)| {
                let text = match value {
                    Value::Int(code) if *codes => code.to_string(),
                    value => format::plain(value, column),
                };
                Cell::new(text).set_alignment(*alignment)
            }));
        }
        if table.column_count() > 0 {
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

fn alignment(data_type: &DataType) -> CellAlignment {
    if data_type.is_numeric() {
        CellAlignment::Right
    } else {
        CellAlignment::Left
    }
}
