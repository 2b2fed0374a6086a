//! How a delimited text is laid out: what stands between its fields, and where the header is.

mod delimiter;
mod header;

use super::{footer, value};
use crate::options::SourceOptions;
use crate::{Records, SourceError};
use delimiter::Delimiter;
use header::header;

/// Records that are looked at.
const RECORDS: usize = 1000;

/// How well one column fits, and rows of many widths below a header do.
const ALONE: f64 = 0.3;
const RAGGED: f64 = 0.4;

/// What a quoted field begins with.
const QUOTES: [u8; 2] = [b'"', b'\''];

/// A record of the sample.
struct Line {
    /// Where it begins, from 1.
    line: u64,
    cells: Vec<String>,
}

impl Line {
    fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map(String::as_str).unwrap_or_default()
    }

    /// Cells without the empty ones at the end.
    fn width(&self) -> usize {
        self.cells
            .iter()
            .rposition(|cell| !cell.is_empty())
            .map_or(0, |at| at + 1)
    }

    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }
}

/// A way to read the sample, and how well it fits.
struct Reading {
    delimiter: u8,
    quote: u8,
    lines: Vec<Line>,
    /// Fields of most records, and where the first of them stands.
    width: usize,
    first: usize,
    score: f64,
}

/// Fills in what is not given: `delimiter`, `quote`, `decimal`, `skip_rows`, `header_rows`. `whole` says that
/// the sample is all of the file.
pub(super) fn guess(sample: &str, whole: bool, given: &Given, options: &mut SourceOptions) {
    let mut best: Option<Reading> = None;
    let delimiters = match given.delimiter {
        Some(mark) => vec![Delimiter::given(mark)],
        None => delimiter::candidates(sample),
    };
    for delimiter in delimiters {
        for quote in QUOTES {
            let quote = given.quote.unwrap_or(quote);
            if quote != b'"' && !begins_fields(sample, delimiter.mark, quote) && given.quote.is_none() {
                continue;
            }
            let reading = reading(sample, whole, delimiter, quote, given);
            if best.as_ref().is_none_or(|best| reading.score > best.score) {
                best = Some(reading);
            }
        }
    }
    let Some(best) = best else {
        return;
    };
    options.delimiter = best.delimiter;
    options.quote = best.quote;
    let (skip, header) = header(&best);
    options.skip_rows = given.skip_rows.unwrap_or(skip);
    options.header_rows = given.header_rows.unwrap_or(header);
    options.decimal = given.decimal.unwrap_or_else(|| decimal(&best));
    // Only the end of the file has them.
    options.skip_footer = if whole {
        footer::rows(sample, best.delimiter, best.width)
    } else {
        0
    };
}

/// Fills in `skip_rows` and `header_rows` of a table whose cells stand apart already, from records that were read
/// as if its first row were the header.
///
/// # Errors
/// A record cannot be read.
pub(super) fn guess_header(
    records: &mut dyn Records,
    given: &Given,
    options: &mut SourceOptions,
) -> Result<(), SourceError> {
    let trimmed = |cell: &str| cell.trim().to_owned();
    // A cell without a name is called by its place: merged cells have all but the first without.
    let named = |(at, cell): (usize, &String)| match *cell == (at + 1).to_string() {
        true => String::new(),
        false => trimmed(cell),
    };
    let mut lines = vec![Line {
        line: 1,
        cells: records.header().iter().enumerate().map(named).collect(),
    }];
    while lines.len() < RECORDS
        && let Some(record) = records.next()?
    {
        let cells = (0..record.len()).map(|at| trimmed(&String::from_utf8_lossy(record.field(at))));
        lines.push(Line {
            line: record.line,
            cells: cells.collect(),
        });
    }
    // Cells at the end that no row fills are none.
    let width = lines.iter().map(Line::width).max().unwrap_or_default();
    for line in &mut lines {
        line.cells.resize(width, String::new());
    }
    let first = lines.iter().position(|line| line.width() == width);
    let reading = Reading {
        delimiter: b';',
        quote: b'"',
        lines,
        width,
        first: first.unwrap_or_default(),
        score: 1.0,
    };
    let (skip, rows) = header(&reading);
    options.skip_rows = given.skip_rows.unwrap_or(skip);
    options.header_rows = given.header_rows.unwrap_or(rows.max(1));
    Ok(())
}

/// What is known already.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    pub(super) delimiter: Option<u8>,
    pub(super) quote: Option<u8>,
    pub(super) decimal: Option<u8>,
    pub(super) skip_rows: Option<u64>,
    pub(super) header_rows: Option<u64>,
}

/// Whether several fields begin and end with a single quote.
fn begins_fields(sample: &str, delimiter: u8, quote: u8) -> bool {
    let pair = [quote, delimiter, quote]
        .map(char::from)
        .iter()
        .collect::<String>();
    sample.matches(&pair).count() >= 2
}

fn reading(sample: &str, whole: bool, delimiter: Delimiter, quote: u8, given: &Given) -> Reading {
    let (sample, byte) = delimiter.bytes_of(sample);
    let sample: &str = &sample;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(byte)
        .quote(quote)
        .from_reader(sample.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    let mut record = csv::StringRecord::new();
    while lines.len() < RECORDS && reader.read_record(&mut record).unwrap_or(false) {
        lines.push(Line {
            line: record.position().map_or(0, |position| begin(sample, position)),
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        });
    }
    if !whole && lines.len() < RECORDS {
        // The sample ends within it.
        lines.pop();
    }
    lines.retain(|line| line.filled() > 0 && line.line > given.skip_rows.unwrap_or(0));
    let (width, share) = usual_width(&lines);
    let first = lines
        .iter()
        .position(|line| line.cells.len() == width || line.width() == width)
        .unwrap_or(0);
    let usual = delimiter.usual;
    let columns = |width: usize| usual * (1.0 + (width as f64).ln() / 10.0) * clean(&lines, delimiter.mark);
    let names = lines.get(first).map_or(0.0, |line| named(line, width));
    let mut reading = Reading {
        delimiter: delimiter.mark,
        quote,
        width,
        first,
        score: match width {
            0 => 0.0,
            // One column is what every file is with a delimiter that it does not have.
            1 => ALONE * usual,
            _ if delimiter.strict && !delimiter.is_proven(&lines, width) => 0.0,
            _ => share * share * columns(width) * (0.3 + 0.7 * names),
        },
        lines: Vec::new(),
    };
    // Rows of many widths under a header are a table too, and the header has all of its columns.
    if let Some((first, width, wide)) = ragged(&lines).filter(|_| delimiter.is_usual()) {
        let score = RAGGED * wide * columns(width);
        if score > reading.score {
            reading = Reading {
                width,
                first,
                score,
                ..reading
            };
        }
    }
    Reading { lines, ..reading }
}

/// Where the header of a table with rows of many widths is, its width, and the share of the rows below it that have
/// several fields.
fn ragged(lines: &[Line]) -> Option<(usize, usize, f64)> {
    let is_header = |line: &Line| line.filled() >= 2 && named(line, line.cells.len()) >= 1.0;
    let first = lines.iter().take(10).position(is_header)?;
    let width = lines.get(first)?.cells.len();
    let below = lines.get(first + 1..).filter(|below| below.len() >= 2)?;
    let several = below.iter().filter(|line| line.cells.len() >= 2).count();
    let wide = several as f64 / below.len() as f64;
    (wide >= 0.8).then_some((first, width, wide))
}

/// The line on which a record begins: the reader's position is before the blank lines above it.
fn begin(sample: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = sample.as_bytes().get(from..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// The number of fields that most records have, and their share of the records.
fn usual_width(lines: &[Line]) -> (usize, f64) {
    let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for line in lines {
        *counts.entry(line.cells.len()).or_default() += 1;
    }
    let best = counts.into_iter().max_by_key(|(width, count)| (*count, *width));
    best.map_or((0, 0.0), |(width, count)| {
        (width, count as f64 / lines.len() as f64)
    })
}

/// The share of cells in which no other usual delimiter stands.
fn clean(lines: &[Line], delimiter: u8) -> f64 {
    let others = [';', '\t', '|', '^', '~'].map(|other| (other, u32::from(other) != u32::from(delimiter)));
    let mut cells = 0;
    let mut clean = 0;
    for cell in lines.iter().take(200).flat_map(|line| &line.cells) {
        cells += 1;
        clean += usize::from(!others.iter().any(|(other, is)| *is && cell.contains(*other)));
    }
    if cells == 0 {
        0.0
    } else {
        clean as f64 / cells as f64
    }
}

/// The share of the cells that are names: there, no numbers, and each once. A year is a name.
fn named(line: &Line, width: usize) -> f64 {
    let mut names: Vec<&str> = line
        .cells
        .iter()
        .map(String::as_str)
        .filter(|cell| is_name(cell))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len() as f64 / width.max(1) as f64
}

fn is_name(cell: &str) -> bool {
    !cell.is_empty() && (!is_value(cell) || is_year(cell))
}

fn is_value(cell: &str) -> bool {
    value::number(cell, b',').is_some()
        || value::number(cell, b'.').is_some()
        || value::day(cell).is_some()
        || value::has_person_form(cell)
        || value::is_mark(cell)
}

fn is_year(cell: &str) -> bool {
    cell.len() == 4 && cell.parse().is_ok_and(|year: u16| (1900..=2100).contains(&year))
}

/// The decimal mark that more numbers have; without any, the one that goes with the delimiter.
fn decimal(reading: &Reading) -> u8 {
    let cells = || reading.lines.iter().flat_map(|line| &line.cells);
    let with = |mark: u8| {
        cells()
            .filter(|cell| value::number(cell, mark).is_some_and(|number| number.decimals > 0))
            .count()
    };
    match (with(b','), with(b'.')) {
        (0, 0) if reading.delimiter == b',' => b'.',
        (comma, point) if comma >= point => b',',
        _ => b'.',
    }
}
