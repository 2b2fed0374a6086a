//! Which datasets a refresh looks at: those that were named, and those that
//! have to come along so that the snapshot is right.

use std::collections::BTreeSet;

use perspektiv_identity::{Key, Pseudonymiser, ReservePattern};
use perspektiv_lake::Snapshot;

use super::RefreshOptions;
use super::damage::Damage;
use super::plan::run_of;
use crate::convert::Identity;
use crate::definition::{Definition, Definitions, Source};
use crate::error::PipelineError;
use crate::quarantine;
use crate::workspace::Workspace;

/// What a refresh looks at.
pub(crate) struct Scope<'d> {
    /// The datasets that are read from deliveries; derived ones follow them.
    pub(crate) chosen: Vec<(&'d Definition, &'d Source)>,
    /// Tables to be made again although nothing about them is new.
    pub(crate) again: BTreeSet<String>,
    /// What turns person numbers into pseudonyms, if a dataset holds any.
    pub(crate) identity: Option<Identity>,
    /// What tells our key of the pseudonyms from others, where a dataset has any.
    pub(crate) key: Option<String>,
    /// Datasets whose pseudonyms were made by their senders, and came when our key was another.
    pub(crate) strange: BTreeSet<String>,
    /// Why more is done than was asked for, and what does not fit together: sentences.
    pub(crate) notes: Vec<String>,
}

impl<'d> Scope<'d> {
    /// Decides what to look at.
    ///
    /// # Errors
    /// A name that no dataset has, or a key that cannot be used.
    pub(crate) fn new(
        workspace: &Workspace,
        definitions: &'d Definitions,
        base: Option<&Snapshot>,
        options: &RefreshOptions,
        damage: &Damage,
    ) -> Result<Self, PipelineError> {
        let sources = || {
            definitions
                .all()
                .iter()
                .filter_map(|definition| Some((definition, definition.source()?)))
        };
        check_names(definitions, &options.datasets)?;
        let named = |definition: &Definition| {
            options.datasets.is_empty() || options.datasets.contains(&definition.name)
        };
        let mut again = damage.tables();
        if !definitions.errors().is_empty() {
            // What a definition makes that is wrong cannot be made again.
            again.retain(|table| table == quarantine::TABLE || definitions.of_table(table).is_some());
        }
        if options.force {
            let forced = definitions.all().iter().filter(|definition| named(definition));
            again.extend(forced.map(|definition| definition.table.clone()));
        }
        let mut wanted: BTreeSet<&str> = sources()
            .filter(|(definition, _)| named(definition) || again.contains(&definition.table))
            .map(|(definition, _)| definition.name.as_str())
            .collect();
        let mut notes: Vec<String> = damage.notes().collect();

        let persons: Vec<&Definition> = sources()
            .filter(|(_, source)| source.has_persons())
            .map(|(definition, _)| definition)
            .collect();
        let identity = match persons.iter().any(|one| wanted.contains(one.name.as_str())) {
            true => Some(identity(workspace)?),
            false => None,
        };
        if let Some(identity) = &identity {
            let others = base.iter().flat_map(|base| &base.runs);
            let mut others = others.filter(|run| definitions.get(&run.dataset).is_none());
            if !definitions.errors().is_empty()
                && others.any(|run| is_of_another_key(base, &run.dataset, identity))
            {
                return Err(PipelineError::Definitions(definitions.errors().to_vec()));
            }
            // Two keys in one snapshot: the same person would be two, and no join would tell.
            let old: Vec<&str> = persons
                .iter()
                .filter(|one| is_of_another_key(base, &one.name, identity))
                .map(|one| one.name.as_str())
                .collect();
            if !old.is_empty() {
                notes.push(format!(
                    "The key of the pseudonyms has changed: every dataset with persons is read again ({}).",
                    old.join(", ")
                ));
                wanted.extend(old);
            }
        }
        let ready = sources().filter(|(_, source)| source.has_pseudonyms());
        let ready: Vec<&str> = ready.map(|(definition, _)| definition.name.as_str()).collect();
        let key = match (&identity, ready.is_empty()) {
            (Some(identity), _) => Some(identity.pseudonymiser.fingerprint()),
            // Without persons of our own a key is not needed, and need not be there.
            (None, false) => key_of(workspace),
            (None, true) => None,
        };
        let strange = ready.into_iter().filter(|dataset| {
            let old = run_of(base, dataset).and_then(|run| run.key.as_ref());
            old.zip(key.as_ref()).is_some_and(|(old, now)| old != now)
        });
        Ok(Self {
            strange: strange.map(str::to_owned).collect(),
            key,
            chosen: sources()
                .filter(|(definition, _)| wanted.contains(definition.name.as_str()))
                .collect(),
            again,
            identity,
            notes,
        })
    }

    /// The snapshot before as it counts: without the tables that are made
    /// again, so that they are new to all who compare with it.
    pub(crate) fn view(&self, base: Option<&Snapshot>) -> Option<Snapshot> {
        let mut view = base?.clone();
        view.tables.retain(|table, _| !self.again.contains(table));
        Some(view)
    }
}

/// Whether the dataset of a snapshot was made with another key than this one.
pub(crate) fn is_of_another_key(base: Option<&Snapshot>, dataset: &str, identity: &Identity) -> bool {
    let key = run_of(base, dataset).and_then(|run| run.key.as_ref());
    key.is_some_and(|key| *key != identity.pseudonymiser.fingerprint())
}

/// What tells the key from others, if there is one.
fn key_of(workspace: &Workspace) -> Option<String> {
    let identity = identity(workspace).ok()?;
    Some(identity.pseudonymiser.fingerprint())
}

/// What turns person numbers into pseudonyms.
///
/// # Errors
/// The key is not there, or is none.
pub(crate) fn identity(workspace: &Workspace) -> Result<Identity, PipelineError> {
    let reserve = &workspace.settings().reserve_numbers;
    Ok(Identity {
        pseudonymiser: Pseudonymiser::new(&Key::load(&workspace.key_file())?),
        reserve: reserve
            .iter()
            .map(|pattern| ReservePattern::new(pattern))
            .collect::<Result<_, _>>()?,
    })
}

/// Refuses names that no dataset has. That of a derived one is fine: it follows
/// its sources by itself.
///
/// # Errors
/// The first such name, with what was probably meant.
pub(crate) fn check_names(definitions: &Definitions, named: &[String]) -> Result<(), PipelineError> {
    match named.iter().find(|name| definitions.get(name).is_none()) {
        None => Ok(()),
        Some(name) => {
            let known: Vec<&str> = definitions.all().iter().map(|one| one.name.as_str()).collect();
            Err(PipelineError::unknown_dataset(name, &known))
        }
    }
}
