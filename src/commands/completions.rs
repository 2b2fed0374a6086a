use std::io::Write as _;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::CliError;
use crate::screen::shown;

/// Write the completion script of a shell to stdout.
///
/// For bash: `perspektiv completions bash > ~/.local/share/bash-completion/completions/perspektiv`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell to write it for.
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: Args, _context: &Context) -> Result<(), CliError> {
    // Into memory first, for the generator panics where its output cannot be written.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "perspektiv", &mut script);
    shown(std::io::stdout().write_all(&script))
}
