//! Which results were made from rows about persons, and which of their columns
//! tell one person from another.
//!
//! The lake marks the columns that hold pseudonyms, but a mark in a schema is
//! lost when SQL computes: `max(person)` is as much a person as `person` is. So
//! each column of a result is traced through the plan to the columns that it is
//! made of. To count persons, or to say that something is true of one, reveals
//! nobody; whatever else is made of an identity is one.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Distinct, Expr, ExprSchemable, LogicalPlan};
use perspektiv_lake::IDENTITY;

/// Marks the schema of a result that was made from rows about persons.
const PERSONS: &str = "perspektiv.persons";

/// Columns that only the rows of a sample of persons have.
const SAMPLED: &str = "design_weight";

/// Aggregates that say how many, and not who.
const COUNTS: [&str; 3] = ["approx_distinct", "count", "grouping"];

/// Whether a result was made from rows about persons, whatever it says of them.
pub(crate) fn is_about_persons(schema: &Schema) -> bool {
    schema.metadata().contains_key(PERSONS)
}

/// Whether a plan reads a table whose rows are persons, or their answers.
fn reads_persons(plan: &LogicalPlan) -> bool {
    let mut found = false;
    let looked = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let schema = scan.source.schema();
            let mut fields = schema.fields().iter();
            found |= fields.any(|field| field.metadata().contains_key(IDENTITY) || field.name() == SAMPLED)
                || scan
                    .source
                    .get_logical_plan()
                    .is_some_and(|view| reads_persons(&view));
        }
        Ok(TreeNodeRecursion::Continue)
    });
    // A plan that cannot be looked into may read anything.
    found || looked.is_err()
}

/// The schema of a plan's result, with a mark on it if it was made from rows
/// about persons, and on each column of identities.
pub(super) fn mark(plan: &LogicalPlan, schema: &SchemaRef) -> SchemaRef {
    let mut about = schema.metadata().clone();
    if reads_persons(plan) {
        about.insert(PERSONS.to_owned(), "yes".to_owned());
    }
    let identities = identities(plan);
    if !identities.contains(&true) || identities.len() != schema.fields().len() {
        return Arc::new(schema.as_ref().clone().with_metadata(about));
    }
    let fields = schema.fields().iter().zip(identities).map(|(field, identity)| {
        let mut metadata = field.metadata().clone();
        if identity {
            metadata.insert(IDENTITY.to_owned(), "pseudonym".to_owned());
        }
        field.as_ref().clone().with_metadata(metadata)
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<Field>>(), about))
}

/// For each column of a plan, whether it holds identities.
fn identities(plan: &LogicalPlan) -> Vec<bool> {
    match plan {
        LogicalPlan::Projection(node) => Scope::of(&node.input).reveal(&node.expr),
        LogicalPlan::Distinct(Distinct::On(node)) => Scope::of(&node.input).reveal(&node.select_expr),
        LogicalPlan::Window(node) => {
            let scope = Scope::of(&node.input);
            let computed = scope.reveal(&node.window_expr);
            [scope.identities, computed].concat()
        }
        LogicalPlan::Aggregate(node) => {
            let scope = Scope::of(&node.input);
            let groups = grouping_set_to_exprlist(&node.group_expr).unwrap_or_default();
            let mut all: Vec<bool> = groups.into_iter().map(|group| scope.reveals(group)).collect();
            // Between groups and aggregates may stand the number of the grouping set.
            let aggregates = scope.reveal(&node.aggr_expr);
            all.resize(node.schema.fields().len().saturating_sub(aggregates.len()), false);
            [all, aggregates].concat()
        }
        _ => passed_on(plan),
    }
}

/// The identities of a plan whose columns are those of its inputs.
fn passed_on(plan: &LogicalPlan) -> Vec<bool> {
    let schema = plan.schema();
    let inputs: Vec<Scope<'_>> = plan.inputs().into_iter().map(Scope::of).collect();
    if inputs.is_empty() {
        let fields = schema.fields().iter();
        return fields
            .map(|field| field.metadata().contains_key(IDENTITY))
            .collect();
    }
    let width = schema.fields().len();
    let alike = inputs.iter().all(|input| input.identities.len() == width);
    if alike && !matches!(plan, LogicalPlan::Join(_)) {
        return (0..width)
            .map(|column| inputs.iter().any(|input| input.identities[column]))
            .collect();
    }
    schema
        .iter()
        .map(|(qualifier, field)| {
            let mut found = inputs.iter().filter_map(|input| {
                let at = input.schema.index_of_column_by_name(qualifier, field.name())?;
                input.identities.get(at)
            });
            // A column that no input has was made of something in them.
            match found.next() {
                Some(identity) => *identity || found.any(|identity| *identity),
                None => inputs.iter().any(|input| input.identities.contains(&true)),
            }
        })
        .collect()
}

/// The columns that an expression can name.
struct Scope<'a> {
    schema: &'a DFSchema,
    identities: Vec<bool>,
}

impl<'a> Scope<'a> {
    fn of(plan: &'a LogicalPlan) -> Self {
        Self {
            schema: plan.schema(),
            identities: identities(plan),
        }
    }

    fn reveal(&self, expressions: &[Expr]) -> Vec<bool> {
        expressions
            .iter()
            .map(|expression| self.reveals(expression))
            .collect()
    }

    /// Whether the values of an expression tell who.
    fn reveals(&self, expression: &Expr) -> bool {
        match expression {
            Expr::Column(column) => self
                .schema
                .maybe_index_of_column(column)
                .and_then(|at| self.identities.get(at).copied())
                .unwrap_or(false),
            Expr::OuterReferenceColumn(field, _) => field.metadata().contains_key(IDENTITY),
            Expr::ScalarSubquery(query) => identities(&query.subquery).contains(&true),
            Expr::AggregateFunction(call) => {
                !COUNTS.contains(&call.func.name()) && self.any(&call.params.args)
            }
            Expr::WindowFunction(call) => !COUNTS.contains(&call.fun.name()) && self.any(&call.params.args),
            Expr::Case(case) => {
                let values = case.when_then_expr.iter().map(|(_, then)| then);
                values.chain(&case.else_expr).any(|value| self.reveals(value))
            }
            // That it is true of a person does not tell which.
            _ if expression.get_type(self.schema).ok() == Some(DataType::Boolean) => false,
            _ => self.any_child(expression),
        }
    }

    fn any(&self, expressions: &[Expr]) -> bool {
        expressions.iter().any(|expression| self.reveals(expression))
    }

    fn any_child(&self, expression: &Expr) -> bool {
        let mut found = false;
        let looked = expression.apply_children(|child| {
            found |= self.reveals(child);
            Ok(TreeNodeRecursion::Continue)
        });
        // An expression that cannot be looked into may hold anything.
        found || looked.is_err()
    }
}
