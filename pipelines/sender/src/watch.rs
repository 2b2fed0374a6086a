//! Progress on a terminal, and Ctrl-C.

use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether the user wants the program to end.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C ends the run at its next read, so that nothing half is left; the second ends the
/// program at once.
pub(crate) fn stop_cleanly() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        // Where it cannot be set, Ctrl-C does what it does to any program, and the next run clears away.
        for (signal, code) in [(SIGINT, 130), (SIGTERM, 143)] {
            let _ = flag::register_conditional_shutdown(signal, code, &STOPPED);
            let _ = flag::register(signal, &STOPPED);
        }
    });
}

/// Whether the user wants the program to end.
pub(crate) fn stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// The progress through a file: a bar on a terminal, else nothing.
pub(crate) fn bar(bytes: u64, quiet: bool) -> ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    if let Ok(style) =
        ProgressStyle::with_template("  {bar:30.cyan/dim} {bytes:>10} of {total_bytes:<10} {eta:>4} left")
    {
        bar.set_style(style.progress_chars("━━ "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A reader that moves the bar and stops when the user wants it.
pub(crate) struct Watched<R> {
    inner: R,
    bar: ProgressBar,
}

impl<R> Watched<R> {
    pub(crate) fn new(inner: R, bar: ProgressBar) -> Self {
        Self { inner, bar }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if stopped() {
            return Err(io::Error::other("stopped"));
        }
        let read = self.inner.read(buffer)?;
        self.bar.inc(read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Watched<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
