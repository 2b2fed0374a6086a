use std::io::{BufReader, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use miette::Diagnostic;
use perspektiv_disclosure::{Column, Provenance, Rule};
use perspektiv_lake::Snapshot;
use perspektiv_notebook::protocol::{self, Answer, Failed, Ready, Reply, Request};
use perspektiv_queries::{Definition, Engine, QueryError};

use crate::context::{self, Context};
use crate::error::{CliError, Kind};

/// How the text of a query with a front matter begins.
const FRONT_MATTER: &str = "/*+++";

/// Answer the questions of a notebook; the notebook starts this by itself.
///
/// Every answer comes from the snapshot that was the newest at the start, within the
/// limits of time and memory of `perspektiv query`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Speak on stdin and stdout.
    #[arg(long, required = true)]
    stdio: bool,
    /// An older snapshot to ask.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(
            CliError::new(Kind::Usage, "`engine` talks with a program, not with a person.")
                .with_help("Ask from here with `perspektiv query`, or open a notebook."),
        );
    }
    let mut input = BufReader::new(stdin.lock());
    let mut output = BufWriter::new(std::io::stdout().lock());
    let desk = match Desk::open(context, args.as_of) {
        Ok(desk) => desk,
        Err(error) => {
            fail(&mut output, &error)?;
            return Err(error);
        }
    };
    send(&mut output, &Reply::Ready(desk.ready()), &[])?;
    while let Some(head) = protocol::head(&mut input).map_err(CliError::failed)? {
        let answer = protocol::request(&head)
            .map_err(CliError::failed)
            .and_then(|request| desk.answer(&request));
        match answer {
            Ok((answer, body)) => send(&mut output, &Reply::Answer(Box::new(answer)), &body)?,
            Err(error) => fail(&mut output, &error)?,
        }
    }
    Ok(())
}

fn send(output: &mut impl Write, reply: &Reply, body: &[u8]) -> Result<(), CliError> {
    protocol::send(output, reply, body).map_err(CliError::failed)
}

/// Says why a request failed, and what to do about it.
fn fail(output: &mut impl Write, error: &CliError) -> Result<(), CliError> {
    let help = error.help().map(|help| format!(" {help}")).unwrap_or_default();
    let message = format!("{error}{help}");
    send(output, &Reply::Failed(Failed { message }), &[])
}

/// What requests are answered from.
struct Desk {
    engine: Engine,
    snapshot: Snapshot,
    workspace: String,
}

impl Desk {
    fn open(context: &Context, as_of: Option<u64>) -> Result<Self, CliError> {
        let workspace = context.workspace()?;
        let lake = workspace.lake()?;
        let snapshot = context::snapshot(&lake, as_of)?;
        let engine = context::engine(&workspace, &lake, &snapshot, None)?;
        // A notebook is stored with its output, so it is told no path of this machine.
        let folder = workspace.root().canonicalize().ok();
        let name = folder.as_deref().and_then(|folder| folder.file_name());
        let workspace = name.unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self {
            engine,
            snapshot,
            workspace,
        })
    }

    fn ready(&self) -> Ready {
        Ready {
            protocol: protocol::VERSION,
            program: format!("perspektiv {}", env!("CARGO_PKG_VERSION")),
            workspace: self.workspace.clone(),
            snapshot: self.snapshot.number,
            synthetic: self.snapshot.synthetic,
        }
    }

    fn answer(&self, request: &Request) -> Result<(Answer, Vec<u8>), CliError> {
        let answer = match request {
            Request::Query { name, params } => self.engine.query(name, params)?,
            Request::Sql { text, params } if text.trim_start().starts_with(FRONT_MATTER) => {
                let definition = Definition::parse(Path::new("cell.sql"), text.trim_start());
                self.engine
                    .run(&Arc::new(definition.map_err(QueryError::from)?), params)?
            }
            Request::Sql { text, params } => self.engine.sql_with(text, params)?,
            Request::Tables => return self.tables(),
            Request::Queries => return self.queries(),
        };
        let body = protocol::body(answer.schema(), answer.batches()).map_err(CliError::failed)?;
        let head = Answer {
            columns: answer.table().columns,
            provenance: answer.provenance().clone(),
            rule: answer.rule()?.cloned(),
            bytes: body.len() as u64,
        };
        Ok((head, body))
    }

    fn tables(&self) -> Result<(Answer, Vec<u8>), CliError> {
        let tables = &self.snapshot.tables;
        let columns = tables.values().map(|table| {
            let fields = table.schema.fields().iter();
            fields
                .map(|field| field.name().as_str())
                .collect::<Vec<_>>()
                .join(", ")
        });
        let rows = tables.values().map(|table| i64::try_from(table.rows()).ok());
        self.listing(
            "Tabeller",
            [
                ("tabell", "Tabell", texts(tables.keys())),
                ("rader", "Rader", Arc::new(rows.collect::<Int64Array>())),
                ("kolumner", "Kolumner", texts(columns)),
            ],
        )
    }

    fn queries(&self) -> Result<(Answer, Vec<u8>), CliError> {
        let queries: Vec<_> = self.engine.catalog().queries().collect();
        let parameters = queries.iter().map(|query| {
            query
                .parameters
                .iter()
                .map(|parameter| parameter.describe())
                .collect::<Vec<_>>()
                .join("; ")
        });
        self.listing(
            "Namngivna frågor",
            [
                ("namn", "Namn", texts(queries.iter().map(|query| &query.name))),
                (
                    "besvarar",
                    "Besvarar",
                    texts(
                        queries
                            .iter()
                            .map(|query| query.question.as_deref().unwrap_or_default()),
                    ),
                ),
                ("parametrar", "Parametrar", texts(parameters)),
            ],
        )
    }

    /// What the workspace holds, in the same form as an answer.
    fn listing<const N: usize>(
        &self,
        title: &str,
        columns: [(&str, &str, ArrayRef); N],
    ) -> Result<(Answer, Vec<u8>), CliError> {
        let words = columns.iter().map(|(name, label, _)| Column {
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            unit: None,
            decimals: None,
            identity: false,
        });
        let words = words.collect();
        let batch = RecordBatch::try_from_iter(columns.map(|(name, _, array)| (name, array)))
            .map_err(CliError::failed)?;
        let body = protocol::body(&batch.schema(), &[batch]).map_err(CliError::failed)?;
        let head = Answer {
            columns: words,
            provenance: Provenance {
                query: title.to_lowercase(),
                title: title.to_owned(),
                parameters: Vec::new(),
                sources: Vec::new(),
                unit: None,
                snapshot: self.snapshot.number,
                snapshot_hash: self.snapshot.hash.chars().take(12).collect(),
                synthetic: self.snapshot.synthetic,
            },
            rule: Some(Rule::Public),
            bytes: body.len() as u64,
        };
        Ok((head, body))
    }
}

fn texts<S: AsRef<str>>(values: impl Iterator<Item = S>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}
