//! Gives each survey table its `design` column.
//!
//! The design rides with the rows: an aggregate sees only the rows of its group,
//! and strata without a row there would otherwise be forgotten. So a table with
//! `design_*` columns (one constant a stratum each, written at refresh) gets one
//! more column that holds them all, which `survey_mean` and its kin read.

use std::sync::Arc;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::{Result, ScalarValue};
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, ident, lit};
use datafusion::prelude::SessionContext;

use crate::functions::survey_design;

/// Name of the column.
const DESIGN: &str = "design";

/// Replaces a table that has design columns by a view with a `design` column;
/// leaves others as they are.
pub(super) fn add(context: &SessionContext, table: &str) -> Result<()> {
    // Quoted, for a name is taken as it is and not folded to lower case.
    let reference = datafusion::common::TableReference::bare(table);
    let Some(provider) = context.deregister_table(reference.clone())? else {
        return Ok(());
    };
    let schema = provider.schema();
    let Some(design) = expression(&schema) else {
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

/// The design of a row, where the table has at least stratum, weight and the
/// number of units in the stratum.
fn expression(schema: &Schema) -> Option<Expr> {
    let has = |name: &str| schema.field_with_name(name).is_ok();
    let needed = ["design_stratum", "design_weight", "design_psus"];
    if has(DESIGN) || !needed.into_iter().all(has) {
        return None;
    }
    let or_null = |name: &str, data_type: &DataType| {
        if has(name) {
            Some(ident(name))
        } else {
            ScalarValue::try_from(data_type).ok().map(lit)
        }
    };
    Some(survey_design::udf().call(vec![
        ident("design_stratum"),
        or_null("design_psu", &DataType::Int64)?,
        ident("design_weight"),
        ident("design_psus"),
        or_null("design_fpc", &DataType::Float64)?,
    ]))
}
