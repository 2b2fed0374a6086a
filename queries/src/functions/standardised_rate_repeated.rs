//! `standardised_rate_repeated(frequency, persons, population, standard)`: a
//! standardised rate of events that come several to a person.

use arrow::datatypes::{DataType, Fields};
use datafusion::common::Result;
use perspektiv_statistics::health::{RepeatedRow, standardised_rate_repeated};

use super::Reference;
use super::frame::argument::{Argument, OPTIONS};
use super::frame::columns::{ColumnsMethod, Finish};
use super::frame::direct::{fields, finish};
use super::frame::limits::second;
use super::frame::options::Options;

pub(super) struct StandardisedRateRepeated;

impl ColumnsMethod for StandardisedRateRepeated {
    fn reference(&self) -> Reference {
        Reference {
            name: "standardised_rate_repeated",
            signature: "standardised_rate_repeated(frequency, persons, population, standard [, options])",
            meaning: "The directly standardised rate of events that one person may have several of, such as \
                      admissions: wider limits than standardised_rate, for such events are not independent. A \
                      row tells how many persons of an age band had frequency events each; every age band has \
                      a row for each frequency, if need be with no persons. The struct and the options of \
                      standardised_rate.",
            source: "Dobson, Kuulasmaa, Eberle and Scherer (1991) with the variance of a compound Poisson sum \
                     (Stukel, Glynn, Fisher and others 1994).",
            edges: "Persons that are NULL are 0; a row without a frequency is left out; a population or \
                    standard that is NULL, or no rows: NULL. Fewer events than the minimum: count and \
                    population alone. Age bands that are not the same for each frequency, and a frequency \
                    that is not above 0, are errors.",
            example: "WITH besok AS (SELECT aldersgrupp, least(kontakter, 10) AS antal, count(*) AS personer \
                      FROM person_year WHERE ar = 2022 GROUP BY aldersgrupp, antal), \
                      band AS (SELECT aldersgrupp, sum(personer) AS invanare FROM besok GROUP BY aldersgrupp), \
                      alla AS (SELECT band.*, antal FROM band CROSS JOIN (SELECT DISTINCT antal FROM besok \
                      WHERE antal > 0)) \
                      SELECT standardised_rate_repeated(a.antal, b.personer, a.invanare, a.invanare, \
                      {'multiplier': 1000}) AS kontakter FROM alla AS a LEFT JOIN besok AS b \
                      ON a.aldersgrupp = b.aldersgrupp AND a.antal = b.antal",
        }
    }

    fn arguments(&self) -> &'static [Argument] {
        &[
            Argument::Number("frequency"),
            Argument::Number("persons"),
            Argument::Number("population"),
            Argument::Number("standard"),
            OPTIONS,
        ]
    }

    fn result(&self, options: &Fields) -> DataType {
        DataType::Struct(fields(second(options)))
    }

    fn plan(&self, _: &[f64], options: &mut Options) -> Result<Finish> {
        finish(options, |columns, asked| {
            let row = |row| RepeatedRow {
                frequency: columns.number(0, row),
                persons: columns.number(1, row),
                population: columns.number(2, row),
                standard: columns.number(3, row),
            };
            let rows: Vec<_> = (0..columns.len()).map(row).collect();
            standardised_rate_repeated(&rows, asked)
        })
    }
}
