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

/// `Binary("1,0,…")` of a logical plan and `01000059CA5113A8BA1C...` of a physical one become `…`.
fn without_bytes(text: &str) -> String {
    let mut short = String::with_capacity(text.len().min(1 << 14));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(LOGICAL) {
        short.push_str(before);
        short.push('…');
        rest = after.split_once("\")").map_or("", |(_, after)| after);
    }
    short.push_str(rest);
    let mut parts = short.split(PHYSICAL);
    let mut physical = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let kept = physical.trim_end_matches(|c: char| c.is_ascii_hexdigit()).len();
        let is_bytes = physical.len() - kept == DIGITS;
        if is_bytes {
            physical.truncate(kept);
        }
        physical.push_str(if is_bytes { "…" } else { PHYSICAL });
        physical.push_str(part);
    }
    physical
}

const LOGICAL: &str = "Binary(\"";
const PHYSICAL: &str = "...";

/// Of how many digits the physical plan shows the beginning of bytes.
const DIGITS: usize = 20;
