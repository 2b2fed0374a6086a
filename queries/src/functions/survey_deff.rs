//! `survey_deff(y, design)`: what the design costs in precision.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{Deff, design_effect};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::real;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyDeff;

impl RowsMethod for SurveyDeff {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_deff",
            signature: "survey_deff(y, design [, options])",
            meaning: "The design effect: how many times the variance of the mean is that of a simple random \
                      sample of as many rows. 2 means that half as many answers from a simple random sample \
                      would say as much. Options: of ('mean' or 'total'), replace (compare with sampling with \
                      replacement; false), lonely, lonely_domains.",
            source: "Kish (1965), section 8.2; svymean(deff = TRUE) in R's survey package.",
            edges: "Fewer than two rows, or values that are all the same: NULL. NULL also where the weights add up \
                    to no more than the rows, unless replace is true: so many rows drawn without replacement \
                    would be everyone, and have no error to compare with (R divides by a negative variance).",
            example: "SELECT ar, survey_deff(utfall, design) AS deff FROM behov WHERE kriterium = 'Ensamhet' \
                      GROUP BY ar ORDER BY ar",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Number("y"), Argument::Design, OPTIONS]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Float64
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let handling = options.handling()?;
        let deff = Deff {
            of_total: options
                .choice("of", &[("mean", false), ("total", true)])?
                .unwrap_or_default(),
            replace: options.switch("replace")?.unwrap_or_default(),
        };
        Ok(Box::new(move |rows| {
            Ok(design_effect(rows, deff, handling)?.map(real))
        }))
    }
}
