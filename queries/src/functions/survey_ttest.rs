//! `survey_ttest(y, design, group)`: do two groups differ?

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::ttest;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::difference::{Judge, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyTtest;

impl RowsMethod for SurveyTtest {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_ttest",
            signature: "survey_ttest(y, design, group [, options])",
            meaning: "The difference between two groups in the mean of y, the second (in order of number or name) \
                      less the first, tested with one degree of freedom less than the rows' design has. The same \
                      struct and options as survey_contrast.",
            source: "Design-based t test as a regression on one indicator: Lumley (2010), section 5.2; svyttest() \
                     in R's survey package.",
            edges: "One group only: NULL. More than two groups are an error. Rows where y or group is NULL leave \
                    the groups, not the design.",
            example: "SELECT survey_ttest(utfall, design, kon) AS skillnad FROM behov \
                      WHERE ar = 2022 AND kriterium = 'Ensamhet'",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("y"),
            Argument::Design,
            Argument::Text("group"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let handling = options.handling()?;
        let judge = Judge::new(options)?;
        Ok(Box::new(move |rows| match ttest(rows, handling)? {
            Some(difference) => judge.value(&difference, rows.is_census()).map(Some),
            None => Ok(None),
        }))
    }
}
