use std::path::PathBuf;

use perspektiv_pipelines::{Hints, Inspection, SourceOptions, inspect};

use crate::context::Context;
use crate::error::CliError;
use crate::screen::{Listing, count, heading, outln, wrapped};

/// Look into a new delivery: its form, its columns, and a definition to start from.
///
/// All of it is a guess to be confirmed. What may be a person number is shown as ***.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file, packed or not.
    file: PathBuf,
    /// Read at most so many rows; 0 is all.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    rows: u64,
    /// The format, when it is not recognised.
    #[arg(long)]
    format: Option<String>,
    /// Which file of a zip archive: its name, or a pattern.
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Which sheet of a workbook: its name or number; by default the first that is neither empty nor hidden.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Print only the definition, to be saved in `pipelines/`.
    #[arg(long, conflicts_with = "json")]
    definition: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let hints = Hints {
        format: args.format,
        member: args.member,
        rows: Some(args.rows),
        options: SourceOptions {
            sheet: args.sheet,
            ..SourceOptions::default()
        },
        ..Hints::default()
    };
    let found = inspect(&args.file, &hints)
        .map_err(|error| CliError::failed(error).about(&args.file.display().to_string()))?;
    if let Some(fault) = &found.fault {
        context.say(format_args!(
            "warning: The file cannot be read to its end. {fault}"
        ));
    }
    if args.json {
        outln!("{:#}", serde_json::json!(found));
        return Ok(());
    }
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let dataset = name.split('.').next().unwrap_or_default();
    let definition = found.definition(dataset, &name);
    if args.definition {
        outln!("{}", definition.trim_end());
        return Ok(());
    }
    columns(&found);
    outln!();
    outln!("{}", definition.trim_end());
    Ok(())
}

fn columns(found: &Inspection) {
    let rows = match found.whole {
        true => format!("{} rows", count(found.rows)),
        false => format!("the first {} rows", count(found.rows)),
    };
    heading(&format!("{}: {rows}", found.format));
    let mut listing = Listing::new(&["Column", "Name", "Type", "Empty#", "Distinct#", "Examples"]);
    for column in &found.columns {
        listing.row([
            column.field.clone(),
            column.name.clone(),
            column.kind.name().to_owned(),
            format!("{:.0} %", column.empty * 100.0),
            match column.distinct_exact {
                true => count(column.distinct as u64),
                false => format!("≥ {}", count(column.distinct as u64)),
            },
            column.examples.join(" · "),
        ]);
    }
    listing.print();
    for column in &found.columns {
        for note in &column.notes {
            outln!("{}", wrapped(&format!("{}: {note}", column.field)));
        }
    }
}
