//! One run: what was asked for is checked, the file is read, the result gets its name.

use std::fs;
use std::path::{Path, PathBuf};

use perspektiv_formats::name_holds_person_number;
use perspektiv_identity::{Date, Key, Pseudonymiser, Rules};

use crate::args::{Args, Invalid, Kind, civil};
use crate::atomic::Target;
use crate::columns::Wanted;
use crate::error::{Fault, name};
use crate::judge::Judge;
use crate::outcome::{Column, Outcome};
use crate::packing::Packing;
use crate::recognise::recognise;
use crate::tally::Tally;
use crate::{Rule, SenderError, book, parquet, report, spss, text, watch};

/// The environment variable that may hold the key.
const KEY: &str = "PERSPEKTIV_KEY";

/// What the formats work with.
pub(crate) struct Work<'a> {
    pub(crate) args: &'a Args,
    pub(crate) path: &'a Path,
    /// Bytes of the file.
    pub(crate) bytes: u64,
    pub(crate) quiet: bool,
    pub(crate) wanted: Wanted,
    pub(crate) judge: Judge,
    pub(crate) tally: Tally,
}

impl Work<'_> {
    /// Notes an identity that is wrong; whether its row stays.
    pub(crate) fn invalid(&mut self, place: u32, line: u64, rule: Rule) -> Result<bool, Fault> {
        let passes = rule.is_invalid_identity();
        if self.args.invalid == Invalid::Fail || !passes {
            self.tally.refused = true;
        }
        self.tally.fault(place, line, rule)?;
        Ok(self.args.invalid != Invalid::Drop || !passes)
    }

    /// Notes a person number in a place that was not named; `line` is 0 where there is none.
    pub(crate) fn elsewhere(&mut self, place: &str, line: u64) -> Result<(), Fault> {
        let place = self.tally.place(place);
        self.tally.refused = true;
        self.tally.fault(place, line, Rule::Elsewhere)
    }
}

/// Does what the arguments say. Data that are refused are an outcome too, for there is a report to it.
///
/// # Errors
/// The arguments do not fit, the file cannot be read as what it is, or the result cannot be written.
pub fn run(args: &Args, quiet: bool) -> Result<Outcome, SenderError> {
    if let Some(path) = &args.new_key {
        let key = Key::create(path)?;
        let mut outcome = Outcome::new(
            PathBuf::new(),
            Pseudonymiser::new(&key).fingerprint(),
            Vec::new(),
            &Tally::default(),
        );
        outcome.new_key = Some(path.clone());
        return Ok(outcome);
    }
    let Some(path) = &args.file else {
        return Err(SenderError::Usage("Name a file.".to_owned()));
    };
    let bytes = size(path)?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => beside(path)?,
    };
    check_paths(args, path, &out)?;
    let pseudonymiser = Pseudonymiser::new(&key(args)?);
    let fingerprint = pseudonymiser.fingerprint();
    let rules = Rules::new(args.reference.map_or_else(today, Ok)?).with_reserve(args.reserve.clone());
    let rekey = !args.rekey.is_empty();
    let mut work = Work {
        args,
        path,
        bytes,
        quiet: quiet || args.json,
        wanted: Wanted {
            names: if rekey {
                args.rekey.clone()
            } else {
                args.columns.clone()
            },
            allowed: args.allow.clone(),
        },
        judge: Judge::new(pseudonymiser, rules, !args.reserve.is_empty(), rekey, args.form),
        tally: Tally::default(),
    };
    watch::stop_cleanly();
    let report = match &args.report {
        Some(path) => Some(Target::begin(path, args.force)?),
        None => None,
    };
    let target = Target::begin(&out, args.force)?;
    let columns = replace(&mut work, &target).map_err(|fault| told(fault, path, &target))?;
    let mut outcome = Outcome::new(path.clone(), fingerprint, columns, &work.tally);
    if !outcome.refused {
        outcome.out = Some(out);
        target.sync()?;
    }
    outcome.report = args.report.clone();
    if let Some(report) = report {
        report::write(report.file()?, &outcome, &work.tally, env!("CARGO_PKG_VERSION"))
            .map_err(|error| report.failed(error))?;
        report.finish()?;
    }
    if watch::stopped() {
        return Err(SenderError::Interrupted);
    }
    if !outcome.refused {
        target.finish()?;
    }
    Ok(outcome)
}

/// Replaces the identities, by the format of the file.
fn replace(work: &mut Work<'_>, target: &Target) -> Result<Vec<Column>, Fault> {
    let out = target.file().map_err(|error| Fault::data(error.to_string()))?;
    let kind = match work.args.format {
        Some(kind) => kind,
        None => recognise(work.path)?,
    };
    match kind {
        Kind::Csv => {
            let packing = Packing::of(work.path)?;
            text::run(work, &packing, out)
        }
        Kind::Xlsx => book::xlsx(work, out),
        Kind::Ods => book::ods(work, out),
        Kind::Parquet => parquet::run(work, out),
        Kind::Spss => {
            let packing = Packing::of(work.path)?;
            spss::run(work, &packing, out)
        }
    }
}

fn size(path: &Path) -> Result<u64, SenderError> {
    let metadata = fs::metadata(path).map_err(|source| SenderError::File {
        path: path.to_owned(),
        action: "read",
        source,
        help: "Check that the file is there and may be read.",
    })?;
    if !metadata.is_file() {
        return Err(SenderError::Usage(format!(
            "{} is no file. It is read twice, so it cannot be a folder or a pipe.",
            name(path)
        )));
    }
    Ok(metadata.len())
}

/// `vard.csv.gz` becomes `vard-pseudonymer.csv.gz`.
fn beside(path: &Path) -> Result<PathBuf, SenderError> {
    let full = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let packed = [".gz", ".zst", ".zip"]
        .iter()
        .find(|ending| full.to_lowercase().ends_with(*ending));
    let plain = full.len() - packed.map_or(0, |ending| ending.len());
    let stem = full.get(..plain).unwrap_or(&full);
    let dot = stem.rfind('.').filter(|at| *at > 0).unwrap_or(stem.len());
    let (before, after) = full.split_at(dot);
    Ok(path.with_file_name(format!("{before}-pseudonymer{after}")))
}

/// Refuses names that hold numbers, and files that would take each other's place.
fn check_paths(args: &Args, path: &Path, out: &Path) -> Result<(), SenderError> {
    let written = [Some(out), args.report.as_deref()];
    for target in written.iter().flatten() {
        let text = target.file_name().map(|name| name.to_string_lossy().into_owned());
        if text.is_some_and(|text| name_holds_person_number(&text)) {
            return Err(SenderError::Usage(
                "The name of the result or the report holds a person number. Name another with --out or --report."
                    .to_owned(),
            ));
        }
    }
    let real = |path: &Path| {
        let found = path.canonicalize();
        found.unwrap_or_else(|_| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
    };
    let mut seen = vec![real(path)];
    seen.extend(args.key.as_deref().map(real));
    for target in written.into_iter().flatten() {
        let target = real(target);
        if seen.contains(&target) {
            return Err(SenderError::Usage(format!(
                "{} would be overwritten. The file, the key, the result and the report are four files.",
                name(&target)
            )));
        }
        seen.push(target);
    }
    Ok(())
}

fn key(args: &Args) -> Result<Key, SenderError> {
    match (&args.key, std::env::var_os(KEY)) {
        (Some(path), _) => Ok(Key::load(path)?),
        (None, Some(text)) => Ok(Key::from_hex(
            text.as_encoded_bytes(),
            &format!("the variable {KEY}"),
        )?),
        (None, None) => Err(SenderError::Usage(format!(
            "Say which key: --key FILE, or the variable {KEY}. --new-key FILE makes one."
        ))),
    }
}

fn today() -> Result<Date, SenderError> {
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    civil(day).ok_or_else(|| {
        SenderError::Usage("The clock of this machine is wrong. Say the day with --reference.".to_owned())
    })
}

/// A fault of a format, with the file it is about.
fn told(fault: Fault, path: &Path, target: &Target) -> SenderError {
    use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let data = |message: String| SenderError::Data {
        path: path.to_owned(),
        message,
    };
    match fault {
        _ if watch::stopped() => SenderError::Interrupted,
        Fault::Read(error) if matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) => data(
            format!("It is damaged or has been cut ({error}). Ask for it again."),
        ),
        Fault::Read(source) => SenderError::File {
            path: path.to_owned(),
            action: "read",
            source,
            help: "Check that the file is whole and may be read.",
        },
        Fault::Write(error) => target.failed(error),
        Fault::Data(message) => data(message),
        Fault::Usage(message) => SenderError::Usage(format!("{}: {message}", name(path))),
    }
}
