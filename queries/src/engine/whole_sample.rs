//! Refuses a design that is made of a part of its sample.
//!
//! `survey_design(…) OVER ()` sees the rows that reach it. After a WHERE these are a
//! domain, and units outside it would be missing from the design: too small errors,
//! and nobody would notice.

use std::collections::HashSet;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Column, JoinType, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan, WindowFunctionDefinition, expr::WindowFunction};

use crate::QueryError;
use crate::functions::survey_design::{FILTERED, NAME};

/// Refuses a plan in which rows are left out before a design is made of them,
/// unless the design says that this is meant.
pub(super) fn check(plan: &LogicalPlan) -> Result<(), QueryError> {
    let (mut refused, mut quoted) = (None, None);
    // Looking does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Window(window) = node {
            quoted = quoted.take().or_else(|| {
                window
                    .window_expr
                    .iter()
                    .filter_map(design)
                    .find_map(|(call, _)| call.params.args.iter().find_map(quoted_name))
            });
            let designs = window.window_expr.iter().filter_map(design);
            for (call, meant) in designs {
                let parts: HashSet<&Column> = call
                    .params
                    .partition_by
                    .iter()
                    .filter_map(|by| by.try_as_col())
                    .collect();
                if !meant && refused.is_none() {
                    refused = left_out(&window.input, &parts);
                }
            }
        }
        Ok(if refused.is_some() {
            TreeNodeRecursion::Stop
        } else {
            TreeNodeRecursion::Continue
        })
    });
    if let Some((key, name)) = quoted {
        return Err(QueryError::QuotedColumn { key, name });
    }
    match refused {
        None => Ok(()),
        Some(what) => Err(QueryError::PartOfSample { what }),
    }
}

/// The call of the function in an expression, and whether it says that a filter is meant.
fn design(expression: &Expr) -> Option<(&WindowFunction, bool)> {
    match expression {
        Expr::Alias(alias) => design(&alias.expr),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::WindowUDF(function) if function.name() == NAME => {
                Some((call, call.params.args.iter().any(says_filtered)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether a struct holds `'filtered': true`.
fn says_filtered(argument: &Expr) -> bool {
    let Expr::ScalarFunction(call) = argument else {
        return false;
    };
    let (pairs, _) = call.args.as_chunks::<2>();
    pairs.iter().any(|[name, value]| {
        let is_key = matches!(name, Expr::Literal(name, _) if name.try_as_str() == Some(Some(FILTERED)));
        is_key && matches!(value, Expr::Literal(ScalarValue::Boolean(Some(true)), _))
    })
}

/// The keys whose value is a column.
const COLUMNS: [&str; 8] = [
    "stratum",
    "psu",
    "ssu",
    "weight",
    "fpc",
    "fpc2",
    "poststrata",
    "standardise",
];

/// A key whose value is a text where a column is meant.
fn quoted_name(argument: &Expr) -> Option<(String, String)> {
    let Expr::ScalarFunction(call) = argument else {
        return None;
    };
    let (pairs, _) = call.args.as_chunks::<2>();
    pairs.iter().find_map(|[name, value]| match (name, value) {
        (Expr::Literal(name, _), Expr::Literal(value, _)) => {
            let (key, text) = (name.try_as_str()??, value.try_as_str()??);
            COLUMNS.contains(&key).then(|| (key.to_owned(), text.to_owned()))
        }
        _ => None,
    })
}

/// What leaves rows out below a plan, or repeats them, if anything does. A filter on the columns that
/// the design is parted by leaves whole samples out, which is no harm.
fn left_out(plan: &LogicalPlan, parts: &HashSet<&Column>) -> Option<&'static str> {
    match plan {
        LogicalPlan::Filter(filter) => {
            let named = filter.predicate.column_refs();
            let of_parts = !named.is_empty()
                && named
                    .iter()
                    .all(|column| parts.iter().any(|part| part.name == column.name));
            match of_parts {
                true => left_out(&filter.input, parts),
                false => Some("a WHERE"),
            }
        }
        LogicalPlan::Limit(_) => Some("a LIMIT"),
        LogicalPlan::Sort(sort) if sort.fetch.is_some() => Some("a LIMIT"),
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Left => left_out(&join.left, parts),
            // Each row with the one row of the other side.
            JoinType::Inner if join.on.is_empty() && join.filter.is_none() && is_one_row(&join.right) => {
                left_out(&join.left, parts)
            }
            _ => Some("a JOIN"),
        },
        LogicalPlan::Aggregate(_) => Some("a GROUP BY"),
        LogicalPlan::Distinct(_) => Some("a DISTINCT"),
        LogicalPlan::Unnest(_) => Some("an unnest"),
        LogicalPlan::Union(union) => {
            let tables: Vec<Vec<String>> = union.inputs.iter().map(|input| tables(input)).collect();
            let twice = |at: usize| {
                tables[..at]
                    .iter()
                    .flatten()
                    .any(|name| tables[at].contains(name))
            };
            match (0..tables.len()).any(twice) {
                true => Some("a UNION of a table with itself"),
                false => union.inputs.iter().find_map(|input| left_out(input, parts)),
            }
        }
        other => other
            .inputs()
            .into_iter()
            .find_map(|input| left_out(input, parts)),
    }
}

/// Whether a plan has one row, as far as can be seen.
fn is_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::Values(values) => values.values.len() == 1,
        LogicalPlan::EmptyRelation(empty) => empty.produce_one_row,
        LogicalPlan::Projection(_) | LogicalPlan::SubqueryAlias(_) => {
            plan.inputs().into_iter().all(is_one_row)
        }
        _ => false,
    }
}

/// The tables that a plan reads.
fn tables(plan: &LogicalPlan) -> Vec<String> {
    match plan {
        LogicalPlan::TableScan(scan) => vec![scan.table_name.to_string()],
        other => other.inputs().into_iter().flat_map(tables).collect(),
    }
}
