//! Where the header is, and on how many lines.

use super::{Line, Reading, is_name, is_value, is_year};
use crate::csv::header::joined;
use crate::inspect::value;

/// The most rows of a header.
const ROWS: usize = 4;

/// Lines above the header, and the lines of the header; 0 when the first record is data.
pub(super) fn header(reading: &Reading) -> (u64, u64) {
    let lines = &reading.lines;
    let Some(top) = lines.get(reading.first) else {
        return (0, 1);
    };
    // The first record of full width may still be a title that a spreadsheet has padded.
    let wide = |line: &Line| line.filled() >= 2 && line.filled() * 2 > reading.width;
    let start = (reading.first..lines.len().min(reading.first + 20))
        .find(|at| {
            lines
                .get(*at)
                .is_some_and(|line| wide(line) || reading.width == 1)
        })
        .unwrap_or(reading.first);
    let Some(line) = lines.get(start) else {
        return (0, 1);
    };
    let numeric = numeric_columns(lines.get(start + 2..).unwrap_or_default(), reading.width);
    // Columns of numbers whose first cell is no name: that record is data.
    let data = |line: &Line| {
        let values = numeric
            .iter()
            .filter(|at| is_value(line.cell(**at)) && !is_year(line.cell(**at)));
        values.count() * 2 > numeric.len()
    };
    let years = |line: &Line| {
        let column_of_years = |at: &&usize| lines.iter().skip(start + 1).all(|line| is_year(line.cell(**at)));
        numeric
            .iter()
            .filter(column_of_years)
            .any(|at| is_year(line.cell(*at)))
    };
    let persons = line.cells.iter().any(|cell| value::is_person(cell));
    let skip = |line: &Line| line.line.saturating_sub(1);
    if persons || !numeric.is_empty() && (data(line) || years(line)) {
        return (skip(if start == reading.first { top } else { line }), 0);
    }
    // Groups stand above the names, or below them, as long as the columns are not told apart.
    let mut bottom = start;
    while bottom + 1 < start + ROWS
        && !tells(lines, start, bottom, reading.width)
        && goes_on(lines, bottom, reading.width)
    {
        bottom += 1;
    }
    if let Some(below) = lines.get(bottom)
        && bottom == start + 1
        && line.filled() < 3
        && tells(lines, bottom, bottom, reading.width)
    {
        // What stands above is a title.
        return (skip(below), 1);
    }
    let groups = |line: &&Line| line.cells.len() == reading.width && (line.filled() >= 2 || line.width() > 2);
    let mut begin = start;
    while bottom + 1 < begin + ROWS
        && !tells(lines, begin, bottom, reading.width)
        && begin
            .checked_sub(1)
            .and_then(|at| lines.get(at))
            .filter(groups)
            .is_some()
    {
        begin -= 1;
    }
    (
        skip(lines.get(begin).unwrap_or(line)),
        (bottom + 1 - begin) as u64,
    )
}

/// Whether these lines, as a header, give each column a name of its own.
fn tells(lines: &[Line], first: usize, last: usize, width: usize) -> bool {
    let rows = lines.get(first..=last).unwrap_or_default();
    let mut names = joined(rows.iter().map(|line| line.cells.clone()).collect());
    names.sort_unstable();
    names.dedup();
    names.len() == width && !names.iter().any(String::is_empty)
}

/// Whether the line below is one of the header too: names where the lines below that have numbers. Years are names
/// when what is below them is not.
fn goes_on(lines: &[Line], at: usize, width: usize) -> bool {
    let rows = lines.get(at + 2..).unwrap_or_default();
    let numeric = numeric_columns(rows, width);
    let (Some(below), Some(row)) = (lines.get(at + 1), rows.first()) else {
        return false;
    };
    let values = numeric
        .iter()
        .filter(|at| is_value(row.cell(**at)) && !is_year(row.cell(**at)));
    let years = numeric.iter().any(|at| is_year(below.cell(*at)));
    !numeric.is_empty()
        && numeric.iter().all(|at| is_name(below.cell(*at)))
        && (!years || values.count() * 2 > numeric.len())
}

/// The columns that hold numbers or days in most of the records that have a value there.
fn numeric_columns(lines: &[Line], width: usize) -> Vec<usize> {
    (0..width)
        .filter(|at| {
            let mut values = 0;
            let mut filled = 0;
            for line in lines.iter().take(200) {
                let cell = line.cell(*at);
                filled += usize::from(!cell.is_empty() && !value::is_mark(cell));
                values += usize::from(!value::is_mark(cell) && is_value(cell));
            }
            filled > 0 && values * 10 >= filled * 9
        })
        .collect()
}
