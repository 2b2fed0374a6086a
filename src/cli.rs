//! The arguments; their doc comments are the help.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands;
use crate::context::Context;
use crate::error::CliError;
use crate::log;

/// From raw survey, consumption and quality files to five slides whose every
/// number can be traced.
///
/// Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data refused by its own
/// checks, 75 another run holds the lock, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "perspektiv", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// The workspace folder; by default the nearest one above this folder.
    #[arg(short, long, global = true, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// When to use colour (NO_COLOR is obeyed).
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// How to tell on stderr what happens: as text, or a line of JSON for each event; by default what
    /// PERSPEKTIV_LOG says, or text with progress bars on a terminal, and elsewhere with lines of JSON
    /// for the progress of a refresh.
    #[arg(long, global = true, value_name = "FORM")]
    log: Option<log::Form>,
    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(commands::demo::Args),
    Init(commands::init::Args),
    Inspect(commands::inspect::Args),
    Pseudonymise(Box<commands::pseudonymise::Args>),
    Refresh(commands::refresh::Args),
    Status(commands::status::Args),
    Schedule(commands::schedule::Args),
    Quarantine(commands::quarantine::Args),
    Check(commands::check::Args),
    Tables(commands::tables::Args),
    Queries(commands::queries::Args),
    Query(commands::query::Args),
    Sql(commands::sql::Args),
    Functions(commands::functions::Args),
    Slides(commands::slides::Args),
    Snapshots(commands::snapshots::Args),
    Lake(commands::lake::Args),
    Archive(commands::archive::Args),
    Doctor(commands::doctor::Args),
    Engine(commands::engine::Args),
    Completions(commands::completions::Args),
}

impl Cli {
    /// Runs the command that was asked for.
    pub(crate) fn run(self) -> Result<(), CliError> {
        log::choose(self.log);
        let context = Context::new(self.workspace, self.color, self.quiet);
        match self.command {
            Command::Demo(args) => commands::demo::run(args, &context),
            Command::Init(args) => commands::init::run(args, &context),
            Command::Inspect(args) => commands::inspect::run(args, &context),
            Command::Pseudonymise(args) => commands::pseudonymise::run(*args, &context),
            Command::Refresh(args) => commands::refresh::run(args, &context),
            Command::Schedule(args) => commands::schedule::run(args, &context),
            Command::Status(args) => commands::status::run(args, &context),
            Command::Quarantine(args) => commands::quarantine::run(args, &context),
            Command::Check(args) => commands::check::run(args, &context),
            Command::Tables(args) => commands::tables::run(args, &context),
            Command::Queries(args) => commands::queries::run(args, &context),
            Command::Query(args) => commands::query::run(args, &context),
            Command::Sql(args) => commands::sql::run(args, &context),
            Command::Functions(args) => commands::functions::run(args, &context),
            Command::Slides(args) => commands::slides::run(args, &context),
            Command::Snapshots(args) => commands::snapshots::run(args, &context),
            Command::Lake(args) => commands::lake::run(args, &context),
            Command::Archive(args) => commands::archive::run(args, &context),
            Command::Doctor(args) => commands::doctor::run(args, &context),
            Command::Engine(args) => commands::engine::run(args, &context),
            Command::Completions(args) => commands::completions::run(args, &context),
        }
    }
}
