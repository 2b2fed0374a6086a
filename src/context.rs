//! What every command needs: where the workspace is, how to speak, and the
//! rooms opened.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use perspektiv_lake::{Lake, Snapshot};
use perspektiv_pipelines::Workspace;
use perspektiv_queries::{Catalog, Engine, EngineOptions};

use crate::cli::Color;
use crate::error::{CliError, Kind};
use crate::progress::Bars;

/// The surroundings of a command.
pub(crate) struct Context {
    workspace: Option<PathBuf>,
    quiet: bool,
}

impl Context {
    /// Reads the surroundings, and sets colours for the whole process.
    pub(crate) fn new(workspace: Option<PathBuf>, color: Color, quiet: bool) -> Self {
        let choice = match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        Self { workspace, quiet }
    }

    /// The folder the user named, if any.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.workspace.as_deref()
    }

    /// The same surroundings in another workspace.
    pub(crate) fn within(&self, folder: &Path) -> Self {
        Self {
            workspace: Some(folder.to_owned()),
            quiet: self.quiet,
        }
    }

    /// Opens the workspace that was named, or the nearest above this folder.
    pub(crate) fn workspace(&self) -> Result<Workspace, CliError> {
        let opened = match &self.workspace {
            Some(folder) => Workspace::open(folder),
            None => std::env::current_dir()
                .map_err(|error| CliError::failed(format!("This folder cannot be read: {error}.")))
                .map(|here| Workspace::discover(&here))?,
        };
        opened.map_err(|error| {
            CliError::new(Kind::Usage, error.to_string()).with_help(
                "Make a workspace with `perspektiv init DIR`, or an example with `perspektiv demo DIR`.",
            )
        })
    }

    /// Opens the engine on the newest snapshot, or on the one that was asked for.
    pub(crate) fn engine(&self, workspace: &Workspace, as_of: Option<u64>) -> Result<Engine, CliError> {
        let lake = workspace.lake()?;
        let snapshot = snapshot(&lake, as_of)?;
        let catalog = Catalog::load(&workspace.queries())?;
        Ok(Engine::open(
            &lake,
            &snapshot,
            catalog,
            &EngineOptions::default(),
        )?)
    }

    /// Says something on stderr, unless told to be quiet.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            anstream::eprintln!("{text}");
        }
    }

    /// Progress bars: on a terminal only, and not when quiet.
    pub(crate) fn bars(&self) -> Bars {
        Bars::new(!self.quiet && std::io::stderr().is_terminal())
    }
}

/// The snapshot with a number, or the newest.
pub(crate) fn snapshot(lake: &Lake, as_of: Option<u64>) -> Result<Snapshot, CliError> {
    match as_of {
        Some(number) => Ok(lake.snapshot(number)?),
        None => lake.latest()?.ok_or_else(|| {
            CliError::failed("Nothing has been loaded into this workspace yet.")
                .with_help("Run `perspektiv refresh` first.")
        }),
    }
}
