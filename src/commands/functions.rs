use std::fmt::Write as _;

use perspektiv_queries::{FUNCTIONS, Reference, nearest_function};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen::{Listing, heading, outln};

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
    let all = FUNCTIONS.iter().map(|function| function.reference());
    if args.markdown {
        outln!("{}", page(all).trim_end());
        return Ok(());
    }
    if let Some(name) = &args.name {
        let found = FUNCTIONS.iter().map(|f| f.reference()).find(|f| f.name == name);
        let Some(reference) = found else {
            let near = nearest_function(name)
                .map(|near| format!(" Did you mean `{near}`?"))
                .unwrap_or_default();
            return Err(CliError::new(
                Kind::Usage,
                format!("There is no function `{name}` of ours.{near}"),
            )
            .with_help("`perspektiv functions` lists them."));
        };
        match args.json {
            true => outln!("{:#}", to_json(&reference)),
            false => describe(&reference),
        }
        return Ok(());
    }
    if args.json {
        let rows: Vec<_> = all.map(|reference| to_json(&reference)).collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let mut listing = Listing::new(&["Function", "Meaning"]);
    for reference in all {
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

fn to_json(reference: &Reference) -> serde_json::Value {
    serde_json::json!({
        "name": reference.name, "signature": reference.signature, "meaning": reference.meaning,
        "source": reference.source, "edges": reference.edges, "example": reference.example,
    })
}

fn describe(reference: &Reference) {
    heading(reference.signature);
    outln!("{}\n", reference.meaning);
    outln!("NULL and small samples: {}\n", reference.edges);
    if !reference.source.is_empty() {
        outln!("Source: {}\n", reference.source);
    }
    outln!("Example:\n  {}", reference.example);
}

/// All functions as a page.
fn page(all: impl Iterator<Item = Reference> + Clone) -> String {
    let mut page = String::from(
        "# The SQL functions of perspektiv\n\n\
         Made from the code with `perspektiv functions --markdown`; a test keeps it so. All other functions are \
         those of [DataFusion](https://datafusion.apache.org/user-guide/sql/). A result that is a struct becomes \
         columns at the end: with `AS andel` they are `andel`, `andel_se`, `andel_low` …; inside SQL write \
         `(…)['se']`. Options are a struct literal, the last argument: `{'level': 0.9}`. The examples run on the \
         example county of `perspektiv demo`.\n\n| function | meaning |\n|---|---|\n",
    );
    // Writing into a text does not fail.
    for reference in all.clone() {
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {1} |",
            reference.name,
            summary(&reference).replace('|', "\\|")
        );
    }
    for Reference {
        name,
        signature,
        meaning,
        source,
        edges,
        example,
    } in all
    {
        let _ = write!(page, "\n## {name}\n\n`{signature}`\n\n{meaning}\n\n");
        let _ = write!(page, "**NULL and small samples.** {edges}\n\n");
        if !source.is_empty() {
            let _ = write!(page, "**Source.** {source}\n\n");
        }
        let _ = write!(page, "```sql\n{example}\n```\n");
    }
    page
}
