//! `survey_df(design)`: the degrees of freedom of a group.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::Degrees;

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::options::Options;
use super::frame::result::counted;
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyDf;

impl RowsMethod for SurveyDf {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_df",
            signature: "survey_df(design [, options])",
            meaning: "The degrees of freedom of the group: sampled units with a row less strata with a row; \
                      for replicate weights their rank less one. Options: df ('domain', or 'design' for those \
                      of the whole design).",
            source: "degf() in R's survey package (Lumley 2004); Korn and Graubard (1999), section 5.2.",
            edges: "No rows: NULL.",
            example: "SELECT kommun, survey_df(design) AS frihetsgrader FROM liv_halsa WHERE ar = 2022 \
                      GROUP BY kommun ORDER BY kommun",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[Argument::Design, OPTIONS]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Int64
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let degrees = options.degrees(Degrees::Domain)?;
        Ok(Box::new(move |rows| Ok(Some(counted(rows.df(degrees))))))
    }
}
