use std::collections::{BTreeMap, BTreeSet};

use perspektiv_lake::Verify;
use perspektiv_pipelines::{Definitions, Workspace, check, status};
use perspektiv_queries::{Catalog, Engine, QueryError};
use perspektiv_reports::Deck;

use crate::context::{self, Context};
use crate::error::{CliError, Kind};
use crate::screen::outln;
use crate::source::EngineSource;

/// Check every definition of the workspace: datasets, queries and decks.
///
/// Their SQL is planned on the newest snapshot and their decks are built from it;
/// nothing is written.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Print the JSON Schema of dataset definitions, for editors, and check nothing.
    ///
    /// A definition that begins with `#:schema` and the file's path is completed and explained by editors that know
    /// Taplo: `perspektiv check --schema > pipelines/.schema.json`, and `#:schema .schema.json`.
    #[arg(long)]
    schema: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    if args.schema {
        outln!("{:#}", perspektiv_pipelines::schema());
        return Ok(());
    }
    let workspace = context.workspace()?;
    let mut read = Read::of(&workspace)?;
    let planned = plan(&workspace, &mut read)?;
    for warning in &read.warnings {
        context.say(format_args!("warning: {warning}"));
    }
    if !read.errors.is_empty() {
        let message = match read.errors.len() {
            1 => "One definition is wrong.".to_owned(),
            n => format!("{n} definitions are wrong."),
        };
        let error = CliError::new(Kind::Failed, message).with_more(read.errors);
        return Err(match behind(&workspace) {
            Some(datasets) if planned.is_some() => error.with_help(format!(
                "The snapshot is older than the definition of {datasets}: if a table or column is \
                 missing that they make, run `perspektiv refresh` and check again."
            )),
            _ => error,
        });
    }
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    outln!(
        "All definitions are right: {}, {}, {}.",
        count(read.datasets, "dataset", "datasets"),
        count(read.catalog.queries().count(), "query", "queries"),
        count(read.decks.len(), "deck", "decks")
    );
    match planned {
        Some(snapshot) => {
            outln!("Their SQL was planned on snapshot {snapshot}, and the decks built from it.")
        }
        None => outln!(
            "Their SQL was not planned and no deck was built, for nothing has been loaded yet: check \
             again after `perspektiv refresh`."
        ),
    }
    Ok(())
}

/// The definitions, and what is wrong with them without a look at the data.
pub(crate) struct Read {
    pub(crate) datasets: usize,
    pub(crate) catalog: Catalog,
    pub(crate) decks: Vec<Deck>,
    pub(crate) warnings: Vec<String>,
    pub(crate) errors: Vec<CliError>,
}

impl Read {
    pub(crate) fn of(workspace: &Workspace) -> Result<Self, CliError> {
        let found = check(workspace)?;
        let mut errors: Vec<CliError> = found.errors.iter().map(CliError::failed).collect();
        let catalog = Catalog::load(&workspace.queries()).unwrap_or_else(|error| {
            errors.push(error.into());
            Catalog::empty()
        });
        errors.extend(catalog.problems().map(CliError::failed));
        let paths = perspektiv_reports::decks(&workspace.reports()).unwrap_or_else(|error| {
            errors.push(error.into());
            Vec::new()
        });
        let mut decks = Vec::new();
        for path in &paths {
            match Deck::load(path) {
                Ok(deck) => decks.push(deck),
                Err(error) => errors.push(error.into()),
            }
        }
        Ok(Self {
            datasets: found.datasets,
            catalog,
            decks,
            warnings: found.warnings,
            errors,
        })
    }
}

/// Plans all SQL on the newest snapshot and builds the decks; gives its number.
fn plan(workspace: &Workspace, read: &mut Read) -> Result<Option<u64>, CliError> {
    let lake = workspace.lake()?;
    let Some(snapshot) = lake.latest()? else {
        return Ok(None);
    };
    let engine = context::engine(workspace, &lake, &snapshot, None)?;
    if let Ok(definitions) = Definitions::load(workspace) {
        plan_derived(&definitions, &engine, read);
    }
    let mut wrong: BTreeSet<&str> = BTreeSet::new();
    for query in read.catalog.queries() {
        match engine.check(query) {
            Ok(_) => continue,
            // What has not been loaded yet is no fault of the query.
            Err(error @ QueryError::MissingTable { .. }) => read.warnings.push(error.to_string()),
            Err(error) => read.errors.push(error.into()),
        }
        wrong.insert(&query.name);
    }
    // What is wrong with a query is not told once more for each deck that asks it.
    wrong.extend(
        read.catalog
            .problems()
            .filter_map(|problem| problem.path.file_stem()?.to_str()),
    );
    for deck in &read.decks {
        if deck.queries().any(|query| wrong.contains(query)) {
            continue;
        }
        if let Err(error) = deck.build(&BTreeMap::new(), &EngineSource::new(&engine, &[])) {
            read.errors.push(error.into());
        }
    }
    Ok(Some(snapshot.number))
}

/// Plans the SQL of the derived tables whose sources the snapshot has.
fn plan_derived(definitions: &Definitions, engine: &Engine, read: &mut Read) {
    for definition in definitions.derived() {
        let Some(derived) = definition.derived() else {
            continue;
        };
        let missing: Vec<&str> = derived
            .from
            .iter()
            .filter(|table| !engine.tables().contains(table))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            read.warnings.push(format!(
                "{}: its SQL was not planned, for the snapshot does not have {} yet.",
                definition.file.display(),
                missing.join(", ")
            ));
        } else if let Err(error) = engine.check_sql(&definition.file, derived.line, &derived.sql) {
            read.errors.push(error.into());
        }
    }
}

/// The datasets whose definitions are newer than the snapshot.
fn behind(workspace: &Workspace) -> Option<String> {
    let datasets = status(workspace, Verify::Changed).ok()?;
    let names: Vec<_> = datasets
        .into_iter()
        .filter(|dataset| dataset.redefined)
        .map(|dataset| dataset.dataset)
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}
