//! `survey_chisq(a, b, design)`: are two things independent of each other?

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::{Independence, independence};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS, UNKNOWN};
use super::frame::options::Options;
use super::frame::result::{counted, number, real, row, whole};
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyChisq;

fn fields() -> Fields {
    let mut fields = ["statistic", "df", "df2", "p"].map(number).to_vec();
    fields.push(whole("n"));
    Fields::from(fields)
}

impl RowsMethod for SurveyChisq {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_chisq",
            signature: "survey_chisq(a, b, design [, options])",
            meaning: "Tests whether a and b, as education and loneliness, are independent in the group. A struct: \
                      statistic, df and df2 (degrees of freedom above and below), p, n. Options: statistic: 'F' \
                      (the default), 'Chisq', 'Wald', 'adjWald', 'lincom', 'saddlepoint'; lonely, lonely_domains.",
            source: "Rao and Scott (1984), Thomas and Rao (1987), Koch, Freeman and Freeman (1975), Kuonen (1999); \
                     svychisq() in R's survey package.",
            edges: "Rows where a or b is NULL are not in the table; they count where the statistic is scaled to \
                    the rows, as in R, and so do, in a group of a design with adjusted weights, the rows outside \
                    the group, in the degrees of freedom too. A table of one row or one column: NULL.",
            example: "SELECT survey_chisq(utbildning, utfall, design) AS test FROM behov \
                      WHERE ar = 2022 AND kriterium = 'Ensamhet'",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::MaybeText("a"),
            Argument::MaybeText("b"),
            Argument::Design,
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        DataType::Struct(fields())
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let test: Independence = options.parsed("statistic")?.unwrap_or_default();
        let handling = options.handling()?;
        Ok(Box::new(move |rows| {
            let is_known = |column: usize, row: usize| {
                let value = rows.column(column).get(row);
                value.is_some_and(|value| rows.text(*value) != UNKNOWN)
            };
            let rows = rows.with_column(|row| f64::from(u8::from(is_known(0, row) && is_known(1, row))));
            let Some(found) = independence(&rows, test, handling)? else {
                return Ok(None);
            };
            let values = vec![
                real(found.statistic),
                real(found.df),
                real(found.df2),
                real(found.p),
                counted(found.n),
            ];
            Ok(Some(row(&fields(), values)?))
        }))
    }
}
