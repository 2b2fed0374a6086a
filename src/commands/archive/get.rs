use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use perspektiv_pipelines::{Archive, Content};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::{self, Leaving};

/// The fewest digits that are enough to name a delivery.
const DIGITS: usize = 8;

/// Take a delivery out, as it was received: it may hold person numbers.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The BLAKE3 that `archive list` shows, or its first eight digits or more.
    hash: String,
    /// Write to this new file, which only you can read; by default to stdout.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let archive = super::archive(context)?;
    let blake3 = named(&archive, &args.hash)?;
    let Some(mut content) = archive.content(&blake3)? else {
        return Err(
            CliError::failed(format!("The content {blake3} has left the archive's folder."))
                .with_help("Put the folder back from a backup."),
        );
    };
    match args.out {
        Some(path) => write(&mut content, &path),
        None if io::stdout().is_terminal() => Err(CliError::new(
            Kind::Usage,
            "A delivery is not for the eyes of all who see this screen.",
        )
        .with_help("Name a file with --out, or send it on with `|` or `>`.")),
        None => screen::shown(io::copy(&mut content, &mut Leaving(io::stdout().lock())).map(drop)),
    }
}

/// The checksum that begins so.
fn named(archive: &Archive, hash: &str) -> Result<String, CliError> {
    let wrong = |message: String| {
        CliError::new(Kind::Usage, message).with_help("`perspektiv archive list --json` shows them all.")
    };
    let hash = hash.to_ascii_lowercase();
    if hash.len() < DIGITS {
        return Err(wrong(format!("'{hash}' has fewer than {DIGITS} digits.")));
    }
    let all: BTreeSet<String> = archive
        .arrivals()?
        .into_iter()
        .map(|arrival| arrival.blake3)
        .filter(|blake3| blake3.starts_with(&hash))
        .collect();
    let mut all = all.into_iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(wrong(format!(
            "No delivery in the archive has a checksum that begins with {hash}."
        ))),
        (Some(_), Some(_)) => Err(wrong(format!(
            "Several deliveries have a checksum that begins with {hash}. Write more of it."
        ))),
    }
}

fn write(content: &mut Content, path: &Path) -> Result<(), CliError> {
    let failed = |error: io::Error| {
        CliError::failed(format!("Could not write {}: {error}.", path.display())).with_help(
            "Name a file that does not exist, in a folder that you may write to, with room on its disk.",
        )
    };
    let mut file = private().open(path).map_err(failed)?;
    io::copy(content, &mut file)
        .and_then(|_| file.sync_all())
        .map_err(|error| {
            // A part of a delivery could be taken for all of it.
            let _ = std::fs::remove_file(path);
            failed(error)
        })
}

/// A new file for its owner alone.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
