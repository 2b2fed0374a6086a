//! What a commit to a Delta log says.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use deltalake_core::kernel::Action;
use deltalake_core::{DeltaResult, DeltaTable};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Target;
use crate::{TableState, schema};

/// The actions that turn what the log says into the target's state.
pub(super) fn actions(lake: &Path, table: &DeltaTable, target: &Target) -> DeltaResult<Vec<Action>> {
    let mut actions = Vec::new();
    let mut live: HashMap<String, Action> = HashMap::new();
    if let Some(state) = &table.state {
        for file in state.snapshot().try_log_data()?.iter() {
            live.insert(file.path().into_owned(), file.remove_action(true).into());
        }
    } else {
        actions.push(action(
            json!({ "protocol": { "minReaderVersion": 1, "minWriterVersion": 2 } }),
        )?);
    }
    if let Some(wanted) = &target.state {
        actions.extend(metadata(table, &target.table, wanted)?);
        for file in &wanted.files {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            if live.remove(name).is_none() {
                let modified = fs::metadata(lake.join(&file.path))
                    .and_then(|found| found.modified())
                    .ok()
                    .and_then(|time| Timestamp::try_from(time).ok())
                    .unwrap_or_else(Timestamp::now);
                actions.push(action(json!({ "add": {
                    "path": name,
                    "partitionValues": {},
                    "size": file.bytes,
                    "modificationTime": modified.as_millisecond(),
                    "dataChange": true,
                    "stats": json!({ "numRecords": file.rows }).to_string(),
                } }))?);
            }
        }
    }
    let mut gone: Vec<_> = live.into_iter().collect();
    gone.sort_by(|a, b| a.0.cmp(&b.0));
    actions.extend(gone.into_iter().map(|(_, remove)| remove));
    Ok(actions)
}

/// The metadata action, when there is none yet or its columns are others.
fn metadata(table: &DeltaTable, name: &str, wanted: &TableState) -> DeltaResult<Option<Action>> {
    let columns = schema::delta_schema(&wanted.schema);
    if let Some(state) = &table.state {
        let mut metadata = serde_json::to_value(state.metadata())?;
        let written = metadata["schemaString"].as_str().unwrap_or_default();
        if serde_json::from_str::<Value>(written)? == columns {
            return Ok(None);
        }
        metadata["schemaString"] = json!(columns.to_string());
        return action(json!({ "metaData": metadata })).map(Some);
    }
    action(json!({ "metaData": {
        "id": table_id(),
        "name": name,
        "format": { "provider": "parquet", "options": {} },
        "schemaString": columns.to_string(),
        "partitionColumns": [],
        "configuration": {
            // Others' maintenance must not take what our older snapshots still need …
            "delta.enableExpiredLogCleanup": "false",
            "delta.logRetentionDuration": "interval 5200 weeks",
            "delta.deletedFileRetentionDuration": "interval 5200 weeks",
            // … nor write minima and maxima of personal data into the log.
            "delta.dataSkippingNumIndexedCols": "0",
            "delta.checkpointInterval": "20",
        },
        "createdTime": Timestamp::now().as_millisecond(),
    } }))
    .map(Some)
}

fn action(value: Value) -> DeltaResult<Action> {
    Ok(serde_json::from_value(value)?)
}

/// A random (version 4) UUID, as the protocol wants for a table.
fn table_id() -> String {
    let random = |salt| u128::from(crate::random(salt));
    let bits = random(1) << 64 | random(2);
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let (a, rest) = hex.split_at(8);
    let (b, rest) = rest.split_at(4);
    let (c, rest) = rest.split_at(4);
    let (d, e) = rest.split_at(4);
    format!("{a}-{b}-{c}-{d}-{e}")
}
