//! The engine as a process of its own, and the pipe to it.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::error::{NotebookError, Reason};
use crate::protocol::{self, Answer, Ready, Reply, Request};

/// How long an engine may take to end once its input has.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running engine; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// None once the engine has been told to end.
    input: Option<BufWriter<ChildStdin>>,
    output: BufReader<ChildStdout>,
    said: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a program as an engine and waits for it to present itself.
    pub(crate) fn start(program: &Path, arguments: &[OsString]) -> Result<(Self, Ready), NotebookError> {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Reason::NotStarted {
                program: program.to_owned(),
                error,
            })?;
        let (Some(input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Reason::Ended {
                status: None,
                said: String::new(),
            }
            .into());
        };
        let said = Arc::new(Mutex::new(String::new()));
        let listener = listen(errors, Arc::clone(&said));
        let mut process = Self {
            child,
            input: Some(BufWriter::new(input)),
            output: BufReader::new(output),
            said,
            listener: Some(listener),
        };
        match process.reply()? {
            Reply::Ready(ready) if ready.protocol == protocol::VERSION => Ok((process, ready)),
            Reply::Ready(ready) => Err(Reason::OtherVersion {
                program: ready.program,
                theirs: ready.protocol,
                ours: protocol::VERSION,
            }
            .into()),
            Reply::Failed(failed) => Err(Reason::Refused(failed.message).into()),
            Reply::Answer(_) => Err(NotebookError::garbled(
                "an answer came before any question".into(),
            )),
        }
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(
        &mut self,
        request: &Request,
    ) -> Result<(Answer, SchemaRef, Vec<RecordBatch>), NotebookError> {
        let sent = match self.input.as_mut() {
            Some(input) => protocol::send(input, request, &[]),
            None => Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe).into()),
        };
        sent.map_err(|error| self.explained(error))?;
        match self.reply()? {
            Reply::Answer(answer) => {
                let (schema, batches) =
                    protocol::rows(&mut self.output, answer.bytes).map_err(|error| self.explained(error))?;
                self.pass_on();
                Ok((*answer, schema, batches))
            }
            Reply::Failed(failed) => Err(Reason::Refused(failed.message).into()),
            Reply::Ready(_) => Err(NotebookError::garbled("the engine presented itself twice".into())),
        }
    }

    fn reply(&mut self) -> Result<Reply, NotebookError> {
        match protocol::receive(&mut self.output) {
            Ok(Some(reply)) => Ok(reply),
            Ok(None) => Err(self.ended()),
            Err(error) => {
                // Where one message ends is no longer known, so there is no next.
                self.end();
                Err(self.explained(error))
            }
        }
    }

    /// Shows the warnings of a running engine, in the cell that asked.
    fn pass_on(&self) {
        let said = std::mem::take(&mut *lock(&self.said));
        if !said.is_empty() {
            eprint!("{said}");
        }
    }

    /// A broken pipe, in the words that the engine left behind.
    fn explained(&mut self, error: NotebookError) -> NotebookError {
        if error.has_ended() { self.ended() } else { error }
    }

    fn ended(&mut self) -> NotebookError {
        let status = self.end();
        Reason::Ended {
            status,
            said: lock(&self.said).clone(),
        }
        .into()
    }

    /// Ends the engine: its input first, then, should it not care, by force.
    fn end(&mut self) -> Option<ExitStatus> {
        drop(self.input.take());
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
                Ok(None) => {
                    // An error here says that it has just ended by itself.
                    let _ = self.child.kill();
                    break self.child.wait().ok();
                }
                Ok(Some(status)) => break Some(status),
                Err(_) => break None,
            }
        };
        if let Some(listener) = self.listener.take() {
            // The listener has nothing to lose by a panic: it owns no state.
            let _ = listener.join();
        }
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Keeps what the engine says on stderr until it is passed on or explains why
/// the engine ended. Without a listener a full pipe would stop the engine.
fn listen(errors: ChildStderr, said: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(errors).lines().map_while(Result::ok) {
            let mut said = lock(&said);
            said.push_str(&line);
            said.push('\n');
        }
    })
}

/// A text that a panicking thread left behind is still a text.
fn lock(said: &Mutex<String>) -> MutexGuard<'_, String> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}
