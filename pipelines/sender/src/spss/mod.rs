//! SPSS' system files: the dictionary goes out record by record with texts for identities, and the cases one by one,
//! packed as they came. The formats of the system files are described where `perspektiv-formats` reads them.

mod cases;
mod dictionary;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use perspektiv_formats::SourceError;
use perspektiv_formats::spss::{Packing as CasePacking, StoredFile, StoredVariable};

use crate::args::{Form, Invalid};
use crate::columns::{Layout, Row, SAMPLE, same};
use crate::error::Fault;
use crate::job::Work;
use crate::judge::Verdict;
use crate::outcome::Column;
use crate::packing::Packing;
use crate::spelling::number;
use crate::{Rule, watch};
use cases::Cases;

/// Cases between two looks at whether the user wants to stop.
const LOOK: u64 = 256;

/// How the file goes out.
struct Plan {
    layout: Layout,
    /// Variables that may keep what looks like person numbers.
    allowed: BTreeSet<usize>,
    /// Bytes of a pseudonym.
    width: usize,
    packing: CasePacking,
}

impl Plan {
    fn is_identity(&self, variable: usize) -> bool {
        self.layout.identities.contains_key(&variable)
    }
}

/// Replaces the identities of a file.
pub(crate) fn run(work: &mut Work<'_>, packing: &Packing, out: File) -> Result<Vec<Column>, Fault> {
    let layout = layout(work)?;
    let mut file = StoredFile::open(work.path).map_err(reading)?;
    let names = file.variables().iter().map(|variable| variable.name.as_str());
    let allowed = names.enumerate().filter(|(_, name)| work.wanted.allows(name));
    let plan = Plan {
        layout,
        allowed: allowed.map(|(at, _)| at).collect(),
        width: match work.args.form {
            Form::Hex => 16,
            Form::Integer => "-9223372036854775808".len(),
        },
        packing: match file.packing() {
            // What is written has to be turned back to, which what is packed once more cannot be.
            CasePacking::Zlib if *packing != Packing::None => CasePacking::Bytes,
            packing => packing,
        },
    };
    let dictionary = dictionary::rewritten(work, &file, &plan)?;
    let mut again = out.try_clone().map_err(Fault::Write)?;
    let mut packer = packing.write(out)?;
    packer.write_all(&dictionary).map_err(Fault::Write)?;
    let cases = Cases::new(
        &mut packer,
        plan.packing,
        file.bias(),
        file.big_endian(),
        dictionary.len(),
    );
    let late = copy(work, &mut file, &plan, cases)?;
    if !work.tally.refused {
        packer.finish()?;
        if let Some(late) = late {
            again
                .seek(SeekFrom::Start(dictionary.len() as u64))
                .and_then(|_| again.write_all(&late))
                .map_err(Fault::Write)?;
        }
    }
    let columns = plan.layout.identities.iter();
    Ok(columns
        .map(|(at, found)| Column::new(&plan.layout.name(*at), None, *found))
        .collect())
}

/// Looks at the names and the first cases.
fn layout(work: &mut Work<'_>) -> Result<Layout, Fault> {
    let mut file = StoredFile::open(work.path).map_err(reading)?;
    let variables = file.variables().to_vec();
    let big_endian = file.big_endian();
    let names: Vec<String> = variables.iter().map(|variable| variable.name.clone()).collect();
    let header: Row = names.iter().cloned().enumerate().collect();
    let mut rows: Vec<Row> = Vec::new();
    let (mut text, mut scratch) = (Vec::new(), Vec::new());
    while rows.len() < SAMPLE
        && let Some(case) = file.next_case().map_err(reading)?
    {
        let mut row = Row::new();
        for (at, variable) in variables.iter().enumerate() {
            let value = shown(variable, case, big_endian, &mut text, &mut scratch);
            if !value.is_empty() {
                row.push((at, String::from_utf8_lossy(value).into_owned()));
            }
        }
        rows.push(row);
    }
    let layout = work.wanted.layout(&header, &rows, &mut work.judge);
    let missing = |wanted: &String| !names.iter().any(|name| same(wanted, name));
    if layout.identities.is_empty() || work.wanted.names.iter().any(missing) {
        return Err(work.wanted.not_found(&names));
    }
    let moment = |at: &&usize| variables.get(**at).is_some_and(|variable| variable.moment);
    if let Some(at) = layout.identities.keys().find(moment) {
        return Err(Fault::usage(format!(
            "The variable {} holds days or times, and no person numbers. Name the right columns with --columns.",
            perspektiv_formats::listed(&[layout.name(*at)])
        )));
    }
    Ok(layout)
}

/// A value as people write it.
fn shown<'a>(
    variable: &StoredVariable,
    case: &'a [u8],
    big_endian: bool,
    text: &'a mut Vec<u8>,
    scratch: &'a mut Vec<u8>,
) -> &'a [u8] {
    if variable.width > 0 {
        return variable.text(case, scratch);
    }
    text.clear();
    if let Some(value) = variable.number(case, big_endian) {
        text.extend_from_slice(number(value).as_bytes());
    }
    text
}

/// Copies all cases, with pseudonyms for identities; what has to be written behind the dictionary afterwards.
fn copy<W: Write>(
    work: &mut Work<'_>,
    file: &mut StoredFile,
    plan: &Plan,
    mut cases: Cases<W>,
) -> Result<Option<Vec<u8>>, Fault> {
    let bar = watch::bar(work.bytes, work.quiet);
    let variables = file.variables().to_vec();
    let big_endian = file.big_endian();
    let places: Vec<u32> = variables
        .iter()
        .map(|variable| work.tally.place(&format!("column '{}'", variable.name)))
        .collect();
    let padded = plan.width.next_multiple_of(8);
    let (mut text, mut scratch, mut written) = (Vec::new(), Vec::new(), String::new());
    let mut out: Vec<u8> = Vec::with_capacity(file.case_length() + padded * plan.layout.identities.len());
    let mut number = 0;
    loop {
        if number % LOOK == 0 {
            if watch::stopped() {
                return Err(Fault::Read(std::io::Error::other("stopped")));
            }
            bar.set_position(file.bytes_read());
        }
        let Some(case) = file.next_case().map_err(reading)? else {
            break;
        };
        number += 1;
        work.tally.rows += 1;
        out.clear();
        let mut kept = true;
        let before = (work.tally.empty, work.tally.pseudonyms, work.tally.blanked);
        for ((at, variable), place) in variables.iter().enumerate().zip(&places) {
            if !plan.is_identity(at) {
                pad_out(variable, case, &mut out);
                continue;
            }
            written.clear();
            match work
                .judge
                .identity(shown(variable, case, big_endian, &mut text, &mut scratch))
            {
                Verdict::Empty => work.tally.empty += 1,
                Verdict::Pseudonym(pseudonym) => {
                    work.tally.pseudonyms += 1;
                    work.judge.written(pseudonym, &mut written);
                }
                Verdict::Invalid(rule) => {
                    kept &= work.invalid(*place, number, rule)?;
                    work.tally.blanked += u64::from(work.args.invalid == Invalid::Blank);
                }
            }
            let end = out.len() + padded;
            out.extend_from_slice(written.as_bytes());
            out.resize(end, b' ');
        }
        if !kept {
            (work.tally.empty, work.tally.pseudonyms, work.tally.blanked) = before;
            work.tally.dropped += 1;
            continue;
        }
        for ((at, variable), place) in variables.iter().enumerate().zip(&places) {
            if plan.is_identity(at) || plan.allowed.contains(&at) || variable.moment {
                continue;
            }
            if work
                .judge
                .leaks(shown(variable, case, big_endian, &mut text, &mut scratch))
            {
                work.tally.refused = true;
                work.tally.fault(*place, number, Rule::Elsewhere)?;
            }
        }
        // What is refused is read to its end, for its faults, and not written.
        if !work.tally.refused {
            cases.write(&out).map_err(Fault::Write)?;
        }
    }
    bar.finish_and_clear();
    match work.tally.refused {
        true => Ok(None),
        false => cases.finish().map_err(Fault::Write),
    }
}

/// A variable as it is; what only fills it up becomes spaces, for nobody has looked at it.
fn pad_out(variable: &StoredVariable, case: &[u8], out: &mut Vec<u8>) {
    for segment in &variable.segments {
        let end = out.len() + segment.end - segment.start;
        out.extend_from_slice(case.get(segment.start..segment.filled).unwrap_or_default());
        out.resize(end, b' ');
    }
}

/// The error of a file that was read.
fn reading(error: SourceError) -> Fault {
    match error {
        SourceError::Io(error) => Fault::Read(error),
        error => Fault::data(perspektiv_formats::masked(&error.to_string()).into_owned()),
    }
}
