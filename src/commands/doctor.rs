mod extras;
mod finding;
mod workspace;

use extras::{EXTRAS, Extra};
use finding::{Finding, State};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, heading, outln};

/// Say what works, what is missing, and how to get it.
///
/// Nothing is missing for the main job when the exit code is 0: notebooks,
/// browser tests and the viewing of documents are extras.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let mut findings = workspace::workspace(context);
    findings.extend(EXTRAS.iter().map(Extra::look_for));
    if args.json {
        outln!("{:#}", serde_json::to_value(&findings).map_err(CliError::failed)?);
    } else {
        print(&findings);
    }
    match findings
        .iter()
        .filter(|finding| finding.state == State::Broken)
        .count()
    {
        0 => Ok(()),
        1 => Err(CliError::failed("One thing that the main job needs is broken.")),
        n => Err(CliError::failed(format!(
            "{n} things that the main job needs are broken."
        ))),
    }
}

fn print(findings: &[Finding]) {
    let mut area = "";
    let mut listing = None;
    for finding in findings {
        if finding.area != area {
            if let Some(listing) = listing.take() {
                Listing::print(&listing);
                outln!();
            }
            area = finding.area;
            heading(area);
        }
        let state = match finding.state {
            State::Ok => "✓ ok",
            State::Missing => "– missing",
            State::Broken => "✗ broken",
        };
        listing
            .get_or_insert_with(|| Listing::new(&["What", "State", "Found", "How to mend or get it"]))
            .row([
                finding.what,
                state,
                &finding.found,
                finding.remedy.as_deref().unwrap_or_default(),
            ]);
    }
    if let Some(listing) = listing {
        listing.print();
    }
}
