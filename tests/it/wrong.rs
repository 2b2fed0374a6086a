//! Wrong uses, and what each is told: where the fault is, and what to do.

use perspektiv_tests::{Run, demo};

/// Words of a question, and words of the answer.
type Case = (&'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    // Parameters.
    (
        &["hogkonsumenter", "--param", "komun=1784"],
        &["no parameter `komun`", "Did you mean `kommun`?"],
    ),
    (
        &["hogkonsumenter", "--param", "kommun=Arvika"],
        &["`Arvika` is no value", "1784"],
    ),
    (
        &["hogkonsumenter", "--param", "ar=tjugo"],
        &["`tjugo` is not a value", "a whole number, such as 2024"],
    ),
    (&["hogkonsumenter", "--param", "hog=1.5"], &["at most 1"]),
    (
        &["hogkonsumenter", "--param", "indelning=kron"],
        &["one of personer, kostnad, kronor"],
    ),
    (
        &[
            "hogkonsumenter",
            "--param",
            "kommun=1784",
            "--param",
            "kommun=1785",
        ],
        &["given twice", "Keep one of them"],
    ),
    (&["hogkonsumenter", "--param", "kommun"], &["name=value"]),
    (&["mal", "--param", "enhet=9999"], &["`9999` is no value", "0017"]),
    // Names.
    (
        &["hogkonsumeter"],
        &["no query named `hogkonsumeter`", "Did you mean `hogkonsumenter`?"],
    ),
    (
        &["hogkonsumenter", "--columns", "personr"],
        &["no column `personr`", "Did you mean `personer`?"],
    ),
    (
        &["hogkonsumenter", "--format", "exel"],
        &["no output format `exel`", "xlsx"],
    ),
    (&["hogkonsumenter", "--as-of", "99"], &["no snapshot 99"]),
    // SQL.
    (
        &["--sql", "SELECT * FROM bef"],
        &[
            "Line 1, column 15",
            "no table named `bef`",
            "Did you mean `befolkning`?",
        ],
    ),
    (
        &["--sql", "SELECT komun FROM befolkning"],
        &["Line 1, column 8", "no column named komun", "befolkning.kommun"],
    ),
    (
        &[
            "--sql",
            "SELECT kommun FROM befolkning a JOIN befolkning b ON a.person = b.person",
        ],
        &["More than one table has a column kommun", "a.kommun"],
    ),
    (
        &[
            "--sql",
            "SELECT kommun, ar, count(*) FROM befolkning GROUP BY kommun",
        ],
        &["`befolkning.ar` has many values in each group", "GROUP BY"],
    ),
    (
        &["--sql", "SELECT sum(kommun) FROM befolkning"],
        &["sum does not take what it was given", "try_cast(… AS DOUBLE)"],
    ),
    (
        &["--sql", "SELECT ar / (alder - alder) FROM befolkning"],
        &["divided by zero", "nullif(x, 0)"],
    ),
    (
        &["--sql", "SELECT CAST(utbildning AS INT) FROM befolkning"],
        &["Cannot cast string", "try_cast(… AS …)"],
    ),
    (
        &["--sql", "SELECT * FROM befolkning WHERE kommun = \"1780\""],
        &["no column named \"1780\"", "single quotes"],
    ),
    (&["--sql", "SELEC 1"], &["Line 1, column 1", "cannot be read"]),
    (
        &["--sql", "SELECT 1; SELECT 2"],
        &["Only one query", "remove all but one"],
    ),
    (&["--sql", "SELECT $x"], &["`$x`, which has no value", "x=…"]),
    (
        &["--sql", "SELECT rate(1)"],
        &["rate needs `n`", "rate(x, n [, options])"],
    ),
    // What SQL may not do.
    (
        &["--sql", "DROP TABLE befolkning"],
        &["`DROP` is not allowed", "perspektiv refresh"],
    ),
    (
        &["--sql", "COPY befolkning TO '/tmp/ut.csv'"],
        &["`COPY` is not allowed", "only queries are"],
    ),
    (
        &[
            "--sql",
            "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        ],
        &["`CREATE EXTERNAL TABLE` is not allowed"],
    ),
    (
        &["--sql", "SELECT * FROM '/etc/passwd'"],
        &["no table named `/etc/passwd`"],
    ),
    (
        &["--sql", "SELECT * FROM read_csv('/etc/passwd')"],
        &["no table function read_csv", "--file-source"],
    ),
    (
        &["--sql", "SET datafusion.execution.batch_size = 1"],
        &["`SET` is not allowed"],
    ),
];

#[test]
fn every_wrong_use_is_told_in_words_that_help() {
    for (question, told) in CASES {
        let arguments = ["query"].iter().chain(*question);
        let run = Run::within(demo(), arguments);
        assert!(run.code == Some(1) || run.code == Some(2), "{run}");
        assert_eq!(run.stdout, "", "{run}");
        let said = run.stderr.replace('│', " ");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in *told {
            assert!(said.contains(words), "{words}: {run}");
        }
        assert!(!said.contains("Internal error"), "{run}");
    }
}

#[test]
fn a_cut_off_that_leaves_nobody_says_so() {
    let run = Run::within(
        demo(),
        [
            "query",
            "hogkonsumenter",
            "--param",
            "alder_min=130",
            "--format",
            "csv",
        ],
    )
    .gives(0);
    assert!(
        run.stdout.contains("ingen i befolkningen har den åldern där"),
        "{run}"
    );
}
