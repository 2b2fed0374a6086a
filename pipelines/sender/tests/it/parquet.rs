//! Parquet: identities become texts, and all else is as it was.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray,
    Float64Array, Int32Array, Int64Array, LargeStringArray, ListArray, StringArray, StructArray,
    TimestampMicrosecondArray, UInt64Array,
};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::{KeyValue, ParquetMetaData};
use parquet::file::properties::WriterProperties;

use crate::room::{Room, contains, person, wrong};

/// Rows in a group.
const GROUP: usize = 40;

pub(crate) fn write(room: &Room, name: &str, batch: &RecordBatch, notes: &[(&str, &str)]) {
    let notes = notes.iter();
    let notes = notes.map(|(key, value)| KeyValue::new((*key).to_owned(), (*value).to_owned()));
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(GROUP))
        .set_column_compression("fritext".into(), Compression::ZSTD(ZstdLevel::default()))
        .set_column_dictionary_enabled("stort".into(), false)
        .set_column_encoding("stort".into(), Encoding::DELTA_BINARY_PACKED)
        .set_column_bloom_filter_enabled("kommun".into(), true)
        .set_key_value_metadata(Some(notes.collect()))
        .build();
    let file = File::create(room.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
}

fn read(room: &Room, name: &str) -> (RecordBatch, Arc<ParquetMetaData>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(room.path(name)).unwrap()).unwrap();
    let about = builder.metadata().clone();
    let schema = builder.schema().clone();
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    (concat_batches(&schema, &batches).unwrap(), about)
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn texts(values: impl Iterator<Item = Option<String>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// A column of each kind, some of them nested.
fn others(rows: i32) -> Vec<(&'static str, ArrayRef)> {
    let every = |n: i32| (0..rows).map(move |at| (at % n != 0).then_some(at));
    let kommun: DictionaryArray<Int32Type> = every(3).map(|at| at.map(|_| "Kil")).collect();
    let list = every(4).map(|at| at.map(|at| (0..at % 3).map(|more| (more != 1).then_some(i64::from(more)))));
    let inner = Field::new("namn", DataType::Utf8, true);
    let more = Field::new("tal", DataType::Int32, true);
    let group = StructArray::from(vec![
        (
            Arc::new(inner),
            texts(every(5).map(|at| at.map(|at| format!("ord {at}")))),
        ),
        (
            Arc::new(more),
            Arc::new(every(2).collect::<Int32Array>()) as ArrayRef,
        ),
    ]);
    let decimals: Decimal128Array = every(6).map(|at| at.map(|at| i128::from(at) * 1001)).collect();
    let bytes = every(7).map(|at| at.map(|at| at.to_le_bytes()));
    vec![
        ("kommun", Arc::new(kommun)),
        (
            "fritext",
            Arc::new(
                every(3)
                    .map(|at| at.map(|at| format!("text {at}")))
                    .collect::<LargeStringArray>(),
            ),
        ),
        (
            "tal",
            Arc::new(every(5).map(|at| at.map(f64::from)).collect::<Float64Array>()),
        ),
        (
            "stort",
            Arc::new((0..rows).map(i64::from).collect::<Int64Array>()),
        ),
        (
            "tecken",
            Arc::new(every(9).map(|at| at.map(|at| at as u64)).collect::<UInt64Array>()),
        ),
        (
            "sant",
            Arc::new(
                every(4)
                    .map(|at| at.map(|at| at % 3 == 0))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("dag", Arc::new(every(8).collect::<Date32Array>())),
        (
            "tid",
            Arc::new(
                every(8)
                    .map(|at| at.map(i64::from))
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("Europe/Stockholm"),
            ),
        ),
        (
            "belopp",
            Arc::new(decimals.with_precision_and_scale(12, 2).unwrap()),
        ),
        (
            "byte",
            Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, 4).unwrap()),
        ),
        (
            "lista",
            Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(list)),
        ),
        ("grupp", Arc::new(group)),
    ]
}

#[test]
fn everything_but_the_identities_stays() {
    let room = Room::new();
    let numbers = |at: i32| (at % 10 != 0).then(|| person(at as u32 / 2));
    let mut columns = others(100);
    columns.insert(1, ("Personnummer", texts((0..100).map(numbers))));
    let before = batch(columns);
    write(&room, "a.parquet", &before, &[("egen", "anteckning")]);
    let answer = room.pseudonymise("a.parquet", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let (after, about) = read(&room, "a-pseudonymer.parquet");
    let (_, old) = read(&room, "a.parquet");
    assert_eq!(after.schema().fields(), before.schema().fields());
    assert_eq!(after.schema().metadata()["egen"], "anteckning");
    for (at, field) in before.schema().fields().iter().enumerate() {
        if field.name() != "Personnummer" {
            assert_eq!(after.column(at), before.column(at), "{field}");
        }
    }
    let expected = texts((0..100).map(|at| numbers(at).map(|number| room.pseudonym(&number))));
    assert_eq!(after.column(1), &expected);
    let rows = |about: &ParquetMetaData| -> Vec<i64> {
        about.row_groups().iter().map(|group| group.num_rows()).collect()
    };
    assert_eq!(rows(&about), rows(&old));
    assert_eq!(
        about.file_metadata().key_value_metadata(),
        old.file_metadata().key_value_metadata()
    );
    assert_eq!(about.file_metadata().schema(), old.file_metadata().schema());
    for (new, old) in about
        .row_group(0)
        .columns()
        .iter()
        .zip(old.row_group(0).columns())
    {
        assert_eq!(new.compression(), old.compression());
        assert_eq!(
            new.bloom_filter_offset().is_some(),
            old.bloom_filter_offset().is_some()
        );
        assert_eq!(
            new.dictionary_page_offset().is_some(),
            old.dictionary_page_offset().is_some()
        );
        if new.column_path().string() == "stort" {
            assert!(
                new.encodings()
                    .any(|encoding| encoding == Encoding::DELTA_BINARY_PACKED)
            );
        }
    }
    assert!(answer.out.contains("90 pseudonyms, 10 empty"), "{}", answer.out);
    let people: Vec<String> = (0..50).map(person).collect();
    room.is_silent(&people, &["a.parquet"], &answer);
}

#[test]
fn numbers_of_all_types_become_texts() {
    let room = Room::new();
    let number = |at: u32| (at > 0).then(|| person(at).parse::<i64>().unwrap());
    let whole: Int64Array = (0..5).map(number).collect();
    let double: Float64Array = (0..5).map(|at| number(at).map(|number| number as f64)).collect();
    let wide: Decimal128Array = (0..5).map(|at| number(at).map(i128::from)).collect();
    let wide = wide.with_precision_and_scale(30, 0).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("pnr", Arc::new(whole)),
        ("personnr", Arc::new(double)),
        ("personid", Arc::new(wide)),
        ("stort", Arc::new((0..5).collect::<Int64Array>())),
    ];
    let pandas = "{\"columns\":[{\"name\":\"pnr\",\"field_name\":\"pnr\",\"pandas_type\":\"int64\",\
                  \"numpy_type\":\"Int64\",\"metadata\":{}},{\"name\":\"stort\",\"field_name\":\"stort\",\
                  \"pandas_type\":\"int64\",\"numpy_type\":\"int64\",\"metadata\":null}]}";
    let spark = "{\"type\":\"struct\",\"fields\":[{\"name\":\"pnr\",\"type\":\"long\",\"nullable\":true}]}";
    let spark_key = "org.apache.spark.sql.parquet.row.metadata";
    let mut before = batch(columns);
    let schema =
        Schema::clone(&before.schema()).with_metadata([("pandas".to_owned(), pandas.to_owned())].into());
    before = before.with_schema(Arc::new(schema)).unwrap();
    write(&room, "a.parquet", &before, &[(spark_key, spark)]);
    let answer = room.pseudonymise("a.parquet", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let (after, about) = read(&room, "a-pseudonymer.parquet");
    let expected = texts((0..5).map(|at| (at > 0).then(|| room.pseudonym(&person(at)))));
    for column in 0..3 {
        assert_eq!(after.column(column), &expected);
    }
    assert_eq!(after.column(3), before.column(3));
    // What pandas and Spark would believe.
    let noted = &after.schema().metadata["pandas"];
    let noted: serde_json::Value = serde_json::from_str(noted).unwrap();
    assert_eq!(noted["columns"][0]["numpy_type"], "object");
    assert_eq!(noted["columns"][0]["pandas_type"], "unicode");
    assert_eq!(noted["columns"][1]["numpy_type"], "int64");
    let notes = about.file_metadata().key_value_metadata().unwrap();
    let noted = notes.iter().find(|note| note.key == spark_key).unwrap();
    assert!(
        noted.value.as_ref().unwrap().contains("\"type\":\"string\""),
        "{noted:?}"
    );
    let people: Vec<String> = (1..5).map(person).collect();
    room.is_silent(&people, &["a.parquet"], &answer);
}

/// Two columns of identities, with faults, beside columns of all kinds.
fn faulty() -> RecordBatch {
    let mut columns = others(100);
    let first = (0..100).map(|at| match at {
        50 => Some(wrong(50)),
        60 => Some("okänd".to_owned()),
        at => Some(person(at)),
    });
    let second = (0..100).map(|at| match at {
        60 | 99 => Some(wrong(at)),
        at => (at % 2 == 0).then(|| person(at)),
    });
    columns.push(("pnr", texts(first)));
    columns.push(("vårdnadshavares pnr", texts(second)));
    batch(columns)
}

#[test]
fn invalid_numbers_are_told_by_row() {
    let room = Room::new();
    write(&room, "a.parquet", &faulty(), &[]);
    let answer = room.pseudonymise("a.parquet", &["--report", "r"]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    for told in [
        "line 51, column 'pnr': the check digit",
        "line 61, column 'pnr': a person number has",
        "line 61, column 'vårdnadshavares pnr': the check digit",
        "line 100, column 'vårdnadshavares pnr': the check digit",
        "4 values are wrong",
    ] {
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
    assert_eq!(room.files(), ["a.parquet", "key", "r"]);
    let report = String::from_utf8(room.read("r")).unwrap();
    assert!(
        report.contains("Rad 51, kolumnen 'pnr': Personnumrets kontrollsiffra"),
        "{report}"
    );
    room.is_silent(&[person(3), wrong(50), wrong(60)], &["a.parquet"], &answer);
}

#[test]
fn rows_are_dropped_or_blanked_when_asked_for() {
    let room = Room::new();
    let before = faulty();
    write(&room, "a.parquet", &before, &[]);
    let answer = room.pseudonymise("a.parquet", &["--invalid", "drop", "--report", "r"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.out.contains("3 rows left out"), "{}", answer.out);
    let (after, about) = read(&room, "a-pseudonymer.parquet");
    let groups: Vec<i64> = about.row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [40, 38, 19]);
    let kept: Vec<u32> = (0..100).filter(|at| ![50, 60, 99].contains(at)).collect();
    let expected =
        arrow::compute::take_record_batch(&before, &arrow::array::UInt32Array::from(kept.clone())).unwrap();
    for column in 0..12 {
        assert_eq!(after.column(column), expected.column(column));
    }
    let pseudonyms = texts(kept.iter().map(|at| Some(room.pseudonym(&person(*at)))));
    assert_eq!(after.column(12), &pseudonyms);
    let answer = room.pseudonymise("a.parquet", &["--invalid", "blank", "--report", "r", "--force"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let (after, _) = read(&room, "a-pseudonymer.parquet");
    assert_eq!(after.num_rows(), 100);
    assert!(after.column(12).is_null(50) && after.column(12).is_null(60) && after.column(13).is_null(99));
    assert_eq!(after.column(12).null_count(), 2);
    room.is_silent(&[person(3), wrong(50), wrong(60)], &["a.parquet"], &answer);
}

/// A column of people.
pub(crate) fn people(rows: u32) -> RecordBatch {
    batch(vec![("pnr", texts((0..rows).map(|at| Some(person(at)))))])
}

#[test]
fn where_there_is_always_a_text_the_empty_one_is_nothing() {
    let room = Room::new();
    let schema = Schema::new(vec![
        Field::new("pnr", DataType::Int64, false),
        Field::new("personnummer", DataType::Utf8, false),
    ]);
    let whole = [person(1), wrong(2), person(3)].map(|number| number.parse::<i64>().unwrap());
    let text = [" ".to_owned(), person(2), wrong(3)].map(Some);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(whole.to_vec())),
        texts(text.into_iter()),
    ];
    write(
        &room,
        "a.parquet",
        &RecordBatch::try_new(Arc::new(schema), columns).unwrap(),
        &[],
    );
    let answer = room.pseudonymise("a.parquet", &["--invalid", "blank", "--report", "r"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let (after, _) = read(&room, "a-pseudonymer.parquet");
    let [one, two, three] = [1, 2, 3].map(|at| Some(room.pseudonym(&person(at))));
    let nothing = || Some(String::new());
    assert_eq!(after.column(0), &texts([one, nothing(), three].into_iter()));
    assert_eq!(
        after.column(1),
        &texts([Some(" ".to_owned()), two, nothing()].into_iter())
    );
    assert!(after.schema().fields().iter().all(|field| !field.is_nullable()));
}

#[test]
fn numbers_in_other_places_are_refused_unless_allowed() {
    let one = || texts([Some(person(1)), Some(person(2))].into_iter());
    let text = texts([None, Some(format!("ring {}", person(3)))].into_iter());
    let whole: ArrayRef = Arc::new(Int64Array::from(vec![1, person(3).parse().unwrap()]));
    let list = [
        Some(vec![Some(1)]),
        Some(vec![Some(2), Some(person(3).parse().unwrap())]),
    ];
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(list));
    let cases = [
        (
            batch(vec![("pnr", one()), ("x", text)]),
            "line 2, column 'x'",
            "x",
        ),
        (
            batch(vec![("pnr", one()), ("x", whole)]),
            "line 2, column 'x'",
            "x",
        ),
        (
            batch(vec![("pnr", one()), ("x", list)]),
            "line 2, column 'x.list",
            "x",
        ),
    ];
    for (batch, told, allowed) in cases {
        let room = Room::new();
        write(&room, "a.parquet", &batch, &[]);
        for more in [
            &["--columns", "pnr"][..],
            &["--columns", "pnr", "--invalid", "drop", "--report", "r"][..],
        ] {
            let answer = room.pseudonymise("a.parquet", more);
            assert_eq!(answer.code, Some(3), "{answer:?}");
            assert!(answer.err.contains(told), "{told}: {}", answer.err);
            room.is_silent(&[person(1), person(3)], &["a.parquet"], &answer);
        }
        let answer = room.pseudonymise("a.parquet", &["--columns", "pnr", "--allow", allowed]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let (after, _) = read(&room, "a-pseudonymer.parquet");
        assert_eq!(after.column(1), batch.column(1));
    }
    // Notes, also those in Arrow's schema, and names.
    let room = Room::new();
    write(
        &room,
        "a.parquet",
        &batch(vec![("pnr", one())]),
        &[("min", &person(3))],
    );
    let answer = room.pseudonymise("a.parquet", &[]);
    assert!(
        answer.code == Some(3) && answer.err.contains("part min"),
        "{answer:?}"
    );
    assert_eq!(room.pseudonymise("a.parquet", &["--allow", "min"]).code, Some(0));
    let noted = [("av".to_owned(), person(3))].into();
    let schema = Schema::new(vec![Field::new("pnr", DataType::Utf8, true).with_metadata(noted)]);
    let noted = RecordBatch::try_new(Arc::new(schema), vec![one()]).unwrap();
    write(&room, "b.parquet", &noted, &[]);
    let answer = room.pseudonymise("b.parquet", &[]);
    assert!(
        answer.code == Some(3) && answer.err.contains("part ARROW:schema"),
        "{answer:?}"
    );
    let named = person(3);
    write(
        &room,
        "c.parquet",
        &batch(vec![("pnr", one()), (&named, one())]),
        &[],
    );
    let answer = room.pseudonymise("c.parquet", &["--columns", "pnr"]);
    assert!(
        answer.code == Some(3) && answer.err.contains("the header"),
        "{answer:?}"
    );
    room.is_silent(
        &[person(3)],
        &["a.parquet", "b.parquet", "c.parquet", "a-pseudonymer.parquet"],
        &answer,
    );
}

#[test]
fn renewed_pseudonyms_are_those_of_text() {
    let room = Room::new();
    write(
        &room,
        "a.parquet",
        &batch(vec![(
            "vem",
            texts((0..9).map(|at| (at > 0).then(|| person(at)))),
        )]),
        &[],
    );
    assert_eq!(
        room.pseudonymise("a.parquet", &["--columns", "vem"]).code,
        Some(0)
    );
    room.run(&["--new-key", "second"]);
    let renew = |file: &str| room.run(&[file, "--rekey", "vem", "--key", "second", "--force"]);
    let answer = renew("a-pseudonymer.parquet");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let both = [room.read("key"), room.read("second")].concat();
    perspektiv_identity::Key::create(&room.path("chain")).unwrap();
    std::fs::write(room.path("chain"), both).unwrap();
    let chained = room.run(&[
        "a.parquet",
        "--columns",
        "vem",
        "--key",
        "chain",
        "--out",
        "b.parquet",
    ]);
    assert_eq!(chained.code, Some(0), "{chained:?}");
    assert_eq!(
        room.read("b.parquet"),
        room.read("a-pseudonymer-pseudonymer.parquet")
    );
    let answer = renew("a.parquet");
    assert_eq!(answer.code, Some(3), "{answer:?}");
    assert!(
        answer.err.contains("a person number stands where a pseudonym"),
        "{}",
        answer.err
    );
}

#[test]
fn columns_that_cannot_be_replaced_are_told() {
    let room = Room::new();
    let number = person(1);
    write(&room, "a.parquet", &batch(others(10)), &[]);
    for (name, told) in [
        ("grupp", "grupp.namn"),
        ("grupp.namn", "stands within another"),
        ("dag", "holds days"),
        ("kommunen", "Did you mean 'kommun'?"),
    ] {
        let answer = room.pseudonymise("a.parquet", &["--columns", name]);
        assert_eq!(answer.code, Some(2), "{answer:?}");
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
    assert!(!contains(&room.read("a.parquet"), number.as_bytes()));
}
