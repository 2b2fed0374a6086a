//! The interactive shell.

mod complete;
mod meta;

use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs, io};

use perspektiv_lake::Snapshot;
use perspektiv_queries::{Answer, Engine, QueryError, Stop, is_blank, statements};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};

use crate::context::{self, Context};
use crate::error::CliError;
use crate::interrupt;
use crate::screen::{self, outln};
use complete::Assistant;

/// Rows that are shown of a result: more than anybody reads, few enough to scroll back over.
const ROWS: usize = 500;
/// Statements that are remembered.
const REMEMBERED: usize = 2_000;

/// Ask one question after the other: SQL with completion, history, and \? for help.
///
/// The engine and the snapshot are those of `query`, and so are the limits; Ctrl-C stops a query, Ctrl-D ends the
/// shell. When stdin is no terminal, its statements are run one after the other up to the first that fails.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// An older snapshot to ask.
    #[arg(long, value_name = "SNAPSHOT")]
    as_of: Option<u64>,
    /// How long a query may take; 0 means as long as it needs.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// What the shell holds between two statements.
pub(crate) struct Shell<'c> {
    context: &'c Context,
    engine: Engine,
    snapshot: Snapshot,
    stop: Stop,
    /// Whether each answer is followed by how long it took.
    timing: bool,
    /// Whether results are asked for one row below the other.
    ended: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<(), CliError> {
    let workspace = context.workspace()?;
    let lake = workspace.lake()?;
    let snapshot = context::snapshot(&lake, args.as_of)?;
    let stop = Stop::default();
    let engine = context::stoppable(&workspace, &lake, &snapshot, args.timeout, stop.clone())?;
    let mut shell = Shell {
        context,
        engine,
        snapshot,
        stop,
        timing: false,
        ended: false,
    };
    match io::stdin().is_terminal() {
        true => shell.converse(),
        false => shell.script(),
    }
}

impl Shell<'_> {
    /// Reads, answers and goes on, whatever happens.
    fn converse(&mut self) -> Result<(), CliError> {
        interrupt::only_stops(self.stop.clone());
        let failed =
            |error: ReadlineError| CliError::failed(format!("The terminal cannot be read: {error}."));
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .max_history_size(REMEMBERED)
            .and_then(|config| config.history_ignore_dups(true))
            .map_err(failed)?
            .history_ignore_space(true)
            .build();
        let mut editor: Editor<Assistant, FileHistory> = Editor::with_config(config).map_err(failed)?;
        editor.set_helper(Some(Assistant::new(&self.snapshot, &self.engine)));
        let history = history();
        if let Some(file) = &history {
            // None yet, or none that can be read: then there is nothing to go back to.
            let _ = editor.load_history(file);
        }
        self.context.say(format_args!(
            "Snapshot {}{}. Statements end with ;   \\? for help, \\q to leave.",
            self.snapshot.number,
            if self.snapshot.synthetic {
                ", synthetic data"
            } else {
                ""
            }
        ));
        while !self.ended {
            let line = match editor.readline("perspektiv> ") {
                Ok(line) => line,
                // What was begun is thrown away.
                Err(ReadlineError::Interrupted) => continue,
                Err(ReadlineError::Eof) => break,
                Err(error) => return Err(failed(error)),
            };
            if line.trim().is_empty() {
                continue;
            }
            // A full disk keeps nobody from asking.
            let _ = editor.add_history_entry(line.as_str());
            if let Err(error) = self.answer(&line) {
                error.report();
            }
        }
        if let Some(file) = &history {
            remember(&mut editor, file);
        }
        Ok(())
    }

    /// Answers what comes from elsewhere than a terminal, up to the first fault.
    fn script(&mut self) -> Result<(), CliError> {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| CliError::failed(format!("Stdin cannot be read: {error}.")))?;
        self.lines(&text)
    }

    /// Answers commands, each on a line of its own, and the statements between them.
    fn lines(&mut self, text: &str) -> Result<(), CliError> {
        let mut open = String::new();
        for line in text.lines() {
            if line.trim_start().starts_with('\\') && is_blank(&open) {
                self.answer(line)?;
            } else {
                open.push_str(line);
                open.push('\n');
                let (whole, rest) = statements(&open);
                for statement in whole {
                    self.sql(statement)?;
                }
                open = rest.to_owned();
            }
            if self.ended {
                return Ok(());
            }
        }
        if is_blank(&open) { Ok(()) } else { self.sql(&open) }
    }

    /// Answers a command or statements.
    fn answer(&mut self, line: &str) -> Result<(), CliError> {
        if line.trim_start().starts_with('\\') {
            return meta::run(self, line.trim());
        }
        let (whole, rest) = statements(line);
        let last = Some(rest).filter(|rest| !is_blank(rest));
        for statement in whole.into_iter().chain(last) {
            self.sql(statement)?;
        }
        Ok(())
    }

    fn sql(&mut self, statement: &str) -> Result<(), CliError> {
        if is_blank(statement) {
            return Ok(());
        }
        self.timed(|engine| engine.sql(statement))
    }

    /// Shows an answer, and how long it took.
    fn timed(&mut self, ask: impl FnOnce(&Engine) -> Result<Answer, QueryError>) -> Result<(), CliError> {
        self.stop.forget();
        let began = Instant::now();
        let answer = ask(&self.engine)?.overview()?;
        let took = began.elapsed();
        screen::answer(&answer, Some(ROWS))?;
        if answer.is_empty() {
            self.context.say("0 rows");
        }
        if self.timing {
            outln!("Time: {:.1} ms", took.as_secs_f64() * 1000.0);
        }
        Ok(())
    }
}

/// Where statements are remembered: with the user's other state, since they may tell what somebody looked for.
fn history() -> Option<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let folder = state.or_else(|| Some(env::home_dir()?.join(".local/state")))?;
    Some(folder.join("perspektiv/sql_history"))
}

/// Writes the history; without it the next shell only begins with none.
fn remember(editor: &mut Editor<Assistant, FileHistory>, file: &std::path::Path) {
    if let Some(folder) = file.parent() {
        let _ = fs::create_dir_all(folder);
    }
    // Readable by its owner alone.
    let _ = editor.save_history(file);
}
