//! Gives each survey table its `design` column.
//!
//! The design rides with the rows: an aggregate sees only the rows of its group,
//! and strata without a row there would otherwise be forgotten. So a table with
//! `design_*` columns, written at refresh, gets one more column that holds them and
//! the sample as a whole, which `survey_mean` and its kin read.

use std::sync::Arc;

use arrow::datatypes::Schema;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, ident, lit};
use datafusion::prelude::SessionContext;
use perspektiv_lake::SAMPLE;
use perspektiv_statistics::{Sample, Stratum};

use crate::functions::stored_design;

/// Name of the column.
const DESIGN: &str = "design";

/// Replaces a table that has design columns by a view with a `design` column;
/// leaves others as they are.
pub(crate) fn add(context: &SessionContext, table: &str) -> Result<()> {
    // Quoted, for a name is taken as it is and not folded to lower case.
    let reference = datafusion::common::TableReference::bare(table);
    let Some(provider) = context.deregister_table(reference.clone())? else {
        return Ok(());
    };
    let schema = provider.schema();
    let Some(design) = expression(table, &schema)? else {
        context.register_table(reference, provider)?;
        return Ok(());
    };
    let columns = schema.fields().iter().map(|field| ident(field.name()));
    let columns: Vec<Expr> = columns.chain([design.alias(DESIGN)]).collect();
    let plan = LogicalPlanBuilder::scan(reference.clone(), provider_as_source(provider), None)?
        .project(columns)?
        .build()?;
    context.register_table(reference, Arc::new(ViewTable::new(plan, None)))?;
    Ok(())
}

/// The design of a row, where the table has at least a stratum and a weight.
fn expression(table: &str, schema: &Schema) -> Result<Option<Expr>> {
    let has = |name: &str| schema.field_with_name(name).is_ok();
    let Ok(stratum) = schema.field_with_name("design_stratum") else {
        return Ok(None);
    };
    if has(DESIGN) || !has("design_weight") {
        return Ok(None);
    }
    // A table of an older version does not note its sample: it has no design.
    let Some(strata) = stratum.metadata().get(SAMPLE) else {
        return Ok(None);
    };
    let Some(samples) = samples(strata) else {
        return plan_err!(
            "the sample that the table {table} notes cannot be read; make it again with `perspektiv refresh --force`"
        );
    };
    let psu = match has("design_psu") {
        true => ident("design_psu"),
        false => lit(ScalarValue::Int64(None)),
    };
    Ok(Some(stored_design::udf().call(vec![
        ident("design_stratum"),
        psu,
        ident("design_weight"),
        lit(stored_design::noted(&samples)),
    ])))
}

/// One stratum as the table notes it: name, units, population and sum of weights.
type Noted = (String, u64, Option<f64>, Option<f64>);

/// The samples that a table notes, one for each wave in the order of its strata. One of before waves were samples
/// of their own notes a single one.
fn samples(noted: &str) -> Option<Vec<Sample>> {
    let (own, strata, waves) = serde_json::from_str::<(u64, Vec<Noted>, Vec<usize>)>(noted)
        .or_else(|_| {
            let (own, strata) = serde_json::from_str::<(u64, Vec<Noted>)>(noted)?;
            let all = strata.len();
            Ok::<_, serde_json::Error>((own, strata, vec![all]))
        })
        .ok()?;
    let mut strata = strata
        .into_iter()
        .map(|(name, units, population, weight)| Stratum {
            name,
            units,
            population,
            weight,
        });
    let samples = waves.iter().zip(own..).map(|(count, id)| Sample {
        id,
        strata: strata.by_ref().take(*count).collect(),
        ..Sample::default()
    });
    Some(samples.collect())
}
