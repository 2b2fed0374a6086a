//! Numbers of R's survey package, through SQL.
//!
//! The data is read from beside the repository and not kept in it, for its licence
//! is another.

use std::path::PathBuf;

use arrow::array::{Array, AsArray, StringArray};
use arrow::csv::ReaderBuilder;
use arrow::csv::reader::Format;
use arrow::datatypes::{Float64Type, Int64Type};

use super::*;

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from("../../shared/data/survey");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing",
        folder.display()
    );
    println!("skipped: {} is not there", folder.display());
    None
}

fn read(path: &Path) -> RecordBatch {
    let format = Format::default().with_header(true);
    let file = std::fs::File::open(path).unwrap();
    let (schema, _) = format.infer_schema(&file, None).unwrap();
    let schema = Arc::new(schema);
    let file = std::fs::File::open(path).unwrap();
    let reader = ReaderBuilder::new(Arc::clone(&schema))
        .with_format(format)
        .build(file)
        .unwrap();
    let batches: Vec<_> = reader.map(Result::unwrap).collect();
    arrow::compute::concat_batches(&schema, &batches).unwrap()
}

/// One row of the reference, by column.
struct Case<'a> {
    batch: &'a RecordBatch,
    row: usize,
}

impl Case<'_> {
    fn text(&self, column: &str) -> String {
        let column = self.batch.column_by_name(column).unwrap();
        let texts = arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).unwrap();
        let texts: &StringArray = texts.as_string();
        if texts.is_null(self.row) {
            String::new()
        } else {
            texts.value(self.row).to_owned()
        }
    }

    fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap_or(f64::NAN)
    }
}

fn near(found: f64, wanted: f64, what: &str, case: &str) {
    let close = (found - wanted).abs() <= 1e-9 * wanted.abs() + 1e-12;
    assert!(close, "{case}: {what} is {found}, R has {wanted}");
}

#[test]
fn means_and_proportions_equal_r() {
    let Some(folder) = folder() else { return };
    let schools = read(&folder.join("apistrat.csv"));
    let reference = read(&folder.join("reference_results.csv"));
    for partitions in [1, 4] {
        let engine = engine(
            &[("apistrat", schools.clone())],
            partitions,
            &EngineOptions::default(),
        );
        let mut compared = 0;
        for row in 0..reference.num_rows() {
            let case = Case {
                batch: &reference,
                row,
            };
            compared += usize::from(compare(&engine, &case));
        }
        println!("{compared} cases equal R with {partitions} partitions");
        assert!(compared >= 20, "only {compared} cases were compared");
    }
}

/// Compares a case if it is one of ours.
fn compare(engine: &Engine, case: &Case<'_>) -> bool {
    let [design, estimator, method] = ["design", "estimator", "method"].map(|c| case.text(c));
    let function = match (estimator.as_str(), method.as_str()) {
        ("svymean" | "svyby:svymean", _) => "survey_mean",
        ("svyciprop", "xlogit") => "survey_proportion",
        _ => return false,
    };
    if !["strat", "strat_wr"].contains(&design.as_str()) || case.text("status") != "ok" {
        return false;
    }
    let fpc = if design == "strat" { ", 'fpc': fpc" } else { "" };
    let variable = case.text("variable");
    let y = match (case.text("level").as_str(), variable.strip_prefix("I(")) {
        ("", None) => variable.clone(),
        ("", Some(condition)) => condition.trim_end_matches(')').to_owned(),
        (level, _) => format!("{variable} = '{level}'"),
    };
    let domain = match case.text("domain_sql") {
        domain if domain.is_empty() => "TRUE".to_owned(),
        domain => domain,
    };
    let source = format!(
        "WITH designed AS (
            SELECT *, survey_design({{'stratum': stype, 'weight': pw{fpc}}}) OVER () AS design FROM apistrat)"
    );
    // Alone, as a group among others, and by a filter of the aggregate.
    for sql in [
        format!("{source} SELECT {function}({y}, design) AS m FROM designed WHERE {domain}"),
        format!(
            "{source} SELECT {function}({y}, design) AS m FROM designed
             GROUP BY ({domain}) HAVING ({domain})"
        ),
        format!("{source} SELECT {function}({y}, design) FILTER (WHERE {domain}) AS m FROM designed"),
    ] {
        let id = case.text("case_id");
        let answer = engine
            .sql(&sql)
            .unwrap_or_else(|error| panic!("{id}: {error}\n{sql}"));
        let batch = arrow::compute::concat_batches(answer.schema(), answer.batches()).unwrap();
        assert_eq!(batch.num_rows(), 1, "{id}");
        let number = |name: &str| {
            batch
                .column_by_name(name)
                .unwrap()
                .as_primitive::<Float64Type>()
                .value(0)
        };
        let whole = |name: &str| {
            batch
                .column_by_name(name)
                .unwrap()
                .as_primitive::<Int64Type>()
                .value(0)
        };
        near(number("m"), case.number("estimate"), "the estimate", &id);
        near(number("m_se"), case.number("se"), "the standard error", &id);
        assert_eq!(whole("m_n") as f64, case.number("n_unweighted"), "{id}: n");
        assert_eq!(whole("m_df") as f64, case.number("df"), "{id}: df");
        near(number("m_low"), case.number("ci_low"), "the lower limit", &id);
        near(number("m_high"), case.number("ci_high"), "the upper limit", &id);
    }
    true
}
