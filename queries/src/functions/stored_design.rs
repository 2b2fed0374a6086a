//! The design of the rows of a survey table, whose parts stand in its columns.
//!
//! Not for users: the engine calls it where it gives such a table its `design`
//! column. A sample that is not stored anywhere is designed by `survey_design`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, DictionaryArray, Int32Array, StructArray, UInt32Array, new_null_array,
};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::common::{Result, ScalarValue, exec_err, internal_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use perspektiv_statistics::Sample;

use super::frame::design::{FIELDS, design_type};
use super::frame::refused;

/// Samples as the last argument of the function: the bytes of each.
pub(crate) fn noted(samples: &[Sample]) -> ScalarValue {
    let bytes: Vec<ScalarValue> = samples
        .iter()
        .map(|sample| ScalarValue::Binary(Some(sample.to_bytes())))
        .collect();
    ScalarValue::List(ScalarValue::new_list_nullable(&bytes, &DataType::Binary))
}

/// The function: stratum (from 1, over all samples), PSU, weight, and the samples as bytes.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(StoredDesign {
        signature: Signature::exact(
            vec![
                DataType::Int64,
                DataType::Int64,
                DataType::Float64,
                DataType::new_list(DataType::Binary, true),
            ],
            Volatility::Immutable,
        ),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct StoredDesign {
    signature: Signature,
}

impl ScalarUDFImpl for StoredDesign {
    fn name(&self) -> &str {
        "stored_survey_design"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn display_name(&self, _: &[Expr]) -> Result<String> {
        // Without the sample, which is many bytes.
        Ok(format!("{}(…)", self.name()))
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if arguments.len() != 4 {
            return plan_err!("{} takes a stratum, a PSU, a weight and samples", self.name());
        }
        Ok(design_type())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let [stratum, psu, weight, samples] = arguments.args.as_slice() else {
            return internal_err!("{} got {} arguments", self.name(), arguments.args.len());
        };
        let ColumnarValue::Scalar(ScalarValue::List(samples)) = samples else {
            return exec_err!("{} takes the same samples for all rows", self.name());
        };
        let bytes = samples.values();
        let mut ends = Vec::with_capacity(bytes.len());
        let mut all = 0;
        for sample in bytes.as_binary::<i32>().iter().flatten() {
            let sample = Sample::from_bytes(sample).map_err(|error| refused(self.name(), &error))?;
            all += sample.strata.len() as i64;
            ends.push(all);
        }
        let numbers = stratum.to_array(rows)?;
        let numbers = numbers.as_primitive::<Int64Type>();
        // The sample whose strata have this number among theirs, and the place there.
        let place = |number: i64| {
            let at = number.checked_sub(1).filter(|at| (0..all).contains(at))?;
            let sample = ends.partition_point(|end| *end <= at);
            let start = sample
                .checked_sub(1)
                .and_then(|before| ends.get(before))
                .unwrap_or(&0);
            Some((sample as i32, (at - start) as u32))
        };
        let stratum: UInt32Array = numbers.unary_opt(|number| Some(place(number)?.1));
        let keys: Int32Array = numbers.unary_opt(|number| Some(place(number)?.0));
        let sample = DictionaryArray::<Int32Type>::try_new(keys, Arc::clone(bytes))?;
        let Some(extra) = FIELDS.find("extra").map(|(_, field)| field.data_type()) else {
            return internal_err!("a design has no field for what it holds besides");
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(stratum),
            psu.to_array(rows)?,
            weight.to_array(rows)?,
            new_null_array(extra, rows),
            Arc::new(sample),
        ];
        let design = StructArray::try_new(FIELDS.clone(), columns, None)?;
        Ok(ColumnarValue::Array(Arc::new(design)))
    }
}
