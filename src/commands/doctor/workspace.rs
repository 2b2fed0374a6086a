//! Looks at the workspace: is all there that the main job needs?

use std::fs;
use std::path::Path;

use perspektiv_identity::Key;
use perspektiv_lake::Lake;
use perspektiv_pipelines::Workspace;

use super::finding::Finding;
use crate::commands::check::Read;
use crate::context::Context;

const WORKSPACE: &str = "Workspace";

/// The health of the workspace; one that was not named need not exist.
pub(super) fn workspace(context: &Context) -> Vec<Finding> {
    const MAKE: &str = "perspektiv demo DIR, or perspektiv init DIR";
    let workspace = match context.workspace() {
        Ok(workspace) => workspace,
        Err(error) if context.folder().is_some() => {
            return vec![Finding::broken(WORKSPACE, "folder", error.to_string(), MAKE)];
        }
        Err(_) => return vec![Finding::missing(WORKSPACE, "folder", "none here or above", MAKE)],
    };
    vec![
        Finding::ok(WORKSPACE, "folder", workspace.root().display().to_string()),
        definitions(&workspace),
        deliveries(&workspace),
        key(&workspace),
        lake(&workspace),
        writable(&workspace),
    ]
}

fn definitions(workspace: &Workspace) -> Finding {
    const LIST: &str = "perspektiv check lists them all";
    let read = match Read::of(workspace) {
        Ok(read) => read,
        Err(error) => return Finding::broken(WORKSPACE, "definitions", error.to_string(), LIST),
    };
    match read.errors.as_slice() {
        [] => Finding::ok(
            WORKSPACE,
            "definitions",
            format!(
                "{} datasets, {} queries, {} decks",
                read.datasets,
                read.catalog.queries().count(),
                read.decks.len()
            ),
        ),
        [first, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                n => format!(" (and {n} more)"),
            };
            Finding::broken(WORKSPACE, "definitions", format!("{first}{more}"), LIST)
        }
    }
}

fn deliveries(workspace: &Workspace) -> Finding {
    let folder = workspace.deliveries();
    let remedy = format!("put files in {}/<dataset>/", folder.display());
    match fs::read_dir(&folder) {
        Ok(entries) => match entries
            .filter_map(Result::ok)
            .map(|entry| count_files(&entry.path()))
            .sum()
        {
            0_usize => Finding::missing(WORKSPACE, "deliveries", "none yet", remedy),
            n => Finding::ok(WORKSPACE, "deliveries", format!("{n} files")),
        },
        Err(error) => Finding::broken(
            WORKSPACE,
            "deliveries",
            format!("{}: {error}", folder.display()),
            remedy,
        ),
    }
}

fn count_files(path: &Path) -> usize {
    match fs::read_dir(path) {
        Ok(entries) => entries
            .filter_map(Result::ok)
            .map(|entry| count_files(&entry.path()))
            .sum(),
        Err(_) => usize::from(path.is_file()),
    }
}

/// Loading the key checks that nobody else can read it.
fn key(workspace: &Workspace) -> Finding {
    let path = workspace.key_file();
    match Key::load(&path) {
        Ok(_) => Finding::ok(WORKSPACE, "pseudonym key", "there, readable by its owner only"),
        Err(error) => Finding::broken(
            WORKSPACE,
            "pseudonym key",
            error.to_string(),
            format!("put the key back, or: chmod 600 {}", path.display()),
        ),
    }
}

fn lake(workspace: &Workspace) -> Finding {
    let history = Lake::open(&workspace.lake_folder()).and_then(|lake| lake.history());
    match history.as_deref() {
        Ok([]) => Finding::missing(WORKSPACE, "lake", "nothing loaded yet", "perspektiv refresh"),
        Ok([.., newest]) => Finding::ok(
            WORKSPACE,
            "lake",
            format!(
                "snapshot {}, {} tables, hash chain whole",
                newest.number,
                newest.tables.len()
            ),
        ),
        Err(error) => Finding::broken(
            WORKSPACE,
            "lake",
            error.to_string(),
            "perspektiv lake repair shows what can be mended",
        ),
    }
}

/// Whether the next refresh could store anything.
fn writable(workspace: &Workspace) -> Finding {
    let lake = workspace.lake_folder();
    let folder = lake
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(workspace.root());
    match tempfile::tempfile_in(folder) {
        Ok(_) => Finding::ok(
            WORKSPACE,
            "writing",
            format!("{} can be written to", folder.display()),
        ),
        Err(error) => Finding::broken(
            WORKSPACE,
            "writing",
            format!("{}: {error}", folder.display()),
            "give yourself the right to write there, and the disk room",
        ),
    }
}
