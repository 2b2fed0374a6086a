//! Plans as EXPLAIN shows them, without the samples in them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use datafusion::logical_expr::LogicalPlan;

/// Whether the result of a plan is a plan.
pub(super) fn is_plan(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Explain(_) | LogicalPlan::Analyze(_))
}

/// The texts of plans with `…` for the sample of a survey table, thousands of bytes.
pub(super) fn shortened(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>().iter();
            Arc::new(texts.map(|text| text.map(without_bytes)).collect::<StringArray>()) as ArrayRef
        }
        _ => Arc::clone(column),
    });
    RecordBatch::try_new(batch.schema(), columns.collect())
}

/// `List([0200…, 0201…])` of a logical plan and `[0200…, 0201…]` of a physical one, with all their digits,
/// become `…`.
fn without_bytes(text: &str) -> String {
    let mut short = String::with_capacity(text.len().min(1 << 14));
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, after) = rest.split_at(start);
        let end = after.find(|c: char| !c.is_ascii_hexdigit());
        let (digits, after) = after.split_at(end.unwrap_or(after.len()));
        // Another sample of the same list.
        let again = short.ends_with('…') && before == ", ";
        let bytes = digits.len() >= DIGITS;
        if !(again && bytes) {
            short.push_str(before);
            short.push_str(if bytes { "…" } else { digits });
        }
        rest = after;
    }
    short.push_str(rest);
    short.replace("List([…])", "…").replace("[…]", "…")
}

/// So many digits are no number, but bytes.
const DIGITS: usize = 48;
