//! The workspace as a notebook sees it.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::NotebookError;
use crate::frame::Frame;
use crate::process::Process;
use crate::program;
use crate::protocol::{Ready, Request};

/// Names the workspace of [`Perspektiv::start`], for a notebook that is run on
/// another than the one it lies in.
const VARIABLE: &str = "PERSPEKTIV_WORKSPACE";

/// A workspace, opened by an engine process of its own.
///
/// Every answer comes from the snapshot that was the newest when the engine
/// started, also after a refresh: one notebook never mixes two. The process
/// ends when this is dropped.
pub struct Perspektiv {
    process: Mutex<Process>,
    ready: Ready,
}

impl Perspektiv {
    /// Opens the workspace that `PERSPEKTIV_WORKSPACE` names, or the nearest
    /// above the notebook's folder.
    ///
    /// # Errors
    /// The program `perspektiv` is not found (it is looked for in
    /// `PERSPEKTIV_BIN`, `PATH` and the target folders above), or it cannot
    /// open the workspace.
    pub fn start() -> Result<Self, NotebookError> {
        Self::launch(&program::find()?, env::var_os(VARIABLE))
    }

    /// Opens a workspace by its folder.
    ///
    /// # Errors
    /// As for [`Perspektiv::start`].
    pub fn start_in(workspace: impl AsRef<Path>) -> Result<Self, NotebookError> {
        Self::start_with(program::find()?, workspace)
    }

    /// Opens a workspace with the program at a path.
    ///
    /// # Errors
    /// The program cannot be started, is no `perspektiv` of this version, or
    /// cannot open the workspace.
    pub fn start_with(program: impl AsRef<Path>, workspace: impl AsRef<Path>) -> Result<Self, NotebookError> {
        Self::launch(program.as_ref(), Some(workspace.as_ref().as_os_str().to_owned()))
    }

    fn launch(program: &Path, workspace: Option<OsString>) -> Result<Self, NotebookError> {
        let mut arguments = Vec::new();
        if let Some(workspace) = workspace {
            arguments.extend(["--workspace".into(), workspace]);
        }
        arguments.extend(["engine".into(), "--stdio".into()]);
        let (process, ready) = Process::start(program, &arguments)?;
        Ok(Self {
            process: Mutex::new(process),
            ready,
        })
    }

    /// Runs a named query; parameters that are not given take their defaults.
    ///
    /// # Errors
    /// The query or a parameter is unknown, a value does not fit, or the engine
    /// failed; the message is the engine's.
    pub fn query(&self, name: &str, params: &[(&str, &str)]) -> Result<Frame, NotebookError> {
        self.ask(&Request::Query {
            name: name.to_owned(),
            params: texts(params),
        })
    }

    /// Runs a query of the notebook's own.
    ///
    /// It may begin with a front matter, as a file in `queries/` does; its answer
    /// then has headings, units and a disclosure rule, and the query can be moved
    /// to a file as it is.
    ///
    /// # Errors
    /// The text is no SQL query, names an unknown table or column, or the
    /// engine failed; the message is the engine's.
    pub fn sql(&self, text: &str) -> Result<Frame, NotebookError> {
        self.sql_with(text, &[])
    }

    /// Runs a query of the notebook's own with values for its `$name` parameters.
    ///
    /// # Errors
    /// As for [`Perspektiv::sql`]; also a value that is missing, not used or not
    /// of the type.
    pub fn sql_with(&self, text: &str, params: &[(&str, &str)]) -> Result<Frame, NotebookError> {
        self.ask(&Request::Sql {
            text: text.to_owned(),
            params: texts(params),
        })
    }

    /// The tables of the snapshot, with their rows and columns.
    ///
    /// # Errors
    /// The engine has ended.
    pub fn tables(&self) -> Result<Frame, NotebookError> {
        self.ask(&Request::Tables)
    }

    /// The named queries, with the questions they answer and their parameters.
    ///
    /// # Errors
    /// The engine has ended.
    pub fn queries(&self) -> Result<Frame, NotebookError> {
        self.ask(&Request::Queries)
    }

    /// Number of the snapshot that every answer comes from.
    #[must_use]
    pub fn snapshot(&self) -> u64 {
        self.ready.snapshot
    }

    fn ask(&self, request: &Request) -> Result<Frame, NotebookError> {
        // A panic within a request leaves the pipe mid-message at worst, which
        // the next request then says; it is no reason to refuse all of them.
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, schema, batches) = process.ask(request)?;
        Frame::new(answer, schema, batches)
    }
}

fn texts(params: &[(&str, &str)]) -> BTreeMap<String, String> {
    params
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl fmt::Debug for Perspektiv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ready {
            program,
            workspace,
            snapshot,
            synthetic,
            ..
        } = &self.ready;
        let synthetic = if *synthetic { ", syntetiska data" } else { "" };
        write!(f, "{program}: {workspace}, ögonblicksbild {snapshot}{synthetic}")
    }
}
