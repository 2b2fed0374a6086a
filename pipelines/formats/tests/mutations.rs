//! Every parser against damaged files: each input ends in records or in an error,
//! without panic, within a time and a memory limit, and no error shows an
//! identity.
//!
//! `MUTATIONS` is how many inputs each format gets (2000 when not given),
//! `MUTATIONS_FORMAT` one format alone, `MUTATIONS_SEED` another series. What fails
//! is kept beside the message and can be run again with the same three; what was
//! found goes into the tests of its format.
//!
//! A format joins with one entry in `mutations/fixtures.rs`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

#[path = "mutations/fixtures.rs"]
mod fixtures;
#[path = "mutations/mutator.rs"]
mod mutator;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use perspektiv_formats::inspect::{Hints, inspect};
use perspektiv_formats::{FORMATS, SourceOptions, by_name};

use fixtures::{Fixture, IDENTITY};
use mutator::Mutator;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What an input of a few kilobytes may take beyond what it began with.
const BYTES: usize = 128 << 20;

/// How long it may take, on a machine that does much else.
const SECONDS: u64 = 20;

/// The longest error: whoever reads it has to find what it says.
const MESSAGE: usize = 8000;

#[test]
fn damaged_files_end_in_data_or_in_an_error() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let count = number("MUTATIONS", 2000);
    let seed = number("MUTATIONS_SEED", 1);
    let only = std::env::var("MUTATIONS_FORMAT").ok();
    // In memory where that is possible: twenty times as fast.
    let folder = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    let watch = Watch::start(folder.path().to_path_buf());
    for fixture in fixtures::all() {
        if only.as_deref().is_some_and(|only| only != fixture.format) {
            continue;
        }
        let begun = Instant::now();
        let tally = run(&fixture, count, seed, folder.path(), &watch);
        eprintln!(
            "{}: {count} inputs in {:.0} s, {} read whole, {} refused, most memory {} kB, longest {} ms",
            fixture.format,
            begun.elapsed().as_secs_f64(),
            tally.read,
            count - tally.read,
            tally.bytes / 1024,
            tally.time.as_millis()
        );
    }
}

/// A look guesses what it does not know, and its definition is TOML whatever the file holds.
#[test]
fn a_look_at_damaged_files_ends_in_a_definition_or_in_an_error() {
    let number = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let count = number("MUTATIONS", 500);
    let seed = number("MUTATIONS_SEED", 1);
    let only = std::env::var("MUTATIONS_FORMAT").ok();
    let folder = tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap();
    for fixture in fixtures::all() {
        if only.as_deref().is_some_and(|only| only != fixture.format) {
            continue;
        }
        let begun = Instant::now();
        let path = folder.path().join("damaged");
        let mut mutator = Mutator::new(seed, &fixture);
        let mut looked = 0;
        for at in 0..count {
            let (input, _) = mutator.next();
            fs::write(&path, &input).unwrap();
            let look = || match inspect(&path, &Hints::default()) {
                Ok(found) => {
                    let text = found.definition("d", "d");
                    let table: Result<toml::Table, _> = text.parse();
                    assert!(table.is_ok(), "{text}");
                    assert!(!text.contains(IDENTITY) && !format!("{:?}", found.sample).contains(IDENTITY));
                    assert!(found.warnings().iter().all(|warning| wrong(warning).is_none()));
                    true
                }
                Err(error) => {
                    assert_eq!(wrong(&error.to_string()), None);
                    false
                }
            };
            match catch_unwind(AssertUnwindSafe(look)) {
                Ok(found) => looked += u64::from(found),
                Err(_) => {
                    let kept = std::env::temp_dir().join(format!("look-{}-{seed}-{at}", fixture.format));
                    fs::write(&kept, &input).unwrap();
                    panic!(
                        "{}: input {at} of seed {seed}, kept as {}",
                        fixture.format,
                        kept.display()
                    );
                }
            }
        }
        eprintln!(
            "look at {}: {count} inputs in {:.0} s, {looked} with a definition",
            fixture.format,
            begun.elapsed().as_secs_f64()
        );
    }
}

/// Every format has to be here.
#[test]
fn every_format_has_fixtures() {
    let fixtures = fixtures::all();
    for format in FORMATS {
        assert!(
            fixtures.iter().any(|fixture| fixture.format == format.name()),
            "{} has no fixture in mutations/fixtures.rs",
            format.name()
        );
    }
    for fixture in fixtures {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("whole");
        for file in &fixture.files {
            fs::write(&path, (fixture.pack)(file.clone())).unwrap();
            let best = fixture
                .options
                .iter()
                .map(|options| read(&fixture, &path, file, options));
            assert!(
                best.into_iter()
                    .any(|outcome| outcome.is_ok_and(|records| records > 0)),
                "{}: a fixture without records",
                fixture.format
            );
        }
    }
}

/// Whatever the format, a file may come as .gz, .zst or .zip, and its checksum is that of what came.
#[test]
fn every_format_may_be_packed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("delivery");
    for fixture in fixtures::all() {
        let format = by_name(fixture.format).unwrap();
        let read = |bytes: &[u8], options: &SourceOptions| {
            fs::write(&path, bytes).unwrap();
            let mut records = format.open(&path, options).ok()?;
            let mut rows = Vec::new();
            while let Some(record) = records.next().ok()? {
                rows.push(
                    (0..record.len())
                        .map(|at| record.field(at).to_vec())
                        .collect::<Vec<_>>(),
                );
            }
            let digest = records.digest();
            assert_eq!(digest.bytes, bytes.len() as u64, "{}", fixture.format);
            assert_eq!(digest.blake3, blake3::hash(bytes).to_hex().to_string());
            Some(rows)
        };
        for (file, options) in fixture
            .files
            .iter()
            .flat_map(|file| fixture.options.iter().map(move |options| (file, options)))
        {
            let file = &(fixture.pack)(file.clone());
            let Some(plain) = read(file, options) else {
                continue;
            };
            assert!(format.options().contains(&"member"), "{}", fixture.format);
            for packed in fixtures::packings(file) {
                assert_eq!(
                    read(&packed, options).as_ref(),
                    Some(&plain),
                    "{}",
                    fixture.format
                );
            }
        }
    }
}

#[derive(Default)]
struct Tally {
    read: u64,
    bytes: usize,
    time: Duration,
}

fn run(fixture: &Fixture, count: u64, seed: u64, folder: &Path, watch: &Watch) -> Tally {
    let path = folder.join(format!("damaged-{}", fixture.format));
    let mut mutator = Mutator::new(seed, fixture);
    let mut tally = Tally::default();
    for number in 0..count {
        let (input, options) = mutator.next();
        fs::write(&path, &input).unwrap();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        watch.inputs.fetch_add(1, Ordering::Relaxed);
        let second = watch.seconds();
        let begun = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(fixture, &path, &input, &options)));
        let time = begun.elapsed();
        let bytes = MEMORY.peak_usage().saturating_sub(before);
        let fault = match &outcome {
            Err(_) => Some("it panicked".to_owned()),
            Ok(Err(message)) => wrong(message),
            Ok(Ok(_)) => None,
        };
        let fault = fault
            .or_else(|| (watch.seconds() - second > SECONDS).then(|| format!("it took {time:?}")))
            .or_else(|| (bytes > BYTES).then(|| format!("it took {} MB", bytes >> 20)));
        if let Some(fault) = fault {
            let kept = std::env::temp_dir().join(format!("damaged-{}-{seed}-{number}", fixture.format));
            fs::write(&kept, &input).unwrap();
            panic!(
                "{}: {fault}; input {number} of seed {seed}, kept as {}",
                fixture.format,
                kept.display()
            );
        }
        tally.read += u64::from(matches!(outcome, Ok(Ok(_))));
        tally.bytes = tally.bytes.max(bytes);
        tally.time = tally.time.max(time);
    }
    tally
}

/// Reads a file to its end: how many records, or why not.
fn read(fixture: &Fixture, path: &Path, input: &[u8], options: &SourceOptions) -> Result<u64, String> {
    let head = input.get(..64 * 1024).unwrap_or(input);
    for format in FORMATS {
        assert!(format.sniff(head) <= 100);
    }
    let format = by_name(fixture.format).unwrap();
    let mut records = format.open(path, options).map_err(|error| error.to_string())?;
    assert!(records.fields().is_empty() || records.fields().len() == records.header().len());
    let mut count = 0;
    while let Some(record) = records.next().map_err(|error| error.to_string())? {
        for at in 0..record.len() {
            assert!(
                std::str::from_utf8(record.field(at)).is_ok(),
                "a field is not UTF-8"
            );
        }
        count += 1;
    }
    assert!(
        count == 0 || !records.header().is_empty(),
        "records without a header"
    );
    let _ = records.digest();
    Ok(count)
}

/// What is wrong with an error.
fn wrong(message: &str) -> Option<String> {
    if message.contains(IDENTITY) {
        return Some("its error shows an identity".to_owned());
    }
    (message.is_empty() || message.len() > MESSAGE).then(|| format!("its error has {} bytes", message.len()))
}

/// Seconds for which the process has run, and how many inputs it has begun. Not the
/// clock of the wall: a process that others stop for a while has not hung.
#[derive(Default)]
struct Watch {
    seconds: AtomicU64,
    inputs: AtomicU64,
}

impl Watch {
    fn seconds(&self) -> u64 {
        self.seconds.load(Ordering::Relaxed)
    }

    /// Counts, and ends the process when an input does not end.
    fn start(folder: PathBuf) -> Arc<Self> {
        let watch = Arc::new(Self::default());
        let counted = Arc::downgrade(&watch);
        thread::spawn(move || {
            let (mut input, mut since) = (0, 0);
            while let Some(watch) = counted.upgrade() {
                let now = watch.seconds.fetch_add(1, Ordering::Relaxed);
                let present = watch.inputs.load(Ordering::Relaxed);
                if present != input {
                    (input, since) = (present, now);
                }
                if now - since > 3 * SECONDS {
                    eprintln!("an input does not end; it lies in {}", folder.display());
                    std::process::abort();
                }
                drop(watch);
                thread::sleep(Duration::from_secs(1));
            }
        });
        watch
    }
}
