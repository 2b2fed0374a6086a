use std::path::PathBuf;

use perspektiv_identity::Key;

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::outln;
use crate::templates;

/// Make a workspace: definitions to edit, folders, and the key for pseudonyms.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to make it in; it must be empty or not exist.
    folder: PathBuf,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    require_empty(&args.folder)?;
    let files = templates::write(&args.folder, false)?;
    let workspace = context.within(&args.folder).workspace()?;
    Key::create(&workspace.key_file()).map_err(CliError::failed)?;
    let folder = args.folder.display();
    outln!("Made a workspace in {folder} with {files} definitions and settings.");
    outln!("Put deliveries in {folder}/data/deliveries/<dataset>/, then run:");
    outln!("  perspektiv --workspace {folder} check");
    outln!("  perspektiv --workspace {folder} refresh");
    Ok(())
}

/// Refuses a folder with something in it.
pub(crate) fn require_empty(folder: &std::path::Path) -> Result<(), CliError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(CliError::failed(format!(
                "The folder {} cannot be used: {error}.",
                folder.display()
            )));
        }
    };
    if entries.is_some() {
        return Err(CliError::new(
            Kind::Usage,
            format!("The folder {} is not empty.", folder.display()),
        )
        .with_help("Name another folder, so that nothing of yours is overwritten."));
    }
    Ok(())
}
