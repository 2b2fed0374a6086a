//! `survey_design({…}) OVER ()`: the design of a sample, from the columns of all its rows.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, AsArray, BinaryArray, DictionaryArray, Float64Array, Int32Array, Int64Array, ListArray,
    StructArray, UInt32Array, new_null_array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl};
use datafusion::prelude::SessionContext;
use perspektiv_statistics::Designed;

use super::frame::design::{FIELDS, design_type, numbers};
use super::frame::design_keys::KEYS;
use super::frame::designing::Columns;
use super::frame::waves::{Wave, together};
use super::{Function, Key, Reference};

/// Name of the function.
pub(crate) const NAME: &str = "survey_design";

pub(crate) use super::frame::waves::WAVE;

/// The key that says that a filter below is meant.
pub(crate) const FILTERED: &str = "filtered";

pub(super) struct SurveyDesign;

impl Function for SurveyDesign {
    fn reference(&self) -> Reference {
        Reference {
            name: NAME,
            signature: "survey_design({'stratum': …, 'weight': …, …}) OVER ()",
            meaning: "The design of each row of a sample, for the functions that begin with survey_. It is a \
                      window function, for it has to see the whole sample: make it first, in a WITH, and filter \
                      and group afterwards. Tables whose definition has a [survey] section have it ready as the column design. \
                      \
                      OVER () stays empty: groups within a sample are chosen afterwards, with GROUP BY. Rows that are \
                      designed twice and then put together are two samples; make one design for them.",
            source: "Särndal, Swensson and Wretman (1992); Deville and Särndal (1992) for calibration; Korn and \
                     Graubard (1999) for standardisation; Wolter (2007) for replicates; svydesign(), \
                     postStratify(), rake(), calibrate(), svystandardize() and as.svrepdesign() in R's survey \
                     package.",
            edges: "A NULL in a key, a weight that is not above zero, a population smaller than its sample and \
                    totals that cannot be reached are errors that name the key and the first row.",
            example: "WITH urval AS (SELECT *, survey_design({'stratum': stratum, 'weight': vikt, \
                      'fpc': stratumstorlek, 'wave': ar}) OVER () AS egen FROM liv_halsa) \
                      SELECT kon, survey_mean(langd, egen) AS langd FROM urval WHERE ar = 2022 \
                      GROUP BY kon ORDER BY kon",
        }
    }

    fn keys(&self) -> &'static [Key] {
        KEYS
    }

    fn register(&self, context: &SessionContext) {
        context.register_udwf(WindowUDF::new_from_impl(Window {
            signature: Signature::user_defined(Volatility::Immutable),
        }));
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Window {
    signature: Signature,
}

impl WindowUDFImpl for Window {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [DataType::Struct(_)] => Ok(given.to_vec()),
            _ => plan_err!(
                "{NAME} takes one struct, as in {NAME}({{'stratum': stratum, 'weight': weight}}) OVER ()"
            ),
        }
    }

    fn field(&self, arguments: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(arguments.name(), design_type(), true)))
    }

    fn partition_evaluator(&self, _: PartitionEvaluatorArgs<'_>) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Evaluator))
    }
}

#[derive(Debug)]
struct Evaluator;

impl PartitionEvaluator for Evaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let Some(columns) = values.first().and_then(|value| value.as_struct_opt()) else {
            return exec_err!("{NAME} takes one struct");
        };
        if rows == 0 {
            return Ok(new_null_array(&design_type(), 0));
        }
        let Some(waves) = Wave::all(columns)? else {
            return array(Columns::new(columns, None).designed()?);
        };
        let part = |wave: &Wave| array(Columns::new(&wave.of(columns)?, Some(wave)).designed()?);
        let parts: Vec<ArrayRef> = waves.iter().map(part).collect::<Result<_>>()?;
        together(&waves, &parts)
    }
}

/// A design as a column.
fn array(designed: Designed) -> Result<ArrayRef> {
    let rows = designed.weight.len();
    let weighted: Vec<bool> = designed.weight.iter().map(|weight| !weight.is_nan()).collect();
    let weight = Float64Array::new(designed.weight.into(), Some(NullBuffer::from(weighted)));
    let psu: ArrayRef = match designed.psu {
        Some(psu) => Arc::new(Int64Array::from(psu)),
        None => new_null_array(&DataType::Int64, rows),
    };
    let extra: ArrayRef = match designed.width {
        0 => new_null_array(&numbers(), rows),
        width => Arc::new(ListArray::try_new(
            Arc::new(Field::new_list_field(DataType::Float64, true)),
            OffsetBuffer::from_repeated_length(width, rows),
            Arc::new(Float64Array::from(designed.extra)),
            None,
        )?),
    };
    let bytes = designed.sample.to_bytes();
    let sample = DictionaryArray::try_new(
        Int32Array::from_value(0, rows),
        Arc::new(BinaryArray::from_vec(vec![&bytes])),
    )?;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from(designed.stratum)),
        psu,
        Arc::new(weight),
        extra,
        Arc::new(sample),
    ];
    Ok(Arc::new(StructArray::try_new(FIELDS.clone(), columns, None)?))
}
