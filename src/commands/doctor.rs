use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use perspektiv_identity::Key;
use perspektiv_lake::Lake;
use perspektiv_pipelines::{Workspace, check};
use perspektiv_queries::Catalog;
use perspektiv_reports::Deck;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, heading};

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
    let mut findings = workspace(context);
    findings.extend(EXTRAS.iter().map(Extra::look_for));
    if args.json {
        anstream::println!("{:#}", serde_json::to_value(&findings).map_err(CliError::failed)?);
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

/// What was found of one thing.
#[derive(Debug, Serialize)]
struct Finding {
    area: &'static str,
    what: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    /// Not there, and not needed for the main job.
    Missing,
    /// Needed for the main job, and not right.
    Broken,
}

impl Finding {
    fn ok(area: &'static str, what: &'static str, found: impl Into<String>) -> Self {
        Self {
            area,
            what,
            state: State::Ok,
            found: found.into(),
            remedy: None,
        }
    }

    fn missing(
        area: &'static str,
        what: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            area,
            what,
            state: State::Missing,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }

    fn broken(
        area: &'static str,
        what: &'static str,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            area,
            what,
            state: State::Broken,
            found: found.into(),
            remedy: Some(remedy.into()),
        }
    }
}

fn print(findings: &[Finding]) {
    let mut area = "";
    let mut listing = None;
    for finding in findings {
        if finding.area != area {
            if let Some(listing) = listing.take() {
                Listing::print(&listing);
                anstream::println!();
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

const WORKSPACE: &str = "Workspace";

/// The health of the workspace; one that was not named need not exist.
fn workspace(context: &Context) -> Vec<Finding> {
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
    let mut errors: Vec<String> = Vec::new();
    let (mut datasets, mut queries) = (0, 0);
    match check(workspace) {
        Ok(findings) => {
            datasets = findings.datasets;
            errors.extend(findings.errors.iter().map(ToString::to_string));
        }
        Err(error) => errors.push(error.to_string()),
    }
    match Catalog::load(&workspace.queries()) {
        Ok(catalog) => {
            queries = catalog.queries().count();
            errors.extend(catalog.problems().map(ToString::to_string));
        }
        Err(error) => errors.push(error.to_string()),
    }
    let decks = perspektiv_reports::decks(&workspace.reports()).unwrap_or_else(|error| {
        errors.push(error.to_string());
        Vec::new()
    });
    errors.extend(
        decks
            .iter()
            .filter_map(|path| Deck::load(path).err())
            .map(|error| error.to_string()),
    );
    match errors.as_slice() {
        [] => Finding::ok(
            WORKSPACE,
            "definitions",
            format!("{datasets} datasets, {queries} queries, {} decks", decks.len()),
        ),
        [first, rest @ ..] => {
            let more = if rest.is_empty() {
                String::new()
            } else {
                format!(" (and {} more)", rest.len())
            };
            Finding::broken(
                WORKSPACE,
                "definitions",
                format!("{first}{more}"),
                "perspektiv check lists them all",
            )
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
            "the message says what to put back",
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

/// A program that some work beside the main job needs.
struct Extra {
    area: &'static str,
    what: &'static str,
    /// Its names; any will do.
    programs: &'static [&'static str],
    remedy: &'static str,
}

const EXTRAS: [Extra; 6] = [
    Extra {
        area: "Notebooks",
        what: "jupyter",
        programs: &["jupyter-lab", "jupyter-notebook", "jupyter"],
        remedy: "pip install jupyterlab",
    },
    Extra {
        area: "Notebooks",
        what: "Rust kernel",
        programs: &["evcxr_jupyter"],
        remedy: "cargo install evcxr_jupyter --version 0.22.0 --locked && evcxr_jupyter --install",
    },
    Extra {
        area: "Notebooks",
        what: "cargo",
        programs: &["cargo"],
        remedy: "https://rustup.rs (the kernel compiles each cell)",
    },
    Extra {
        area: "Browser tests",
        what: "chromium",
        programs: &["chromium", "chromium-browser", "google-chrome"],
        remedy: "apt-get install chromium",
    },
    Extra {
        area: "Documents",
        what: "slides viewer",
        programs: &["libreoffice", "soffice"],
        remedy: "apt-get install libreoffice-impress, or any program that opens pptx",
    },
    Extra {
        area: "Documents",
        what: "pdf to pictures",
        programs: &["pdftoppm"],
        remedy: "apt-get install poppler-utils",
    },
];

impl Extra {
    fn look_for(&self) -> Finding {
        match self.programs.iter().find_map(|program| find(program)) {
            Some(path) => Finding::ok(self.area, self.what, path.display().to_string()),
            None => Finding::missing(self.area, self.what, "not in PATH", self.remedy),
        }
    }
}

/// A program in `PATH`, or where cargo installs them.
fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let cargo = env::home_dir().map(|home| home.join(".cargo/bin"));
    env::split_paths(&path)
        .chain(cargo)
        .map(|folder| folder.join(program).with_extension(env::consts::EXE_EXTENSION))
        .find(|candidate| candidate.is_file())
}
