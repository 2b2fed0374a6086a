//! Ranges by the names of cells and tables.

use super::*;

const FILES: [&str; 2] = ["namn.xlsx", "namn.ods"];

fn error(name: &str, sheet: &str, range: &str) -> String {
    let read = read_path(&file(name), &options(sheet, Some(range)));
    read.map_or_else(|error| error.to_string(), |rows| format!("no error: {rows:?}"))
}

#[test]
fn a_name_of_the_workbook_or_of_a_sheet_is_read() {
    for name in FILES {
        let rows = |sheet, range| read(name, &options(sheet, Some(range)));
        let shares = ["kön|andel", "2: K|0.5", "3: M|0.25"];
        for range in ["Nyckeltal", "nyckeltal", " NYCKELTAL "] {
            assert_eq!(rows("", range), shares, "{name}");
            assert_eq!(rows("Åsa's blad", range), shares, "{name}");
            assert_eq!(rows("2", range), shares, "{name}");
        }
        // One that only a sheet has, with and without it; one that both have, each its own.
        assert_eq!(rows("", "Ensam"), ["kön", "2: K", "3: M"], "{name}");
        assert_eq!(rows("2", "Ensam"), ["kön", "2: K", "3: M"], "{name}");
        assert_eq!(rows("Blad1", "Lokal"), ["kommun|antal", "3: Kil|1"], "{name}");
        assert_eq!(rows("åsa's blad", "Lokal"), ["kön|andel", "2: K|0.5"], "{name}");
        let skipped = SourceOptions {
            skip_rows: 1,
            ..options("", Some("Nyckeltal"))
        };
        assert_eq!(read(name, &skipped), ["K|0.5", "3: M|0.25"], "{name}");
    }
}

#[test]
fn a_table_is_read_without_its_sums() {
    let kil_and_eda = ["kommun|antal", "3: Kil|1", "4: Eda|2"];
    assert_eq!(read("namn.xlsx", &options("", Some("tabell1"))), kil_and_eda);
    // Which row has the sums is not said in the other kind.
    assert_eq!(
        read("namn.ods", &options("", Some("Tabell1"))),
        [&kil_and_eda[..], &["5: Summa|3"]].concat()
    );
}

#[test]
fn names_that_lead_to_no_table_say_why_and_what_there_is() {
    for name in FILES {
        for (range, why) in [
            ("Borta", "The name 'Borta' leads nowhere (#REF!)"),
            ("flera", "leads to several areas"),
            ("Formel", "is a formula or a value"),
            ("Hela", "leads to whole columns or rows"),
            ("Cell", "leads to a single cell"),
            (
                "Nykeltal",
                "There is no range 'Nykeltal', and no name or table is called so. Did you mean 'Nyckeltal'?",
            ),
            ("_xlnm.Print_Area", "no name or table is called so"),
            ("H4:B9", "There is no range 'H4:B9'"),
        ] {
            let told = error(name, "", range);
            assert!(told.contains(why), "{name}: {told}");
            assert!(told.contains("rite range = \"B4:H200\""), "{name}: {told}");
            assert!(
                told.ends_with("Names and tables are 'Ensam', 'Lokal', 'Nyckeltal', 'Tabell1'."),
                "{name}: {told}"
            );
        }
        let both = error(name, "", "Lokal");
        assert!(
            both.contains("Several sheets have the name 'Lokal': 'Blad1', 'Åsa's blad'. Write sheet = "),
            "{name}: {both}"
        );
        for (range, sheet) in [("Nyckeltal", "Blad1"), ("Ensam", "Blad1")] {
            let told = error(name, sheet, range);
            let expected = format!("The name '{range}' lies in the sheet 'Åsa's blad' and not in 'Blad1'.");
            assert!(told.starts_with(&expected), "{name}: {told}");
        }
        assert!(error(name, "2", "Tabell1").contains("lies in the sheet 'Blad1'"));
    }
    let none = error("varden.xlsx", "", "Nyckeltal");
    assert!(
        none.ends_with("The workbook has no name that leads to a table."),
        "{none}"
    );
}

/// Sheets of charts are counted by names that mean a sheet by its number.
#[test]
fn other_workbooks_name_cells_otherwise() {
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = |names: &str, table: &str| {
        written(&[
            ("[Content_Types].xml", "<Types/>"),
            (
                "xl/workbook.xml",
                &format!(
                    "<workbook><sheets><sheet name='Bild' r:id='b'/><sheet name='Data' r:id='a'/></sheets>\
                     <definedNames>{names}</definedNames></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                &format!(
                    "<Relationships><Relationship Id='a' Type='{kind}/worksheet' Target='s/a.xml'/>\
                     <Relationship Id='b' Type='{kind}/chartsheet' Target='b.xml'/></Relationships>"
                ),
            ),
            (
                "xl/s/a.xml",
                "<worksheet><sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c>\
                 </row></sheetData></worksheet>",
            ),
            (
                "xl/s/_rels/a.xml.rels",
                &format!(
                    "<Relationships><Relationship Id='t' Type='{kind}/table' Target='../t.xml'/></Relationships>"
                ),
            ),
            ("xl/t.xml", table),
        ])
    };
    let read = |names, table, sheet, range| {
        read_path(book(names, table).path(), &options(sheet, Some(range))).map_err(|error| error.to_string())
    };
    let local = "<definedName name='N' localSheetId='1'>Data!$A$1:$B$2</definedName>";
    assert_eq!(read(local, "<table/>", "Data", "N").unwrap(), ["1|2", "2: 3|4"]);
    let chart = "<definedName name='N'>Bild!$A$1:$B$2</definedName>";
    let told = read(chart, "<table/>", "", "N").unwrap_err();
    assert!(
        told.contains("the sheet 'Bild', which is not there. The sheets are 'Data'."),
        "{told}"
    );
    let hidden = "<definedName name='N' hidden='1'>Data!$A$1:$B$2</definedName>\
                  <definedName name='M' localSheetId='7'>Data!$A$1:$B$2</definedName>";
    for name in ["N", "M"] {
        let told = read(hidden, "<table/>", "", name).unwrap_err();
        assert!(told.contains("no name that leads to a table"), "{told}");
    }
    let table = "<table name='inre' displayName='T' ref='A1:B2'/>";
    assert_eq!(read("", table, "", "T").unwrap(), ["1|2", "2: 3|4"]);
    let bare = "<table displayName='T' ref='A1:B2' headerRowCount='0'/>";
    let told = read("", bare, "", "T").unwrap_err();
    assert!(
        told.contains("header row is switched off") && told.contains("switch the header row on"),
        "{told}"
    );
}

#[test]
fn an_identity_in_a_name_is_not_told() {
    let named = "<table:named-expressions><table:named-range table:name='X_19650928-9960' \
                 table:cell-range-address='$A.$A$1:.$B$2'/></table:named-expressions>";
    let file = ods(&format!(
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>{named}"
    ));
    let told = read_path(file.path(), &options("", Some("Y")))
        .unwrap_err()
        .to_string();
    assert!(told.contains("'***'") && !told.contains("9960"), "{told}");
}

#[test]
fn a_look_tells_the_names_and_a_definition_keeps_them() {
    use crate::inspect::{Hints, inspect};
    for name in FILES {
        let hints = Hints {
            options: options("", Some("nyckeltal")),
            ..Hints::default()
        };
        let found = inspect(&file(name), &hints).unwrap();
        assert_eq!(found.rows, 2, "{name}");
        assert_eq!(found.other_sheets, ["Blad1"], "{name}");
        let mut names: Vec<String> = found
            .names
            .iter()
            .map(|named| format!("{} {} {}", named.name, named.sheet, named.range))
            .collect();
        names.sort_unstable();
        let table = if name == "namn.ods" {
            "Tabell1 Blad1 B2:C5"
        } else {
            "Tabell1 Blad1 B2:C4"
        };
        assert_eq!(
            names,
            [
                "Ensam Åsa's blad A1:A3",
                "Lokal Blad1 B2:C3",
                "Lokal Åsa's blad A1:B2",
                "Nyckeltal Åsa's blad A1:B3",
                table
            ],
            "{name}"
        );
        let definition = found.definition("d", "d");
        assert!(definition.contains("\nrange = \"nyckeltal\"\n"), "{definition}");
        assert!(!definition.contains("\nsheet = "), "{definition}");
    }
}
