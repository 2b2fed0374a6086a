//! The analyst's first step with a new delivery: what is it, what is in it, and a definition to start from.
//!
//! Everything here is a guess and is told as one. Nothing of what may be an identity leaves: examples, codes and
//! names are masked as in errors.

mod column;
mod definition;
mod footer;
mod kind;
mod layout;
mod name;
mod note;
mod profile;
mod value;

use std::hash::RandomState;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

pub use column::{ColumnReport, MissingRange, Suggested, Tally};
pub use note::Note;

use self::layout::Given;
use self::profile::{Budget, Profile, Reading};
use crate::input::{Letters, marked, unmarked_utf16};
use crate::unpack::{Container, Unpacked};
use crate::{
    Encoding, FORMATS, Format, SourceError, SourceOptions, by_name, counted, listed, shown, workbook,
};

/// Rows that are read unless a hint says otherwise.
const ROWS: u64 = 100_000;
/// Bytes from which the form of a text is guessed.
const SAMPLE: u64 = 1 << 20;
/// Bytes that formats recognise themselves by.
const HEAD: usize = 64 << 10;
/// Values, of all columns together, that are remembered to see whether they come again.
const REMEMBERED: usize = 8_000_000;
/// The most columns.
const COLUMNS: usize = 5_000;
/// Rows of the sheets of a workbook that are counted to see which holds the table.
const SHEET_ROWS: u64 = 1000;
/// Rows that are shown as they are.
const SHOWN: u64 = 5;
/// Lines with another number of fields that are told.
const UNEVEN: usize = 10;

/// What is known beforehand; the rest is guessed.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// The name of the format.
    pub format: Option<String>,
    /// Which file of a zip archive.
    pub member: Option<String>,
    /// The encoding of a text without byte-order mark.
    pub encoding: Option<Encoding>,
    /// What stands between fields.
    pub delimiter: Option<u8>,
    /// What stands around fields.
    pub quote: Option<u8>,
    /// The decimal mark.
    pub decimal: Option<u8>,
    /// Lines above the header.
    pub skip_rows: Option<u64>,
    /// Lines of the header, 0 for none.
    pub header_rows: Option<u64>,
    /// The most rows to read: 100 000 without a hint.
    pub rows: Option<u64>,
    /// Options of the format that are not guessed, such as a sheet; what is guessed is replaced.
    pub options: SourceOptions,
}

impl Hints {
    /// Refuses what means nothing to the format: whoever writes it expects something of it.
    fn check(&self, format: &dyn Format, archive: bool) -> Result<(), SourceError> {
        let given = [
            ("member", self.member.is_some()),
            ("encoding", self.encoding.is_some()),
            ("delimiter", self.delimiter.is_some()),
            ("skip_rows", self.skip_rows.is_some()),
            ("header_rows", self.header_rows.is_some()),
            ("sheet", self.options.sheet.is_some()),
            ("range", self.options.range.is_some()),
        ];
        let strange = given
            .iter()
            .find(|(option, given)| *given && !format.options().contains(option));
        if let Some((option, _)) = strange {
            return Err(SourceError::Form(format!(
                "The file is read as {}, to which `{option}` means nothing; its options are {}. Leave `{option}` out, or \
                 name another format.",
                format.name(),
                listed(format.options())
            )));
        }
        if self.member.is_some() && !archive {
            return Err(SourceError::Form(
                "`member` names a file in a zip archive, and this is none. Leave it out.".to_owned(),
            ));
        }
        Ok(())
    }
}

/// What was found in a file.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    /// What it is packed in.
    pub container: Option<Container>,
    /// The file in the archive.
    pub member: Option<String>,
    /// The name of the format.
    pub format: &'static str,
    /// The other sheets of a workbook.
    pub other_sheets: Vec<String>,
    /// The cells of a workbook that have a name, which may be read by it.
    pub names: Vec<NamedRange>,
    /// How a delimited text is laid out; `None` for other formats.
    pub text: Option<TextLayout>,
    /// Rows that were read.
    pub rows: u64,
    /// Whether these are all.
    pub whole: bool,
    /// Why the file cannot be read further, if it cannot: a sentence.
    pub fault: Option<String>,
    /// Rows with more or fewer fields than the header.
    pub uneven: u64,
    /// The lines on which the first of them stand.
    pub uneven_lines: Vec<u64>,
    /// The columns, in the order of the file.
    pub columns: Vec<ColumnReport>,
    /// The first rows, a cell for each column; `***` stands for what may be an identity.
    pub sample: Vec<Vec<String>>,
    /// The options with which it was read.
    #[serde(skip)]
    pub options: SourceOptions,
    /// The header as it is, for definitions only: a file without header may have persons in it.
    #[serde(skip)]
    header: Vec<String>,
}

/// Cells of a workbook that have a name, or are a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedRange {
    /// What they are called.
    pub name: String,
    /// Their sheet.
    pub sheet: String,
    /// They themselves, as `B4:H200`.
    pub range: String,
}

/// How a delimited text is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextLayout {
    /// The encoding, by its name in definitions.
    pub encoding: &'static str,
    /// What stands between fields.
    pub delimiter: char,
    /// What stands around fields that hold delimiters.
    pub quote: char,
    /// The decimal mark.
    pub decimal: char,
    /// Lines above the header.
    pub skip_rows: u64,
    /// Lines of the header; 0 when there is none.
    pub header_rows: u64,
    /// Records below the table, such as sources and sums.
    pub skip_footer: u64,
}

/// Reads a file as far as it takes to say what it is.
///
/// # Errors
/// It cannot be read at all: it is not there, empty, of no known format, or damaged before its first row. What
/// is wrong further down is told in [`Inspection::fault`].
pub fn inspect(path: &Path, hints: &Hints) -> Result<Inspection, SourceError> {
    let mut source = Unpacked::open(path, hints.member.as_deref())?;
    let (container, member) = (source.container(), source.member().map(str::to_owned));
    let mut sample = Vec::new();
    source.by_ref().take(SAMPLE + 1).read_to_end(&mut sample)?;
    drop(source);
    if sample.is_empty() {
        return Err(SourceError::Empty);
    }
    let whole = sample.len() as u64 <= SAMPLE;
    sample.truncate(SAMPLE as usize);
    let mut options = hints.options.clone();
    options.member.clone_from(&hints.member);
    options.encoding = hints.encoding.unwrap_or_else(|| encoding(&sample));
    let text = decoded(&sample, options.encoding);
    let name = member.as_deref().map(Path::new).unwrap_or(path);
    let format = match &hints.format {
        Some(name) => by_name(name).ok_or_else(|| unknown(name))?,
        None => recognised(name, &sample, &text)?,
    };
    let has = |option| format.options().contains(&option);
    hints.check(format, member.is_some())?;
    let (other_sheets, names) = match has("sheet") {
        true => contents(path, &mut options)?,
        false => Default::default(),
    };
    let delimited = has("delimiter");
    let given = Given {
        delimiter: hints.delimiter,
        quote: hints.quote,
        decimal: hints.decimal,
        skip_rows: hints.skip_rows,
        header_rows: hints.header_rows,
    };
    if delimited {
        layout::guess(&text, whole, &given, &mut options);
    } else if has("skip_rows") && options.range.is_none() {
        // Whoever names a range says where the header is.
        let first = SourceOptions {
            skip_rows: hints.skip_rows.unwrap_or(0),
            ..options.clone()
        };
        layout::guess_header(format.open(path, &first)?.as_mut(), &given, &mut options)?;
    } else {
        options.skip_rows = hints.skip_rows.unwrap_or(0);
        options.header_rows = hints.header_rows.unwrap_or(1);
    }
    let limit = hints.rows.unwrap_or(ROWS);
    let mut scan = scan(path, format, &options, limit);
    // The sample was UTF-8; a letter further down was not.
    let late = match &scan {
        Ok(scan) => matches!(scan.fault, Some(SourceError::NotUtf8 { .. })),
        Err(error) => matches!(error, SourceError::NotUtf8 { .. }),
    };
    // With letters of UTF-8 in the sample it is no other encoding, but a mixture.
    let plain = marked(&sample).is_none() && Letters::of(&sample).whole == 0;
    if late && hints.encoding.is_none() && plain {
        options.encoding = Encoding::Windows1252;
        scan = self::scan(path, format, &options, limit);
    }
    let scan = scan?;
    let mark = |byte: u8| char::from(byte);
    Ok(Inspection {
        container,
        member,
        format: format.name(),
        other_sheets,
        names,
        text: delimited.then(|| TextLayout {
            encoding: encoding_name(marked(&sample).map_or(options.encoding, |(marked, _)| marked)),
            delimiter: mark(options.delimiter),
            quote: mark(options.quote),
            decimal: mark(options.decimal),
            skip_rows: options.skip_rows,
            header_rows: options.header_rows,
            skip_footer: options.skip_footer,
        }),
        rows: scan.rows,
        whole: scan.whole,
        fault: scan.fault.map(|fault| fault.to_string()),
        uneven: scan.uneven,
        uneven_lines: scan.uneven_lines,
        columns: scan.columns,
        sample: scan.sample,
        options,
        header: scan.header,
    })
}

/// The sheets besides the one that is read, and the cells that have a name. When nobody says which sheet, and the
/// first has no more than a heading, that is the one with most rows.
fn contents(path: &Path, options: &mut SourceOptions) -> Result<(Vec<String>, Vec<NamedRange>), SourceError> {
    let found = workbook::contents(path, options, SHEET_ROWS)?;
    let (mut chosen, sheets) = (found.chosen, found.sheets);
    let empty = sheets.get(chosen).is_none_or(|sheet| sheet.rows < 2);
    if options.sheet.is_none() && options.range.is_none() && empty {
        let fullest = sheets
            .iter()
            .enumerate()
            .filter(|(_, sheet)| !sheet.hidden && sheet.rows > 1)
            .rev()
            .max_by_key(|(_, sheet)| sheet.rows);
        if let Some((at, sheet)) = fullest {
            chosen = at;
            options.sheet = Some(sheet.name.clone());
        }
    }
    let others = sheets.iter().enumerate().filter(|(at, _)| *at != chosen);
    let name = |sheet: &workbook::Found| match sheet.hidden {
        true => format!("{} (hidden)", shown(sheet.name.as_bytes())),
        false => shown(sheet.name.as_bytes()),
    };
    let names = found.names.iter().map(|[name, sheet, range]| NamedRange {
        name: shown(name.as_bytes()),
        sheet: shown(sheet.as_bytes()),
        range: range.clone(),
    });
    Ok((others.map(|(_, sheet)| name(sheet)).collect(), names.collect()))
}

impl Inspection {
    /// What should be known before the columns are looked at, as sentences.
    pub fn warnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        if let Some(fault) = &self.fault {
            all.push(format!("The file cannot be read to its end. {fault}"));
        }
        if self.uneven > 0 {
            all.push(format!(
                "{} not have {} as the header does (line {}). Such rows end in the quarantine: ask for the file with all \
                 fields, or check the delimiter.",
                counted(self.uneven, "row does", "rows do"),
                counted(self.columns.len() as u64, "field", "fields"),
                self.lines()
            ));
        }
        all
    }

    /// The first lines with another number of fields.
    fn lines(&self) -> String {
        let lines: Vec<String> = self.uneven_lines.iter().map(u64::to_string).collect();
        let more = if self.uneven > lines.len() as u64 {
            ", …"
        } else {
            ""
        };
        format!("{}{more}", lines.join(", "))
    }
}

struct Scan {
    header: Vec<String>,
    rows: u64,
    whole: bool,
    fault: Option<SourceError>,
    uneven: u64,
    uneven_lines: Vec<u64>,
    columns: Vec<ColumnReport>,
    sample: Vec<Vec<String>>,
}

fn scan(path: &Path, format: &dyn Format, options: &SourceOptions, limit: u64) -> Result<Scan, SourceError> {
    let mut records = format.open(path, options)?;
    let header = records.header().to_vec();
    if header.len() > COLUMNS {
        return Err(SourceError::Form(format!(
            "The file has {} columns; at most {COLUMNS} are looked at.{}",
            header.len(),
            match format.options().contains(&"delimiter") {
                true => " Is `delimiter` right?",
                false => "",
            }
        )));
    }
    let about = records.fields().to_vec();
    let reading = |at: usize| Reading {
        mark: records.decimal().unwrap_or(options.decimal),
        about: about.get(at),
        published: format.published(),
    };
    let mut profiles: Vec<Profile<'_>> = (0..header.len()).map(|at| Profile::new(reading(at))).collect();
    let mut sample: Vec<Vec<String>> = Vec::new();
    let hasher = RandomState::new();
    let mut budget = Budget(REMEMBERED);
    let mut rows = 0;
    let mut whole = false;
    let mut fault = None;
    let mut uneven = 0;
    let mut uneven_lines = Vec::new();
    while rows < limit || limit == 0 {
        match records.next() {
            Ok(Some(record)) => {
                rows += 1;
                if record.len() != header.len() {
                    uneven += 1;
                    if uneven_lines.len() < UNEVEN {
                        uneven_lines.push(record.line);
                    }
                }
                if rows <= SHOWN {
                    sample.push((0..header.len()).map(|at| shown(record.field(at))).collect());
                }
                for (at, profile) in profiles.iter_mut().enumerate() {
                    profile.add(record.field(at), &hasher, &mut budget);
                }
            }
            Ok(None) => {
                whole = true;
                break;
            }
            Err(error) => {
                fault = Some(error);
                break;
            }
        }
    }
    if !whole && fault.is_none() {
        whole = matches!(records.next(), Ok(None));
    }
    let names = name::all(&header);
    let columns: Vec<ColumnReport> = header
        .iter()
        .zip(&names)
        .zip(profiles)
        .map(|((header, name), profile)| column::judge(header, name, profile))
        .collect();
    for row in &mut sample {
        for (cell, column) in row.iter_mut().zip(&columns) {
            let identity = matches!(column.kind, Suggested::Person | Suggested::Pseudonym);
            if identity && !cell.is_empty() {
                "***".clone_into(cell);
            }
        }
    }
    Ok(Scan {
        header,
        rows,
        whole,
        fault,
        uneven,
        uneven_lines,
        columns,
        sample,
    })
}

/// The encoding that the first bytes speak for; a mark is read by itself.
fn encoding(sample: &[u8]) -> Encoding {
    if let Some((encoding, _)) = marked(sample) {
        return encoding;
    }
    if let Some((encoding, _)) = unmarked_utf16(sample) {
        return encoding;
    }
    match std::str::from_utf8(sample) {
        // A byte that went astray in UTF-8 is told with its place, when the file is read.
        Err(error) if error.error_len().is_some() && !Letters::of(sample).speak_of_utf8() => {
            Encoding::Windows1252
        }
        _ => Encoding::Utf8,
    }
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Windows1252 => "windows-1252",
        Encoding::Utf16Le => "utf-16le",
        Encoding::Utf16Be => "utf-16be",
    }
}

/// The sample as text, whatever does not fit replaced.
fn decoded(sample: &[u8], encoding: Encoding) -> String {
    let encoding = match encoding {
        Encoding::Utf8 => encoding_rs::UTF_8,
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252,
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
    };
    encoding.decode(sample).0.into_owned()
}

/// The format that is surest of the file; its ending speaks for one too, when the content does not speak
/// against it.
fn recognised(name: &Path, sample: &[u8], text: &str) -> Result<&'static dyn Format, SourceError> {
    // What has packing of its own, such as `data.csv.gz`, has the ending below that.
    let packed = ["gz", "zst", "zip", "gzip"];
    let mut endings = name
        .to_str()
        .unwrap_or_default()
        .rsplit('.')
        .map(str::to_lowercase);
    let ending = endings
        .by_ref()
        .take(3)
        .find(|ending| !packed.contains(&ending.as_str()));
    let ending = ending.unwrap_or_default();
    let raw = sample.get(..HEAD.min(sample.len())).unwrap_or_default();
    let text = text.as_bytes();
    let text = text.get(..HEAD.min(text.len())).unwrap_or_default();
    let binary = raw.contains(&0) && unmarked_utf16(raw).is_none() && marked(raw).is_none();
    let sure = |format: &dyn Format| {
        let sure = match binary {
            true => format.sniff(raw),
            false => format.sniff(text).max(format.sniff(raw)),
        };
        match sure > 0 && format.extensions().contains(&ending.as_str()) {
            true => sure.saturating_add(15),
            false => sure,
        }
    };
    let best = FORMATS
        .iter()
        .rev()
        .map(|format| (sure(*format), *format))
        .max_by_key(|(sure, _)| *sure);
    match best {
        Some((1.., format)) => Ok(format),
        _ => Err(SourceError::Form(format!(
            "The format of the file is not recognised. Formats are: {}. Ask the sender for one of them.",
            known()
        ))),
    }
}

fn known() -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
    listed(&names)
}

fn unknown(name: &str) -> SourceError {
    SourceError::Form(format!(
        "There is no format '{}'. Formats are: {}.",
        shown(name.as_bytes()),
        known()
    ))
}

#[cfg(test)]
mod tests;
