use std::fmt::Write as _;

use perspektiv_queries::{FUNCTIONS, Function, Reference, nearest_function};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::{Listing, heading, outln, wrapped};

/// List the functions that SQL has here beyond the usual ones, or describe one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Describe this function: how it is called, what it means, where its method comes from.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print all descriptions as a page of Markdown.
    #[arg(long, conflicts_with_all = ["name", "json"])]
    markdown: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, _: &Context) -> Result<(), CliError> {
    if args.markdown {
        outln!("{}", page().trim_end());
        return Ok(());
    }
    show(args.name.as_deref(), args.json)
}

/// Shows the functions, or one of them.
pub(crate) fn show(name: Option<&str>, json: bool) -> Result<(), CliError> {
    if let Some(name) = name {
        let Some(function) = FUNCTIONS.iter().find(|f| f.reference().name == name) else {
            let near = nearest_function(name)
                .map(|near| format!(" Did you mean `{near}`?"))
                .unwrap_or_default();
            return Err(CliError::new(
                Kind::Usage,
                format!("There is no function `{name}` of ours.{near}"),
            )
            .with_help("`perspektiv functions` lists them."));
        };
        match json {
            true => outln!("{:#}", to_json(*function)),
            false => describe(*function),
        }
        return Ok(());
    }
    if json {
        let rows: Vec<_> = FUNCTIONS.iter().map(|function| to_json(*function)).collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let mut listing = Listing::new(&["Function", "Meaning"]);
    for reference in FUNCTIONS.iter().map(|function| function.reference()) {
        listing.row([reference.name.to_owned(), summary(&reference).to_owned()]);
    }
    listing.print();
    Ok(())
}

/// The first sentence of what a function means.
fn summary(reference: &Reference) -> &str {
    let end = reference
        .meaning
        .find(". ")
        .map_or(reference.meaning.len(), |at| at + 1);
    &reference.meaning[..end]
}

fn to_json(function: &dyn Function) -> serde_json::Value {
    let reference = function.reference();
    let keys = function
        .keys()
        .iter()
        .map(|key| serde_json::json!({ "name": key.name, "goes_with": key.of, "meaning": key.meaning }));
    serde_json::json!({
        "name": reference.name, "signature": reference.signature, "meaning": reference.meaning,
        "keys": keys.collect::<Vec<_>>(), "source": reference.source, "edges": reference.edges,
        "example": reference.example,
    })
}

fn describe(function: &dyn Function) {
    let reference = function.reference();
    heading(reference.signature);
    outln!("{}\n", wrapped(reference.meaning));
    if !function.keys().is_empty() {
        let mut listing = Listing::new(&["Key", "Goes with", "Meaning"]);
        for key in function.keys() {
            listing.row([key.name, key.of.unwrap_or_default(), key.meaning]);
        }
        listing.print();
        outln!();
    }
    outln!(
        "{}\n",
        wrapped(&format!("NULL and small samples: {}", reference.edges))
    );
    if !reference.source.is_empty() {
        outln!("{}\n", wrapped(&format!("Source: {}", reference.source)));
    }
    outln!("Example:\n  {}", reference.example);
}

/// All functions as a page.
fn page() -> String {
    let mut page = String::from(
        "# The SQL functions of perspektiv\n\n\
         Made from the code with `perspektiv functions --markdown`; a test keeps it so. All other functions are \
         those of [DataFusion](https://datafusion.apache.org/user-guide/sql/). A result that is a struct becomes \
         columns at the end: with `AS andel` they are `andel`, `andel_se`, `andel_low` …; inside SQL write \
         `(…)['se']`. Options are a struct literal, the last argument: `{'level': 0.9}`. Numbers of the data are 0 or between \
         1e-60 and 1e60 in size, and finite; of others the first row is told. The examples run on the \
         example county of `perspektiv demo`.\n\n| function | meaning |\n|---|---|\n",
    );
    let cell = |text: &str| text.replace('|', "\\|");
    // Writing into a text does not fail.
    for function in FUNCTIONS {
        let reference = function.reference();
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {1} |",
            reference.name,
            cell(summary(&reference))
        );
    }
    for function in FUNCTIONS {
        let Reference {
            name,
            signature,
            meaning,
            source,
            edges,
            example,
        } = function.reference();
        let _ = write!(page, "\n## {name}\n\n`{signature}`\n\n{meaning}\n\n");
        if !function.keys().is_empty() {
            page.push_str("| key | goes with | meaning |\n|---|---|---|\n");
            for key in function.keys() {
                let of = key.of.unwrap_or_default();
                let _ = writeln!(page, "| `{}` | {} | {} |", key.name, cell(of), cell(key.meaning));
            }
            page.push('\n');
        }
        let _ = write!(page, "**NULL and small samples.** {edges}\n\n");
        if !source.is_empty() {
            let _ = write!(page, "**Source.** {source}\n\n");
        }
        let _ = write!(page, "```sql\n{example}\n```\n");
    }
    page
}
