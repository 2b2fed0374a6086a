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

use super::frame::design::{FIELDS, design_type};

/// The function: stratum (from 1), PSU, weight, and the sample as bytes.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(StoredDesign {
        signature: Signature::exact(
            vec![
                DataType::Int64,
                DataType::Int64,
                DataType::Float64,
                DataType::Binary,
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
            return plan_err!("{} takes a stratum, a PSU, a weight and a sample", self.name());
        }
        Ok(design_type())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let [stratum, psu, weight, sample] = arguments.args.as_slice() else {
            return internal_err!("{} got {} arguments", self.name(), arguments.args.len());
        };
        let ColumnarValue::Scalar(sample @ ScalarValue::Binary(Some(_))) = sample else {
            return exec_err!("{} takes one sample for all rows", self.name());
        };
        let stratum = stratum.to_array(rows)?;
        let stratum: UInt32Array = stratum
            .as_primitive::<Int64Type>()
            .unary_opt(|number| number.checked_sub(1).and_then(|place| u32::try_from(place).ok()));
        let keys = Int32Array::from_value(0, rows);
        let sample = DictionaryArray::<Int32Type>::try_new(keys, sample.to_array()?)?;
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
