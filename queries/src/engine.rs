//! The engine: answers queries on one snapshot of the lake.

pub(crate) mod design;
mod explain;
mod explained;
mod first_row;
pub(crate) mod identity;
mod limits;
mod merged_designs;
mod misread;
mod plan;
mod run;
mod stop;
mod values;
mod whole_sample;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::prelude::SessionContext;
use jiff::Timestamp;
use perspektiv_disclosure::Provenance;
use perspektiv_lake::{Lake, SessionOptions, Snapshot};

use crate::answer::{Answer, flatten};
use crate::catalog::{Catalog, Definition, bind, bind_defaults};
use crate::functions::stored_design;
use crate::{FUNCTIONS, QueryError};
use explain::Scene;
pub use limits::EngineOptions;
use plan::Values;
use run::Runner;
pub use stop::Stop;

/// Answers named queries and free SQL on one snapshot.
///
/// It reads the files that the snapshot lists and nothing else, and it changes
/// nothing. Its methods wait for the answer; they may be called from anywhere,
/// also from inside an async runtime.
pub struct Engine {
    pub(crate) context: SessionContext,
    runner: Runner,
    catalog: Catalog,
    origin: Origin,
    tables: Vec<String>,
}

/// The snapshot that results come from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) snapshot: u64,
    pub(crate) hash: String,
    pub(crate) synthetic: bool,
    pub(crate) created: Timestamp,
}

impl Engine {
    /// Opens the tables of a snapshot.
    ///
    /// # Errors
    /// The lake refuses the snapshot's files, or a table's design columns cannot
    /// be put together.
    pub fn open(
        lake: &Lake,
        snapshot: &Snapshot,
        catalog: Catalog,
        options: &EngineOptions,
    ) -> Result<Self, QueryError> {
        let session = SessionOptions {
            memory_limit: options.spill_beyond(),
            threads: options.threads,
            ..SessionOptions::default()
        };
        let context = perspektiv_lake::session(lake, &snapshot.tables, &session)?;
        let origin = Origin {
            snapshot: snapshot.number,
            hash: snapshot.hash.chars().take(12).collect(),
            synthetic: snapshot.synthetic,
            created: snapshot.created,
        };
        let tables = snapshot.tables.keys().cloned().collect();
        Self::with_context(context, tables, origin, catalog, options)
    }

    /// An engine on a session whose tables are registered already.
    pub(crate) fn with_context(
        context: SessionContext,
        tables: Vec<String>,
        origin: Origin,
        catalog: Catalog,
        options: &EngineOptions,
    ) -> Result<Self, QueryError> {
        // Without spans an error could not say in which line it is.
        context
            .state_ref()
            .write()
            .config_mut()
            .options_mut()
            .sql_parser
            .collect_spans = true;
        for function in FUNCTIONS {
            function.register(&context);
        }
        context.register_udf(stored_design::udf());
        for table in &tables {
            design::add(&context, table)
                .map_err(|error| explain::explain(&error, &Scene::sql(&tables, origin.snapshot)))?;
        }
        let threads = options
            .threads
            .or_else(|| std::thread::available_parallelism().ok().map(NonZero::get))
            .unwrap_or(1);
        let runner = Runner::new(threads, options.clone())?;
        Ok(Self {
            context,
            runner,
            catalog,
            origin,
            tables,
        })
    }

    /// When the snapshot was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.origin.created
    }

    /// The named queries.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The tables, sorted by name.
    #[must_use]
    pub fn tables(&self) -> &[String] {
        &self.tables
    }

    /// The names of all functions that SQL may call, sorted.
    #[must_use]
    pub fn functions(&self) -> Vec<String> {
        let state = self.context.state();
        let scalar = state.scalar_functions().keys();
        let names = scalar
            .chain(state.aggregate_functions().keys())
            .chain(state.window_functions().keys());
        let names: BTreeSet<String> = names.cloned().collect();
        names.into_iter().collect()
    }

    /// Answers a named query; parameters that are not given take their defaults.
    ///
    /// # Errors
    /// The query or a parameter is unknown, a value is not allowed, or the query
    /// fails; each says what to do.
    pub fn query(&self, name: &str, parameters: &BTreeMap<String, String>) -> Result<Answer, QueryError> {
        let definition = Arc::clone(self.catalog.get(name)?);
        self.run(&definition, parameters)
    }

    /// Answers a query that need not be in the catalog.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub fn run(
        &self,
        definition: &Arc<Definition>,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Answer, QueryError> {
        let bound = bind(definition, parameters)?;
        self.know_values(definition, &bound, parameters)?;
        let provenance = Provenance {
            query: definition.name.clone(),
            title: definition.title.clone(),
            parameters: bound.texts(),
            sources: definition.sources.clone(),
            unit: definition.unit.clone(),
            snapshot: self.origin.snapshot,
            snapshot_hash: self.origin.hash.clone(),
            synthetic: self.origin.synthetic,
        };
        let (schema, batches) = self.runner.collect(
            &self.context,
            &definition.sql,
            Values::Typed(bound),
            &Scene::file(&definition.path, &self.tables, self.origin.snapshot),
        )?;
        Answer::new(&schema, batches, Some(Arc::clone(definition)), provenance)
    }

    /// Answers free SQL: one query, reading only.
    ///
    /// # Errors
    /// The SQL is no query, names something that does not exist, or fails.
    pub fn sql(&self, sql: &str) -> Result<Answer, QueryError> {
        self.sql_with(sql, &BTreeMap::new())
    }

    /// Answers free SQL with values for its `$name` parameters; each takes the
    /// type that its place in the SQL asks for.
    ///
    /// # Errors
    /// As [`Engine::sql`]; also a parameter without value, a value that has not
    /// the type, or one that the SQL does not use.
    pub fn sql_with(&self, sql: &str, parameters: &BTreeMap<String, String>) -> Result<Answer, QueryError> {
        let provenance = Provenance {
            query: "sql".to_owned(),
            title: "Egen SQL".to_owned(),
            parameters: parameters.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            sources: Vec::new(),
            unit: None,
            snapshot: self.origin.snapshot,
            snapshot_hash: self.origin.hash.clone(),
            synthetic: self.origin.synthetic,
        };
        let (schema, batches) = self.runner.collect(
            &self.context,
            sql,
            Values::Texts(parameters.clone()),
            &Scene::sql(&self.tables, self.origin.snapshot),
        )?;
        Answer::new(&schema, batches, None, provenance)
    }

    /// Plans a query with its defaults, without running it, and returns the
    /// columns that its result will have.
    ///
    /// # Errors
    /// The SQL cannot be planned on this snapshot, the front matter's `[columns]`
    /// or `[disclosure]` name a column that the result lacks, or a parameter takes
    /// its values from a column that does not exist.
    pub fn check(&self, definition: &Definition) -> Result<SchemaRef, QueryError> {
        let schema = self.runner.schema(
            &self.context,
            &definition.sql,
            Values::Typed(bind_defaults(definition)),
            &Scene::file(&definition.path, &self.tables, self.origin.snapshot),
        )?;
        let about_persons = identity::is_about_persons(&schema);
        let schema = flatten::schema(&schema);
        definition.agree_with(&schema)?;
        definition.may_be_public(about_persons)?;
        self.check_values(definition)?;
        Ok(schema)
    }

    /// Plans SQL that stands in a file of another kind, from a line on, without
    /// running it, and returns the columns that its result will have.
    ///
    /// # Errors
    /// The SQL cannot be planned on this snapshot.
    pub fn check_sql(&self, file: &Path, line: usize, sql: &str) -> Result<SchemaRef, QueryError> {
        // The lines before it are made up, so that errors count from the file's first.
        let sql = "\n".repeat(line.saturating_sub(1)) + sql;
        self.runner.schema(
            &self.context,
            &sql,
            Values::Texts(BTreeMap::new()),
            &Scene::file(file, &self.tables, self.origin.snapshot),
        )
    }
}
