//! The reference of the SQL functions: complete, current, and every example runs.

use perspektiv_tests::{Run, demo, perspektiv, root};

#[test]
fn the_page_is_made_from_the_code() {
    let page = Run::of(&mut perspektiv(["functions", "--markdown"]))
        .gives(0)
        .stdout;
    let stored = std::fs::read_to_string(root().join("queries/functions.md")).unwrap();
    assert!(
        page == stored,
        "queries/functions.md is not what the code says; make it with \
         `perspektiv functions --markdown > queries/functions.md`"
    );
}

#[test]
fn every_example_runs_on_the_demo() {
    let all = Run::of(&mut perspektiv(["functions", "--json"])).gives(0).json();
    let all = all.as_array().unwrap();
    assert!(all.len() > 40, "{}", all.len());
    for function in all {
        let example = function["example"].as_str().unwrap();
        let name = function["name"].as_str().unwrap();
        assert!(example.contains(name), "the example of {name} does not use it");
        for part in ["signature", "meaning", "edges", "source"] {
            assert_ne!(
                function[part].as_str().unwrap().trim(),
                "",
                "{name} has no {part}"
            );
        }
        let run = Run::within(demo(), ["query", "--sql", example, "--format", "json"]).gives(0);
        let answer = run.json();
        let rows = answer["rows"].as_array().or_else(|| answer.as_array()).unwrap();
        assert!(!rows.is_empty(), "the example of {name} gives no rows");
        let empty = |row: &serde_json::Value| row.as_object().unwrap().values().all(|value| value.is_null());
        assert!(
            !rows.iter().all(empty),
            "the example of {name} gives only NULL: {run}"
        );
    }
}

#[test]
fn a_function_is_described_and_a_slip_is_told() {
    let run = Run::of(&mut perspektiv(["functions", "survey_mean"])).gives(0);
    assert!(
        run.stdout.contains("Taylor") && run.stdout.contains("Example:"),
        "{run}"
    );
    Run::of(&mut perspektiv(["functions", "survey_maen"]))
        .gives(2)
        .complains_of(&["There is no function `survey_maen`", "`survey_mean`"]);
}

#[test]
fn the_ten_questions_of_an_analyst_have_answers() {
    let page = std::fs::read_to_string(root().join("queries/exempel.md")).unwrap();
    let questions: Vec<&str> = page
        .split("```sql\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(questions.len(), 10);
    for question in questions {
        let run = Run::within(demo(), ["query", "--sql", question, "--format", "csv"]).gives(0);
        assert!(run.stdout.lines().count() > 1, "{run}");
    }
}

#[test]
fn a_stored_design_is_the_one_that_its_columns_give() {
    let sql = "WITH urval AS (SELECT *, survey_design({'stratum': stratum, 'weight': vikt, 'fpc': stratumstorlek, \
               'wave': ar}) OVER () AS egen FROM liv_halsa) \
               SELECT ar, survey_mean(langd, egen) AS a, survey_mean(langd, design) AS b FROM urval \
               GROUP BY GROUPING SETS ((ar), ()) ORDER BY ar";
    let run = Run::within(demo(), ["query", "--sql", sql, "--format", "json"]).gives(0);
    let answer = run.json();
    let rows = answer["rows"].as_array().or_else(|| answer.as_array()).unwrap();
    assert!(rows.len() > 3, "{run}");
    for row in rows {
        for part in ["", "_se", "_low", "_high", "_n", "_df"] {
            let (own, stored) = (&row[format!("a{part}")], &row[format!("b{part}")]);
            let (own, stored) = (own.as_f64().unwrap(), stored.as_f64().unwrap());
            assert!(
                (own - stored).abs() <= 1e-12 * own.abs(),
                "a{part}: {own} and {stored}"
            );
        }
    }
}

#[test]
fn the_first_row_that_cannot_be_used_is_the_same_in_every_run() {
    let sql = "SELECT kommun, survey_quantile(CASE WHEN kon = 'Kvinnor' AND ar > 2005 THEN CAST('NaN' AS DOUBLE) ELSE langd END, design, 0.5) \
               FROM liv_halsa WHERE ar > 2010 GROUP BY kommun";
    let first = Run::within(demo(), ["query", "--sql", sql]).gives(1).stderr;
    assert!(
        first.contains(" is NaN in row ") && first.contains(" of `liv_halsa`,"),
        "{first}"
    );
    for _ in 0..3 {
        assert_eq!(
            Run::within(demo(), ["query", "--sql", sql]).gives(1).stderr,
            first
        );
    }
}
