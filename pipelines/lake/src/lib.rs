//! Tables as Parquet files, snapshots as a hash chain, a Delta log beside each table.
//!
//! ```text
//! lake/
//!   snapshots/00000001.json …   what belongs together: the truth for our readers
//!   snapshots/removed-….json    which files vacuum has removed, each list older than the removing
//!   snapshots/damaged/          what a repair has set aside
//!   snapshots/00000004.given-up a number that a repair has given up, and nobody uses again
//!   HEAD                        the number and hash of the newest snapshot, so that its loss shows
//!   tables/<table>/….parquet    data files, written once and never changed
//!   tables/<table>/_delta_log/  the same for readers outside, newest state only
//!   cache/                      checksums of files that nobody has touched since; may be lost
//!   spill/                      what queries could not keep in memory
//!   writer.lock                 held by the one who writes
//! ```
//!
//! A reader opens a [`Snapshot`] with [`Lake::latest`] or [`Lake::snapshot`] and queries it with
//! [`session`]; it never sees half a change, nor two tables of different dates. A writer takes
//! [`Lake::lock`], begins a [`Transaction`], writes files with [`TableWriter`]s and commits.
//!
//! Order of durability: data files and their folders are synced before the manifest that names them, the
//! manifest before `HEAD` and the Delta logs. So a power failure at any moment leaves the old snapshot or
//! the new one; what fell behind is brought in step by the next [`Lake::begin`].
//!
//! Everything that must survive goes through `disk`, where tests make each call fail and drop what was
//! not synced. [`Lake::check`] looks at everything, [`Lake::restore`] goes back to an older snapshot,
//! [`Lake::repair`] goes on after damage, [`Lake::vacuum`] removes what only old snapshots need.
//!
//! A data file is compared with the checksum in the manifest before a query reads it, once after it was
//! last touched (see `checksums`).

mod bounded;
mod check;
mod checksums;
mod delta;
mod derive;
mod disk;
mod durable;
mod error;
mod expression;
mod given_up;
mod lake;
mod ledger;
mod lock;
mod manifest;
mod optimizer;
mod orphans;
mod removed;
mod repair;
mod restore;
mod schema;
mod session;
mod snapshot;
mod store;
mod supersede;
mod sweep;
#[cfg(test)]
mod tests;
mod transaction;
mod vacuum;
mod verify;
mod writer;

pub use check::{Finding, Health, Which};
pub use checksums::Checksums;
pub use durable::{create_private_folder, sync_folder};
pub use error::LakeError;
pub use expression::Expression;
pub use lake::Lake;
pub use ledger::{Entry, RunEntry};
pub use lock::WriterLock;
pub use orphans::Orphan;
pub use repair::{Change, Diagnosis, Lost};
pub use schema::{IDENTITY, SAMPLE};
pub use session::{SessionOptions, remove_spill, session};
pub use snapshot::{DataFile, DatasetRun, Delivery, Snapshot, TableState};
pub use supersede::Layer;
pub use transaction::Transaction;
pub use vacuum::{VacuumOptions, Vacuumed};
pub use verify::{DamagedFile, Verify};
pub use writer::TableWriter;

/// The program that manifests and Parquet files name as their maker.
const PROGRAM: &str = concat!("perspektiv ", env!("CARGO_PKG_VERSION"));

/// 64 bits of chance, for names that must not meet; not for secrets.
fn random(salt: u64) -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    // The standard library seeds each of these from the operating system and changes it every time.
    RandomState::new().hash_one((salt, std::process::id(), std::time::Instant::now()))
}
