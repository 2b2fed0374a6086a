//! The workspace: a folder with the rooms, and its settings.

mod settings;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use perspektiv_lake::Lake;

use crate::archive::Archive;
use crate::definition::Definitions;
use crate::error::PipelineError;

use settings::read_settings;
pub use settings::{ApiSettings, Settings};

/// The file that holds the settings.
const SETTINGS: &str = ".perspektiv.toml";
/// The environment variable that forbids to ask APIs.
const OFFLINE: &str = "PERSPEKTIV_OFFLINE";
/// The environment variable that names another folder of deliveries.
const DELIVERIES: &str = "PERSPEKTIV_DELIVERIES";

/// A folder with `pipelines`, `queries` and `reports`, and where its data lie.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    settings: Settings,
}

impl Workspace {
    /// Opens the workspace in a folder.
    ///
    /// # Errors
    /// The folder has no `pipelines`, or its settings have errors.
    pub fn open(folder: &Path) -> Result<Self, PipelineError> {
        check_clock(SystemTime::now())?;
        if !folder.join("pipelines").is_dir() {
            return Err(PipelineError::NoWorkspace(folder.to_path_buf()));
        }
        let root = std::path::absolute(folder)
            .map_err(|error| PipelineError::io("find the folder", folder, error))?;
        let file = root.join(SETTINGS);
        let mut settings = match std::fs::read_to_string(&file) {
            Ok(text) => read_settings(&file, &text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Settings::default(),
            Err(error) => return Err(PipelineError::io("read the settings", &file, error)),
        };
        if let Some(deliveries) = std::env::var_os(DELIVERIES).filter(|value| !value.is_empty()) {
            settings.deliveries = std::path::absolute(&deliveries)
                .map_err(|error| PipelineError::io("find the folder", Path::new(&deliveries), error))?;
        }
        let forbids = |value: &std::ffi::OsString| !(value.is_empty() || value == "0");
        settings.apis.offline |= std::env::var_os(OFFLINE).as_ref().is_some_and(forbids);
        Ok(Self { root, settings })
    }

    /// Opens the workspace that a folder lies in: the nearest one upwards that
    /// has `pipelines`.
    ///
    /// # Errors
    /// There is none, or its settings have errors.
    pub fn discover(start: &Path) -> Result<Self, PipelineError> {
        let start =
            std::path::absolute(start).map_err(|error| PipelineError::io("find the folder", start, error))?;
        let found = start.ancestors().find(|folder| folder.join("pipelines").is_dir());
        Self::open(found.ok_or_else(|| PipelineError::NoWorkspace(start.clone()))?)
    }

    /// The same workspace with its deliveries in the usual folder, whatever the environment says.
    pub(crate) fn without_others_deliveries(mut self) -> Self {
        self.settings.deliveries = Settings::default().deliveries;
        self
    }

    /// The workspace's folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the data are synthetic.
    pub fn synthetic(&self) -> bool {
        self.settings.synthetic
    }

    /// The folder of the dataset definitions.
    pub fn pipelines(&self) -> PathBuf {
        self.root.join("pipelines")
    }

    /// The folder of the named queries.
    pub fn queries(&self) -> PathBuf {
        self.root.join("queries")
    }

    /// The folder of the decks.
    pub fn reports(&self) -> PathBuf {
        self.root.join("reports")
    }

    /// The folder of the deliveries.
    pub fn deliveries(&self) -> PathBuf {
        self.root.join(&self.settings.deliveries)
    }

    /// The file of the key.
    pub fn key_file(&self) -> PathBuf {
        self.root.join(&self.settings.key)
    }

    /// The folder of the lake.
    pub fn lake_folder(&self) -> PathBuf {
        self.root.join(&self.settings.lake)
    }

    /// The lake.
    ///
    /// # Errors
    /// What is there is no lake, or may not be read.
    pub fn lake(&self) -> Result<Lake, PipelineError> {
        Ok(Lake::open(&self.lake_folder())?)
    }

    /// The folder of the archive: outside the lake, for it may hold person numbers.
    pub fn archive_folder(&self) -> PathBuf {
        self.root.join(&self.settings.archive_folder)
    }

    /// The archive of deliveries, which keeps each as long as its definition says.
    pub fn archive(&self, definitions: &Definitions) -> Archive {
        Archive::new(self, definitions)
    }

    /// The folder of what can be had again: the answers of APIs, and when they were asked.
    pub(crate) fn cache_folder(&self) -> PathBuf {
        self.root.join(&self.settings.apis.cache)
    }

    /// A path as messages show it: below the workspace without its folder.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

/// Demands a clock that libraries can read, of which some give up before 1970.
fn check_clock(now: SystemTime) -> Result<(), PipelineError> {
    now.duration_since(UNIX_EPOCH)
        .map(|_| ())
        .map_err(|_| PipelineError::Clock)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_clock_that_is_not_set_is_told() {
        check_clock(SystemTime::now()).unwrap();
        let error = check_clock(UNIX_EPOCH - std::time::Duration::from_secs(1)).unwrap_err();
        assert!(error.to_string().contains("Set it right"), "{error}");
    }
}
