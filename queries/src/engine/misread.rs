//! Refuses what the SQL parser takes and the planner passes over or cannot say what is
//! wrong with.

use std::ops::ControlFlow;

use datafusion::common::{DataFusionError, Diagnostic, Span};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, TableFactor,
    Visit, Visitor,
};
use datafusion::sql::sqlparser::tokenizer;

use crate::FUNCTIONS;

/// Refuses a statement before it is planned.
pub(super) fn check(statement: &Statement) -> Result<(), DataFusionError> {
    match statement {
        Statement::Explain(explain) => check(&explain.statement),
        Statement::Statement(statement) => match statement.visit(&mut Look) {
            ControlFlow::Break(refusal) => Err(*refusal),
            ControlFlow::Continue(()) => Ok(()),
        },
        _ => Ok(()),
    }
}

struct Look;

impl Visitor for Look {
    type Break = Box<DataFusionError>;

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<Self::Break> {
        match table {
            TableFactor::Table {
                name,
                sample: Some(_),
                ..
            } => refuse(SAMPLED, span(name)),
            TableFactor::Derived { sample: Some(_), .. } => refuse(SAMPLED, tokenizer::Span::empty()),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Self::Break> {
        match expression {
            Expr::Function(call) => match signature(call).filter(|_| takes_star(call)) {
                Some(signature) => refuse(
                    format!(
                        "`*` is no value that {} could take. It is called as {signature}",
                        call.name
                    ),
                    span(&call.name),
                ),
                None => ControlFlow::Continue(()),
            },
            Expr::CompoundFieldAccess { root, access_chain } => {
                let field = access_chain.iter().find_map(|access| match access {
                    AccessExpr::Dot(Expr::Identifier(name)) => Some(name),
                    _ => None,
                });
                match field {
                    Some(field) => refuse(
                        format!(
                            "A field of what an expression gives stands in brackets: write {root}['{0}'] instead of \
                             {root}.{0}",
                            field.value
                        ),
                        field.span,
                    ),
                    None => ControlFlow::Continue(()),
                }
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

const SAMPLED: &str = "TABLESAMPLE is not supported: every row would be taken without a word. Ask the whole table, or \
                       write LIMIT 10 to look at some rows; a random part of a survey is no sample whose design is known";

fn refuse(message: impl Into<String>, at: tokenizer::Span) -> ControlFlow<Box<DataFusionError>> {
    let message = message.into();
    let diagnostic = Diagnostic::new_error(message.clone(), Span::try_from_sqlparser_span(at));
    ControlFlow::Break(Box::new(
        DataFusionError::Plan(message).with_diagnostic(diagnostic),
    ))
}

/// Where a name stands.
fn span(name: &ObjectName) -> tokenizer::Span {
    let first = name.0.first().and_then(|part| part.as_ident());
    first.map_or_else(tokenizer::Span::empty, |part| part.span)
}

/// How a function of ours is called.
fn signature(call: &Function) -> Option<&'static str> {
    let name = call.name.0.last()?.as_ident()?.value.to_lowercase();
    let mut ours = FUNCTIONS.iter().map(|function| function.reference());
    ours.find(|reference| reference.name == name)
        .map(|found| found.signature)
}

fn takes_star(call: &Function) -> bool {
    let FunctionArguments::List(list) = &call.args else {
        return false;
    };
    list.args.iter().any(|argument| match argument {
        FunctionArg::Unnamed(value) => !matches!(value, FunctionArgExpr::Expr(_)),
        _ => false,
    })
}
