//! Files with which the machine's own scheduler runs a refresh of what is due.

mod cron;
mod systemd;
mod windows;

use std::path::{Path, PathBuf};

use jiff::civil::Time;

/// What is to be run, and when.
#[derive(Debug, Clone)]
pub struct Job {
    /// The program, with its folder.
    pub program: PathBuf,
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// The time of day, in Sweden; seconds do not count.
    pub at: Time,
}

/// A program that runs others at their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduler {
    /// systemd: a service and a timer.
    Systemd,
    /// cron: lines of a crontab.
    Cron,
    /// The Windows Task Scheduler: a task.
    Windows,
}

/// A file to be given to the scheduler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFile {
    /// Its name.
    pub name: &'static str,
    /// Its text, as people read it.
    pub text: String,
    /// Whether the scheduler wants UTF-16.
    utf16: bool,
}

impl UnitFile {
    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        const BYTE_ORDER_MARK: u16 = 0xFEFF;
        match self.utf16 {
            false => self.text.clone().into_bytes(),
            true => std::iter::once(BYTE_ORDER_MARK)
                .chain(self.text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
        }
    }
}

impl Scheduler {
    /// The files that make it run the job every day, and after a sleep.
    ///
    /// # Errors
    /// A path that the scheduler's files cannot hold: a sentence.
    pub fn files(self, job: &Job) -> Result<Vec<UnitFile>, String> {
        match self {
            Self::Systemd => systemd::files(job),
            Self::Cron => cron::files(job),
            Self::Windows => windows::files(job),
        }
    }

    /// How to put the files to use: commands, one a line.
    pub fn instructions(self) -> &'static str {
        match self {
            Self::Systemd => {
                "cp perspektiv-refresh.service perspektiv-refresh.timer ~/.config/systemd/user/\n\
                 systemctl --user daemon-reload\n\
                 systemctl --user enable --now perspektiv-refresh.timer\n\
                 loginctl enable-linger"
            }
            Self::Cron => "(crontab -l; cat perspektiv.cron) | crontab -",
            Self::Windows => {
                "schtasks /Create /TN perspektiv /XML perspektiv-refresh.xml\n\
                 (as administrator; what there is to tell stands in perspektiv-brev.txt of the workspace)"
            }
        }
    }
}

impl Job {
    /// The program and the workspace as text.
    fn paths(&self) -> Result<[&str; 2], String> {
        Ok([text(&self.program)?, text(&self.workspace)?])
    }
}

fn text(path: &Path) -> Result<&str, String> {
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text),
        _ => Err(format!(
            "{} has a control character in its name, or what is no text, and no scheduler takes that. Give it \
             another name.",
            path.display()
        )),
    }
}

#[cfg(test)]
mod tests;
