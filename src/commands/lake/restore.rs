use perspektiv_pipelines::left_behind;

use super::json;
use crate::context::Context;
use crate::error::CliError;
use crate::screen::outln;

/// Make a new snapshot with the tables, deliveries and runs of an older one; nothing is rewritten.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The snapshot to bring back.
    snapshot: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let lake = workspace.lake()?;
    let restored = lake.restore(&lake.lock()?, args.snapshot)?;
    // It is done, whatever can be told of it.
    let left = left_behind(&workspace, &restored).unwrap_or_else(|error| {
        context.say(format_args!(
            "warning: Which deliveries stay behind cannot be told: {error}"
        ));
        Vec::new()
    });
    if args.json {
        return json(&serde_json::json!({
            "snapshot": restored.number,
            "restored": args.snapshot,
            "left_behind": left,
        }));
    }
    outln!(
        "Made snapshot {} with the tables, deliveries and runs of snapshot {}.",
        restored.number,
        args.snapshot
    );
    context.say(
        "The next refresh loads what lies in the deliveries folder now: to keep this state, put the files \
         of that time back there first.",
    );
    for one in &left {
        let from = match one.archived {
            true => format!(
                "take it out of the archive with `perspektiv archive get {}`",
                one.blake3
            ),
            false => "ask its sender for it: it is not in the archive either".to_owned(),
        };
        context.say(format_args!(
            "warning: {}: {} came later and has left the deliveries folder, so that no refresh loads it again. To \
             have it back, {from}.",
            one.dataset, one.path
        ));
    }
    Ok(())
}
