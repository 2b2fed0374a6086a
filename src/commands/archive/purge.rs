use jiff::Timestamp;

use crate::age::before;
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{bytes, outln};

/// Remove the deliveries that have been kept long enough; every refresh that makes a
/// snapshot does so by itself.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Those that came longer ago, for instance "90 days"; by default what `keep` of
    /// `[archive]` in the settings, or `archive` of `[retention]` in a definition, says.
    #[arg(long, value_name = "AGE", value_parser = before)]
    older_than: Option<Timestamp>,
    /// Say what would be removed, and remove nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let archive = super::archive(context)?;
    let lake = context.workspace()?.lake()?;
    let purged = archive.purge(&lake.lock()?, args.older_than, args.dry_run)?;
    if args.json {
        outln!("{:#}", serde_json::to_value(&purged).map_err(CliError::failed)?);
        return Ok(());
    }
    let what = match purged.contents.len() {
        0 => {
            outln!("There is nothing to remove.");
            return Ok(());
        }
        1 => "1 file".to_owned(),
        n => format!("{n} files"),
    };
    let verb = if args.dry_run { "Would remove" } else { "Removed" };
    outln!("{verb} {what} ({}).", bytes(purged.bytes));
    Ok(())
}
