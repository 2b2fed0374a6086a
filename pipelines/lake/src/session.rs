//! The one hardened DataFusion session: it reaches the files of the tables it was opened with, and
//! nothing else on the disk or the network.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::error::{DataFusionError, Result as QueryResult};
use datafusion::execution::FunctionRegistry as _;
use datafusion::execution::disk_manager::{DiskManager, DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::execution::spill_file::{SpillFile, TempFileFactory};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::bounded::Limits;
use crate::lake::spill_folder;
use crate::optimizer;
use crate::store::{OnlyTheLake, SCHEME, TableStore};
use crate::{Lake, LakeError, TableState, durable};

/// What a session may use of the machine.
#[derive(Clone, Debug, Default)]
pub struct SessionOptions {
    /// Memory in bytes before sorts, joins and aggregates spill to disk; by default 1 GiB.
    pub memory_limit: Option<usize>,
    /// Threads; by default one for each core.
    pub threads: Option<usize>,
    /// Rows in a batch; by default DataFusion's.
    pub batch_size: Option<usize>,
    /// Disk space in bytes for what does not fit in memory; by default 20 GiB.
    pub spill_limit: Option<u64>,
}

const GIB: usize = 1 << 30;

/// A DataFusion session over `tables`, by their names.
///
/// No file is read to open it: columns, files and sizes come from the manifest. Paths and URLs other
/// than `lake://` are refused, the lake is read-only, and only the files of `tables` can be reached.
/// What does not fit in memory goes to a private folder in the lake. Statements other than queries are
/// the caller's to refuse (`SQLOptions`).
///
/// # Errors
/// The lake's folder cannot be opened, or DataFusion refuses the configuration.
pub fn session(
    lake: &Lake,
    tables: &BTreeMap<String, TableState>,
    options: &SessionOptions,
) -> Result<SessionContext, LakeError> {
    open(lake, tables, options).map_err(|error| LakeError::session(lake.root(), error))
}

fn open(
    lake: &Lake,
    tables: &BTreeMap<String, TableState>,
    options: &SessionOptions,
) -> QueryResult<SessionContext> {
    let threads = options
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let store = match tables.values().any(|table| !table.files.is_empty()) {
        true => Some(Arc::new(TableStore::new(lake, tables)?)),
        false => None,
    };
    let memory = FairSpillPool::new(options.memory_limit.unwrap_or(GIB));
    let spill = Spill {
        folder: spill_folder(lake.root()),
        limit: options.spill_limit.unwrap_or(20 * GIB as u64),
        manager: Mutex::default(),
    };
    let runtime = RuntimeEnvBuilder::new()
        .with_object_store_registry(Arc::new(OnlyTheLake { tables: store }))
        .with_memory_pool(Arc::new(TrackConsumersPool::new(
            memory,
            std::num::NonZero::<usize>::MIN.saturating_add(4),
        )))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_temp_file_factory(Arc::new(spill)))
        .build_arc()?;

    let mut config = SessionConfig::new()
        .with_target_partitions(threads.max(1))
        .with_default_catalog_and_schema("perspektiv", "lake")
        .with_information_schema(false)
        // Row counts and minima come from the footers, which are read anyway; joins are planned by them.
        .with_collect_statistics(true);
    if let Some(rows) = options.batch_size {
        config = config.with_batch_size(rows.max(1));
    }
    // Rows that a filter drops are not decoded in the other columns: up to three times as fast where few
    // are left, measured, and no slower elsewhere.
    config.options_mut().execution.parquet.pushdown_filters = true;
    // A literal such as 0.8 is a DOUBLE, and so is what is computed with it: a DECIMAL quotient would be
    // cut after a few digits without a word. Money columns stay DECIMAL, and their sums are exact.
    config.options_mut().sql_parser.parse_float_as_decimal = false;

    // With it, a column that is given its own name again (`-x AS x`) keeps its old value when a field of a struct
    // is read above (DataFusion 55.2).
    config.options_mut().optimizer.enable_leaf_expression_pushdown = false;

    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .with_optimizer_rules(optimizer::rules())
        .with_relation_planners(vec![Arc::new(optimizer::NoKeysInFrom)])
        .build();
    state.register_function_rewrite(Arc::new(Limits))?;
    let context = SessionContext::new_with_state(state);
    let format =
        Arc::new(ParquetFormat::default().with_options(context.copied_table_options().parquet.clone()));
    for (name, table) in tables {
        context.register_table(
            TableReference::bare(name.as_str()),
            provider(&context, table, &format)?,
        )?;
    }
    Ok(context)
}

fn provider(
    context: &SessionContext,
    table: &TableState,
    format: &Arc<ParquetFormat>,
) -> QueryResult<Arc<dyn TableProvider>> {
    if table.files.is_empty() {
        // A listing table without paths forgets its columns.
        return Ok(Arc::new(EmptyTable::new(Arc::clone(&table.schema))));
    }
    let paths = table
        .files
        .iter()
        .map(|file| ListingTableUrl::parse(format!("{SCHEME}:///{}", file.path)))
        .collect::<QueryResult<Vec<_>>>()?;
    let options = ListingOptions::new(Arc::clone(format) as _).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(paths)
        .with_listing_options(options)
        .with_schema(Arc::clone(&table.schema));
    let cache = context.runtime_env().cache_manager.get_file_statistic_cache();
    Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
}

/// Spill files in a private folder that is made when the first one is needed, so that opening a session
/// writes nothing.
struct Spill {
    folder: PathBuf,
    limit: u64,
    manager: Mutex<Option<Arc<DiskManager>>>,
}

/// The folders that sessions of this process have spilled to.
static SPILLED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes what the queries of this process have spilled, also of those that still run: for a process
/// that ends without waiting for them.
pub fn remove_spill() {
    // Threads that still run may put one more file into a folder while it is removed.
    const TRIES: usize = 10;
    let folders = std::mem::take(&mut *SPILLED.lock().unwrap_or_else(PoisonError::into_inner));
    for folder in folders {
        let gone = || match std::fs::remove_dir_all(&folder) {
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
            Ok(()) => true,
        };
        let _ = (0..TRIES).any(|_| gone());
    }
}

impl TempFileFactory for Spill {
    fn create_temp_file(&self, description: &str) -> QueryResult<Arc<dyn SpillFile>> {
        let mut manager = self.manager.lock().unwrap_or_else(PoisonError::into_inner);
        // A session that rested for days finds its folder swept away.
        let usable = manager
            .as_ref()
            .filter(|manager| manager.temp_dir_paths().iter().all(|path| path.is_dir()));
        let manager = match usable {
            Some(usable) => Arc::clone(usable),
            None => {
                durable::create_private_folder(&self.folder).map_err(|error| {
                    DataFusionError::ResourcesExhausted(format!(
                        "the query needs more memory than it may use, and {} cannot be made to help ({error})",
                        self.folder.display()
                    ))
                })?;
                let new = DiskManagerBuilder::default()
                    .with_mode(DiskManagerMode::Directories(vec![self.folder.clone()]))
                    .with_max_temp_directory_size(self.limit)
                    .build()?;
                SPILLED
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(new.temp_dir_paths());
                Arc::clone(manager.insert(Arc::new(new)))
            }
        };
        manager.create_tmp_file(description)
    }
}
