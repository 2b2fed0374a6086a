//! Refuses a design that is made of a part of its sample.
//!
//! `survey_design(…) OVER ()` sees the rows that reach it. After a WHERE these are a
//! domain, and units outside it would be missing from the design: too small errors,
//! and nobody would notice.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, Dependency, JoinType, ScalarValue};
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Join, LogicalPlan, Operator, Projection, WindowFrame, WindowFunctionDefinition,
};

use crate::QueryError;
use crate::functions::survey_design::{FILTERED, NAME, WAVE};

/// Refuses a plan in which a design is made of other rows than those of one whole
/// sample, unless the design says that this is meant.
pub(super) fn check(plan: &LogicalPlan) -> Result<(), QueryError> {
    let mut found = Ok(());
    // Looking does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Window(window) = node {
            let mut designs = window.window_expr.iter().filter_map(design);
            found = designs.try_for_each(|call| judge(call, &window.input));
        }
        Ok(match found {
            Ok(()) => TreeNodeRecursion::Continue,
            Err(_) => TreeNodeRecursion::Stop,
        })
    });
    found
}

/// The call of the function in an expression.
fn design(expression: &Expr) -> Option<&WindowFunction> {
    match expression {
        Expr::Alias(alias) => design(&alias.expr),
        Expr::WindowFunction(call) => match &call.fun {
            WindowFunctionDefinition::WindowUDF(function) if function.name() == NAME => Some(call),
            _ => None,
        },
        _ => None,
    }
}

fn judge(call: &WindowFunction, input: &LogicalPlan) -> Result<(), QueryError> {
    if let Some((key, name)) = keys(call).find_map(|(key, value)| quoted_name(key, value)) {
        return Err(QueryError::QuotedColumn { key, name });
    }
    if let Some(by) = call.params.partition_by.first() {
        return Err(QueryError::PartedDesign { by: column_name(by) });
    }
    let frame = &call.params.window_frame;
    if !call.params.order_by.is_empty() || *frame != WindowFrame::new(None) {
        return Err(QueryError::sql(format!(
            "{NAME} sees all rows of the sample at once, in no order: write OVER () with nothing between the \
             parentheses."
        )));
    }
    let is_true = |value: &Expr| matches!(value, Expr::Literal(ScalarValue::Boolean(Some(true)), _));
    if keys(call).any(|(key, value)| key == FILTERED && is_true(value)) {
        return Ok(());
    }
    let wave = keys(call).find_map(|(key, value)| (key == WAVE).then_some(value)?.try_as_col());
    match left_out(input, wave) {
        None => Ok(()),
        Some(what) => Err(QueryError::PartOfSample { what }),
    }
}

/// The keys of a design, each with its value.
fn keys(call: &WindowFunction) -> impl Iterator<Item = (&str, &Expr)> {
    let structs = call.params.args.iter().filter_map(|argument| match argument {
        Expr::ScalarFunction(made) => Some(made.args.as_chunks::<2>().0),
        _ => None,
    });
    structs.flatten().filter_map(|[name, value]| match name {
        Expr::Literal(name, _) => Some((name.try_as_str()??, value)),
        _ => None,
    })
}

/// A column as a user writes it, without its table.
fn column_name(expression: &Expr) -> String {
    match expression.try_as_col() {
        Some(column) => column.name.clone(),
        None => expression.to_string(),
    }
}

/// The keys whose value is a column.
const COLUMNS: [&str; 9] = [
    "stratum",
    "psu",
    "ssu",
    "weight",
    "fpc",
    "fpc2",
    "poststrata",
    "standardise",
    WAVE,
];

/// A key whose value is a text where a column is meant.
fn quoted_name(key: &str, value: &Expr) -> Option<(String, String)> {
    let Expr::Literal(value, _) = value else {
        return None;
    };
    let text = value.try_as_str()??;
    COLUMNS.contains(&key).then(|| (key.to_owned(), text.to_owned()))
}

/// What leaves rows out below a plan, or repeats them, if anything does. A filter on the column that
/// names the wave leaves whole samples out, which is no harm.
fn left_out(plan: &LogicalPlan, wave: Option<&Column>) -> Option<&'static str> {
    match plan {
        LogicalPlan::Filter(filter) => {
            let named = filter.predicate.column_refs();
            let is_wave = |column: &&Column| wave.is_some_and(|wave| wave.name == column.name);
            match !named.is_empty() && named.iter().all(is_wave) && depends_on_wave(&filter.predicate) {
                true => left_out(&filter.input, wave),
                false => Some("a WHERE"),
            }
        }
        LogicalPlan::Projection(projection) => {
            let below = wave.and_then(|wave| renamed(projection, wave));
            left_out(&projection.input, below)
        }
        LogicalPlan::Limit(_) => Some("a LIMIT"),
        LogicalPlan::Sort(sort) if sort.fetch.is_some() => Some("a LIMIT"),
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Left if is_one_to_each(join) => left_out(&join.left, wave),
            // Each row with the one row of the other side.
            JoinType::Inner if join.on.is_empty() && join.filter.is_none() && is_one_row(&join.right) => {
                left_out(&join.left, wave)
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
                false => union.inputs.iter().find_map(|input| left_out(input, wave)),
            }
        }
        other => other.inputs().into_iter().find_map(|input| left_out(input, wave)),
    }
}

/// Whether a condition on the wave is the same for all rows of a wave: nothing in it is left to chance, and
/// no subquery looks at the row.
fn depends_on_wave(condition: &Expr) -> bool {
    let looks = condition.exists(|part| {
        Ok(match part {
            Expr::ScalarSubquery(subquery) => !subquery.outer_ref_columns.is_empty(),
            Expr::Exists(exists) => !exists.subquery.outer_ref_columns.is_empty(),
            Expr::InSubquery(within) => !within.subquery.outer_ref_columns.is_empty(),
            Expr::OuterReferenceColumn(..) => true,
            _ => false,
        })
    });
    !condition.is_volatile() && matches!(looks, Ok(false))
}

/// The column that the wave has below a projection; none when it is computed.
fn renamed<'p>(projection: &'p Projection, wave: &Column) -> Option<&'p Column> {
    let names = projection.schema.fields().iter().map(|field| field.name());
    let (expression, _) = projection
        .expr
        .iter()
        .zip(names)
        .find(|(_, name)| **name == wave.name)?;
    match expression {
        Expr::Alias(alias) => alias.expr.try_as_col(),
        other => other.try_as_col(),
    }
}

/// Whether each row of the left side finds one row of the right side at most, as far as can be seen:
/// the columns that they are joined by tell the right side's rows apart, as those of a GROUP BY do.
fn is_one_to_each(join: &Join) -> bool {
    let schema = join.right.schema();
    let place = |side: &Expr| schema.maybe_index_of_column(side.try_as_col()?);
    let filters = join.filter.iter().flat_map(split_conjunction);
    let equal = filters.filter_map(|condition| match condition {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) => Some((left.as_ref(), right.as_ref())),
        _ => None,
    });
    let joined = join.on.iter().map(|(left, right)| (left, right));
    let keys: Vec<usize> = joined
        .chain(equal)
        .filter_map(|(a, b)| match (place(a), place(b)) {
            (Some(key), None) | (None, Some(key)) => Some(key),
            _ => None,
        })
        .collect();
    let within = |columns: &[usize]| columns.iter().all(|column| keys.contains(column));
    // What tells rows apart below an unnest does not do so above it.
    let unnests = join
        .right
        .exists(|node| Ok(matches!(node, LogicalPlan::Unnest(_))))
        .unwrap_or(true);
    is_one_row(&join.right)
        || !unnests
            && schema.functional_dependencies().iter().any(|dependence| {
                dependence.mode == Dependency::Single
                    && dependence.target_indices.len() == schema.fields().len()
                    && within(&dependence.source_indices)
            })
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
