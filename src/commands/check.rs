use perspektiv_pipelines::check;
use perspektiv_queries::{Catalog, QueryError};
use perspektiv_reports::Deck;

use crate::context::Context;
use crate::error::{CliError, Kind};

/// Check every definition of the workspace: datasets, queries and decks.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let outcome = check(&workspace)?;
    let mut errors: Vec<CliError> = outcome.errors.iter().map(CliError::failed).collect();
    let queries = match Catalog::load(&workspace.queries()) {
        Ok(catalog) => {
            errors.extend(catalog.problems().map(CliError::failed));
            catalog.queries().count()
        }
        Err(error) => {
            errors.push(error.into());
            0
        }
    };
    let decks = perspektiv_reports::decks(&workspace.reports())?;
    for path in &decks {
        if let Err(error) = Deck::load(path) {
            errors.push(error.into());
        }
    }
    // Whether a query fits its tables can be told once there are tables.
    if let Some(snapshot) = workspace.lake()?.latest()? {
        let engine = context.engine(&workspace, Some(snapshot.number))?;
        for query in engine.catalog().queries() {
            match engine.check(query) {
                // What has not been loaded yet is no fault of the query.
                Ok(_) | Err(QueryError::MissingTable { .. }) => {}
                Err(error) => errors.push(CliError::failed(error)),
            }
        }
    }
    for warning in &outcome.warnings {
        context.say(format_args!("warning: {warning}"));
    }
    if !errors.is_empty() {
        let message = match errors.len() {
            1 => "One definition is wrong.".to_owned(),
            n => format!("{n} definitions are wrong."),
        };
        return Err(CliError::new(Kind::Failed, message).with_more(errors));
    }
    anstream::println!(
        "All definitions are right: {} datasets, {queries} queries, {} decks.",
        outcome.datasets,
        decks.len()
    );
    Ok(())
}
