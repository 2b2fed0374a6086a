//! What is there, without changing anything.

use jiff::Timestamp;
use perspektiv_lake::{Checksums, Delivery, Snapshot, Verify};
use serde::Serialize;

use crate::convert::Identity;
use crate::definition::Definitions;
use crate::deliveries::{self, Found, Search};
use crate::error::PipelineError;
use crate::fetch::Last;
use crate::refresh::{Damage, identity, is_of_another_key, key_salt, run_of};
use crate::refused::{RefusedRun, refused_runs};
use crate::schedule::{Outlook, day_in_sweden};
use crate::workspace::Workspace;

/// How one dataset stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetStatus {
    /// The dataset.
    pub dataset: String,
    /// Its title, in Swedish.
    pub title: String,
    /// The table it becomes.
    pub table: String,
    /// Whether it is made of other tables.
    pub derived: bool,
    /// Rows of the table.
    pub rows: u64,
    /// Rows of its deliveries that were rejected.
    pub rejected: u64,
    /// Deliveries that its rows come from.
    pub deliveries: usize,
    /// When the last of them was first read.
    pub arrived: Option<Timestamp>,
    /// What its API is asked, in a line, if it has one.
    pub api: Option<String>,
    /// When its API was last asked and answered, with something new or not.
    pub asked: Option<Timestamp>,
    /// The snapshot in which the table last changed.
    pub snapshot: Option<u64>,
    /// How long its last run took, in seconds.
    pub seconds: Option<f64>,
    /// Files on disk that have not been read.
    pub new: usize,
    /// Files that have been touched since they were read, and may hold something else.
    pub touched: usize,
    /// Deliveries whose files are gone, where the table is what lies in the folder.
    pub gone: usize,
    /// Files, folders and links that may hold deliveries, and cannot be read.
    pub unreadable: usize,
    /// The definition is another than the one the table was made with.
    pub redefined: bool,
    /// The key of the pseudonyms is another than the one the table was made with.
    pub key_changed: bool,
    /// Files of the table in the lake that are lost or damaged.
    pub damaged: usize,
    /// Why the last refresh of the dataset changed nothing, when its data were refused.
    pub refused: Option<RefusedRun>,
    /// When its last delivery came, and when the next is to be expected and needed.
    #[serde(flatten)]
    pub outlook: Outlook,
}

impl DatasetStatus {
    /// Whether a refresh would have something to do for it.
    pub fn is_behind(&self) -> bool {
        self.new + self.touched + self.gone + self.unreadable + self.damaged > 0
            || self.redefined
            || self.key_changed
    }
}

/// How every dataset stands: from the newest manifest, the deliveries' stamps,
/// and the files of the lake, of which [`Verify::Changed`] opens only those that
/// somebody has touched.
///
/// Datasets whose definitions are wrong are left out: [`Definitions::load_right`] says which, and what is wrong.
///
/// # Errors
/// The definitions, the lake or the archive cannot be read.
pub fn status(workspace: &Workspace, verify: Verify) -> Result<Vec<DatasetStatus>, PipelineError> {
    status_at(workspace, verify, Timestamp::now())
}

/// How every dataset stands, seen from a moment: it decides what is due.
///
/// # Errors
/// As [`status`].
pub fn status_at(
    workspace: &Workspace,
    verify: Verify,
    now: Timestamp,
) -> Result<Vec<DatasetStatus>, PipelineError> {
    let definitions = Definitions::load_right(workspace).map_err(PipelineError::Definitions)?;
    status_of(workspace, &definitions, verify, now)
}

/// How the datasets of definitions stand.
pub(crate) fn status_of(
    workspace: &Workspace,
    definitions: &Definitions,
    verify: Verify,
    now: Timestamp,
) -> Result<Vec<DatasetStatus>, PipelineError> {
    let today = day_in_sweden(now);
    let wheel = &workspace.settings().wheel;
    let lake = workspace.lake()?;
    let known = lake.deliveries();
    let base = lake.latest()?;
    let base = base.as_ref();
    let damage = Damage::look(&lake, base, verify)?;
    // A key that is not there is for `refresh` to complain about.
    let identity = identity(workspace).ok();
    let mut refused = refused_runs(&lake)?;
    let mut all = Vec::new();
    for definition in definitions.all() {
        let run = run_of(base, &definition.name);
        let table = base.and_then(|base| base.tables.get(&definition.table));
        let before: Vec<&Delivery> = base
            .iter()
            .flat_map(|base| &base.deliveries)
            .filter(|delivery| delivery.dataset == definition.name)
            .collect();
        let arrived = before.iter().map(|delivery| delivery.arrived).max();
        let mut status = DatasetStatus {
            dataset: definition.name.clone(),
            title: definition.title.clone(),
            table: definition.table.clone(),
            derived: definition.derived().is_some(),
            rows: table.map_or(0, |table| table.rows()),
            rejected: before.iter().map(|delivery| delivery.rejected).sum(),
            deliveries: before.len(),
            arrived,
            api: None,
            asked: None,
            snapshot: table.map(|table| table.changed),
            seconds: run.map(|run| run.seconds),
            new: 0,
            touched: 0,
            gone: 0,
            unreadable: 0,
            redefined: false,
            key_changed: false,
            damaged: damage.of(&definition.table),
            refused: refused.remove(&definition.name),
            outlook: Outlook::default(),
        };
        let fingerprint = match definition.source() {
            None => Some(definition.fingerprint("")),
            Some(source) => {
                if let Some(asking) = &source.api {
                    status.api = Some(asking.query.to_string());
                    status.asked = Last::of(workspace, definition).asked();
                }
                let last = arrived.map(day_in_sweden);
                status.outlook = Outlook::new(&definition.freshness, last, today, wheel);
                let Search {
                    found,
                    named_after_persons,
                    unreadable,
                    ..
                } = deliveries::find(&workspace.deliveries(), source);
                status.new += named_after_persons.len();
                status.unreadable = unreadable.len();
                compare(&mut status, &before, &found, &known, source.update.keeps());
                let persons = source.has_persons();
                status.key_changed = persons && another_key(base, &definition.name, identity.as_ref());
                (identity.is_some() || !persons)
                    .then(|| definition.fingerprint(&key_salt(source, identity.as_ref())))
            }
        };
        if let (Some(fingerprint), Some(run)) = (fingerprint, run) {
            status.redefined = run.definition_hash != fingerprint;
        }
        all.push(status);
    }
    for (at, definition) in definitions.all().iter().enumerate() {
        if let (Some(derived), Some(run)) = (definition.derived(), run_of(base, &definition.name)) {
            let later = |table: &String| {
                base.and_then(|base| base.tables.get(table))
                    .is_some_and(|table| table.changed > run.snapshot)
            };
            all[at].redefined |= derived.from.iter().any(later);
        }
        all[at].redefined |= run_of(base, &definition.name).is_none() && base.is_some();
    }
    Ok(all)
}

fn another_key(base: Option<&Snapshot>, dataset: &str, identity: Option<&Identity>) -> bool {
    identity.is_some_and(|identity| is_of_another_key(base, dataset, identity))
}

fn compare(
    status: &mut DatasetStatus,
    before: &[&Delivery],
    found: &[Found],
    known: &Checksums,
    keeps: bool,
) {
    let moved = |file: &Found| {
        keeps
            && before
                .iter()
                .filter(|delivery| !found.iter().any(|file| file.name == delivery.path))
                .any(|delivery| file.is_known_as(delivery, known))
    };
    for file in found {
        match before.iter().find(|delivery| delivery.path == file.name) {
            None if moved(file) => {}
            None => status.new += 1,
            Some(delivery) if !file.is_known_as(delivery, known) => status.touched += 1,
            Some(_) => {}
        }
    }
    let gone = before
        .iter()
        // What lies where nobody can look is not gone.
        .filter(|_| status.unreadable == 0)
        .filter(|delivery| !keeps && !found.iter().any(|file| file.name == delivery.path))
        .count();
    status.gone = gone;
}
