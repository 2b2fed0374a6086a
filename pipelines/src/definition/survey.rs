//! `[survey]`: which columns hold the design of a sample survey.

use super::Section;

/// The columns from which the `design_*` columns are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The stratum a row was sampled in.
    pub stratum: String,
    /// The primary sampling unit, when units were sampled in clusters.
    pub psu: Option<String>,
    /// The weight of a row.
    pub weight: String,
    /// The number of units in the stratum's population, for the finite
    /// population correction.
    pub population: Option<String>,
    /// The wave, when several surveys stand in one table: strata and units of
    /// two waves are different ones.
    pub wave: Option<String>,
}

/// Reads `[survey]`; that the columns exist is checked where they are known.
pub(crate) fn read(section: Section<'_, '_>) -> Option<Survey> {
    let stratum = section.needed("stratum", "Name the column of the stratum: stratum = \"…\".");
    let weight = section.needed("weight", "Name the column of the weight: weight = \"…\".");
    let survey = Survey {
        stratum: stratum.unwrap_or_default(),
        psu: section.string("psu"),
        weight: weight.unwrap_or_default(),
        population: section.string("population"),
        wave: section.string("wave"),
    };
    let complete = !survey.stratum.is_empty() && !survey.weight.is_empty();
    section.finish();
    complete.then_some(survey)
}

impl Survey {
    /// The columns it names, each with the key that names it.
    pub(crate) fn columns(&self) -> Vec<(&'static str, &str)> {
        let mut columns = vec![
            ("stratum", self.stratum.as_str()),
            ("weight", self.weight.as_str()),
        ];
        columns.extend(self.psu.as_deref().map(|column| ("psu", column)));
        columns.extend(self.population.as_deref().map(|column| ("population", column)));
        columns.extend(self.wave.as_deref().map(|column| ("wave", column)));
        columns
    }
}
