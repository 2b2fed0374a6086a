mod pages;

use std::path::PathBuf;

use perspektiv_disclosure::Rule;
use perspektiv_queries::{Catalog, Definition, Parameter, ParameterValue};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, heading, outln};

/// List the named queries and the question each answers.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Describe one query: its parameters, sources and rule for publishing.
    #[arg(long, value_name = "NAME")]
    describe: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write the catalogue into a folder: a page of Markdown for each query, and one that lists them.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["describe", "json"])]
    pages: Option<PathBuf>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let catalog = Catalog::load(&workspace.queries())?;
    for problem in catalog.problems() {
        context.say(format_args!("warning: {problem}"));
    }
    match &args.pages {
        Some(folder) => pages::write(&catalog, folder),
        None => show(&catalog, args.describe.as_deref(), args.json),
    }
}

/// Shows the queries of a library, or one of them.
pub(crate) fn show(catalog: &Catalog, name: Option<&str>, json: bool) -> Result<(), CliError> {
    if let Some(name) = name {
        return describe(catalog.get(name)?, json);
    }
    if json {
        let rows: Vec<_> = catalog.queries().map(|query| to_json(query)).collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let mut listing = Listing::new(&["Theme", "Query", "Question", "Seminar#"]);
    let mut queries: Vec<_> = catalog.queries().collect();
    queries.sort_by_key(|query| (&query.theme, &query.name));
    let mut theme = "";
    for query in queries {
        // Once is enough: the rows below are of the same.
        let shown = if query.theme == theme { "" } else { &query.theme };
        theme = &query.theme;
        listing.row([
            shown.to_owned(),
            query.name.clone(),
            query.question.clone().unwrap_or_else(|| query.title.clone()),
            query.seminar.map(|n| n.to_string()).unwrap_or_default(),
        ]);
    }
    listing.print();
    Ok(())
}

fn to_json(query: &Definition) -> serde_json::Value {
    serde_json::json!({
        "name": query.name, "theme": query.theme, "title": query.title, "question": query.question,
        "seminar": query.seminar, "sources": query.sources, "unit": query.unit,
        "parameters": query.parameters.iter().map(parameter).collect::<Vec<_>>(),
        "disclosure": query.disclosure,
    })
}

fn parameter(one: &Parameter) -> serde_json::Value {
    serde_json::json!({
        "name": one.name, "type": one.kind.name(), "required": one.required,
        "default": one.default.as_ref().map(value), "min": one.minimum.as_ref().map(value), "max": one.maximum.as_ref().map(value),
        "choices": one.choices.iter().map(value).collect::<Vec<_>>(),
        "values_from": one.values_from.as_ref().map(ToString::to_string), "description": one.description,
    })
}

fn value(value: &ParameterValue) -> serde_json::Value {
    match value {
        ParameterValue::Integer(value) => (*value).into(),
        ParameterValue::Number(value) => (*value).into(),
        ParameterValue::Boolean(value) => (*value).into(),
        ParameterValue::Text(value) => value.as_str().into(),
        ParameterValue::Date(value) => value.to_string().into(),
    }
}

/// The rule for publishing, in words.
fn rule(query: &Definition) -> String {
    match &query.disclosure {
        None => "nej, frågan har ingen regel".to_owned(),
        Some(Rule::Public) => "ja, talen är redan offentliga".to_owned(),
        Some(Rule::Secrecy(rule)) => {
            let few = format!("rader med färre än {} personer döljs", rule.minimum);
            match rule.largest {
                Some(_) => format!(
                    "{few}, liksom där en person står för mer än {:.0} procent av summan",
                    100.0 * rule.dominance
                ),
                None => few,
            }
        }
        Some(Rule::Quality(rule)) => format!(
            "rader med färre än {} svar döljs; färre än {} svar märks som osäkra",
            rule.minimum, rule.uncertain_below
        ),
    }
}

fn describe(query: &Definition, json: bool) -> Result<(), CliError> {
    if json {
        outln!("{:#}", to_json(query));
        return Ok(());
    }
    heading(&format!("{}: {}", query.name, query.title));
    for text in [&query.question, &query.description].into_iter().flatten() {
        outln!("{text}");
    }
    outln!("Källor: {}", query.sources.join(", "));
    outln!("Publicering: {}\n", rule(query));
    let mut listing = Listing::new(&["Parameter", "Type", "Default", "Meaning"]);
    for parameter in &query.parameters {
        let default = parameter.default.as_ref().map(ToString::to_string);
        let choices: Vec<_> = parameter.choices.iter().map(ToString::to_string).collect();
        let mut meaning = parameter.description.clone().unwrap_or_default();
        if !choices.is_empty() {
            meaning.push_str(&format!(" ({})", choices.join(", ")));
        }
        if let Some(from) = &parameter.values_from {
            meaning.push_str(&format!(" (one of {from})"));
        }
        listing.row([
            parameter.name.clone(),
            parameter.kind.to_string(),
            default.unwrap_or_else(|| {
                if parameter.required {
                    "required".to_owned()
                } else {
                    String::new()
                }
            }),
            meaning,
        ]);
    }
    listing.print();
    Ok(())
}
