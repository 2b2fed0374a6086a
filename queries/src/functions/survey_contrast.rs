//! `survey_contrast(y, design, group, {'A': 1, 'B': -1})`: a difference between groups.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::{Result, plan_err};
use perspektiv_statistics::{Degrees, Rows, contrast, shown};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::difference::{Judge, result};
use super::frame::options::Options;
use super::frame::rows::{Finish, RowsMethod};
use crate::suggest::{list, nearest};

pub(super) struct SurveyContrast;

impl RowsMethod for SurveyContrast {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_contrast",
            signature: "survey_contrast(y, design, group, {'A': 1, 'B': -1} [, options])",
            meaning: "The difference between groups, or years, in the mean of y (or its share): each group's mean \
                      times the number given for it, added up. A struct: estimate, se, low and high, n, df, t and \
                      p (of no difference), detectable (the smallest true difference that a sample like this would \
                      find, with 80 % power), verdict ('higher' or 'lower' where the interval leaves zero out, \
                      'unchanged' where the whole interval lies within ± relevant, 'undecided' where the sample \
                      is too small to tell); 'unchanged' goes before the others, for a difference may be certain \
                      and still too small to matter. Options: relevant (the smallest difference that matters; without it \
                      nothing is called unchanged), power (0.8), combination (true: the numbers may add up to something else than 0, as in a \
                      weighted mean of groups; p and verdict then compare it with zero), level, level2, df, lonely, \
                      lonely_domains.",
            source: "Linearisation with the covariance between the groups: Särndal, Swensson and Wretman (1992), \
                     section 5.7; svyby() with svycontrast() in R's survey package. Detectable: Cohen (1988), \
                     Bloom (1995). Unchanged: Schuirmann (1987).",
            edges: "A group that has no rows: an error that names those that have; with GROUP BY, NULL where one of them \
                    is missing (with FILTER or over a window an error, too). A group with one row: an estimate without error. Rows where y or group is NULL leave \
                    the groups, not the design. An error of 0, where no group varies: p and detectable NULL and \
                    'undecided', for the sample cannot tell, unless all of the population was asked. Numbers that do not add up to 0 are an error unless combination is \
                    true. \
                    Groups that are numbers or dates are named as they are written: 2022 is '2022'.",
            example: "SELECT kriterium, survey_contrast(utfall, design, ar, {'2022': 1, '2017': -1}, \
                      {'relevant': 0.03}) AS forandring FROM behov GROUP BY kriterium ORDER BY kriterium",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("y"),
            Argument::Design,
            Argument::Text("group"),
            Argument::Options {
                what: "coefficients",
                needed: true,
            },
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        result(options)
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let coefficients = options.first()?;
        if coefficients.is_empty() {
            return plan_err!(
                "survey_contrast needs a number for each group, as in {{'2022': 1, '2017': -1}}"
            );
        }
        let (handling, degrees) = (options.handling()?, options.degrees(Degrees::Design)?);
        let judge = Judge::new(options)?;
        let combination = options.switch("combination")?.unwrap_or_default();
        let is_grouped = options.is_grouped();
        let sum: f64 = coefficients.iter().map(|(_, c)| c).sum();
        let size: f64 = coefficients.iter().map(|(_, c)| c.abs()).sum();
        if sum.abs() > 1e-9 * size && !combination {
            return plan_err!(
                "the numbers of survey_contrast add up to {sum}, so it is no difference between groups; they are to \
                 add up to 0, as in {{'2022': 1, '2017': -1}}, unless the option 'combination' is true"
            );
        }
        Ok(Box::new(move |rows| {
            let named: Vec<(&str, f64)> = coefficients.iter().map(|(name, c)| (name.as_str(), *c)).collect();
            all_there(rows, &named, is_grouped)?;
            let rows = &rows.filter(|row| {
                let name = rows.column(1).get(row).map(|number| rows.text(*number));
                named.iter().any(|(group, _)| Some(*group) == name)
            });
            match contrast(rows, &named, handling, degrees)? {
                Some(difference) => judge.value(&difference, rows.is_census()).map(Some),
                None => Ok(None),
            }
        }))
    }
}

/// So many groups are told in an error.
const MOST: usize = 20;

/// Refuses a group that no row is in. Where a call is one of many, it may be missing here and
/// be there elsewhere: then only a name that is nearly that of another is refused.
fn all_there(rows: &Rows, named: &[(&str, f64)], is_grouped: bool) -> Result<()> {
    let mut there: Vec<&str> = rows.names().iter().map(String::as_str).collect();
    there.sort_unstable();
    let is_named = |name: &str| named.iter().any(|(group, _)| *group == name);
    for (group, _) in named.iter().filter(|(group, _)| !there.contains(group)) {
        let others = there.iter().copied().filter(|name| !is_named(name));
        // One year is not another that is spelt wrong.
        let near = nearest(group, others).filter(|_| group.parse::<f64>().is_err());
        let hint = match near {
            Some(near) => format!(" (did you mean '{near}'?)"),
            None if is_grouped => continue,
            None => String::new(),
        };
        if there.len() > MOST {
            there.truncate(MOST);
            there.push("…");
        }
        let there: Vec<String> = there
            .into_iter()
            .map(|name| shown::name(name).to_string())
            .collect();
        return plan_err!(
            "survey_contrast: no row is in the group '{}'{hint}. The groups are {}",
            shown::name(group),
            list(there.iter().map(String::as_str))
        );
    }
    Ok(())
}
