#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write as _;
use std::path::PathBuf;

use super::*;
use crate::tests::until_error;

mod named;
mod packed;

fn file(name: &str) -> PathBuf {
    PathBuf::from("tests/files").join(name)
}

fn read_path(path: &Path, options: &SourceOptions) -> Result<Vec<String>, SourceError> {
    let mut records = Workbook.open(path, options)?;
    let mut rows = vec![records.header().join("|")];
    while let Some(record) = records.next()? {
        let fields = (0..record.len()).map(|at| std::str::from_utf8(record.field(at)).unwrap());
        rows.push(format!(
            "{}: {}",
            record.line,
            fields.collect::<Vec<_>>().join("|")
        ));
    }
    let bytes = std::fs::read(path)?;
    assert_eq!(records.digest().bytes, bytes.len() as u64);
    assert_eq!(records.digest().blake3, blake3::hash(&bytes).to_hex().to_string());
    Ok(rows)
}

fn read(name: &str, options: &SourceOptions) -> Vec<String> {
    read_path(&file(name), options).unwrap()
}

fn options(sheet: &str, range: Option<&str>) -> SourceOptions {
    SourceOptions {
        sheet: (!sheet.is_empty()).then(|| sheet.to_owned()),
        range: range.map(str::to_owned),
        ..SourceOptions::default()
    }
}

#[test]
fn values_of_every_kind() {
    let options = SourceOptions {
        skip_rows: 1,
        ..options("", None)
    };
    for (name, yes, no, error, joined, midnight) in [
        // openpyxl does not compute formulas: their cells are empty.
        ("varden.xlsx", "true", "false", "", "", "T00:00:00"),
        // LibreOffice takes a truth value for a number, and leaves out midnight in its own format.
        ("varden.ods", "1", "0", "#DIV/0!", "ab", ""),
        ("libreoffice.xlsx", "true", "false", "#DIV/0!", "ab", "T00:00:00"),
    ] {
        assert_eq!(
            read(name, &options),
            [
                "kommun|antal|andel|dag|tid|klocka|timmar|klar|fel|text".to_owned(),
                format!(
                    "4: 1715|1715|0.12|2022-04-30|2022-04-30T13:45:00|07:05:00|36:00:00|{yes}|#N/A|Åsa ö & <ä>"
                ),
                format!(
                    "6: 0017|0.3|0.0000001|1999-12-31|2000-02-29{midnight}|23:59:59|00:00:00|{no}|{error}|två\nrader  "
                ),
                format!("7: 1780|-5|123456789012345|||||||{joined}"),
            ],
            "{name}"
        );
    }
    assert_eq!(
        read("mac.xlsx", &SourceOptions::default()),
        ["dag", "2: 2022-04-30", "3: 1904-01-02"]
    );
}

#[test]
fn headers_of_several_rows_and_ranges() {
    for name in ["varden.xlsx", "varden.ods", "libreoffice.xlsx"] {
        let two = SourceOptions {
            header_rows: 2,
            ..options("rubriker", Some("B2:G5"))
        };
        assert_eq!(
            read(name, &two),
            [
                "Kommun|2023 Kvinnor|2023 Män|2024 Kvinnor|2024 Män|Not",
                "4: Kil|1|2|3|4|x",
                "5: Sunne|5|6|7|8|"
            ],
            "{name}"
        );
        let open = options("4", Some("C3:D"));
        assert_eq!(
            read(name, &open),
            ["Kvinnor|Män", "4: 1|2", "5: 5|6", "6: 6|8"],
            "{name}"
        );
        assert_eq!(read(name, &options("Gömd", None)), ["a", "2: 1"], "{name}");
    }
}

#[test]
fn a_look_finds_merged_headers() {
    for name in ["varden.xlsx", "varden.ods", "libreoffice.xlsx"] {
        let hints = crate::inspect::Hints {
            options: options("Rubriker", None),
            ..crate::inspect::Hints::default()
        };
        let found = crate::inspect::inspect(&file(name), &hints).unwrap();
        let names: Vec<&str> = found.columns.iter().map(|column| column.field.as_str()).collect();
        let expected = ["Kommun", "2023 Kvinnor", "2023 Män", "2024 Kvinnor", "2024 Män"];
        assert!(names.windows(5).any(|some| some == expected), "{name}: {names:?}");
        assert_eq!(found.options.header_rows, 2, "{name}");
        let definition = found.definition("d", "d");
        assert!(definition.contains("\nheader_rows = 2 "), "{definition}");
        // What it says reads the file.
        let reading = SourceOptions {
            skip_rows: found.options.skip_rows,
            ..SourceOptions {
                header_rows: 2,
                ..options("Rubriker", None)
            }
        };
        assert!(read(name, &reading)[0].contains("2023 Kvinnor|2023 Män|2024 Kvinnor|2024 Män"));
    }
}

#[test]
fn wrong_sheets_and_ranges_say_what_there_is() {
    for name in ["varden.xlsx", "varden.ods"] {
        let error = |sheet, range| {
            read_path(&file(name), &options(sheet, range))
                .unwrap_err()
                .to_string()
        };
        let sheet = error("Varden", None);
        assert!(
            sheet.contains(
                "Did you mean 'Värden'? The sheets are 'Tom', 'Värden', 'Rubriker', and hidden 'Gömd'."
            ),
            "{sheet}"
        );
        assert!(error("Värden", Some("4B")).contains("no range '4B'"));
        assert!(error("Tom", None).contains("no header"));
        assert!(error("Värden", Some("M90:N99")).contains("no header"));
    }
}

/// A workbook of parts given as text.
fn written(parts: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut archive = zip::ZipWriter::new(&mut file);
    for (name, text) in parts {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    file
}

/// An `.xlsx` of other habits than Excel's: prefixes, absolute targets, no references in cells.
fn excel(cells: &str) -> tempfile::NamedTempFile {
    written(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<x:workbook><x:sheets><x:sheet name='A' r:id='q'/></x:sheets></x:workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='q' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet' \
             Target='/XL\\sheet.xml'/></Relationships>",
        ),
        (
            "xl/Sheet.xml",
            &format!("<x:worksheet><x:sheetData>{cells}</x:sheetData></x:worksheet>"),
        ),
    ])
}

fn ods(table: &str) -> tempfile::NamedTempFile {
    written(&[(
        "content.xml",
        &format!(
            "<office:spreadsheet><table:table table:name='A'>{table}</table:table></office:spreadsheet>"
        ),
    )])
}

#[test]
fn other_programs_write_it_differently() {
    let file = excel(
        "<x:row><x:c t='inlineStr'><x:is><x:t>kod</x:t></x:is></x:c><x:c t='str'><x:v>b</x:v></x:c></x:row>\
         <x:row/><x:row><x:c><x:v>1.7150000000000001E3</x:v></x:c><x:c t='b'><x:v>1</x:v></x:c></x:row>",
    );
    assert_eq!(
        read_path(file.path(), &SourceOptions::default()).unwrap(),
        ["kod|b", "3: 1715|true"]
    );
    let file = ods(
        "<table:table-row><table:table-cell table:number-columns-repeated='2'><text:p>k</text:p></table:table-cell>\
         </table:table-row><table:table-row table:number-rows-repeated='2'><table:table-cell><text:p>a<text:s/>b</text:p>\
         <text:p>c</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell \
         office:value-type='boolean' office:boolean-value='true'/><table:table-cell office:value-type='float' \
         office:value='17.0'/></table:table-row><table:table-row table:number-rows-repeated='1048573'>\
         <table:table-cell table:number-columns-repeated='16384'/></table:table-row>",
    );
    assert_eq!(
        read_path(file.path(), &SourceOptions::default()).unwrap(),
        ["k (1)|k (2)", "2: a b\nc|", "3: a b\nc|", "4: true|17"]
    );
}

#[test]
fn columns_are_told_apart_as_in_text() {
    let cell = |text: &str| format!("<c t='str'><v>{text}</v></c>");
    let row = format!("{}<c/>{}{}", cell("antal"), cell("antal"), cell("kön"));
    let file = excel(&format!("<row>{row}</row><row>{row}</row>"));
    assert_eq!(
        read_path(file.path(), &SourceOptions::default()).unwrap(),
        ["antal (1)|2|antal (2)|kön", "2: antal||antal|kön"]
    );
}

#[test]
fn a_text_may_be_an_attribute() {
    let cell = "<table:table-cell office:value-type='string' office:string-value='å'";
    let row = format!(
        "<table:table-row>{cell}/>{cell}><text:p>visas</text:p></table:table-cell></table:table-row>"
    );
    let file = ods(&format!("{row}{row}"));
    assert_eq!(
        read_path(file.path(), &SourceOptions::default()).unwrap(),
        ["å (1)|å (2)", "2: å|å"]
    );
}

#[test]
fn what_would_fill_the_memory_is_refused() {
    let error = |file: tempfile::NamedTempFile| {
        read_path(file.path(), &SourceOptions::default())
            .unwrap_err()
            .to_string()
    };
    let long = excel(&format!("<row><c><v>{}</v></c></row>", "1".repeat(2 << 20)));
    assert!(error(long).contains("does not end"));
    let deep = excel(&format!("<row><c>{}", "<a>".repeat(1000)));
    assert!(error(deep).contains("256 deep"));
    let beyond = excel("<row r='1048577'><c r='A1048577'><v>1</v></c></row>");
    assert!(error(beyond).contains("not in order"));
    let cell = format!("<c t='inlineStr'><is>{}</is></c>", "<t>ö</t>".repeat(600_000));
    assert!(error(excel(&format!("<row>{cell}</row>"))).contains("more than 1 MB"));
    let rows = "<table:table-row table:number-rows-repeated='1048576'><table:table-cell \
                table:number-columns-repeated='16384'><text:p>a</text:p></table:table-cell></table:table-row>";
    assert!(error(ods(rows)).contains("repeated rows"));
    let long = format!(
        "<table:table-row/><table:table-row table:number-rows-repeated='9000'><table:table-cell><text:p>{}</text:p>\
         </table:table-cell></table:table-row>",
        "a".repeat(30_000)
    );
    let told = error(ods(&long));
    assert!(
        told.contains("in the sheet 'A', row 2 is said to come 8999 times more")
            && told.contains("more than 256 MB"),
        "{told}"
    );
    let wide = "<table:table-row><table:table-cell table:number-columns-repeated='4294967295'><text:p>a</text:p>\
                </table:table-cell></table:table-row>";
    assert!(error(ods(wide)).contains("which no sheet has"));
}

/// A text of a megabyte that stands in the file once, and in its cells 4200 times.
#[test]
fn what_many_cells_mean_is_bounded() {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let row = format!("<row>{}</row>", "<c t='s'><v>0</v></c>".repeat(60));
    let file = written(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='A' r:id='a'/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships><Relationship Id='a' Type='{kind}/worksheet' Target='a.xml'/><Relationship Id='s' \
                 Type='{kind}/sharedStrings' Target='s.xml'/></Relationships>"
            ),
        ),
        (
            "xl/a.xml",
            &format!("<worksheet><sheetData>{}</sheetData></worksheet>", row.repeat(75)),
        ),
        (
            "xl/s.xml",
            &format!("<sst><si><t>{}</t></si></sst>", "a".repeat(1_000_000)),
        ),
    ]);
    let mut records = Workbook.open(file.path(), &SourceOptions::default()).unwrap();
    let (rows, error) = until_error(records.as_mut());
    // The header is a row too.
    assert_eq!(rows, (4_u64 << 30) / 60_000_000 - 1);
    assert!(
        error.starts_with("Up to row 72 of the sheet the file") && error.contains("more than 4096 MB"),
        "{error}"
    );
}

/// A number of repetitions that cannot be is told: taken as 1, or cut, rows would be lost without a word.
#[test]
fn repeated_rows_that_no_sheet_has_are_refused() {
    let repeated = |times: &str| {
        let cell = "<table:table-cell><text:p>a</text:p></table:table-cell>";
        ods(&format!(
            "<table:table-row>{cell}</table:table-row><table:table-row table:number-rows-repeated='{times}'>{cell}\
             </table:table-row>"
        ))
    };
    let read = |times| read_path(repeated(times).path(), &SourceOptions::default());
    assert_eq!(read("1048575").unwrap().len(), 1_048_576);
    for times in ["1048576", "2000000", "4294967296", "99999999999999999999"] {
        let error = read(times).unwrap_err().to_string();
        assert!(
            error.contains("row 2 is repeated beyond row 1048576"),
            "{times}: {error}"
        );
    }
    for times in ["-5", "abc", "", "1.5"] {
        let error = read(times).unwrap_err().to_string();
        assert!(
            error.contains("in row 2, table:number-rows-repeated is"),
            "{times}: {error}"
        );
    }
    let empty = ods(
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>\
                     <table:table-row table:number-rows-repeated='99999999999'/>",
    );
    assert_eq!(read_path(empty.path(), &SourceOptions::default()).unwrap(), ["a"]);
}

#[test]
fn locked_old_and_damaged_files_say_so() {
    let error = |bytes: &[u8]| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        match read_path(file.path(), &SourceOptions::default()) {
            Err(error) => error.to_string(),
            Ok(rows) => format!("{rows:?}"),
        }
    };
    let wide: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    old.resize((1 << 20) - 5, 0);
    assert!(error(&old).contains(".xls"));
    old.extend(wide);
    assert!(error(&old).contains("locked with a password"));
    assert!(error(b"kommun;antal\n").contains("not a workbook"));
    assert!(error(b"").contains("empty"));
    let locked = written(&[
        ("content.xml", "?"),
        ("META-INF/manifest.xml", "<a><manifest:encryption-data/></a>"),
    ]);
    assert!(error(&std::fs::read(locked.path()).unwrap()).contains("locked with a password"));
    for name in ["varden.xlsx", "varden.ods"] {
        let bytes = std::fs::read(file(name)).unwrap();
        assert!(error(&bytes[..bytes.len() - 30]).contains("not a workbook"));
    }
}

#[test]
fn a_look_goes_to_the_sheet_with_the_table() {
    let cells = |rows: &[&str]| {
        let rows: String = rows
            .iter()
            .map(|row| format!("<row><c t='inlineStr'><is><t>{row}</t></is></c><c><v>1</v></c></row>"))
            .collect();
        format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
    };
    let (cover, table) = (cells(&["Rapport"]), cells(&["kommun", "Kil", "Eda"]));
    let kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet";
    let relations = format!(
        "<Relationships><Relationship Id='a' Type='{kind}' Target='a.xml'/><Relationship Id='b' Type='{kind}' \
         Target='b.xml'/></Relationships>"
    );
    let file = written(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='Framsida' r:id='a'/><sheet name='Data' r:id='b'/><sheet name='Mer' \
             state='hidden' r:id='b'/></sheets></workbook>",
        ),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/a.xml", &cover),
        ("xl/b.xml", &table),
    ]);
    let found = crate::inspect::inspect(file.path(), &crate::inspect::Hints::default()).unwrap();
    assert_eq!((found.options.sheet.as_deref(), found.rows), (Some("Data"), 2));
    assert_eq!(found.other_sheets, ["Framsida", "Mer (hidden)"]);
    assert!(found.definition("d", "d").contains("\nsheet = \"Data\"\n"));
}
