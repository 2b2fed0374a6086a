//! Deliveries as they were received.

mod get;
mod list;
mod purge;

use perspektiv_pipelines::{Archive, Definitions, PipelineError};

use crate::context::Context;
use crate::error::CliError;

/// Look at the deliveries that are kept as they were received, take one out, remove
/// old ones.
///
/// They may hold person numbers: the archive is encrypted, and its key lies beside
/// that of the pseudonyms.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Get(get::Args),
    Purge(purge::Args),
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    match args.command {
        Command::List(args) => list::run(args, context),
        Command::Get(args) => get::run(args, context),
        Command::Purge(args) => purge::run(args, context),
    }
}

/// The archive of the workspace.
fn archive(context: &Context) -> Result<Archive, CliError> {
    let workspace = context.workspace()?;
    let definitions = Definitions::load(&workspace).map_err(PipelineError::Definitions)?;
    Ok(workspace.archive(&definitions))
}
