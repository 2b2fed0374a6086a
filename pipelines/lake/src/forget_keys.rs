//! Keeps the optimizer from believing in keys that are none.
//!
//! DataFusion 55 tracks which columns of a plan determine the others, and gets it wrong once a grouped table has
//! been joined to other rows and grouped again: the key of the first grouping then passes for one of the second.
//! It drops keys of ORDER BY and GROUP BY after it, and takes DISTINCT away
//! (<https://github.com/apache/datafusion/issues/23634> and its kin). Nothing here declares keys, so all that is
//! known this way are shortcuts, and they are forgotten before each rule that takes them.

use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchemaRef, FunctionalDependencies};
use datafusion::error::Result as QueryResult;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};

/// The rules that take shortcuts by keys.
const TAKERS: &[&str] = &[
    "replace_distinct_aggregate",
    "eliminate_join",
    "eliminate_duplicated_expr",
    "optimize_projections",
];

/// The optimizer's rules, with none that believes in keys.
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = Vec::new();
    for rule in Optimizer::new().rules {
        if TAKERS.contains(&rule.name()) {
            rules.push(Arc::new(ForgetKeys));
        }
        rules.push(rule);
    }
    rules
}

#[derive(Debug)]
struct ForgetKeys;

impl OptimizerRule for ForgetKeys {
    fn name(&self) -> &str {
        "forget_keys"
    }

    fn rewrite(&self, plan: LogicalPlan, _: &dyn OptimizerConfig) -> QueryResult<Transformed<LogicalPlan>> {
        // Whether anything was forgotten changes nothing that the optimizer's next round could use.
        let forgotten = plan.transform_up_with_subqueries(|plan| forget(plan).map(Transformed::yes))?;
        Ok(Transformed::new_transformed(forgotten.data, false))
    }
}

/// One node without what is known of its keys; those that are not named have the columns of their input.
fn forget(mut plan: LogicalPlan) -> QueryResult<LogicalPlan> {
    let schema = match &mut plan {
        LogicalPlan::Aggregate(node) => &mut node.schema,
        LogicalPlan::Projection(node) => &mut node.schema,
        LogicalPlan::SubqueryAlias(node) => &mut node.schema,
        LogicalPlan::Join(node) => &mut node.schema,
        LogicalPlan::Window(node) => &mut node.schema,
        LogicalPlan::Union(node) => &mut node.schema,
        LogicalPlan::Unnest(node) => &mut node.schema,
        LogicalPlan::TableScan(node) => &mut node.projected_schema,
        _ => return Ok(plan),
    };
    *schema = without_keys(schema)?;
    Ok(plan)
}

fn without_keys(schema: &DFSchemaRef) -> QueryResult<DFSchemaRef> {
    if schema.functional_dependencies().is_empty() {
        return Ok(Arc::clone(schema));
    }
    let forgotten = schema
        .as_ref()
        .clone()
        .with_functional_dependencies(FunctionalDependencies::empty())?;
    Ok(Arc::new(forgotten))
}
