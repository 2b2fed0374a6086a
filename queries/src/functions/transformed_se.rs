//! `transformed_se(low, high)`: a standard error from limits, on the scale where it is
//! one.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::transformed_se;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::real;
use super::frame::scalar::{Finish, ScalarMethod};

pub(super) struct TransformedSe;

impl ScalarMethod for TransformedSe {
    fn reference(&self) -> Reference {
        Reference {
            name: "transformed_se",
            signature: "transformed_se(low, high [, options])",
            meaning: "The standard error that slope_index needs, from the 95 % limits of a value: the \
                      distance of the limits over 2 · 1.96, on the scale where the error is normal. Options: \
                      type, what the value is: 'other' (the default; as it is), 'rate' (its logarithm) or \
                      'proportion' (its logit).",
            source: "Low and Low (2004); Office for Health Improvement and Disparities, technical guide on \
                     the slope index of inequality.",
            edges: "NULL in: NULL. Limits without a logarithm or logit, and a high below low, are errors.",
            example: "SELECT transformed_se(96.2, 104.1, {'type': 'rate'}) AS se",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("low"), Argument::Number("high"), OPTIONS]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, options: &mut Options) -> Result<Finish> {
        let kind = options.slope_kind()?;
        Ok(Box::new(move |numbers| {
            Ok(Some(real(transformed_se(numbers[0], numbers[1], kind)?)))
        }))
    }
}
