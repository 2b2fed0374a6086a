//! The engine as a whole, on tables in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod functions;
mod output;
mod reference;
mod refusals;
mod ride;
mod traps;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::datasource::MemTable;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::engine::Origin;
use crate::{Catalog, Definition, Engine, EngineOptions, QueryError};

/// An engine on tables in memory, each in so many partitions.
fn engine(tables: &[(&str, RecordBatch)], partitions: usize, options: &EngineOptions) -> Engine {
    let config = SessionConfig::new().with_target_partitions(partitions);
    let context = SessionContext::new_with_config(config);
    for (name, batch) in tables {
        let size = batch.num_rows().div_ceil(partitions).max(1);
        let parts: Vec<Vec<RecordBatch>> = (0..partitions)
            .map(|part| {
                let start = (part * size).min(batch.num_rows());
                vec![batch.slice(start, size.min(batch.num_rows() - start))]
            })
            .collect();
        let table = MemTable::try_new(batch.schema(), parts).unwrap();
        context.register_table(*name, Arc::new(table)).unwrap();
    }
    let names = tables.iter().map(|(name, _)| (*name).to_owned()).collect();
    let origin = Origin {
        snapshot: 7,
        hash: "0123456789ab".to_owned(),
        synthetic: true,
        created: jiff::Timestamp::UNIX_EPOCH,
    };
    Engine::with_context(context, names, origin, Catalog::empty(), options).unwrap()
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Two columns and three rows, as a start.
fn small() -> Engine {
    use arrow::array::{Int32Array, StringArray};
    let table = batch([
        (
            "kommun",
            Arc::new(StringArray::from(vec!["1780", "1784", "1715"])) as ArrayRef,
        ),
        ("ar", Arc::new(Int32Array::from(vec![2022, 2023, 2024]))),
    ]);
    engine(&[("befolkning", table)], 2, &EngineOptions::default())
}

fn query(front_matter: &str, sql: &str) -> Arc<Definition> {
    let text = format!("/*+++\ntitle = \"Prov\"\n{front_matter}\n+++*/\n{sql}");
    Arc::new(Definition::parse(Path::new("tema/prov.sql"), &text).unwrap())
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

fn message(result: Result<crate::Answer, QueryError>) -> String {
    result.expect_err("should be refused").to_string()
}
