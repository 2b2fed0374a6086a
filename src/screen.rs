//! How tables and headings look on a terminal, and how they get there.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use perspektiv_queries::Answer;
use perspektiv_queries::output::{self, OutputOptions};

use crate::error::CliError;

/// The first error that stdout gave; after it nothing more is printed.
static FAILED: Mutex<Option<io::Error>> = Mutex::new(None);

/// Prints a line on stdout, as `println!` does, but a disk that is full or a reader
/// that has left is no panic: [`finish`] tells.
macro_rules! outln {
    () => { $crate::screen::line(format_args!("")) };
    ($($words:tt)*) => { $crate::screen::line(format_args!($($words)*)) };
}
pub(crate) use outln;

/// A line on stdout; see [`outln`].
pub(crate) fn line(words: fmt::Arguments<'_>) {
    let mut failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner);
    if failed.is_none() {
        *failed = writeln!(anstream::stdout(), "{words}").err();
    }
}

/// Says at the end of a command whether all that it printed has arrived.
pub(crate) fn finish() -> Result<(), CliError> {
    let failed = FAILED.lock().unwrap_or_else(PoisonError::into_inner).take();
    shown(failed.map_or_else(|| io::stdout().flush(), Err))
}

/// Whether something was printed: a reader that has seen enough is no failure.
pub(crate) fn shown(printed: io::Result<()>) -> Result<(), CliError> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::failed(format!(
            "The output cannot be written: {error}."
        ))
        .with_help("Check that the disk it goes to has room.")),
        _ => Ok(()),
    }
}

/// A table of the command line: headings in bold, no vertical rules, as wide as
/// the terminal at most.
pub(crate) struct Listing {
    table: Table,
    numeric: Vec<bool>,
}

impl Listing {
    /// A listing with headings; those that end in `#` hold numbers and are
    /// aligned right (the mark is not shown).
    pub(crate) fn new(headings: &[&str]) -> Self {
        let mut table = Table::new();
        table
            .load_style(output::STYLE)
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(if std::io::stdout().is_terminal() {
            width()
        } else {
            120
        });
        let numeric: Vec<bool> = headings.iter().map(|h| h.ends_with('#')).collect();
        table.set_header(headings.iter().zip(&numeric).map(|(heading, &number)| {
            let cell = Cell::new(heading.trim_end_matches('#')).add_attribute(Attribute::Bold);
            if number {
                cell.set_alignment(CellAlignment::Right)
            } else {
                cell
            }
        }));
        Self { table, numeric }
    }

    /// Adds a row.
    pub(crate) fn row<S: ToString>(&mut self, cells: impl IntoIterator<Item = S>) {
        let numeric = &self.numeric;
        self.table.add_row(cells.into_iter().enumerate().map(|(i, text)| {
            let cell = Cell::new(text.to_string());
            if numeric.get(i).copied().unwrap_or(false) {
                cell.set_alignment(CellAlignment::Right)
            } else {
                cell
            }
        }));
    }

    /// Prints the listing on stdout.
    pub(crate) fn print(&self) {
        outln!("{}", self.table);
    }
}

/// An output whose reader may leave before the end, as `head` does: what comes
/// after is let go, and that is no failure.
pub(crate) struct Leaving<W>(pub(crate) W);

impl<W: Write> Write for Leaving<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}

/// A whole number with thousands apart, as `1 234 567`.
pub(crate) fn count(n: u64) -> String {
    perspektiv_disclosure::format::number(n as f64, Some(0))
}

/// Bytes as `12,3 MB`.
pub(crate) fn bytes(n: u64) -> String {
    let (value, unit) = match n {
        0..1_000 => return format!("{n} B"),
        1_000..1_000_000 => (n as f64 / 1e3, "kB"),
        1_000_000..1_000_000_000 => (n as f64 / 1e6, "MB"),
        _ => (n as f64 / 1e9, "GB"),
    };
    format!(
        "{}\u{a0}{unit}",
        perspektiv_disclosure::format::number(value, Some(1))
    )
}

/// A heading on stdout, bold where colours are on.
pub(crate) fn heading(text: &str) {
    let bold = anstyle::Style::new().bold();
    outln!("{bold}{text}{bold:#}");
}

/// Text in lines as wide as the terminal, or 120 columns.
pub(crate) fn wrapped(text: &str) -> String {
    textwrap::fill(
        text,
        if std::io::stdout().is_terminal() {
            width()
        } else {
            120
        } as usize,
    )
}

/// Prints a result as a table on stdout: at most so many rows, as wide as the
/// terminal, with colour where that is on.
pub(crate) fn answer(answer: &Answer, rows: Option<usize>) -> Result<(), CliError> {
    let terminal = std::io::stdout().is_terminal();
    let mut out = Leaving(anstream::AutoStream::auto(std::io::stdout().lock()));
    let options = OutputOptions {
        rows,
        width: terminal.then(width),
        styled: true,
        to_file: false,
    };
    Ok(output::format("table")?.write(answer, &options, &mut out)?)
}

/// Columns of the terminal. One that does not know its size is told by `COLUMNS`, or
/// has the usual 80.
fn width() -> u16 {
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let known = Table::new().width().filter(|width| *width > 0);
    known.or_else(told).filter(|width| *width > 0).unwrap_or(80)
}
