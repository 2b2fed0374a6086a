//! The result of a query, with where it comes from.

mod convert;
pub(crate) mod flatten;
mod labels;
mod published;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use convert::NotFinite;
use perspektiv_disclosure::{Provenance, Published, Rule, Submission, Table, publish};
pub use published::Mode;

use crate::engine::identity::is_about_persons;
use crate::{Definition, FileProblem, QueryError, suggest};

/// The rows that answer a query, as computed: nothing is hidden yet.
///
/// Structs, such as those of `survey_proportion`, have become columns: `andel`
/// is `andel` (the estimate), `andel_se`, `andel_low`, `andel_high`, `andel_n`, ….
#[derive(Debug, Clone)]
pub struct Answer {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    definition: Option<Arc<Definition>>,
    provenance: Provenance,
    about_persons: bool,
    /// What an audience may see, of a result that has been published.
    shown: Option<Table>,
}

impl Answer {
    pub(crate) fn new(
        schema: &Schema,
        batches: Vec<RecordBatch>,
        definition: Option<Arc<Definition>>,
        provenance: Provenance,
    ) -> Result<Self, QueryError> {
        let about_persons = is_about_persons(schema);
        let (schema, batches) = flatten::rows(schema, &batches).map_err(|error| QueryError::Execution {
            message: format!("{error}."),
        })?;
        Ok(Self {
            schema,
            batches,
            definition,
            provenance,
            about_persons,
            shown: None,
        })
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The rows, in the order of the query.
    #[must_use]
    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same rows with these columns only, in this order.
    ///
    /// # Errors
    /// A column that the result lacks; the error says which there are.
    pub fn select(mut self, columns: &[impl AsRef<str>]) -> Result<Self, QueryError> {
        let position = |name: &str| {
            self.schema.index_of(name).map_err(|_| {
                let names = self.schema.fields().iter().map(|field| field.name().as_str());
                let hint = suggest::hint(name, "columns", names, "");
                QueryError::parameter(format!("The result has no column `{name}`. {hint}"))
            })
        };
        let chosen = columns
            .iter()
            .map(|name| position(name.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        let failed = |error: ArrowError| QueryError::Execution {
            message: format!("{error}."),
        };
        self.schema = Arc::new(self.schema.project(&chosen).map_err(failed)?);
        if let Some(shown) = &mut self.shown {
            shown.columns = project(&shown.columns, &chosen);
            for row in &mut shown.rows {
                *row = project(row, &chosen);
            }
        }
        for batch in &mut self.batches {
            *batch = batch.project(&chosen).map_err(failed)?;
        }
        Ok(self)
    }

    /// The columns that the query's own overview names, in its order; all where it
    /// names none.
    ///
    /// # Errors
    /// It names a column that the result lacks.
    pub fn overview(self) -> Result<Self, QueryError> {
        match self.definition.clone() {
            Some(definition) if !definition.overview.is_empty() => self.select(&definition.overview),
            _ => Ok(self),
        }
    }

    /// The query, unless it was free SQL.
    #[must_use]
    pub fn definition(&self) -> Option<&Arc<Definition>> {
        self.definition.as_ref()
    }

    /// Snapshot, parameters and sources.
    #[must_use]
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// The rows as plain values, with the headings and units of the front matter.
    ///
    /// A share that `survey_proportion` computed is a fraction in SQL, in files and
    /// here; only where the front matter gives its column the unit `procent` is it
    /// multiplied by 100, with its error and limits.
    #[must_use]
    pub fn table(&self) -> Table {
        self.plain(usize::MAX, NotFinite::Missing)
    }

    /// The first rows of [`Answer::table`] for the analyst, who is told of numbers
    /// that are not finite.
    pub(crate) fn head(&self, rows: usize) -> Table {
        self.plain(rows, NotFinite::Shown)
    }

    fn plain(&self, rows: usize, not_finite: NotFinite) -> Table {
        if let Some(shown) = &self.shown {
            return Table {
                columns: shown.columns.clone(),
                rows: shown.rows.iter().take(rows).cloned().collect(),
            };
        }
        let columns = labels::columns(&self.schema, self.definition.as_deref());
        let rows = convert::rows(&self.schema, &columns, &self.batches, rows, not_finite);
        Table { columns, rows }
    }

    /// The result as an audience may see it, by the rule of its query, when it sees nothing else.
    ///
    /// # Errors
    /// As [`Answer::submission`]; or the rule names a column that the result lacks.
    pub fn publish(&self) -> Result<Published, QueryError> {
        let Submission {
            table,
            rule,
            provenance,
        } = self.with_rule()?;
        // A column of identities is told before a rule that does not fit them.
        let published = publish(table, &rule, provenance)?;
        self.rule()?;
        Ok(published)
    }

    /// The result with the rule of its query, to be published together with others.
    ///
    /// # Errors
    /// The query has no rule (free SQL never has), or calls rows about persons public.
    pub fn submission(&self) -> Result<Submission, QueryError> {
        self.rule()?;
        self.with_rule()
    }

    fn with_rule(&self) -> Result<Submission, QueryError> {
        let definition = self.definition.as_deref();
        match definition.and_then(|definition| definition.disclosure.as_ref()) {
            Some(rule) => Ok(Submission {
                table: self.table(),
                rule: with_choices(rule.clone(), definition),
                provenance: self.provenance.clone(),
            }),
            None => Err(QueryError::NoRule {
                query: definition.map_or_else(
                    || "free SQL".to_owned(),
                    |definition| format!("the query `{}`", definition.name),
                ),
            }),
        }
    }

    /// The result as an audience may see it, by a rule of the caller's.
    ///
    /// # Errors
    /// The rule names a column that the result lacks or that holds no numbers.
    pub fn publish_by(&self, rule: &Rule) -> Result<Published, QueryError> {
        let published = publish(self.table(), rule, self.provenance.clone())?;
        match (rule, self.about_persons) {
            (Rule::Public, true) => Err(QueryError::NotPublic {
                query: self.provenance.query.clone(),
            }),
            _ => Ok(published),
        }
    }

    /// The rule by which the result may be published, if its query has one.
    ///
    /// # Errors
    /// It says that the result is public already, and it was made from rows about persons.
    pub fn rule(&self) -> Result<Option<&Rule>, QueryError> {
        match &self.definition {
            None => Ok(None),
            Some(definition) => {
                definition.may_be_public(self.about_persons)?;
                Ok(definition.disclosure.as_ref())
            }
        }
    }
}

fn project<T: Clone>(all: &[T], chosen: &[usize]) -> Vec<T> {
    chosen
        .iter()
        .filter_map(|&index| all.get(index).cloned())
        .collect()
}

/// The rule, told which parameters choose among the values of a column: different ones are about
/// different persons, as those of `kommun` are. Cut-offs are not.
fn with_choices(mut rule: Rule, definition: Option<&Definition>) -> Rule {
    if let (Rule::Secrecy(rule), Some(definition)) = (&mut rule, definition) {
        let parameters = definition.parameters.iter();
        let choices = parameters.filter(|parameter| parameter.values_from.is_some());
        rule.apart.extend(choices.map(|parameter| parameter.name.clone()));
    }
    rule
}

impl Definition {
    /// Checks that a result which is made from rows about persons is not called public.
    pub(crate) fn may_be_public(&self, about_persons: bool) -> Result<(), QueryError> {
        match (&self.disclosure, about_persons) {
            (Some(Rule::Public), true) => Err(QueryError::NotPublic {
                query: self.name.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Checks that the front matter speaks of columns that the result has, and that
    /// a result which is to be published has no identities.
    pub(crate) fn agree_with(&self, schema: &Schema) -> Result<(), FileProblem> {
        let named = self
            .columns
            .keys()
            .map(|name| ("section `[columns]`", name.as_str()));
        let shown = self
            .overview
            .iter()
            .map(|name| ("list `overview`", name.as_str()));
        let ruled = labels::rule_columns(self.disclosure.as_ref());
        let ruled = ruled.into_iter().map(|name| ("section `[disclosure]`", name));
        for (place, name) in named.chain(shown).chain(ruled) {
            if schema.field_with_name(name).is_err() {
                let names = schema.fields().iter().map(|field| field.name().as_str());
                return Err(FileProblem {
                    path: self.path.clone(),
                    line: 1,
                    column: 1,
                    message: format!(
                        "The {place} names the column `{name}`, which the result does \
                         not have. {}",
                        crate::suggest::hint(name, "columns", names, "It has no columns.")
                    ),
                });
            }
        }
        let mut fields = schema.fields().iter();
        if let (Some(_), Some(field)) = (&self.disclosure, fields.find(|field| labels::is_identity(field))) {
            return Err(FileProblem {
                path: self.path.clone(),
                line: 1,
                column: 1,
                message: format!(
                    "The result has the column `{}`, which holds identities (pseudonyms too), and so can \
                     never be published. Leave it out, count with count(DISTINCT …), or remove the section \
                     `[disclosure]` if the query is for analysis only.",
                    field.name()
                ),
            });
        }
        Ok(())
    }
}
