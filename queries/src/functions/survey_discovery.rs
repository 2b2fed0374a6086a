//! `survey_discovery(y, design, outcome, wave, {'Kön': kon, …})`: which groups have more of something?

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, plan_err};
use perspektiv_statistics::discovery::{Discovery, Explored, Finding, Search, discover};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS, UNKNOWN};
use super::frame::options::Options;
use super::frame::result::{list_of, listed, number, reals, share, text, whole};
use super::frame::rows::{Finish, RowsMethod};

pub(super) struct SurveyDiscovery;

/// A line of the result: an outcome, and a finding of it with its rank if there is any.
type Line<'a> = (&'a Discovery, &'a Explored, Option<(usize, &'a Finding)>);

/// A column of the result.
enum Column {
    Text(&'static str, fn(&Line<'_>) -> Option<String>),
    Whole(&'static str, fn(&Line<'_>) -> Option<u64>),
    Number(&'static str, fn(&Line<'_>) -> Option<f64>),
    Share(&'static str, fn(&Line<'_>) -> Option<f64>),
}

use Column::{Number, Share, Text, Whole};

/// Something of the finding, where there is one.
fn of<'a, T>(line: &Line<'a>, pick: impl Fn(&'a Finding) -> T) -> Option<T> {
    line.2.map(|(_, finding)| pick(finding))
}

const COLUMNS: [Column; 37] = [
    Text("outcome", |line| Some(line.1.outcome.clone())),
    Whole("rank", |line| line.2.map(|(rank, _)| rank as u64)),
    Text("variables", |line| {
        of(line, |finding| joined(finding, |(name, _)| name))
    }),
    Text("group", |line| {
        of(line, |finding| joined(finding, |(_, value)| value))
    }),
    Whole("depth", |line| {
        of(line, |finding| finding.conditions.len() as u64)
    }),
    Whole("n", |line| of(line, |finding| finding.comparison.n)),
    Whole("cases", |line| of(line, |finding| finding.comparison.cases)),
    Whole("rest_n", |line| of(line, |finding| finding.comparison.rest_n)),
    Share("share", |line| of(line, |finding| finding.comparison.share)),
    Share("rest", |line| of(line, |finding| finding.comparison.rest)),
    Number("difference", |line| {
        of(line, |finding| finding.comparison.difference())
    }),
    Number("se", |line| of(line, |finding| finding.comparison.se)),
    Number("low", |line| {
        of(line, |finding| finding.limits)?.map(|limits| limits.0)
    }),
    Number("high", |line| {
        of(line, |finding| finding.limits)?.map(|limits| limits.1)
    }),
    Number("null_se", |line| of(line, |finding| finding.comparison.null_se)),
    Whole("df", |line| of(line, |finding| finding.comparison.df)),
    Number("p", |line| of(line, |finding| finding.comparison.p())?),
    Number("q", |line| of(line, |finding| finding.q)),
    Number("population", |line| {
        of(line, |finding| finding.comparison.population)
    }),
    Number("excess", |line| of(line, |finding| finding.comparison.excess())),
    Number("excess_low", |line| {
        of(line, |finding| persons(finding, |limits| limits.0))?
    }),
    Number("excess_high", |line| {
        of(line, |finding| persons(finding, |limits| limits.1))?
    }),
    Number("ratio", |line| of(line, |finding| finding.comparison.ratio())?),
    Whole("folded", |line| of(line, |finding| finding.folded)),
    Text("before", |line| of(line, |finding| finding.before.to_string())),
    Number("wave", |line| Some(line.0.wave)),
    Number("before_wave", |line| line.0.before),
    Whole("before_n", |line| {
        of(line, |finding| finding.earlier)?.map(|earlier| earlier.n)
    }),
    Share("before_share", |line| {
        of(line, |finding| finding.earlier)?.map(|earlier| earlier.share)
    }),
    Share("before_rest", |line| {
        of(line, |finding| finding.earlier)?.map(|earlier| earlier.rest)
    }),
    Number("before_p", |line| of(line, |finding| finding.earlier)??.p()),
    Whole("answers", |line| Some(line.1.n)),
    Whole("tried", |line| Some(line.1.tried)),
    Whole("few", |line| Some(line.1.few)),
    Whole("certain", |line| Some(line.1.certain)),
    Whole("more", |line| Some(line.1.more)),
    Whole("tried_in_all", |line| Some(line.0.tried)),
];

/// Limits of the excess: those of the difference, for as many persons.
fn persons(finding: &Finding, pick: impl Fn((f64, f64)) -> f64) -> Option<f64> {
    finding
        .limits
        .map(|limits| pick(limits) * finding.comparison.population)
}

/// The variables of a finding, or their values.
fn joined(finding: &Finding, pick: impl Fn(&(String, String)) -> &String) -> String {
    let parts: Vec<&str> = finding
        .conditions
        .iter()
        .map(|condition| pick(condition).as_str())
        .collect();
    parts.join(", ")
}

fn fields() -> Fields {
    let field = |column: &Column| -> Field {
        match column {
            Text(name, _) => text(name),
            Whole(name, _) => whole(name),
            Number(name, _) => number(name),
            Share(name, _) => share(name),
        }
    };
    COLUMNS.iter().map(field).collect()
}

impl RowsMethod for SurveyDiscovery {
    fn reference(&self) -> Reference {
        Reference {
            name: "survey_discovery",
            signature: "survey_discovery(y, design, outcome, wave, {'Kön': kon, 'Ålder': aldersgrupp, …} [, options])",
            meaning: "Searches the groups in which y (0 or 1) is more common than among all others: every \
                      combination of values of up to three of the columns in the struct, for each outcome (the name \
                      of what y is), in the latest wave among the rows. Each is compared with all others of whom \
                      the same columns are known. The findings of an outcome are those that are certain with the \
                      rate of false discoveries under control over everything that was tried in the call, ranked by \
                      excess: persons with the outcome beyond those there would be with the others' share. \
                      Findings that say the same are folded: a wide group gives way to a narrower one with nearly \
                      all of its excess, and a further group stays only where it has more than others who are in \
                      the same of the findings before it. Findings are hypotheses: they were looked for until \
                      found. A list of structs, of which unnest makes rows: outcome, rank, variables and group \
                      (their values), depth (how many), n, cases, rest_n, share, rest, difference with se, low and \
                      high, null_se (the error if there were no difference), df, p (with the larger of the two \
                      errors), q (p adjusted), population, excess with excess_low and excess_high (the population \
                      taken as known), ratio, folded (certain ones that it stands for), before (the same group in \
                      the wave before, tested by itself: 'found', 'not certain', 'few answers', 'not asked', 'not \
                      known', 'no wave'), wave, before_wave, before_n, before_share, before_rest, before_p; and of \
                      the outcome answers, tried, few (groups with too few answers), certain, more (certain and \
                      neither shown nor folded), and tried_in_all. Options: min (30: the fewest answers of a group \
                      and of its rest), depth (3), lines (5 an outcome), fdr (0.05), method ('BY', valid however \
                      the comparisons depend on each other; 'BH', which finds more), all (true: everything that \
                      was tried, nothing folded), level (0.95), lonely, lonely_domains.",
            source: "Difference: linearisation (Särndal, Swensson and Wretman 1992, section 5.7), as svycontrast() in R's \
                     survey package. False discoveries: Benjamini and Yekutieli (2001), Benjamini and Hochberg (1995).",
            edges: "Rows where y, outcome or wave is NULL are left out; NULL in a column of the struct is not \
                    known, and no group. No rows: NULL. An outcome without findings has one row, without rank. In data \
                    where nothing differs, a call finds anything at all with at most the probability fdr; that \
                    holds before findings are folded. Adjusted and replicate weights and two stages are errors, \
                    and so is a y other than 0 and 1.",
            example: "SELECT unnest(survey_discovery(utfall, design, kriterium, ar, {'Kön': kon, 'Ålder': aldersgrupp, \
                      'Utbildning': utbildning})) AS fynd FROM behov WHERE ar IN (2017, 2022)",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("y"),
            Argument::Design,
            Argument::Text("outcome"),
            Argument::Number("wave"),
            Argument::Groups("variables"),
            OPTIONS,
        ]
    }

    fn result(&self, _: &Fields) -> DataType {
        list_of(&fields())
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        let names = options.groups().to_vec();
        let usual = Search::default();
        let levels = options.levels()?;
        if levels.level2.is_some() {
            return plan_err!("survey_discovery has one level, and no 'level2'");
        }
        let number = |value: Option<u64>, usual: usize| value.map_or(usual, |value| value as usize);
        let search = Search {
            depth: number(options.whole("depth")?, usual.depth),
            least: options.whole("min")?.unwrap_or(usual.least),
            lines: number(options.whole("lines")?, usual.lines),
            fdr: options.number("fdr")?.unwrap_or(usual.fdr),
            method: options.parsed("method")?.unwrap_or_default(),
            all: options.switch("all")?.unwrap_or_default(),
            level: levels.level,
            handling: options.handling()?,
        };
        Ok(Box::new(move |rows| {
            let Some(found) = discover(rows, &names, UNKNOWN, &search)? else {
                return Ok(None);
            };
            let mut lines: Vec<Line<'_>> = Vec::new();
            for explored in &found.outcomes {
                if explored.findings.is_empty() {
                    lines.push((&found, explored, None));
                }
                let ranked = explored.findings.iter().enumerate();
                lines.extend(ranked.map(|(at, finding)| (&found, explored, Some((at + 1, finding)))));
            }
            let column = |column: &Column| -> ArrayRef {
                match column {
                    Text(_, pick) => Arc::new(lines.iter().map(pick).collect::<StringArray>()),
                    Whole(_, pick) => {
                        let numbers = lines
                            .iter()
                            .map(|line| pick(line).and_then(|n| i64::try_from(n).ok()));
                        Arc::new(numbers.collect::<Int64Array>())
                    }
                    Number(_, pick) | Share(_, pick) => reals(lines.iter().map(pick)),
                }
            };
            Ok(Some(listed(&fields(), COLUMNS.iter().map(column).collect())?))
        }))
    }
}
