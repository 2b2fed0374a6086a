use std::path::PathBuf;

use perspektiv_pipelines::{Encoding, Hints, Inspection, SourceOptions, inspect};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, heading, outln, wrapped};

/// Columns of the first rows that are shown, and letters of a cell.
const SHOWN_COLUMNS: usize = 8;
const SHOWN_LETTERS: usize = 24;

/// Names of cells in a workbook that are shown.
const SHOWN_NAMES: usize = 30;

/// Look into a new delivery: its form, its columns, its first rows, and a definition to start from.
///
/// All of it is a guess to be confirmed. What may be a person number is shown as ***.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file, packed or not.
    file: PathBuf,
    /// Read at most so many rows; 0 is all.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    rows: u64,
    /// The format, when it is not recognised.
    #[arg(long)]
    format: Option<String>,
    /// Which file of a zip archive: its name, or a pattern.
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Which sheet of a workbook: its name or number; by default the first that is neither empty nor hidden.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The part of the sheet with the table, as `B4:H200` or `B4:H`, or the name that cells or a table have in the
    /// workbook.
    #[arg(long, value_name = "CELLS")]
    range: Option<String>,
    /// How many rows stand above the header.
    #[arg(long, value_name = "N")]
    skip_rows: Option<u64>,
    /// How many rows the header has; 0 for none.
    #[arg(long, value_name = "N")]
    header_rows: Option<u64>,
    /// What stands between the fields of a text: one character, or `tab`.
    #[arg(long, value_name = "MARK", value_parser = delimiter, allow_hyphen_values = true)]
    delimiter: Option<u8>,
    /// The encoding of a text.
    #[arg(long)]
    encoding: Option<Letters>,
    /// Print only the definition, to be saved in `pipelines/`.
    #[arg(long, conflicts_with = "json")]
    definition: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// The encodings by their names in definitions.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Letters {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "windows-1252", alias = "iso-8859-1", alias = "latin1")]
    Windows1252,
    #[value(name = "utf-16le")]
    Utf16Le,
    #[value(name = "utf-16be")]
    Utf16Be,
}

impl From<Letters> for Encoding {
    fn from(letters: Letters) -> Self {
        match letters {
            Letters::Utf8 => Self::Utf8,
            Letters::Windows1252 => Self::Windows1252,
            Letters::Utf16Le => Self::Utf16Le,
            Letters::Utf16Be => Self::Utf16Be,
        }
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    let mut letters = text.chars();
    let one = letters.next().filter(|_| letters.next().is_none());
    // Characters beyond ASCII, such as §, by their numbers in Latin-1.
    let code = one.and_then(|one| u8::try_from(u32::from(one)).ok());
    match (text, one, code) {
        ("tab" | "\\t", ..) => Ok(b'\t'),
        (_, Some(one), Some(code)) if !one.is_alphanumeric() && !matches!(one, '\n' | '\r') => Ok(code),
        _ => Err("write one character that is neither letter nor digit, such as ';', or `tab`".to_owned()),
    }
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let hints = Hints {
        format: args.format,
        member: args.member,
        rows: Some(args.rows),
        skip_rows: args.skip_rows,
        header_rows: args.header_rows,
        delimiter: args.delimiter,
        encoding: args.encoding.map(Encoding::from),
        options: SourceOptions {
            sheet: args.sheet,
            range: args.range,
            ..SourceOptions::default()
        },
        ..Hints::default()
    };
    let found = inspect(&args.file, &hints)
        .map_err(|error| CliError::failed(error).about(&args.file.display().to_string()))?;
    for warning in found.warnings() {
        context.say(format_args!("warning: {warning}"));
    }
    if args.json {
        outln!("{:#}", serde_json::json!(found));
        return Ok(());
    }
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let dataset = name.split('.').next().unwrap_or_default();
    let definition = found.definition(dataset, &name);
    if args.definition {
        outln!("{}", definition.trim_end());
        return Ok(());
    }
    columns(&found);
    sample(&found);
    outln!();
    outln!("{}", definition.trim_end());
    Ok(())
}

fn columns(found: &Inspection) {
    let rows = match found.whole {
        true => format!("{} rows", count(found.rows)),
        false => format!("the first {} rows", count(found.rows)),
    };
    heading(&format!("{}: {rows}", found.format));
    if !found.other_sheets.is_empty() {
        outln!(
            "{}",
            wrapped(&format!("Other sheets: {}", found.other_sheets.join(", ")))
        );
    }
    if !found.names.is_empty() {
        let shown = found.names.iter().take(SHOWN_NAMES);
        let names: Vec<String> = shown
            .map(|named| format!("{} ({}, {})", named.name, named.sheet, named.range))
            .collect();
        let more = match found.names.len().saturating_sub(SHOWN_NAMES) {
            0 => String::new(),
            more => format!(", and {} more", count(more as u64)),
        };
        outln!(
            "{}",
            wrapped(&format!("Names for --range: {}{more}", names.join(", ")))
        );
    }
    let mut listing = Listing::new(&["Column", "Name", "Type", "Empty#", "Distinct#", "Examples"]);
    for column in &found.columns {
        listing.row([
            column.field.clone(),
            column.name.clone(),
            column.kind.name().to_owned(),
            format!("{:.0} %", column.empty * 100.0),
            match column.distinct_exact {
                true => count(column.distinct as u64),
                false => format!("≥ {}", count(column.distinct as u64)),
            },
            column.examples.join(" · "),
        ]);
    }
    listing.print();
    for column in &found.columns {
        for note in &column.notes {
            outln!("{}", wrapped(&format!("{}: {}", column.field, note.english())));
        }
    }
}

/// The first rows as they are; the columns that have no room are counted.
fn sample(found: &Inspection) {
    if found.sample.is_empty() {
        return;
    }
    outln!();
    let cut = |text: &str| match text.char_indices().nth(SHOWN_LETTERS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    };
    let more = found.columns.len().saturating_sub(SHOWN_COLUMNS);
    heading(&match more {
        0 => "The first rows".to_owned(),
        more => format!("The first rows (and {} columns more)", count(more as u64)),
    });
    // A `#` at the end of a heading would be taken for a mark.
    let headings: Vec<String> = found
        .columns
        .iter()
        .take(SHOWN_COLUMNS)
        .map(|column| cut(column.field.trim_end_matches('#')))
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut listing = Listing::new(&headings);
    for row in &found.sample {
        listing.row(row.iter().take(SHOWN_COLUMNS).map(|cell| cut(cell)));
    }
    listing.print();
}
