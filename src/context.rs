//! What every command needs: where the workspace is, how to speak, and the
//! rooms opened.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use perspektiv_lake::{Lake, Snapshot};
use perspektiv_pipelines::{Definitions, PipelineError, Workspace};
use perspektiv_queries::{Catalog, Engine, EngineOptions, Stop};

use crate::cli::Color;
use crate::error::{CliError, Kind};
use crate::interrupt;
use crate::log;
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
            let told = CliError::new(Kind::Usage, error.to_string());
            match error {
                PipelineError::NoWorkspace(_) => told.with_help(
                    "Make a workspace with `perspektiv init DIR`, or an example with `perspektiv demo DIR`.",
                ),
                _ => told,
            }
        })
    }

    /// Demands that a dataset which was named is defined, or is among `others`.
    pub(crate) fn must_know(
        &self,
        workspace: &Workspace,
        dataset: &str,
        others: impl IntoIterator<Item = String>,
    ) -> Result<(), CliError> {
        let definitions = Definitions::load(workspace).map_err(PipelineError::Definitions)?;
        let defined = definitions.all().iter().map(|definition| definition.name.clone());
        let known: BTreeSet<String> = defined.chain(others).collect();
        if known.contains(dataset) {
            return Ok(());
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        Err(
            CliError::new(Kind::Usage, format!("There is no dataset `{dataset}`."))
                .with_help(format!("Datasets are {}.", known.join(", "))),
        )
    }

    /// Opens the engine on the newest snapshot, or on the one that was asked for.
    pub(crate) fn engine(&self, workspace: &Workspace, as_of: Option<u64>) -> Result<Engine, CliError> {
        let lake = workspace.lake()?;
        let snapshot = snapshot(&lake, as_of)?;
        engine(workspace, &lake, &snapshot, None)
    }

    /// Demands that a result does not go where the workspace keeps its lake, its
    /// deliveries, its key or its definitions: it would take the place of one.
    pub(crate) fn may_write(&self, workspace: &Workspace, target: &Path) -> Result<(), CliError> {
        let target = real(target);
        let key = workspace.key_file();
        let kept = [
            (workspace.lake_folder(), "lake"),
            (workspace.deliveries(), "deliveries"),
            (workspace.archive_folder(), "archive"),
            (key.parent().unwrap_or(&key).to_owned(), "key"),
            (workspace.pipelines(), "definitions"),
            (workspace.queries(), "queries"),
            (workspace.root().join(".perspektiv.toml"), "settings"),
        ];
        match kept.iter().find(|(place, _)| target.starts_with(real(place))) {
            None => Ok(()),
            Some((place, what)) => Err(CliError::new(
                Kind::Usage,
                format!(
                    "{} is where the workspace keeps its {what} ({}).",
                    target.display(),
                    place.display()
                ),
            )
            .with_help("Write somewhere else.")),
        }
    }

    /// Says something on stderr, unless told to be quiet.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            if log::is_json() {
                log::event("said", serde_json::json!({ "message": text.to_string() }));
                return;
            }
            // Where stderr is full or gone, there is nobody to tell.
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }

    /// Whether nothing is to be said but errors.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Progress bars: on a terminal only, and neither when quiet nor beside lines of JSON.
    pub(crate) fn bars(&self) -> Bars {
        Bars::new(!self.quiet && !log::is_json() && std::io::stderr().is_terminal())
    }
}

/// Opens the engine on a snapshot, within the limits of the workspace's settings; the
/// time limit may be another, in seconds.
pub(crate) fn engine(
    workspace: &Workspace,
    lake: &Lake,
    snapshot: &Snapshot,
    timeout: Option<u64>,
) -> Result<Engine, CliError> {
    stoppable(workspace, lake, snapshot, timeout, Stop::default())
}

/// As [`engine`], with queries that another thread may stop.
pub(crate) fn stoppable(
    workspace: &Workspace,
    lake: &Lake,
    snapshot: &Snapshot,
    timeout: Option<u64>,
    stop: Stop,
) -> Result<Engine, CliError> {
    let settings = workspace.settings();
    let limit = |number: u64| (number > 0).then_some(number);
    let mut options = EngineOptions {
        deadline: limit(timeout.unwrap_or(settings.query_timeout)).map(Duration::from_secs),
        stop,
        ..EngineOptions::for_this_machine()
    };
    if let Some(megabytes) = settings.query_memory {
        let bytes =
            |megabytes: u64| usize::try_from(megabytes.saturating_mul(1_000_000)).unwrap_or(usize::MAX);
        options.memory_limit = limit(megabytes).map(bytes);
    }
    interrupt::watch();
    let catalog = Catalog::load(&workspace.queries())?;
    Ok(Engine::open(lake, snapshot, catalog, &options)?)
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

/// A path without links and `..`, also of what does not exist yet.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let mut there = path.as_path();
    loop {
        if let Ok(found) = there.canonicalize() {
            return rest.into_iter().rev().fold(found, |path, part| path.join(part));
        }
        match (there.parent(), there.file_name()) {
            (Some(parent), Some(name)) => {
                rest.push(name);
                there = parent;
            }
            _ => return path,
        }
    }
}
