use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use perspektiv_disclosure::Published;
use perspektiv_queries::Engine;
use perspektiv_reports::{Deck, Source, Targets, exporters};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::outln;

/// Export a deck of at most five slides as pptx, pdf and html.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The deck: a name in the workspace's reports folder, or a path to a file.
    deck: String,
    /// The municipality the deck is about, as a code such as 1780; `alla` makes
    /// one deck each.
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
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let path = match Path::new(&args.deck) {
        path if path.extension().is_some() => path.to_owned(),
        _ => workspace.reports().join(format!("{}.toml", args.deck)),
    };
    let deck = Deck::load(&path)?;
    let out = args
        .out
        .clone()
        .unwrap_or_else(|| workspace.root().join("data/reports"));
    let engine = context.engine(&workspace, args.as_of)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let formats: Vec<&str> = args.format.iter().map(String::as_str).collect();
    for file in export(
        &deck,
        &stem,
        &engine,
        &formats,
        args.kommun.as_deref(),
        &out,
        context,
    )? {
        outln!("{}", file.display());
    }
    Ok(())
}

/// Builds a deck and exports it in every form; gives the files made.
pub(crate) fn export(
    deck: &Deck,
    stem: &str,
    engine: &Engine,
    formats: &[&str],
    kommun: Option<&str>,
    out: &Path,
    context: &Context,
) -> Result<Vec<PathBuf>, CliError> {
    let exporters = exporters(formats.iter().copied())?;
    let kommuner: Vec<Option<String>> = match kommun {
        Some("alla") => kommuner(engine)?.into_iter().map(Some).collect(),
        Some(code) => vec![Some(code.to_owned())],
        None => vec![None],
    };
    let mut files = Vec::new();
    for kommun in kommuner {
        let parameters: BTreeMap<String, String> = kommun
            .iter()
            .map(|code| ("kommun".to_owned(), code.clone()))
            .collect();
        let stem = match &kommun {
            Some(code) => format!("{stem}_{code}"),
            None => stem.to_owned(),
        };
        let targets = Targets::open(out, &stem, &exporters)?;
        let (built, warnings) = deck.build(&parameters, &EngineSource(engine))?;
        for warning in warnings {
            context.say(format_args!("warning: {warning}"));
        }
        files.extend(targets.write(&built)?);
    }
    Ok(files)
}

/// The codes of the municipalities that the goals are followed for.
fn kommuner(engine: &Engine) -> Result<Vec<String>, CliError> {
    let sql = "SELECT DISTINCT kommun FROM befolkning ORDER BY kommun";
    let table = engine.sql(sql)?.table();
    Ok(table
        .rows
        .iter()
        .filter_map(|row| row.first()?.as_str().map(str::to_owned))
        .collect())
}

/// The engine as decks see it: a name and parameters in, a published result out.
pub(crate) struct EngineSource<'a>(pub(crate) &'a Engine);

impl Source for EngineSource<'_> {
    fn answer(
        &self,
        query: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Published, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.query(query, parameters)?.publish()?)
    }

    fn created(&self) -> Option<jiff::Timestamp> {
        Some(self.0.created())
    }
}
