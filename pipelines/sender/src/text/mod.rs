//! Delimited text: every byte outside the identities goes out as it came in.

mod guess;
mod records;
mod utf16;

use std::fs::File;
use std::io::{Read, Write};

use indicatif::ProgressBar;

use crate::args::{Encoding, Invalid};
use crate::columns::{Layout, Row};
use crate::error::Fault;
use crate::job::Work;
use crate::judge::Verdict;
use crate::outcome::Column;
use crate::packing::Packing;
use crate::watch;
use guess::Head;
use records::{Dialect, Record, Records, unquoted};
use utf16::{FromUtf16, ToUtf16};

/// How the file is written.
struct Plan {
    encoding: Encoding,
    dialect: Dialect,
    /// Lines above the header.
    skip: u64,
    header: bool,
    width: usize,
    layout: Layout,
}

/// Replaces the identities of a file, in one pass after a look at its beginning.
pub(crate) fn run(work: &mut Work<'_>, packing: &Packing, out: File) -> Result<Vec<Column>, Fault> {
    let plan = plan(work, packing)?;
    let bar = watch::bar(work.bytes, work.quiet);
    let utf16 = matches!(plan.encoding, Encoding::Utf16le | Encoding::Utf16be);
    let big = plan.encoding == Encoding::Utf16be;
    let mut packer = packing.write(out)?;
    let path = work.path.to_owned();
    packing.read(&path, bar.clone(), |reader| {
        if utf16 {
            let mut writer = ToUtf16::new(&mut packer, big);
            copy(work, &plan, &mut FromUtf16::new(reader, big), &mut writer)
        } else {
            copy(work, &plan, reader, &mut packer)
        }
    })?;
    bar.finish_and_clear();
    if !work.tally.refused {
        packer.finish()?;
    }
    let columns = plan.layout.identities.iter();
    Ok(columns
        .map(|(at, found)| Column::new(&plan.layout.name(*at), None, *found))
        .collect())
}

/// Looks at the beginning.
fn plan(work: &mut Work<'_>, packing: &Packing) -> Result<Plan, Fault> {
    let read = |reader: &mut dyn Read, most: usize| {
        let mut bytes = Vec::new();
        reader
            .take(most as u64)
            .read_to_end(&mut bytes)
            .map_err(Fault::Read)?;
        Ok(bytes)
    };
    let raw = packing.read(work.path, ProgressBar::hidden(), |reader| {
        read(reader, guess::HEAD)
    })?;
    if raw.is_empty() {
        return Err(Fault::data("The file is empty. Ask for it again."));
    }
    let encoding = work.args.encoding.unwrap_or_else(|| guess::encoding(&raw));
    let whole = raw.len() < guess::HEAD;
    let bytes = match encoding {
        Encoding::Utf16le | Encoding::Utf16be => {
            let mut reader = FromUtf16::new(raw.as_slice(), encoding == Encoding::Utf16be);
            let mut bytes = Vec::new();
            match reader.read_to_end(&mut bytes) {
                // A character may be cut where the look ends.
                Err(error) if whole => return Err(Fault::Read(error)),
                _ => bytes,
            }
        }
        _ => raw,
    };
    let head = Head { bytes, whole };
    let quote = work.args.quote.0;
    let delimiter = work.args.delimiter.unwrap_or_else(|| head.delimiter(quote));
    let dialect = Dialect { delimiter, quote };
    let rows = head.sample(dialect);
    let cells: Vec<Row> = rows.iter().map(|row| row.cells.clone()).collect();
    let header = if work.args.no_header {
        None
    } else if let Some(skip) = work.args.skip_rows {
        Some(rows.iter().position(|row| row.line > skip).ok_or_else(|| {
            Fault::usage(format!(
                "There is no header below {skip} lines. Check --skip-rows."
            ))
        })?)
    } else {
        Some(work.wanted.header(&cells).unwrap_or_else(|| guess::header(&rows)))
    };
    let width = match header {
        Some(at) => rows.get(at).map_or(0, |row| row.width),
        None => rows.iter().map(|row| row.width).max().unwrap_or(0),
    };
    let named: Row = match header {
        Some(at) => cells.get(at).cloned().unwrap_or_default(),
        None => (0..width).map(|at| (at, (at + 1).to_string())).collect(),
    };
    let line = header.and_then(|at| rows.get(at)).map_or(1, |row| row.line);
    if header.is_some() && named.iter().any(|(_, cell)| work.judge.leaks(cell.as_bytes())) {
        return Err(Fault::data(format!(
            "Line {line} should be the header, and a person number stands there. If the file has no header, say \
             --no-header; if it stands further down, --skip-rows."
        )));
    }
    let below = header.map_or(0, |at| at + 1);
    let layout = work
        .wanted
        .layout(&named, cells.get(below..).unwrap_or_default(), &mut work.judge);
    let names: Vec<String> = named.into_iter().map(|(_, name)| name).collect();
    let missing = work
        .wanted
        .names
        .iter()
        .any(|wanted| !names.iter().any(|name| crate::columns::same(wanted, name)));
    if layout.identities.is_empty() || missing {
        return Err(work.wanted.not_found(&names));
    }
    Ok(Plan {
        encoding,
        dialect,
        skip: line - 1,
        header: header.is_some(),
        width,
        layout,
    })
}

/// Copies all records, with pseudonyms for identities.
fn copy(
    work: &mut Work<'_>,
    plan: &Plan,
    reader: &mut dyn Read,
    writer: &mut dyn Write,
) -> Result<(), Fault> {
    let mut records = Records::new(reader, plan.dialect);
    let mut put = |refused: bool, bytes: &[u8]| -> Result<(), Fault> {
        // What is refused is read to its end, for its faults, and not written.
        if refused {
            return Ok(());
        }
        writer.write_all(bytes).map_err(Fault::Write)
    };
    for _ in 0..plan.skip {
        if let Some(line) = records.line()? {
            if work.judge.leaks(line.bytes) {
                work.elsewhere("above the header", line.line)?;
            }
            put(work.tally.refused, line.bytes)?;
        }
    }
    let mut header = plan.header;
    let identities: Vec<usize> = plan.layout.identities.keys().copied().collect();
    let is_identity: Vec<bool> = (0..plan.width).map(|at| identities.contains(&at)).collect();
    let is_allowed: Vec<bool> = (0..plan.width)
        .map(|at| work.wanted.allows(&plan.layout.name(at)))
        .collect();
    let mut row = RowWork {
        identities,
        is_identity,
        is_allowed,
        verdicts: Vec::new(),
        scratch: Vec::new(),
        written: String::new(),
        line: Vec::new(),
    };
    while let Some(record) = records.next()? {
        let blank = record.bytes.trim_ascii().is_empty();
        if header && !blank {
            header = false;
            let leaks = (0..record.fields.len()).any(|at| work.judge.leaks(record.field(at)));
            if leaks {
                work.elsewhere("the header", record.line)?;
            }
            put(work.tally.refused, record.bytes)?;
        } else if header || blank {
            put(work.tally.refused, record.bytes)?;
        } else if row.replace(work, plan, &record)? {
            put(work.tally.refused, &row.line)?;
        }
        if watch::stopped() {
            return Err(Fault::Read(std::io::Error::other("stopped")));
        }
    }
    Ok(())
}

fn column_place(plan: &Plan, at: usize) -> String {
    format!("column '{}'", plan.layout.name(at))
}

/// What is needed for each row, with its memory used again.
struct RowWork {
    identities: Vec<usize>,
    is_identity: Vec<bool>,
    is_allowed: Vec<bool>,
    verdicts: Vec<Verdict>,
    scratch: Vec<u8>,
    written: String,
    /// The row as it goes out.
    line: Vec<u8>,
}

impl RowWork {
    /// Makes the row as it goes out; false when it is left out.
    fn replace(&mut self, work: &mut Work<'_>, plan: &Plan, record: &Record<'_>) -> Result<bool, Fault> {
        work.tally.rows += 1;
        work.tally.uneven += u64::from(record.fields.len() != plan.width);
        self.verdicts.clear();
        let mut kept = true;
        for &at in &self.identities {
            let raw = unquoted(record.field(at), plan.dialect.quote, &mut self.scratch);
            let verdict = work.judge.identity(raw);
            if let Verdict::Invalid(rule) = verdict {
                let place = work.tally.place(&column_place(plan, at));
                kept &= work.invalid(place, record.line, rule)?;
            }
            self.verdicts.push(verdict);
        }
        if !kept {
            work.tally.dropped += 1;
            return Ok(false);
        }
        for at in 0..record.fields.len() {
            let here = |flags: &[bool]| flags.get(at).copied().unwrap_or(false);
            if !here(&self.is_identity) && !here(&self.is_allowed) && work.judge.leaks(record.field(at)) {
                work.elsewhere(&column_place(plan, at), record.line)?;
            }
        }
        self.line.clear();
        let mut from = 0;
        for (&at, verdict) in self.identities.iter().zip(&self.verdicts) {
            let Some((start, end)) = record.fields.get(at).copied() else {
                continue;
            };
            match verdict {
                // Spaces, which are no identity, stay as they are.
                Verdict::Empty => {
                    work.tally.empty += 1;
                    continue;
                }
                Verdict::Pseudonym(pseudonym) => {
                    work.tally.pseudonyms += 1;
                    work.judge.written(*pseudonym, &mut self.written);
                }
                Verdict::Invalid(_) => {
                    work.tally.blanked += u64::from(work.args.invalid == Invalid::Blank);
                    self.written.clear();
                }
            }
            let quoted = plan
                .dialect
                .quote
                .filter(|quote| record.field(at).first() == Some(quote));
            self.line
                .extend_from_slice(record.bytes.get(from..start).unwrap_or_default());
            self.line.extend(quoted);
            self.line.extend_from_slice(self.written.as_bytes());
            self.line.extend(quoted);
            from = end;
        }
        self.line
            .extend_from_slice(record.bytes.get(from..).unwrap_or_default());
        Ok(true)
    }
}
