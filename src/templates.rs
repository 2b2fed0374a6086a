//! The definitions of the default workspace, carried in the binary so that
//! `init` and `demo` can write them anywhere.

use std::fs;
use std::path::Path;

use crate::error::CliError;

/// Path inside a workspace, and content; what the repository holds when the program is built.
pub(crate) const DEFINITIONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/definitions.rs"));

/// Writes the definitions, the settings and the folders of a workspace.
///
/// Files that exist are left as they are.
pub(crate) fn write(folder: &Path, synthetic: bool) -> Result<usize, CliError> {
    let settings = format!(
        "# Inställningar för arbetsytan. Alla rader kan utelämnas.\n\
         # Syntetiska data märks ut på varje bild och i varje export.\n\
         synthetic = {synthetic}\n\
         deliveries = \"data/deliveries\"\n\
         lake = \"data/lake\"\n\
         key = \"data/secrets/pseudonym.key\"\n\
         # Sekunder som en fråga får ta; 0 är utan gräns.\n\
         query_timeout = 600\n\
         # Megabyte som en fråga får använda; utan rad hälften av datorns minne.\n\
         # query_memory = 4000\n\
         # Leveranserna sparas krypterade som de kom, utanför datasjön.\n\
         [archive]\n\
         enabled = true\n\
         keep = \"2 years\"\n\
         # Myndigheternas API:er. Utan raden frågas de, utom där data är syntetiska.\n\
         # [apis]\n\
         # offline = true\n"
    );
    let mut written = 0;
    let all = DEFINITIONS.iter().copied().chain([
        (".perspektiv.toml", settings.as_str()),
        (".gitignore", "/data/\n"),
    ]);
    for (path, content) in all {
        let target = folder.join(path);
        if target.exists() {
            continue;
        }
        let parent = target.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&target, content))
            .map_err(|error| {
                CliError::failed(format!("Could not write {}: {error}.", target.display()))
                    .with_help("Choose a folder that you may write to, with room on its disk.")
            })?;
        written += 1;
    }
    let deliveries = folder.join("data/deliveries");
    fs::create_dir_all(&deliveries)
        .map_err(|error| CliError::failed(format!("Could not make {}: {error}.", deliveries.display())))?;
    Ok(written)
}
