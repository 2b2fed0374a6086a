use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use perspektiv_disclosure::Publication;
use perspektiv_pipelines::Workspace;
use perspektiv_reports::{Deck, Ledger, PLACE, Targets, decks, exporters};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::outln;
use crate::source::EngineSource;

/// The word for each municipality that a deck names.
const ALL: &str = "alla";

/// Export a deck of at most five slides as pptx, pdf and html.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deck: a name in the workspace's reports folder, or a path to a file.
    deck: String,
    /// The municipality the deck is about: a code that the deck names, such as
    /// 1780; `alla` makes one deck each.
    #[arg(long, value_name = "CODE")]
    kommun: Option<String>,
    /// The forms to export.
    #[arg(
        short,
        long,
        value_name = "FORMATS",
        value_delimiter = ',',
        default_value = "pptx,pdf,html"
    )]
    format: Vec<String>,
    /// The folder to write to; by default data/reports in the workspace.
    #[arg(short, long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// An older snapshot to make it from.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
    /// Not for an audience: the slides are not written down among the publications, which later slides are
    /// judged by so that they tell no more of what is hidden.
    #[arg(long)]
    draft: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let path = find(&args.deck, &workspace.reports())?;
    let deck = Deck::load(&path)?;
    let formats: Vec<&str> = args.format.iter().map(String::as_str).collect();
    exporters(formats.iter().copied())?;
    let places = places(&deck, args.kommun.as_deref())?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| workspace.root().join("data/reports"));
    context.may_write(&workspace, &out)?;
    let engine = context.engine(&workspace, args.as_of)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let path = publications(&workspace);
    let mut ledger = match args.draft && !path.exists() {
        true => None,
        false => Some(Ledger::open(&path)?),
    };
    let past = ledger.as_ref().map_or(&[] as &[Publication], Ledger::past);
    let source = match places.len() {
        0 | 1 => EngineSource::new(&engine, past),
        _ => {
            let asked = places
                .iter()
                .map(|place| deck.questions(&parameters(place.as_deref())));
            EngineSource::together(
                &engine,
                past,
                asked.collect::<Result<Vec<_>, _>>()?.into_iter().flatten(),
            )
        }
    };
    if args.draft {
        ledger = None;
        context
            .say("A draft: these slides are not written down as published, so show them to nobody outside.");
    }
    let mut failures = Vec::new();
    for place in &places {
        let target = (stem.as_ref(), out.as_path());
        match export(
            &deck,
            target,
            &formats,
            place.as_deref(),
            &source,
            ledger.as_mut(),
            context,
        ) {
            Ok(files) => {
                for file in files {
                    outln!("{}", file.display());
                }
            }
            // One municipality does not stand in the way of the others.
            Err(error) => match place.as_deref().filter(|_| places.len() > 1) {
                Some(code) => failures.push(error.about(&format!("{code} {}", deck.place(code)?))),
                None => return Err(error),
            },
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} of {} decks could not be made; the others are in {}.",
        failures.len(),
        places.len(),
        out.display()
    );
    Err(CliError::new(Kind::Failed, message).with_more(failures))
}

/// The file of a deck: by name in the workspace's folder, or by path.
fn find(deck: &str, folder: &Path) -> Result<PathBuf, CliError> {
    let path = match Path::new(deck) {
        path if path.extension().is_some() => path.to_owned(),
        _ => folder.join(format!("{deck}.toml")),
    };
    if path.exists() {
        return Ok(path);
    }
    let known = decks(folder)?;
    let known: Vec<_> = known
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy()))
        .collect();
    let help = match known.as_slice() {
        [] => format!(
            "This workspace has none: a deck is a file {}/<name>.toml.",
            folder.display()
        ),
        known => format!("The decks of this workspace are: {}.", known.join(", ")),
    };
    Err(CliError::new(Kind::Usage, format!("There is no deck `{deck}`.")).with_help(help))
}

/// What a deck is made for: one municipality, each of them, or none in particular.
fn places(deck: &Deck, kommun: Option<&str>) -> Result<Vec<Option<String>>, CliError> {
    match kommun {
        None => Ok(vec![None]),
        Some(ALL) if deck.places().next().is_some() => {
            Ok(deck.places().map(|(code, _)| Some(code.to_owned())).collect())
        }
        Some(code) => {
            deck.place(code)?;
            Ok(vec![Some(code.to_owned())])
        }
    }
}

/// The parameters of a deck about a municipality, or about none in particular.
fn parameters(kommun: Option<&str>) -> BTreeMap<String, String> {
    let code = kommun.map(|code| (PLACE.to_owned(), code.to_owned()));
    code.into_iter().collect()
}

/// The ledger of what a workspace has published.
pub(crate) fn publications(workspace: &Workspace) -> PathBuf {
    workspace.root().join("data/publications.jsonl")
}

/// Builds a deck about a municipality, or about none in particular, and exports it
/// in every form under a name in a folder; gives the files made. A municipality is one that the deck names.
/// With a ledger, what it shows is written down before any file is in place.
pub(crate) fn export(
    deck: &Deck,
    (stem, out): (&str, &Path),
    formats: &[&str],
    kommun: Option<&str>,
    source: &EngineSource<'_>,
    ledger: Option<&mut Ledger>,
    context: &Context,
) -> Result<Vec<PathBuf>, CliError> {
    let exporters = exporters(formats.iter().copied())?;
    let mut stem = stem.to_owned();
    let mut name = String::new();
    if let Some(code) = kommun {
        name = format!("{}: ", deck.place(code)?);
        stem = format!("{stem}_{code}");
    }
    let targets = Targets::open(out, &stem, &exporters)?;
    let built = deck.build(&parameters(kommun), source);
    let shown = source.take_answered();
    let (built, warnings) = built?;
    for warning in warnings {
        context.say(format_args!("warning: {name}{warning}"));
    }
    if let Some(ledger) = ledger {
        ledger.record(&shown)?;
    }
    Ok(targets.write(&built)?)
}
