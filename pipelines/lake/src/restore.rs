//! Going back to an older snapshot by going on from it: history is never rewritten.

use crate::removed::Removed;
use crate::{Lake, LakeError, Snapshot, Verify, WriterLock};

impl Lake {
    /// Makes a new snapshot with the tables, deliveries and runs of snapshot `number`.
    ///
    /// Every file of it is read first: what is damaged or was removed is not brought back.
    ///
    /// # Errors
    /// There is no such snapshot, it is the newest already, or a file of it is damaged or was removed by
    /// vacuum; the file system refuses. Nothing is changed then.
    pub fn restore(&self, lock: &WriterLock, number: u64) -> Result<Snapshot, LakeError> {
        let mut transaction = self.begin(lock)?;
        let old = self.snapshot(number)?;
        if transaction.base().is_some_and(|base| base.number == number) {
            return Err(LakeError::invalid(format!(
                "Snapshot {number} is the newest: there is nothing to restore. `perspektiv lake history` lists the older ones."
            )));
        }
        let removed = Removed::read(self.root())?;
        for (table, _, file) in old.files() {
            // Also one that a killed vacuum has not come to yet: the next one removes it.
            if let Some(gone) = removed.of(&file.path) {
                return Err(LakeError::vacuumed(table, gone.kept, gone.at));
            }
        }
        if let Some(damaged) = self.damaged(&old.tables, Verify::All)?.first() {
            let path = self.root().join(&damaged.file.path);
            return Err(LakeError::damaged_file(
                &path,
                &damaged.table,
                damaged.file.made_for(),
                &damaged.what,
            ));
        }
        transaction.restore(&old);
        transaction.commit()
    }
}
