//! The optimizer's rules, without shortcuts that give wrong answers (DataFusion 55.2).
//!
//! - It tracks which columns of a plan determine the others, and gets it wrong once a grouped table has been
//!   joined to other rows and grouped again: the key of the first grouping then passes for one of the second. It
//!   drops keys of ORDER BY and GROUP BY after it, and takes DISTINCT away
//!   (<https://github.com/apache/datafusion/issues/23634> and its kin). Nothing here declares keys, so all that is
//!   known this way are shortcuts, and they are forgotten before each rule that takes them. SQL is planned by them
//!   too: columns that a key is said to determine are added to GROUP BY, which splits groups. So whatever stands in
//!   FROM has none.
//! - It puts joins into another order, and loses a condition of ON whose one side needs columns of two tables.
//! - It takes a condition without columns (`'a' = 'b'`, of a constant column) below an aggregate that gives a row
//!   whatever comes in, and that row stays.

use std::cell::Cell;
use std::sync::Arc;

use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchemaRef, FunctionalDependencies, JoinType, NullEquality};
use datafusion::error::Result as QueryResult;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::utils::{conjunction, split_conjunction};
use datafusion::logical_expr::{Expr, LogicalPlan, Operator, binary_expr};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{Optimizer, OptimizerConfig, OptimizerRule};
use datafusion::sql::sqlparser::ast::TableFactor;

/// The rules that take shortcuts by keys.
const TAKERS: &[&str] = &[
    "replace_distinct_aggregate",
    "eliminate_join",
    "eliminate_duplicated_expr",
    "optimize_projections",
];

/// The optimizer's rules.
pub(crate) fn rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    let mut rules: Vec<Arc<dyn OptimizerRule + Send + Sync>> = Vec::new();
    for rule in Optimizer::new().rules {
        if TAKERS.contains(&rule.name()) {
            rules.push(Arc::new(ForgetKeys));
        }
        rules.push(match rule.name() {
            "eliminate_cross_join" => Arc::new(PlainKeys(rule)),
            "push_down_filter" => Arc::new(NotBelowTotals(rule)),
            _ => rule,
        });
    }
    rules
}

/// The rule that puts joins into another order, with keys that it loses made conditions first, which it keeps.
#[derive(Debug)]
struct PlainKeys(Arc<dyn OptimizerRule + Send + Sync>);

impl OptimizerRule for PlainKeys {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> QueryResult<Transformed<LogicalPlan>> {
        let plan = plan.transform_up_with_subqueries(|node| Ok(plain_keys(node)))?;
        let changed = plan.transformed;
        let mut rewritten = self.0.rewrite(plan.data, config)?;
        rewritten.transformed |= changed;
        Ok(rewritten)
    }
}

/// A join whose keys have one column a side at most; the others are conditions. Rules further on make keys of
/// those again that are.
fn plain_keys(plan: LogicalPlan) -> Transformed<LogicalPlan> {
    let is_plain = |side: &Expr| side.column_refs().len() <= 1;
    match plan {
        LogicalPlan::Join(mut join)
            if join.join_type == JoinType::Inner
                && !join
                    .on
                    .iter()
                    .all(|(left, right)| is_plain(left) && is_plain(right)) =>
        {
            let (keys, conditions) = std::mem::take(&mut join.on)
                .into_iter()
                .partition(|(left, right)| is_plain(left) && is_plain(right));
            join.on = keys;
            let same = match join.null_equality {
                NullEquality::NullEqualsNothing => Operator::Eq,
                NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
            };
            let conditions: Vec<(Expr, Expr)> = conditions;
            let conditions = conditions
                .into_iter()
                .map(|(left, right)| binary_expr(left, same, right));
            join.filter = conjunction(join.filter.take().into_iter().chain(conditions));
            Transformed::yes(LogicalPlan::Join(join))
        }
        plan => Transformed::no(plan),
    }
}

/// A rule that leaves conditions without columns above what gives a row for no rows.
#[derive(Debug)]
struct NotBelowTotals(Arc<dyn OptimizerRule + Send + Sync>);

impl OptimizerRule for NotBelowTotals {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        self.0.apply_order()
    }

    fn rewrite(
        &self,
        plan: LogicalPlan,
        config: &dyn OptimizerConfig,
    ) -> QueryResult<Transformed<LogicalPlan>> {
        if let LogicalPlan::Filter(filter) = &plan
            && let LogicalPlan::Aggregate(aggregate) = filter.input.as_ref()
            && has_total(&aggregate.group_expr)
            && split_conjunction(&filter.predicate)
                .iter()
                .any(|condition| condition.column_refs().is_empty())
        {
            return Ok(Transformed::no(plan));
        }
        self.0.rewrite(plan, config)
    }
}

/// Whether there may be a group of all rows, which is there without any.
fn has_total(groups: &[Expr]) -> bool {
    groups.is_empty() || groups.iter().any(|group| matches!(group, Expr::GroupingSet(_)))
}

/// Plans what stands in FROM as SQL does, and forgets which of its columns determine the others.
#[derive(Debug)]
pub(crate) struct NoKeysInFrom;

thread_local! {
    /// Whether the relation that is planned next came from [`NoKeysInFrom`] itself.
    static OWN: Cell<bool> = const { Cell::new(false) };
}

impl RelationPlanner for NoKeysInFrom {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> QueryResult<RelationPlanning> {
        if OWN.take() {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        }
        OWN.set(true);
        let plan = context.plan(relation)?;
        let plan = plan.transform_up_with_subqueries(|node| forget(node).map(Transformed::yes))?;
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
            plan.data, None,
        ))))
    }
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
