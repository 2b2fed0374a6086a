use perspektiv_lake::Snapshot;

use crate::context::{Context, snapshot};
use crate::error::{CliError, Kind};
use crate::screen::{Listing, bytes, count, heading, outln};

/// List the tables of the lake, or the columns of one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A table to describe.
    table: Option<String>,
    /// An older snapshot to look at.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let lake = workspace.lake()?;
    show(&snapshot(&lake, args.as_of)?, args.table.as_deref(), args.json)
}

/// Shows the tables of a snapshot, or the columns of one.
pub(crate) fn show(snapshot: &Snapshot, table: Option<&str>, json: bool) -> Result<(), CliError> {
    let Some(name) = table else {
        return list(snapshot, json);
    };
    let table = snapshot.tables.get(name).ok_or_else(|| {
        let known: Vec<_> = snapshot.tables.keys().map(String::as_str).collect();
        CliError::new(Kind::Usage, format!("There is no table `{name}`."))
            .with_help(format!("The tables are {}.", known.join(", ")))
    })?;
    if json {
        let columns: Vec<_> = table
            .schema
            .fields()
            .iter()
            .map(|f| serde_json::json!({"name": f.name(), "type": f.data_type().to_string(), "nullable": f.is_nullable(), "metadata": f.metadata()}))
            .collect();
        outln!("{:#}", serde_json::Value::from(columns));
        return Ok(());
    }
    heading(&format!("{name}: {} rows", count(table.rows())));
    let mut listing = Listing::new(&["Column", "Type", "Null", "Label", "Unit"]);
    for field in table.schema.fields() {
        let meta = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
        listing.row([
            field.name().clone(),
            field.data_type().to_string(),
            if field.is_nullable() { "yes" } else { "no" }.to_owned(),
            meta("label"),
            meta("unit"),
        ]);
    }
    listing.print();
    Ok(())
}

fn list(snapshot: &Snapshot, json: bool) -> Result<(), CliError> {
    let size = |t: &perspektiv_lake::TableState| t.files.iter().map(|f| f.bytes).sum::<u64>();
    if json {
        let rows: Vec<_> = snapshot
            .tables
            .iter()
            .map(|(name, t)| serde_json::json!({"table": name, "rows": t.rows(), "columns": t.schema.fields().len(), "files": t.files.len(), "bytes": size(t)}))
            .collect();
        outln!("{:#}", serde_json::Value::from(rows));
        return Ok(());
    }
    let mut listing = Listing::new(&["Table", "Rows#", "Columns#", "Files#", "Size#"]);
    for (name, table) in &snapshot.tables {
        listing.row([
            name.clone(),
            count(table.rows()),
            table.schema.fields().len().to_string(),
            table.files.len().to_string(),
            bytes(size(table)),
        ]);
    }
    listing.print();
    Ok(())
}
