//! `survey_design(stratum, psu, weight, psus, fpc)`: the design of a row as one value.

use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::SessionContext;

use super::{Function, Reference};

/// The fields of a design, in the order of the function's arguments.
static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("stratum", DataType::Int64, true),
        Field::new("psu", DataType::Int64, true),
        Field::new("weight", DataType::Float64, true),
        Field::new("psus", DataType::Int64, true),
        Field::new("fpc", DataType::Float64, true),
    ])
});

/// The type of a design.
pub(crate) fn design_type() -> DataType {
    DataType::Struct(FIELDS.clone())
}

/// The function, for plans that are made without SQL.
pub(crate) fn udf() -> ScalarUDF {
    ScalarUDF::new_from_impl(Udf {
        signature: Signature::user_defined(Volatility::Immutable),
    })
}

pub(super) struct SurveyDesign;

impl Function for SurveyDesign {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_design",
            signature: "survey_design(stratum, psu, weight, psus, fpc)",
            meaning: "The sample design of a row as one value, for the functions that begin with \
                      survey_. stratum and psu are whole numbers, the stratum unique in the table, \
                      the psu unique in its stratum or NULL when the rows themselves were sampled; \
                      weight is the number of persons that the row stands for; psus is the number \
                      of sampled units in the stratum (PSUs, or rows when there are none); fpc is \
                      the number of units in the population of the stratum, or NULL for no finite \
                      population correction. Tables with design_* columns have it ready as the \
                      column design.",
            source: "",
            edges: "A NULL for stratum, weight or psus is an error as soon as the row's value is \
                    used.",
            example: "SELECT survey_mean(y, survey_design(1, NULL, 2.5, 3, NULL)) AS medel \
                      FROM (VALUES (1.0), (2.0), (4.0)) AS t(y)",
        }
    }

    fn register(&self, context: &SessionContext) {
        context.register_udf(udf());
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Udf {
    signature: Signature,
}

impl ScalarUDFImpl for Udf {
    fn name(&self) -> &str {
        "survey_design"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if arguments.len() != FIELDS.len() {
            return plan_err!(
                "survey_design takes five values (stratum, psu, weight, psus, fpc), not {}",
                arguments.len()
            );
        }
        FIELDS
            .iter()
            .zip(arguments)
            .map(|(field, argument)| match argument {
                argument if argument.is_numeric() || argument.is_null() => Ok(field.data_type().clone()),
                other => plan_err!(
                    "the {} of survey_design is a number, not a value of the type {other}",
                    field.name()
                ),
            })
            .collect()
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(design_type())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns: Vec<ArrayRef> = arguments
            .args
            .into_iter()
            .map(|value| value.into_array(rows))
            .collect::<Result<_>>()?;
        if columns.len() != FIELDS.len() {
            return exec_err!("survey_design takes five values, not {}", columns.len());
        }
        let design = StructArray::try_new(FIELDS.clone(), columns, None)?;
        Ok(ColumnarValue::Array(Arc::new(design)))
    }
}
