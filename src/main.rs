//! The command line of perspektiv: it reads arguments, calls the rooms and
//! prints what they answer. It holds no logic of its own.

mod cli;
mod commands;
mod context;
mod error;
mod progress;
mod screen;
mod templates;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let arguments = cli::Cli::parse();
    match arguments.run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
