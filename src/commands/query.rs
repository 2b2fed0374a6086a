use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use perspektiv_queries::output::{self, Format, OutputOptions};

use crate::context::Context;
use crate::error::{CliError, Kind};
use crate::screen;

/// Run a query of the library, or SQL of your own, and print the result.
///
/// The result is raw, for analysis: what is shown to an audience goes through
/// `slides`, which applies disclosure control.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct Args {
    /// A query of the library (see `perspektiv queries`).
    #[arg(group = "what")]
    name: Option<String>,
    /// SQL to run.
    #[arg(long, group = "what", value_name = "SQL")]
    sql: Option<String>,
    /// A file with SQL to run.
    #[arg(long, group = "what", value_name = "FILE")]
    file: Option<PathBuf>,
    /// A parameter, as name=value; may be repeated.
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    params: Vec<(String, String)>,
    /// The columns to show, with commas between; by default all.
    #[arg(short, long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
    /// The form of the result: table, csv, json, arrow or parquet.
    #[arg(short, long, value_name = "FORMAT")]
    format: Option<String>,
    /// A file to write to instead of stdout; its ending gives the form.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// An older snapshot to ask.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
}

/// Splits `name=value`.
pub(crate) fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write a parameter as name=value, such as kommun=1780".to_owned()),
    }
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let format = format(&args)?;
    let stdout = std::io::stdout();
    if args.out.is_none() && format.is_binary() && stdout.is_terminal() {
        return Err(CliError::new(
            Kind::Usage,
            format!("The form {} is not for a terminal.", format.name()),
        )
        .with_help("Name a file with --out, or send the output somewhere with `>` or `|`."));
    }
    let workspace = context.workspace()?;
    let engine = context.engine(&workspace, args.as_of)?;
    let parameters: BTreeMap<_, _> = args.params.iter().cloned().collect();
    let answer = match (&args.name, &args.sql, &args.file) {
        (Some(name), _, _) => engine.query(name, &parameters)?,
        (_, Some(sql), _) => engine.sql_with(sql, &parameters)?,
        (_, _, Some(file)) => {
            let sql = std::fs::read_to_string(file)
                .map_err(|error| CliError::failed(format!("Could not read {}: {error}.", file.display())))?;
            engine.sql_with(&sql, &parameters)?
        }
        _ => {
            return Err(CliError::new(
                Kind::Usage,
                "Name a query, or give --sql or --file.",
            ));
        }
    };
    let answer = if args.columns.is_empty() {
        answer
    } else {
        answer.select(&args.columns)?
    };
    match &args.out {
        Some(path) => {
            let options = OutputOptions {
                to_file: true,
                ..OutputOptions::default()
            };
            to_file(path, |file| Ok(format.write(&answer, &options, file)?))
        }
        None if format.name() == "table" => screen::answer(&answer, None),
        None => Ok(format.write(
            &answer,
            &OutputOptions::default(),
            &mut screen::Leaving(stdout.lock()),
        )?),
    }
}

/// The form that was named, or the one that the file's ending means.
fn format(args: &Args) -> Result<&'static dyn Format, CliError> {
    match (&args.format, &args.out) {
        (Some(name), _) => Ok(output::format(name)?),
        (None, None) => Ok(output::format("table")?),
        (None, Some(path)) => output::format_of(path).ok_or_else(|| {
            let names: Vec<_> = output::FORMATS.iter().map(|f| f.name()).collect();
            CliError::new(
                Kind::Usage,
                format!("The ending of {} says no form.", path.display()),
            )
            .with_help(format!("Choose one of {} with --format.", names.join(", ")))
        }),
    }
}

/// Writes a file beside its place and moves it there when it is whole.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), CliError>) -> Result<(), CliError> {
    let could_not = |error: std::io::Error| {
        CliError::failed(format!("Could not write {}: {error}.", path.display()))
            .with_help("Check that the folder exists, that you may write to it, and that the disk has room.")
    };
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // A result is for its owner's group to read, within what the umask allows.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder).map_err(could_not)?;
    let mut writer = BufWriter::new(temporary.as_file_mut());
    write(&mut writer)?;
    writer
        .flush()
        .and_then(|()| writer.get_ref().sync_all())
        .map_err(could_not)?;
    drop(writer);
    temporary.persist(path).map_err(|error| could_not(error.error))?;
    Ok(())
}
