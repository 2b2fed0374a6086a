//! The command line of perspektiv: it reads arguments, calls the rooms and
//! prints what they answer. It holds no logic of its own.

mod age;
mod cli;
mod commands;
mod context;
mod error;
mod fetching;
mod interrupt;
mod log;
mod progress;
mod screen;
mod source;
mod target;
mod templates;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match cli::Cli::try_parse() {
        Ok(arguments) => arguments.run().and_then(|()| screen::finish()),
        Err(text) => match screen::shown(text.print()) {
            Ok(()) => return u8::try_from(text.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
            Err(error) => Err(error),
        },
    };
    // A query that was stopped may not have ended yet, and it ends with the program.
    perspektiv_lake::remove_spill();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
