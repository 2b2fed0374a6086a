//! The definitions of the default workspace, carried in the binary so that
//! `init` and `demo` can write them anywhere.

use std::fs;
use std::path::Path;

use crate::error::CliError;

macro_rules! definitions {
    ($($path:literal),* $(,)?) => {
        /// Path inside a workspace, and content.
        pub(crate) const DEFINITIONS: &[(&str, &str)] = &[
            $(($path, include_str!(concat!("../", $path)))),*
        ];
    };
}

definitions![
    "pipelines/arenadeltagare.toml",
    "pipelines/arenafragor.toml",
    "pipelines/arenor.toml",
    "pipelines/barnhalsa.toml",
    "pipelines/befolkning.toml",
    "pipelines/befolkning_ar.toml",
    "pipelines/behov.toml",
    "pipelines/behov_unga.toml",
    "pipelines/brukarenkat.toml",
    "pipelines/brukarenkat_utskick.toml",
    "pipelines/dodsorsaker.toml",
    "pipelines/egna_nyckeltal.toml",
    "pipelines/elevhalsa.toml",
    "pipelines/enheter.toml",
    "pipelines/enhetsgrupper.toml",
    "pipelines/folkmangd.toml",
    "pipelines/gissningar.toml",
    "pipelines/gissningsfragor.toml",
    "pipelines/insatser.toml",
    "pipelines/kolada.toml",
    "pipelines/kommunvard.toml",
    "pipelines/liv_halsa.toml",
    "pipelines/livslangd.toml",
    "pipelines/livslangd_utbildning.toml",
    "pipelines/malset.toml",
    "pipelines/pcat.toml",
    "pipelines/pcat_nyckel.toml",
    "pipelines/pcat_poang.toml",
    "pipelines/person_year.toml",
    "pipelines/prislista.toml",
    "pipelines/prognos.toml",
    "pipelines/prognosantaganden.toml",
    "pipelines/regionvard.toml",
    "pipelines/roster.toml",
    "pipelines/samverkan.toml",
    "pipelines/samverkansfragor.toml",
    "pipelines/skolenkat.toml",
    "pipelines/tandvard.toml",
    "queries/behov/behovsgrupper.sql",
    "queries/konsumtion/hogkonsumenter.sql",
    "queries/mal/mal.sql",
    "reports/nya_perspektiv.toml",
];

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_definition_of_the_repository_is_carried() {
        let root = Path::new(".");
        let mut found = Vec::new();
        for (folder, depth, ending) in [
            ("pipelines", 0, "toml"),
            ("queries", 1, "sql"),
            ("reports", 0, "toml"),
        ] {
            let mut folders = vec![root.join(folder)];
            if depth == 1 {
                folders = fs::read_dir(root.join(folder))
                    .unwrap()
                    .map(|e| e.unwrap().path())
                    .filter(|p| p.is_dir())
                    .collect();
            }
            for entry in folders.iter().flat_map(|f| fs::read_dir(f).unwrap()) {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|e| e == ending) && !path.ends_with("Cargo.toml") {
                    found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        let carried: Vec<_> = DEFINITIONS.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(found, carried);
    }
}
