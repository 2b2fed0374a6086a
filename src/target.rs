//! Where a result goes, and in which form.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use perspektiv_queries::Answer;
use perspektiv_queries::output::{self, Format, OutputOptions};

use crate::error::{CliError, Kind};
use crate::screen::Leaving;

/// A file or stdout, and the form of the result.
pub(crate) struct Target {
    format: &'static dyn Format,
    out: Option<PathBuf>,
}

impl Target {
    /// A form by its name, or by the ending of the file; without both a table.
    ///
    /// # Errors
    /// There is no such form, or it is not for the terminal that it would go to.
    pub(crate) fn new(name: Option<&str>, out: Option<PathBuf>) -> Result<Self, CliError> {
        let format = form(name, out.as_deref())?;
        if out.is_none() && format.is_binary() && io::stdout().is_terminal() {
            return Err(CliError::new(
                Kind::Usage,
                format!("The form {} is not for a terminal.", format.name()),
            )
            .with_help("Name a file with --out, or send the output somewhere with `>` or `|`."));
        }
        Ok(Self { format, out })
    }

    /// The file, unless it is stdout.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.out.as_deref()
    }

    /// Whether people read it at once: a table on stdout.
    pub(crate) fn is_screen(&self) -> bool {
        self.out.is_none() && self.format.name() == "table"
    }

    /// Writes a result; `show` puts it on the screen.
    ///
    /// # Errors
    /// The form cannot hold it, or the disk fails.
    pub(crate) fn write(
        &self,
        answer: &Answer,
        show: impl FnOnce(&Answer) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        match &self.out {
            Some(path) => Ok(output::to_file(path, self.format, answer)?),
            None if self.is_screen() => show(answer),
            None => Ok(self.format.write(
                answer,
                &OutputOptions::default(),
                &mut Leaving(io::stdout().lock()),
            )?),
        }
    }
}

fn form(name: Option<&str>, out: Option<&Path>) -> Result<&'static dyn Format, CliError> {
    match (name, out) {
        (Some(name), _) => Ok(output::format(name)?),
        (None, None) => Ok(output::format("table")?),
        (None, Some(path)) => output::format_of(path).ok_or_else(|| {
            let names: Vec<_> = output::FORMATS.iter().map(|f| f.name()).collect();
            CliError::new(
                Kind::Usage,
                format!("The ending of {} says no form.", path.display()),
            )
            .with_help(format!("Choose one of {} with --format.", names.join(", ")))
        }),
    }
}
