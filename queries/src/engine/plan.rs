//! From SQL text to a plan that reads and nothing else, with its parameters bound.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::config::Dialect;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    self, CastKind, ExactNumberInfo, Expr, Value, ValueWithSpan, VisitMut, visit_expressions_mut,
};

use super::{merged_designs, misread, whole_sample};
use crate::QueryError;
use crate::catalog::{Bound, Kind};

/// Values for the `$name` parameters of a statement.
pub(super) enum Values {
    /// Typed by a front matter.
    Typed(Bound),
    /// As typed by a user, for free SQL.
    Texts(BTreeMap<String, String>),
}

/// Why there is no plan, before it is put into words.
pub(super) enum Failure {
    /// Ours, ready to be shown.
    Query(QueryError),
    /// DataFusion's.
    Engine(DataFusionError),
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error)
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

/// Parses, restricts, plans and binds.
pub(super) async fn plan(state: &SessionState, sql: &str, values: Values) -> Result<LogicalPlan, Failure> {
    let mut statement = state.sql_to_statement(sql, &Dialect::Generic)?;
    only_queries(&statement)?;
    misread::check(&statement)?;
    if let Values::Typed(bound) = &values {
        state_types(&mut statement, &bound.kinds());
    }
    let plan = state.statement_to_plan(statement).await?;
    // The statement was checked; this looks into every node, should one of them
    // write after all.
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan)
        .map_err(|error| {
            let text = error.strip_backtrace();
            let what = text.rsplit(": ").next().unwrap_or(&text).to_owned();
            QueryError::NotAQuery {
                what: format!("A statement that writes ({what})"),
            }
        })?;
    whole_sample::check(&plan)?;
    merged_designs::check(&plan)?;
    let scalars = match values {
        Values::Typed(bound) => bound.scalars(),
        Values::Texts(texts) => typed_by_place(&plan, texts)?,
    };
    if scalars.is_empty() {
        Ok(plan)
    } else {
        Ok(plan.with_param_values(scalars)?)
    }
}

/// Refuses every statement but a query, before any of it is planned.
fn only_queries(statement: &Statement) -> Result<(), QueryError> {
    let refuse = |what: &str| {
        Err(QueryError::NotAQuery {
            what: format!("`{what}`"),
        })
    };
    match statement {
        Statement::Explain(explain) => only_queries(&explain.statement),
        Statement::CreateExternalTable(_) => refuse("CREATE EXTERNAL TABLE"),
        Statement::CopyTo(_) => refuse("COPY"),
        Statement::Reset(_) => refuse("RESET"),
        Statement::Statement(statement) => match statement.as_ref() {
            ast::Statement::Query(_) | ast::Statement::ExplainTable { .. } => Ok(()),
            other => refuse(other.to_string().split_whitespace().next().unwrap_or("This")),
        },
    }
}

/// Writes the declared type around each parameter, `CAST($ar AS BIGINT)`, so that
/// functions and comparisons are planned for it: a bare `$ar` has no type until
/// its value comes, and then it is too late to choose.
fn state_types(statement: &mut Statement, kinds: &BTreeMap<&str, Kind>) {
    match statement {
        Statement::Explain(explain) => state_types(&mut explain.statement, kinds),
        Statement::Statement(statement) => state_types_in(statement.as_mut(), kinds),
        _ => {}
    }
}

fn state_types_in<T: VisitMut>(ast: &mut T, kinds: &BTreeMap<&str, Kind>) {
    let _ = visit_expressions_mut(ast, |expression| {
        if let Expr::Value(ValueWithSpan {
            value: Value::Placeholder(placeholder),
            ..
        }) = expression
            && let Some(kind) = kinds.get(placeholder.trim_start_matches('$'))
        {
            let data_type = match kind {
                Kind::Integer => ast::DataType::BigInt(None),
                Kind::Number => ast::DataType::Double(ExactNumberInfo::None),
                Kind::Text => ast::DataType::Varchar(None),
                Kind::Boolean => ast::DataType::Boolean,
                Kind::Date => ast::DataType::Date,
            };
            *expression = Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(expression.clone()),
                data_type,
                array: false,
                format: None,
            };
        }
        ControlFlow::<()>::Continue(())
    });
}

/// The type that a text has in itself, where its place asks for none, as that of an argument or an
/// option of a function does: a number if it is written as one.
fn written_type(text: &str) -> DataType {
    // A code such as 0012 is no number.
    let is_code = text.trim_start_matches('-').starts_with('0') && !text.contains('.') && text.len() > 1;
    match () {
        () if is_code => DataType::Utf8,
        () if text.parse::<i64>().is_ok() => DataType::Int64,
        () if text.parse::<f64>().is_ok_and(f64::is_finite) => DataType::Float64,
        () => DataType::Utf8,
    }
}

/// Gives each text the type that its place in the plan asks for.
fn typed_by_place(
    plan: &LogicalPlan,
    texts: BTreeMap<String, String>,
) -> Result<Vec<(String, ScalarValue)>, Failure> {
    let places = plan.get_parameter_types()?;
    let mut wanted: Vec<_> = places.keys().map(|id| id.trim_start_matches('$')).collect();
    wanted.sort_unstable();
    if let Some(missing) = wanted.iter().find(|name| !texts.contains_key(**name)) {
        return Err(QueryError::parameter(format!(
            "The SQL uses `${missing}`, which has no value: give it as `{missing}=…`."
        ))
        .into());
    }
    if let Some(unused) = texts.keys().find(|name| !wanted.contains(&name.as_str())) {
        return Err(QueryError::parameter(format!(
            "The SQL has no `${unused}`, so the parameter `{unused}` would change nothing: leave it \
             out or use it."
        ))
        .into());
    }
    texts
        .into_iter()
        .map(|(name, text)| {
            let place = places.get(&format!("${name}")).cloned().flatten();
            let place = place.unwrap_or_else(|| written_type(&text));
            match ScalarValue::try_from_string(text.clone(), &place) {
                Ok(scalar) => Ok((name, scalar)),
                Err(_) => Err(QueryError::parameter(format!(
                    "`{text}` is not a value for `${name}`, which the SQL compares with values of \
                     the type {place}."
                ))
                .into()),
            }
        })
        .collect()
}
