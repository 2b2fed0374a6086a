//! One file a command: its arguments, and how its answer is shown.

pub(crate) mod archive;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod engine;
pub(crate) mod functions;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod lake;
pub(crate) mod pseudonymise;
pub(crate) mod quarantine;
pub(crate) mod queries;
pub(crate) mod query;
pub(crate) mod refresh;
pub(crate) mod schedule;
pub(crate) mod slides;
pub(crate) mod snapshots;
pub(crate) mod sql;
pub(crate) mod status;
pub(crate) mod tables;
