//! `perspektiv-pseudonymise`: the one command that a sender needs.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use perspektiv_sender::{Args, Failure, run};

#[derive(Debug, Parser)]
#[command(name = "perspektiv-pseudonymise", version, max_term_width = 100)]
struct Program {
    #[command(flatten)]
    args: Args,
    /// Say nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

fn main() -> ExitCode {
    let program = Program::parse();
    let failure = match run(&program.args, program.quiet) {
        Ok(outcome) => {
            let answer = match program.args.json() {
                true => outcome.json(),
                false => outcome.summary(),
            };
            // A reader that has left has seen enough, and the exit code tells the rest.
            if program.args.json() || !program.quiet {
                let _ = writeln!(std::io::stdout(), "{answer}");
            }
            outcome.refusal().map(|text| (Failure::Refused, text))
        }
        Err(error) => Some((error.failure(), error.to_string())),
    };
    let Some((failure, text)) = failure else {
        return ExitCode::SUCCESS;
    };
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::from(failure.code())
}
