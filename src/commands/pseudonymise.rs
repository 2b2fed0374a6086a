use perspektiv_sender::{Failure, run as pseudonymise};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::outln;

// The help is that of the small program for senders.
pub(crate) use perspektiv_sender::Args;

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let outcome = pseudonymise(&args, context.is_quiet())?;
    if args.json() {
        outln!("{}", outcome.json());
    } else if !context.is_quiet() {
        outln!("{}", outcome.summary());
    }
    match outcome.refusal() {
        Some(text) => Err(CliError::new(Kind::Refused, text)),
        None => Ok(()),
    }
}

impl From<perspektiv_sender::SenderError> for CliError {
    fn from(error: perspektiv_sender::SenderError) -> Self {
        let kind = match error.failure() {
            Failure::Failed => Kind::Failed,
            Failure::Usage => Kind::Usage,
            Failure::Refused => Kind::Refused,
            Failure::Interrupted => Kind::Interrupted,
        };
        Self::new(kind, error.to_string())
    }
}
