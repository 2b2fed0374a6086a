//! Refuses SQL that takes the design of a row for a value.
//!
//! Two persons of one stratum may have the same design: a DISTINCT or GROUP BY of it makes
//! them one, and estimates come out of fewer rows than were sampled.

use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Aggregate, Distinct, Expr, ExprSchemable, LogicalPlan};

use crate::functions::design_type;
use crate::{FUNCTIONS, QueryError};

/// Aggregates that hand on the design of one of the rows, as a table needs it that has
/// a row for each person made of several.
const CHOOSE: [&str; 4] = ["any_value", "first_value", "last_value", "nth_value"];

/// Refuses a plan that groups, compares or counts designs.
pub(super) fn check(plan: &LogicalPlan) -> Result<(), QueryError> {
    let mut found = None;
    // Looking does not fail.
    let _ = plan.apply_with_subqueries(|node| {
        found = match node {
            LogicalPlan::Aggregate(node) => aggregated(node),
            LogicalPlan::Join(join) => {
                let mut keys = join.on.iter();
                keys.any(|(left, _)| is_design(left, join.left.schema()))
                    .then(|| {
                        MERGED.replace(
                            "{}",
                            "A comparison of designs, as in INTERSECT, EXCEPT or ON a.design = b.design,",
                        ) + KEEP
                    })
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let mut fields = input.schema().fields().iter();
                fields
                    .any(|field| *field.data_type() == design_type())
                    .then(|| match input.as_ref() {
                        LogicalPlan::Union(_) => MERGED.replace("{}", "UNION") + " Write UNION ALL.",
                        _ => MERGED.replace("{}", "DISTINCT") + KEEP,
                    })
            }
            _ => None,
        };
        Ok(match found {
            None => TreeNodeRecursion::Continue,
            Some(_) => TreeNodeRecursion::Stop,
        })
    });
    match found {
        None => Ok(()),
        Some(message) => Err(QueryError::sql(message)),
    }
}

const MERGED: &str = "{} makes one row of rows that are equal, and so one person of two with the same answer and the same \
                      design.";

const KEEP: &str = " To keep one row of each person, GROUP BY what tells them apart and take first_value(design) AS \
                    design.";

fn aggregated(node: &Aggregate) -> Option<String> {
    let schema = node.input.schema();
    let groups = grouping_set_to_exprlist(&node.group_expr).unwrap_or_default();
    if groups.iter().any(|group| is_design(group, schema)) {
        return Some(MERGED.replace("{}", "GROUP BY design") + KEEP);
    }
    let mut name = None;
    for expression in &node.aggr_expr {
        // Looking does not fail.
        let _ = expression.apply(|part| {
            if let Expr::AggregateFunction(call) = part
                && call
                    .params
                    .args
                    .iter()
                    .any(|argument| is_design(argument, schema))
                && !is_known(call.func.name())
            {
                name = Some(call.func.name().to_owned());
                return Ok(TreeNodeRecursion::Stop);
            }
            Ok(TreeNodeRecursion::Continue)
        });
    }
    name.map(|name| {
        format!(
            "{name} of `design` says nothing: a design is the place of a row in its sample, for the functions that \
             begin with survey_. Rows are counted with count(*), the population with survey_count(design).{KEEP}"
        )
    })
}

fn is_design(expression: &Expr, schema: &DFSchema) -> bool {
    expression
        .get_type(schema)
        .is_ok_and(|data_type| data_type == design_type())
}

fn is_known(name: &str) -> bool {
    CHOOSE.contains(&name) || FUNCTIONS.iter().any(|function| function.reference().name == name)
}
