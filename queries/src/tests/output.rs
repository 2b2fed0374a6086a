//! Each form of output, written and where possible read back.

use arrow::array::{AsArray, Decimal128Array, Float64Array, StringArray};
use arrow::datatypes::Float64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::*;
use crate::output::{FORMATS, OutputOptions, format, format_of};

fn sample() -> crate::Answer {
    let cost = Decimal128Array::from(vec![Some(123_456_789), None]).with_precision_and_scale(14, 2);
    let table = batch([
        (
            "kommun",
            Arc::new(StringArray::from(vec!["Årjäng", "Kil; \"lilla\", Kil"])) as ArrayRef,
        ),
        ("kostnad", Arc::new(cost.unwrap())),
        ("andel", Arc::new(Float64Array::from(vec![Some(0.125), None]))),
    ]);
    let engine = engine(&[("t", table)], 1, &EngineOptions::default());
    let query = query(
        "[columns.kostnad]\nlabel = \"Kostnad\"\nunit = \"kr\"\ndecimals = 0\n\
         [columns.kommun]\nlabel = \"Kommun\"",
        "SELECT * FROM t ORDER BY kommun DESC",
    );
    engine.run(&query, &given(&[])).unwrap()
}

fn bytes(name: &str, answer: &crate::Answer, options: &OutputOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    format(name).unwrap().write(answer, options, &mut bytes).unwrap();
    bytes
}

fn text(name: &str, options: &OutputOptions) -> String {
    String::from_utf8(bytes(name, &sample(), options)).unwrap()
}

#[test]
fn csv_is_plain() {
    assert_eq!(
        text("csv", &OutputOptions::default()),
        "kommun,kostnad,andel\nÅrjäng,1234567.89,0.125\n\"Kil; \"\"lilla\"\", Kil\",,\n"
    );
    let none = small()
        .sql("SELECT ar, kommun AS \"a,b\" FROM befolkning WHERE ar < 0")
        .unwrap();
    assert_eq!(bytes("csv", &none, &OutputOptions::default()), b"ar,\"a,b\"\n");
}

#[test]
fn json_is_an_array_of_objects() {
    let text = text("json", &OutputOptions::default());
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows[0]["kostnad"].as_f64(), Some(1_234_567.89));
    assert_eq!(rows[1]["andel"], serde_json::Value::Null);
    assert!(rows[1].as_object().unwrap().contains_key("kostnad"));
    let none = small().sql("SELECT ar FROM befolkning WHERE ar < 0").unwrap();
    let none = bytes("json", &none, &OutputOptions::default());
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&none).unwrap(),
        serde_json::json!([])
    );
}

#[test]
fn a_table_is_for_the_eye() {
    let text = text("table", &OutputOptions::default());
    println!("{text}");
    assert!(text.contains("1\u{a0}234\u{a0}568"), "{text}");
    assert!(text.contains("0,125"), "{text}");
    assert!(text.contains("Kostnad"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    let few = OutputOptions {
        rows: Some(1),
        styled: true,
        ..Default::default()
    };
    let few = self::text("table", &few);
    assert!(
        few.contains("… 1 of 2 rows shown") && few.contains('\u{1b}'),
        "{few}"
    );
}

#[test]
fn codes_are_not_grouped_and_what_is_not_finite_is_told() {
    let answer = small()
        .sql(
            "SELECT 7123456789012345678 AS person, 1234567 AS antal, 1.0 / 0.0 AS stor, \
             -1.0 / 0.0 AS liten, CAST('NaN' AS DOUBLE) AS inget",
        )
        .unwrap();
    let text = bytes("table", &answer, &OutputOptions::default());
    let text = String::from_utf8(text).unwrap();
    for words in [
        "7123456789012345678",
        "1\u{a0}234\u{a0}567",
        "∞",
        "\u{2212}∞",
        "NaN",
    ] {
        assert!(text.contains(words), "`{words}` in {text}");
    }
    // An audience is shown none of these.
    assert_eq!(answer.table().rows[0][2], perspektiv_disclosure::Value::Missing);
}

#[test]
fn arrow_and_parquet_are_read_back() {
    let answer = sample();
    let traced = |schema: &arrow::datatypes::Schema| {
        assert!(
            schema.metadata()["perspektiv"].contains("\"snapshot\":7"),
            "{schema:?}"
        );
    };
    let check = |batches: Vec<RecordBatch>| {
        let batch = arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap();
        assert_eq!(batch.num_rows(), 2);
        let shares = batch.column(2).as_primitive::<Float64Type>();
        assert_eq!(shares.value(0), 0.125);
    };
    let stream = bytes("arrow", &answer, &OutputOptions::default());
    let reader = arrow::ipc::reader::StreamReader::try_new(stream.as_slice(), None).unwrap();
    traced(&reader.schema());
    check(reader.map(Result::unwrap).collect());

    let file = bytes(
        "arrow",
        &answer,
        &OutputOptions {
            to_file: true,
            ..Default::default()
        },
    );
    let reader = arrow::ipc::reader::FileReader::try_new(std::io::Cursor::new(file), None).unwrap();
    traced(&reader.schema());
    check(reader.map(Result::unwrap).collect());

    let parquet = bytes("parquet", &answer, &OutputOptions::default());
    let path = std::env::temp_dir().join(format!("perspektiv-{}.parquet", std::process::id()));
    std::fs::write(&path, parquet).unwrap();
    let file = std::fs::File::open(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    traced(reader.schema());
    check(reader.build().unwrap().map(Result::unwrap).collect());
}

#[test]
fn a_workbook_is_whole_or_says_why_it_cannot_be() {
    let options = OutputOptions::default();
    // A zip archive ends with its directory.
    let workbook = bytes("xlsx", &sample(), &options);
    assert!(workbook.starts_with(b"PK"));
    assert!(workbook.windows(4).any(|mark| mark == b"PK\x05\x06"));
    let engine = engine(&[], 1, &EngineOptions::default());
    let many = engine
        .sql("SELECT value FROM generate_series(1, 1048576)")
        .unwrap();
    let error = format("xlsx")
        .unwrap()
        .write(&many, &options, &mut Vec::new())
        .unwrap_err();
    assert!(error.to_string().contains("room for 1048575 rows"), "{error}");
}

#[test]
fn formats_are_found_by_name_and_ending() {
    assert_eq!(FORMATS[0].name(), "table");
    assert_eq!(format_of(Path::new("a/b.CSV")).unwrap().name(), "csv");
    assert_eq!(format_of(Path::new("b.txt")).unwrap().name(), "table");
    assert_eq!(format_of(Path::new("b.xlsx")).unwrap().name(), "xlsx");
    assert!(format_of(Path::new("b.ods")).is_none());
    assert!(format("parquet").unwrap().is_binary());
}

#[test]
fn a_table_that_does_not_fit_becomes_a_list_of_its_rows() {
    let options = |width| OutputOptions {
        width: Some(width),
        ..OutputOptions::default()
    };
    let wide = text("table", &options(60));
    assert!(
        wide.lines()
            .any(|line| line.contains("Kommun") && line.contains("Kostnad")),
        "{wide}"
    );
    let narrow = text("table", &options(26));
    assert!(narrow.lines().all(|line| line.chars().count() <= 26), "{narrow}");
    for line in ["Kommun", "Kostnad, kr", "234"] {
        assert!(narrow.contains(line), "{narrow}");
    }
}
