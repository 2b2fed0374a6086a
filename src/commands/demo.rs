use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use perspektiv_identity::Key;
use perspektiv_pipelines::RefreshOptions;
use perspektiv_reports::{Deck, Ledger};

use crate::commands::{init, refresh, slides};
use crate::context::Context;
use crate::error::CliError;
use crate::screen::{self, bytes, count, heading, outln};
use crate::source::EngineSource;
use crate::templates;

/// Make a complete example workspace with synthetic deliveries, refresh it,
/// answer the three main questions and export the first deck.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to make it in.
    #[arg(default_value = "perspektiv-demo")]
    folder: PathBuf,
    /// The seed: the same seed gives the same deliveries, byte for byte.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// How many residents to make up, from 2000 to 5000000; the default is Värmland's
    /// real size.
    #[arg(long, default_value_t = 284_000, value_parser = clap::value_parser!(u32).range(2_000..=5_000_000))]
    persons: u32,
}

/// A main question: what is asked, and the query that answers it.
struct Question {
    heading: &'static str,
    query: &'static str,
    parameters: &'static [(&'static str, &'static str)],
}

const QUESTIONS: [Question; 3] = [
    Question {
        heading: "1. Vilka grupper har de största behoven?",
        query: "behovsgrupper",
        parameters: &[("grupptyp", "Kön och ålder")],
    },
    Question {
        heading: "2. Vilka är högkonsumenterna bland dem som är 65 år och äldre?",
        query: "hogkonsumenter",
        parameters: &[("ar", "2024")],
    },
    Question {
        heading: "3. Är målen nådda i länet?",
        query: "mal",
        parameters: &[("enhet", "0017")],
    },
];

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    init::require_empty(&args.folder).map_err(|error| {
        error.with_help(format!(
            "Name another folder (`perspektiv demo DIR`), or remove {} if it is an old demo.",
            args.folder.display()
        ))
    })?;
    let start = Instant::now();
    let definitions = templates::write(&args.folder, true)?;
    let context = context.within(&args.folder);
    let workspace = context.workspace()?;
    Key::create(&workspace.key_file()).map_err(CliError::failed)?;

    context.say("Making synthetic deliveries …");
    let options = perspektiv_demo::Options {
        seed: args.seed,
        persons: args.persons,
        ..Default::default()
    };
    let bars = context.bars();
    let made = perspektiv_demo::generate(&workspace.deliveries(), &options, &bars);
    bars.clear();
    let made = made.map_err(CliError::failed)?;

    context.say("Loading them into the lake …");
    let report = refresh::load(&workspace, &RefreshOptions::default(), &context)?;
    refresh::show(&report, &context);

    let engine = context.engine(&workspace, None)?;
    for question in QUESTIONS {
        let parameters: BTreeMap<_, _> = question
            .parameters
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let answer = engine.query(question.query, &parameters)?.overview()?;
        outln!();
        heading(question.heading);
        screen::answer(&answer, Some(8))?;
    }

    context.say("\nMaking five slides …");
    let deck = Deck::load(&workspace.root().join("reports/nya_perspektiv.toml"))?;
    let out = workspace.root().join("data/reports");
    let mut ledger = Ledger::open(&slides::publications(&workspace))?;
    let files = slides::export(
        &deck,
        ("nya_perspektiv", &out),
        &["pptx", "pdf", "html"],
        None,
        &EngineSource::new(&engine, ledger.past()),
        Some(&mut ledger),
        &context,
    )?;
    conclude(&args.folder, definitions, &made, &files, start);
    Ok(())
}

/// Says what was made, where, and what to type next.
fn conclude(
    folder: &Path,
    definitions: usize,
    made: &perspektiv_demo::Summary,
    files: &[PathBuf],
    start: Instant,
) {
    let program = program();
    let folder = quoted(&folder.display().to_string());
    outln!();
    heading(&format!(
        "A complete workspace, in {:.0} seconds",
        start.elapsed().as_secs_f64()
    ));
    outln!("  {folder}/pipelines, queries, reports   {definitions} definitions, yours to edit");
    outln!(
        "  {folder}/data/deliveries               {} synthetic files, {} rows, {}",
        made.files,
        count(made.datasets.values().map(|d| d.rows).sum()),
        bytes(made.bytes)
    );
    outln!("  {folder}/data/lake                     Parquet, snapshots and Delta logs");
    for file in files {
        outln!("  {}", file.display());
    }
    outln!("\nNext:");
    outln!("  {program} -w {folder} status");
    outln!("  {program} -w {folder} query hogkonsumenter --param kommun=1780");
    outln!(
        "  {program} -w {folder} query --sql \"SELECT kommun, count(*) FROM befolkning WHERE ar = 2024 GROUP BY kommun\""
    );
    outln!("  {program} -w {folder} slides nya_perspektiv --kommun 1784");
}

/// How to call this program from here: by its name when that finds it, else by
/// its place.
fn program() -> String {
    let Ok(place) = std::env::current_exe() else {
        return "perspektiv".to_owned();
    };
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&paths).any(|folder| folder.join("perspektiv") == place);
    if on_path {
        return "perspektiv".to_owned();
    }
    let here = std::env::current_dir().unwrap_or_default();
    quoted(&place.strip_prefix(&here).unwrap_or(&place).display().to_string())
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
