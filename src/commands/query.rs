use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use perspektiv_pipelines::{Hints, OneOff, PipelineError, QUARANTINE, SourceOptions, Workspace};
use perspektiv_queries::{Answer, Engine, Mode, QueryError};
use perspektiv_reports::{Ledger, Question, Source as _};

use crate::commands::slides::publications;
use crate::context::{self, Context};
use crate::error::{CliError, Kind};
use crate::screen;
use crate::source::EngineSource;
use crate::target::Target;

/// Run a query of the library, or SQL of your own, and print the result.
///
/// The result is raw, for analysis, and says so on stderr and in files. What is shown to an audience goes
/// through disclosure control, by `--publish` or `slides`.
///
/// A query that takes more time or memory than it may is stopped (exit code 1).
/// The limits are ten minutes and half of this machine's memory, or those of
/// `query_timeout` (seconds) and `query_memory` (megabytes) in .perspektiv.toml.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct Args {
    /// A query of the library (see `perspektiv queries`).
    #[arg(group = "what")]
    name: Option<String>,
    /// SQL to run.
    // SQL may begin with a comment, which looks like an option.
    #[arg(long, group = "what", value_name = "SQL", allow_hyphen_values = true)]
    sql: Option<String>,
    /// A file with SQL to run.
    #[arg(long, group = "what", value_name = "FILE")]
    file: Option<PathBuf>,
    /// A one-off look at a file of any supported format: it becomes the table `fil`, and the only one.
    ///
    /// Its form and types are guessed from all of it, as `inspect` does. Person numbers become pseudonyms that
    /// mean nothing elsewhere.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "as_of"])]
    file_source: Option<PathBuf>,
    /// Which sheet of the workbook that --file-source names: its name or number.
    #[arg(long, value_name = "NAME", requires = "file_source")]
    source_sheet: Option<String>,
    /// The part of its sheet with the table, as `B4:H200`, or the name that cells or a table have in the workbook.
    #[arg(long, value_name = "CELLS", requires = "file_source")]
    source_range: Option<String>,
    /// Which file of the zip archive that --file-source names: its name, or a pattern.
    #[arg(long, value_name = "NAME", requires = "file_source")]
    source_member: Option<String>,
    /// A parameter, as name=value; may be repeated.
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    params: Vec<(String, String)>,
    /// The columns to show, with commas between; `all` shows all of them. By default a
    /// table has the columns of the query's overview, and the other forms all.
    #[arg(short, long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
    /// The form of the result: table, csv, json, arrow, parquet or xlsx.
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// A file to write to instead of stdout; its ending gives the form.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// An older snapshot to ask.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
    /// As an audience may see it: disclosure control hides what could give a person away and what is too
    /// uncertain, and what is shown is written down among the publications. Without it the result is raw.
    #[arg(long, conflicts_with_all = ["sql", "file", "file_source"])]
    publish: bool,
    /// How long the query may take; 0 means as long as it needs.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// Splits `name=value`.
pub(crate) fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a parameter as name=value, such as kommun=1780".to_owned()),
    }
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let target = Target::new(args.format.as_deref(), args.out.clone())?;
    let parameters = parameters(&args.params)?;
    let one_off = match &args.file_source {
        Some(file) => Some(one_off(file, &args, context)?),
        None => None,
    };
    let workspace = match &one_off {
        Some(one_off) => one_off.workspace().clone(),
        None => {
            let workspace = context.workspace()?;
            if let Some(path) = target.file() {
                context.may_write(&workspace, path)?;
            }
            workspace
        }
    };
    let lake = workspace.lake()?;
    let snapshot = context::snapshot(&lake, args.as_of)?;
    let engine = context::engine(&workspace, &lake, &snapshot, args.timeout)?;
    let mut answer = match (args.publish, &args.name) {
        (true, Some(name)) => publish(name, &parameters, &engine, &workspace)?,
        _ => ask(&args, &engine, &parameters)?,
    };
    answer = match args.columns.as_slice() {
        [] if target.is_screen() => answer.overview()?,
        [] => answer,
        [all] if all == "all" => answer,
        columns => answer.select(columns)?,
    };
    target.write(&answer, |answer| screen::answer(answer, None))?;
    if answer.is_empty() {
        context.say("0 rows");
    }
    if answer.mode() == Mode::Analysis {
        context.say("Analysläge (raw, for analysis): not for an audience; `--publish` and `slides` are.");
    }
    if target.is_screen() && answer.provenance().synthetic {
        context.say("Syntetiska data (synthetic): no real person is behind these numbers.");
    }
    Ok(())
}

/// Loads a file as the table `fil`, and tells what could not be read as it was guessed.
fn one_off(file: &Path, args: &Args, context: &Context) -> Result<OneOff, CliError> {
    let known = Hints {
        member: args.source_member.clone(),
        options: SourceOptions {
            sheet: args.source_sheet.clone(),
            range: args.source_range.clone(),
            ..SourceOptions::default()
        },
        ..Hints::default()
    };
    let bars = context.bars();
    let loaded = OneOff::load(file, known, &bars);
    bars.clear();
    let loaded = loaded.map_err(|error| match error {
        // Of a dataset and a snapshot, which a refusal speaks of elsewhere, there is none here.
        PipelineError::Refused(refusals) => {
            let reasons: Vec<String> = refusals.into_iter().map(|refusal| refusal.message).collect();
            CliError::new(Kind::Refused, reasons.join("\n")).about(&file.display().to_string())
        }
        error => error.into(),
    })?;
    if loaded.rejected() > 0 {
        context.say(format_args!(
            "warning: {} of {} rows could not be read and are left out; `SELECT * FROM {QUARANTINE}` says why.",
            screen::count(loaded.rejected()),
            screen::count(loaded.rows())
        ));
    }
    Ok(loaded)
}

/// The answer to a query as an audience may see it, beside all that it may have seen before.
fn publish(
    name: &str,
    parameters: &BTreeMap<String, String>,
    engine: &Engine,
    workspace: &Workspace,
) -> Result<Answer, CliError> {
    let mut ledger = Ledger::open(&publications(workspace))?;
    let question = Question {
        query: name.to_owned(),
        params: parameters.clone(),
    };
    let published = EngineSource::new(engine, ledger.past()).answers(&[question]);
    let published = published.map_err(|unanswered| match unanswered.reason.downcast::<QueryError>() {
        Ok(error) => (*error).into(),
        Err(reason) => CliError::failed(reason.to_string()),
    })?;
    ledger.record(&published)?;
    let first = published.first();
    let first = first.ok_or_else(|| CliError::failed(format!("The query `{name}` has no answer.")))?;
    Ok(Answer::published(first, engine.catalog().get(name)?)?)
}

fn ask(args: &Args, engine: &Engine, parameters: &BTreeMap<String, String>) -> Result<Answer, CliError> {
    match (&args.name, &args.sql, &args.file) {
        (Some(name), _, _) => Ok(engine.query(name, parameters)?),
        (_, Some(sql), _) => Ok(engine.sql_with(sql, parameters)?),
        (_, _, Some(file)) => {
            let sql = std::fs::read_to_string(file)
                .map_err(|error| CliError::failed(format!("Could not read {}: {error}.", file.display())))?;
            Ok(engine.sql_with(&sql, parameters)?)
        }
        _ => Err(CliError::new(
            Kind::Usage,
            "Name a query, or give --sql or --file.",
        )),
    }
}

/// The parameters by name; one that is given twice cannot have both values.
fn parameters(given: &[(String, String)]) -> Result<BTreeMap<String, String>, CliError> {
    let mut parameters = BTreeMap::new();
    for (name, value) in given {
        if let Some(first) = parameters.insert(name.clone(), value.clone()) {
            let message = format!("The parameter `{name}` is given twice, as `{first}` and as `{value}`.");
            return Err(CliError::new(Kind::Usage, message).with_help("Keep one of them."));
        }
    }
    Ok(parameters)
}
