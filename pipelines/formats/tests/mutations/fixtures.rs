//! Small whole files of every format, to be damaged.

use std::fs::{self, File};
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::Encoding;
use parquet::file::properties::{WriterProperties, WriterVersion};
use perspektiv_formats::{Encoding as Letters, SourceOptions};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Stands in fixtures, and may stand in no error. A public test number.
pub(crate) const IDENTITY: &str = "191212121212";

/// The files of one format.
pub(crate) struct Fixture {
    /// Its name in `FORMATS`.
    pub(crate) format: &'static str,
    /// Whole files: each can be read with one of the options at least.
    pub(crate) files: Vec<Vec<u8>>,
    /// Options to read them with.
    pub(crate) options: Vec<SourceOptions>,
    /// What means something to the format, to be put where it should not stand.
    pub(crate) words: &'static [&'static str],
    /// What makes a file of the bytes once they are damaged: the checksums of an archive would catch all else.
    pub(crate) pack: fn(Vec<u8>) -> Vec<u8>,
}

/// One entry for each format.
pub(crate) fn all() -> Vec<Fixture> {
    vec![
        csv(),
        kolada(),
        json_stat(),
        px(),
        socialstyrelsen(),
        parquet(),
        spss(),
        workbook(),
    ]
}

fn files(texts: &[&str]) -> Vec<Vec<u8>> {
    texts
        .iter()
        .map(|text| text.replace("IDENTITY", IDENTITY).into_bytes())
        .collect()
}

fn csv() -> Fixture {
    Fixture {
        format: "csv",
        files: files(&[
            "namn,kön,belopp\nIDENTITY,kvinna,\"1 234,5\"\n\"a \"\"b\"\"\",man,\"två\nrader\"\n",
            "a;b;c\r\n1;2;3\r\n\r\n4;\"5;6\";7\r\n",
            "x\n1\n",
            "a§b§\n2022§\"å§ä\"§«IDENTITY»\n1§2§3\n",
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                delimiter: 0xa7,
                header_rows: 2,
                ..SourceOptions::default()
            },
            SourceOptions {
                delimiter: b';',
                encoding: Letters::Utf8,
                cell_bytes: 100,
                cell_lines: 3,
                ..SourceOptions::default()
            },
        ],
        words: &["\"", "\"\"", "\r\n", "\n\n", ",,,,", ";", "\u{feff}", "IDENTITY"],
        pack: as_it_is,
    }
}

fn kolada() -> Fixture {
    Fixture {
        format: "kolada",
        files: files(&[
            r#"{"values":[{"kpi":"N00945","municipality":"IDENTITY","period":2020,"values":[{"gender":"T","status":"",
               "value":31.32959689,"count":1,"isdeleted":false},{"gender":"K","status":"x","value":null,"isdeleted":true}]}],
               "count":1,"next_url":null}"#,
            r#"[{"values":[{"id":"0180","title":"Stockholm","type":"K"}],"next_url":"https://api.kolada.se/v3/m?page=2"},
               {"values":[{"id":"1715","title":"Kil","type":"K"}],"next_url":""}]"#,
            "{\"values\":[{\"id\":\"G1\",\"title\":\"Liknande\",\"members\":[{\"member_id\":\"0319\",\"member_title\":\"Älv\"}]}]}\n\
             {\"values\":[{\"id\":\"G2\",\"title\":\"Lika\",\"members\":[{\"id\":\"1\",\"title\":\"b\"}]}]}\n",
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                members: true,
                ..SourceOptions::default()
            },
        ],
        words: &[
            "{\"values\":[]}",
            "\"kpi\":\"N1\",",
            "\"period\":2020,",
            "\"members\":[],",
            "\"next_url\":\"?page=3\",",
            "\"count\":2,",
            "null",
            "[{}]",
            "{},",
            "\\u0000",
            "\\ud800",
            "\"IDENTITY\"",
        ],
        pack: as_it_is,
    }
}

fn json_stat() -> Fixture {
    Fixture {
        format: "json-stat",
        files: files(&[
            r#"{"version":"2.0","class":"dataset","id":["Kon","Tid"],"size":[2,2],"role":{"metric":["Kon"]},"dimension":{
               "Tid":{"label":"år","category":{"index":["2020","2021"]}},"Kon":{"category":{"index":{"2":1,"1":0},
               "label":{"1":"män","2":"IDENTITY"},"unit":{"1":{"base":"antal","decimals":0}}}}},
               "value":[1,null,2.5,-3],"status":{"1":"..","3":"p"}}"#,
            r#"{"class":"dataset","id":["c"],"size":[3],"dimension":{"c":{"category":{"index":{"a":0,"b":1,"c":2}}}},
               "value":{"0":7,"2":1e5},"status":["a",null,"b"]}"#,
            r#"{"dataset":{"dimension":{"R":{"category":{"index":{"17":0,"00":1}}},"id":["R"],"size":[2],
               "role":{"geo":["R"]}},"value":[275000,null]},"version":"1.0"}"#,
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                dataset: Some("dataset".to_owned()),
                ..SourceOptions::default()
            },
        ],
        words: &[
            "\"index\":[],",
            "\"value\":{},",
            "\"class\":\"collection\",",
            "\"size\":[1000000,1000000],",
            "\"id\":[\"Kon\",\"Kon\"],",
            "\"status\":\"e\",",
            "\"label\":{},",
            "{\"a\":{}},",
            "null",
            "\"IDENTITY\"",
        ],
        pack: as_it_is,
    }
}

fn px() -> Fixture {
    Fixture {
        format: "px",
        files: files(&[
            "CHARSET=\"ANSI\";\r\nCODEPAGE=\"utf-8\";\r\nLANGUAGE=\"sv\";\r\nLANGUAGES=\"sv\",\"en\";\r\nSTUB=\"kön\";\r\n\
             STUB[en]=\"sex\";\r\nHEADING=\"tid\",\"mått\";\r\nHEADING[en]=\"time\",\"measure\";\r\n\
             CONTVARIABLE=\"mått\";\r\nVALUES(\"kön\")=\"män\",\"IDENTITY\";\r\nVALUES[en](\"sex\")=\"men\",\"women\";\r\n\
             CODES(\"kön\")=\"1\",\"2\";\r\nTIMEVAL(\"tid\")=TLIST(A1,\"2020\"-\"2021\");\r\nVALUES(\"mått\")=\"antal\";\r\n\
             UNITS(\"antal\")=\"personer\";\r\nNOTE=\"en # not; med\"\r\n\" mer\";\r\nDATASYMBOL2=\"hemlig\";\r\n\
             DATABASE=\"x\";\r\nDATA=\r\n1.5 \"..\"\r\n\"-\" -4;\r\n",
            "STUB=\"r\",\"k\";HEADING=\"t\";VALUES(\"r\")=\"Kil\",\"Eda\";CODES(\"r\")=\"1715\",\"1730\";\
             VALUES(\"k\")=\"m\",\"k\";VALUES(\"t\")=\"1\",\"2\";KEYS(\"r\")=CODES;KEYS(\"k\")=VALUES;\
             DATA=\"1730\",\"k\",7 \"..\"\n\"1715\",\"m\",1 2;",
            "AXIS-VERSION=\"2000\";HEADING=\"v\";TIMEVAL(\"v\")=TLIST(W1),\"202053\",\"202101\";DATA=1 2;;\r\n\u{1a}",
        ]),
        options: vec![SourceOptions::default()],
        words: &[
            "DATA=",
            "STUB=\"kön\",\"kön\";",
            "VALUES(\"k\")=",
            "CODES(\"r\")=\"1\";",
            "KEYS(\"t\")=CODES;",
            "TIMEVAL(\"k\")=TLIST(W1,\"000101\"-\"999952\");",
            "TLIST(M1,\"202001\"-\"202112\")",
            "CODEPAGE=\"klingon\";",
            "CHARSET=\"utf-16\";",
            "[en]",
            "\"......\"",
            "IDENTITY",
            "\"\"",
        ],
        pack: as_it_is,
    }
}

fn socialstyrelsen() -> Fixture {
    Fixture {
        format: "socialstyrelsen",
        files: files(&[
            r#"{"data":[{"diagnosId":"IDENTITY","regionId":0,"konId":1,"ar":2020,"varde":"12,3"},{"diagnosId":2026,
               "regionId":17,"konId":2,"ar":2020,"varde":7.5}],"nasta_sida":null,"sida":1,"per_sida":5000,"sidor":1}"#,
            r#"[{"data":[{"ar":2020,"varde":"1"}],"nasta_sida":"x","sida":1,"sidor":2},
               {"data":[{"ar":2021,"varde":"2"}],"nasta_sida":null,"sida":2,"sidor":2}]"#,
            "{\"data\":[{\"ar\":2020}],\"sida\":1,\"sidor\":1}\n{\"data\":[{\"ar\":2021}],\"sida\":1,\"sidor\":1}\n",
        ]),
        options: vec![SourceOptions::default()],
        words: &[
            "{\"data\":[],\"sida\":1,\"sidor\":1}",
            "\"sida\":2,",
            "{},",
            "\"IDENTITY\":1,",
            "\"data\":[],",
            "null",
            "\"varde\":\"1.5\",",
        ],
        pack: as_it_is,
    }
}

fn as_it_is(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// The files of the folder `tests/files` that end so.
fn kept(endings: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new("tests/files");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| {
            let ending = path.extension().unwrap_or_default();
            endings.iter().any(|one| ending == *one)
        })
        .collect();
    files.sort();
    files
}

fn parquet() -> Fixture {
    let columns: [(&str, ArrayRef); 5] = [
        (
            "namn",
            Arc::new(StringArray::from(vec![Some(IDENTITY), Some("Kil"), None])),
        ),
        (
            "antal",
            Arc::new(Int64Array::from(vec![Some(-7), None, Some(i64::MAX)])),
        ),
        (
            "andel",
            Arc::new(Float64Array::from(vec![Some(0.1), Some(f64::NAN), None])),
        ),
        (
            "klar",
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        ),
        (
            "dag",
            Arc::new(Date32Array::from(vec![Some(19_112), None, Some(-1)])),
        ),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.flush().unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    // Texts that are written by their lengths, in pages of both kinds.
    let by_length = [
        (Encoding::DELTA_LENGTH_BYTE_ARRAY, WriterVersion::PARQUET_1_0),
        (Encoding::DELTA_BYTE_ARRAY, WriterVersion::PARQUET_2_0),
    ]
    .map(|(encoding, version)| {
        let properties = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_column_encoding("namn".into(), encoding)
            .set_writer_version(version)
            .build();
        let mut file = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        file
    });
    Fixture {
        format: "parquet",
        files: [vec![file], by_length.to_vec()].concat(),
        options: vec![SourceOptions::default()],
        words: &["PAR1", "\0\0\0\0", "\u{15}", "ARROW:schema", "\x7f\x7f\x7f\x7f"],
        pack: as_it_is,
    }
}

fn spss() -> Fixture {
    Fixture {
        format: "spss",
        files: kept(&["sav", "zsav"])
            .iter()
            .map(|path| fs::read(path).unwrap())
            .collect(),
        options: vec![SourceOptions::default()],
        words: &[
            "$FL2",
            "$FL3",
            "\u{7}\0\0\0",
            "\u{3}\0\0\0",
            "\0\0\0\0",
            "\x7f\0\0\0",
            "\0\0\0\x7f",
            "A255=\0",
        ],
        pack: as_it_is,
    }
}

/// Between the parts of a workbook, while it is not packed.
const PART: &[u8] = b"\0part ";

fn workbook() -> Fixture {
    let unpacked = |path: &PathBuf| {
        let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut parts = Vec::new();
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            // Neither pictures nor drawings are read.
            if name.ends_with(".xml") || name.ends_with(".rels") || name == "mimetype" {
                parts.extend_from_slice(PART);
                parts.extend_from_slice(name.as_bytes());
                parts.push(b'\n');
                part.read_to_end(&mut parts).unwrap();
            }
        }
        parts
    };
    Fixture {
        format: "workbook",
        files: kept(&["xlsx", "ods"]).iter().map(unpacked).collect(),
        options: [
            (1, None),
            (3, None),
            (2, Some("B2:D")),
            (1, Some("Nyckeltal")),
            (1, Some("Tabell1")),
        ]
        .map(|(header_rows, range)| SourceOptions {
            header_rows,
            range: range.map(str::to_owned),
            ..SourceOptions::default()
        })
        .into(),
        words: &[
            "</row>",
            "<row r=\"1048576\">",
            "<c r=\"XFD1\">",
            "<c t=\"s\"><v>",
            " table:number-rows-repeated=\"1048576\"",
            "<definedName name=\"Nyckeltal\" localSheetId=\"1\">Blad1!$A$1:$XFD$1048575</definedName>",
            " totalsRowCount=\"4294967295\"",
            "$'Blad1'.$A$1:",
            " table:number-columns-repeated=\"16384\"",
            "<!DOCTYPE x [<!ENTITY a \"b\">]>",
            "&a;",
            "&#0;",
            "<![CDATA[",
            "<!--",
        ],
        pack: packed,
    }
}

/// A file as .gz, .zst and .zip.
pub(crate) fn packings(file: &[u8]) -> [Vec<u8>; 3] {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(file).unwrap();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file("mapp/leverans", SimpleFileOptions::default())
        .unwrap();
    archive.write_all(file).unwrap();
    [
        gzip.finish().unwrap(),
        zstd::encode_all(file, 1).unwrap(),
        archive.finish().unwrap().into_inner(),
    ]
}

/// A workbook of parts; what has lost its name is lost.
fn packed(parts: Vec<u8>) -> Vec<u8> {
    let mut starts: Vec<usize> = parts
        .windows(PART.len())
        .enumerate()
        .filter(|(_, window)| *window == PART)
        .map(|(at, _)| at)
        .collect();
    starts.push(parts.len());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for ends in starts.windows(2) {
        let part = &parts[ends[0] + PART.len()..ends[1].max(ends[0] + PART.len())];
        let Some(line) = part.iter().position(|byte| *byte == b'\n') else {
            continue;
        };
        let name = String::from_utf8_lossy(&part[..line]);
        // The same name twice is refused.
        if archive.start_file(name, stored).is_ok() {
            archive.write_all(&part[line + 1..]).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}
