//! The first row that a query fails on.
//!
//! A query reads its rows in no order, and its aggregates see those of a group. What they refuse
//! is looked for again, one row after the other, so that the same row is told each time.

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Float64Type, UInt64Type};
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DataFusionError, Result};
use datafusion::dataframe::DataFrame;
use datafusion::execution::session_state::SessionState;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, cast, lit};
use datafusion::prelude::SessionContext;

use super::explain::within;
use crate::functions::survey_design::NAME as DESIGN;
use crate::functions::{BadDesign, BadValue, SIZES, Test};

/// The number of a row, from 1.
const NUMBER: &str = "__row";
/// The value in question.
const VALUE: &str = "__value";

/// So many characters of an expression are told.
const LONGEST: usize = 60;

/// The error of a plan, with the first row that it is about if it is about one.
pub(super) async fn told(
    context: &SessionContext,
    plan: &LogicalPlan,
    error: DataFusionError,
) -> DataFusionError {
    let state = in_order(context);
    if let Some(bad) = within::<BadValue>(&error) {
        // What cannot be looked for is told without its row.
        return match found(&state, plan, bad).await {
            Some(found) => DataFusionError::External(Box::new(found)),
            None => error,
        };
    }
    if within::<BadDesign>(&error).is_some() {
        // A design counts its rows, but as they came.
        let again = DataFrame::new(state, plan.clone()).collect().await;
        let error = again.err().unwrap_or(error);
        return match within::<BadDesign>(&error) {
            Some(bad) => DataFusionError::External(Box::new(designed(plan, bad))),
            None => error,
        };
    }
    error
}

/// The settings of a context, but that rows are read one after the other.
fn in_order(context: &SessionContext) -> SessionState {
    let mut state = context.state();
    state.config_mut().options_mut().execution.target_partitions = 1;
    state
}

/// The same with the column and the table, if there is one design in the plan.
fn designed(plan: &LogicalPlan, bad: &BadDesign) -> BadDesign {
    let found = calls(plan, DESIGN);
    let mut found = found.iter();
    let (Some(call), None) = (found.next(), found.next()) else {
        return bad.clone();
    };
    let column = match call.arguments.first() {
        Some(Expr::ScalarFunction(keys)) => {
            let mut pairs = keys.args.chunks_exact(2);
            pairs.find_map(|pair| match pair {
                [Expr::Literal(key, _), value] if key.try_as_str() == Some(Some(bad.key())) => {
                    Some(written(value))
                }
                _ => None,
            })
        }
        _ => None,
    };
    let mut rows = &call.rows;
    let table = loop {
        rows = match rows {
            LogicalPlan::Projection(node) => &node.input,
            LogicalPlan::SubqueryAlias(node) => &node.input,
            LogicalPlan::TableScan(scan) => break Some(format!("`{}`", scan.table_name.table())),
            _ => break None,
        };
    };
    BadDesign {
        column,
        table,
        ..bad.clone()
    }
}

/// The first row that has such a value, among those of the first call that has one.
async fn found(state: &SessionState, plan: &LogicalPlan, bad: &BadValue) -> Option<BadValue> {
    for call in calls(plan, bad.function) {
        if let Ok(Some(found)) = first(state, &call, bad).await {
            return Some(found);
        }
    }
    None
}

/// A call of a function: the rows that it gets, its arguments, and its filter.
struct Call {
    rows: LogicalPlan,
    arguments: Vec<Expr>,
    filter: Option<Expr>,
}

/// All calls of a function, the innermost last.
fn calls(plan: &LogicalPlan, function: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    // Looking does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        let [rows] = node.inputs()[..] else {
            return Ok(TreeNodeRecursion::Continue);
        };
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                let (name, arguments, filter) = match part {
                    Expr::AggregateFunction(call) => {
                        (call.func.name(), &call.params.args, call.params.filter.as_deref())
                    }
                    Expr::WindowFunction(call) => {
                        (call.fun.name(), &call.params.args, call.params.filter.as_deref())
                    }
                    Expr::ScalarFunction(call) => (call.func.name(), &call.args, None),
                    _ => return Ok(TreeNodeRecursion::Continue),
                };
                if name == function {
                    calls.push(Call {
                        rows: rows.clone(),
                        arguments: arguments.clone(),
                        filter: filter.cloned(),
                    });
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    calls
}

async fn first(state: &SessionState, call: &Call, bad: &BadValue) -> Result<Option<BadValue>> {
    let (rows, table) = numbered(&call.rows)?;
    let arguments = bad
        .values
        .iter()
        .map(|(place, value)| Some((call.arguments.get(*place)?, *value)));
    let Some(arguments) = arguments.collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let Some((argument, _)) = arguments.first() else {
        return Ok(None);
    };
    // A constant is the same in all rows.
    if arguments
        .iter()
        .all(|(argument, _)| argument.column_refs().is_empty())
    {
        return Ok(None);
    }
    let value = cast((*argument).clone(), DataType::Float64);
    let is_bad = match bad.test() {
        // NaN is the largest of all numbers here.
        Test::NotFinite => value.clone().not_between(lit(f64::MIN), lit(f64::MAX)),
        Test::Negative => value.clone().lt(lit(0.0)),
        Test::NotPositive => value.clone().lt_eq(lit(0.0)),
        Test::NotShare => value.clone().not_between(lit(0.0), lit(1.0)),
        Test::Size => {
            let (least, most) = SIZES;
            let is_small = value.clone().gt(lit(-least)).and(value.clone().lt(lit(least)));
            let is_large = value.clone().not_between(lit(-most), lit(most));
            value.clone().not_eq(lit(0.0)).and(is_small.or(is_large))
        }
        Test::Same => {
            let same = arguments
                .iter()
                .map(|(argument, value)| cast((*argument).clone(), DataType::Float64).eq(lit(*value)));
            same.reduce(Expr::and).unwrap_or_else(|| lit(false))
        }
    };
    let is_bad = match &call.filter {
        Some(filter) => filter.clone().and(is_bad),
        None => is_bad,
    };
    let number = || Expr::Column(Column::new_unqualified(NUMBER));
    let plan = LogicalPlanBuilder::from(rows)
        .filter(is_bad)?
        .project([number(), value.alias(VALUE)])?
        .sort_with_limit([number().sort(true, false)], Some(1))?
        .build()?;
    let answer = DataFrame::new(state.clone(), plan).collect().await?;
    let row = answer.iter().find(|batch| batch.num_rows() > 0).map(|batch| {
        let number = batch.column(0).as_primitive::<UInt64Type>().value(0);
        (number, batch.column(1).as_primitive::<Float64Type>().value(0))
    });
    Ok(row.map(|(number, value)| {
        let row = match &table {
            Some(table) => format!("row {number} of {table}"),
            None => format!("row {number} of those that it gets"),
        };
        bad.found(row, written(argument), value)
    }))
}

/// What a user calls an expression.
fn written(expression: &Expr) -> String {
    match expression {
        Expr::Column(column) => column.name.clone(),
        Expr::Cast(cast) => written(&cast.expr),
        other => {
            // Columns of one table need not be told apart.
            let plain = other.clone().transform(|part| {
                Ok(match part {
                    Expr::Column(column) => {
                        Transformed::yes(Expr::Column(Column::new_unqualified(column.name)))
                    }
                    other => Transformed::no(other),
                })
            });
            let text = plain.map_or_else(|_| String::new(), |plain| plain.data.human_display().to_string());
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None => text,
            }
        }
    }
}

/// Rows with their number, counted in the table that they come from; in what they were made into
/// where they come from several.
fn numbered(plan: &LogicalPlan) -> Result<(LogicalPlan, Option<String>)> {
    let builder = |input: &LogicalPlan| -> Result<(LogicalPlanBuilder, Option<String>)> {
        let (input, table) = numbered(input)?;
        Ok((LogicalPlanBuilder::from(input), table))
    };
    let (plan, table) = match plan {
        LogicalPlan::Projection(node) => {
            let (input, table) = builder(&node.input)?;
            let number = Expr::Column(Column::new_unqualified(NUMBER));
            (input.project(node.expr.iter().cloned().chain([number]))?, table)
        }
        LogicalPlan::Filter(node) => {
            let (input, table) = builder(&node.input)?;
            (input.filter(node.predicate.clone())?, table)
        }
        LogicalPlan::SubqueryAlias(node) => {
            let (input, table) = builder(&node.input)?;
            (input.alias(node.alias.clone())?, table)
        }
        LogicalPlan::Window(node) => {
            let (input, table) = builder(&node.input)?;
            (input.window(node.window_expr.iter().cloned())?, table)
        }
        LogicalPlan::Sort(node) if node.fetch.is_none() => builder(&node.input)?,
        other => {
            let table = match other {
                LogicalPlan::TableScan(scan) => Some(format!("`{}`", scan.table_name.table())),
                _ => None,
            };
            let number = row_number().alias(NUMBER);
            (LogicalPlanBuilder::from(other.clone()).window([number])?, table)
        }
    };
    Ok((plan.build()?, table))
}
