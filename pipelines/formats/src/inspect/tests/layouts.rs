//! Texts that are laid out in unusual ways.

use super::*;

fn header(text: &str) -> (char, u64, u64, Vec<String>) {
    let (delimiter, _, skip, rows, header) = layout(text);
    (delimiter, skip, rows, header)
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn any_mark_may_stand_between_fields() {
    let text = "kommun;år;kön;andel\nKil;2022;M;1,5\nEda;2023;K;2,25\nSunne;2022;M;0,75\n";
    let expected = names(&["kommun", "år", "kön", "andel"]);
    for mark in [
        ';', '\t', '|', '^', '~', '§', '¦', '¤', '#', ' ', ':', '/', '_', '!', '&', '=', '*', '@', '\\',
        '\u{1}', '\u{1f}',
    ] {
        let text = text.replace(';', &mark.to_string());
        assert_eq!(header(&text), (mark, 0, 1, expected.clone()), "{mark:?}");
        let found = inspected("data.txt", text.as_bytes());
        assert_eq!((found.rows, found.uneven), (3, 0), "{mark:?}");
        assert_eq!(column(&found, "andel").kind, Suggested::Number, "{mark:?}");
    }
    // In one byte, as older programs write it.
    let latin: Vec<u8> = text.replace(';', "§").chars().map(|c| c as u8).collect();
    let found = inspected("data.txt", &latin);
    assert_eq!(found.header, expected);
    assert!(
        found
            .definition("d", "d")
            .contains("\ndelimiter = \"§\"\nencoding = \"windows-1252\"\n")
    );
    // Quoted, it stands for itself.
    let quoted = inspected("data.txt", "a§b\n\"x§y\"§1\n\"z\"\"\"§2\n".as_bytes());
    assert_eq!(quoted.sample, [["x§y", "1"], ["z\"", "2"]]);
}

#[test]
fn marks_within_values_are_not_between_fields() {
    for text in [
        "tid\n12:30\n13:45\n08:15\n",
        "klockslag start\n12:30\n13:45\n08:15\n",
        "dag tid\n2024-01-05 12:30\n2024-01-06 13:45\n2024-01-07 08:15\n",
        "antal personer\n1 234\n5 678\n9 012\n",
        "namn\nAnna Ek\nBo Berg\nEva Dal\n",
        "anhörigas namn\nAnna Ek\nBo Berg\nEva Dal\n",
        "dag\n2024/01/05\n2024/01/06\n2024/01/07\n",
        "andel\n1,5\n2,5\n3,5\n",
        "kommentar\nNej, inte alls, faktiskt\nJa\nKanske, om det går\n",
    ] {
        let found = inspected("data.csv", text.as_bytes());
        assert_eq!(found.columns.len(), 1, "{text}");
    }
    for (text, delimiter, width) in [
        ("namn;tid\nAnna:B;12:30\nBo:C;13:45\n", ';', 2),
        ("dag,klockan\n2024-01-05,12:30\n2024-01-06,13:45\n", ',', 2),
        ("namn tid antal\nAnna 12:30 5\nBo 13:45 7\nEva 08:00 1\n", ' ', 3),
    ] {
        let (found, _, _, header) = header(text);
        assert_eq!((found, header.len()), (delimiter, width), "{text}");
    }
}

#[test]
fn rows_of_many_widths_are_told_by_line() {
    for mark in [";", ",", "\t", "|"] {
        let text = "kommun;år;antal\nKil;2022;5\nEda;2023\nSunne;2022;7;extra\nArvika;2021\nTorsby;2022;8;9;10\n\
                    Hagfors;2023;1\n";
        let text = text.replace(';', mark);
        let found = inspected("data.csv", text.as_bytes());
        assert_eq!(found.header, names(&["kommun", "år", "antal"]), "{text}");
        assert_eq!((found.rows, found.uneven), (6, 4), "{text}");
        assert_eq!(found.uneven_lines, [3, 4, 5, 6]);
        let told = found.warnings();
        assert!(
            told[0].starts_with("4 rows do not have 3 fields as the header does (line 3, 4, 5, 6)."),
            "{told:?}"
        );
        assert!(
            found.definition("d", "d").contains(
                "\n# 4 rader har inte lika många fält som rubriken (rad 3, 4, 5, 6): de underkänns\n"
            )
        );
    }
    let even = inspected("data.csv", b"a;b\n1;2\n3;4\n");
    assert_eq!((even.uneven, even.warnings()), (0, Vec::new()));
}

#[test]
fn a_stray_byte_in_utf_8_is_told_with_its_place() {
    let told = |bytes: &[u8]| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("data.csv");
        std::fs::write(&path, bytes).unwrap();
        inspect(&path, &Hints::default()).unwrap_err().to_string()
    };
    let text = [
        "kön;värde;anmärkning\nMän;1;åäö\nKvinnor;2;".as_bytes(),
        b"\xe5terbes\xf6k\n",
        "Män;3;ö\n".as_bytes(),
    ]
    .concat();
    let error = told(&text);
    assert!(
        error.starts_with("Line 3, column 11: the byte 0xE5 is no part of a character"),
        "{error}"
    );
    // Far behind what is looked at first.
    let late = ["kön;antal\n".repeat(150_000).as_bytes(), b"k\xf6n;1\n"].concat();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("late.csv");
    std::fs::write(&path, &late).unwrap();
    let hints = Hints {
        rows: Some(0),
        ..Hints::default()
    };
    let found = inspect(&path, &hints).unwrap();
    assert_eq!(found.text.as_ref().unwrap().encoding, "utf-8");
    let fault = found.fault.unwrap();
    assert!(
        fault.starts_with("Line 150001, column 2: the byte 0xF6"),
        "{fault}"
    );
}

#[test]
fn headers_of_several_rows_are_joined() {
    let rows = "Kil;5;6;7;8\nEda;1;2;3;4\nSunne;9;8;7;6\n";
    for (above, below, joined) in [
        // The year over the sex.
        (
            "Kommun;2022;;2023;",
            ";Män;Kvinnor;Män;Kvinnor",
            ["2022 Män", "2022 Kvinnor", "2023 Män", "2023 Kvinnor"],
        ),
        (
            ";2022;;2023;",
            "Kommun;Män;Kvinnor;Män;Kvinnor",
            ["2022 Män", "2022 Kvinnor", "2023 Män", "2023 Kvinnor"],
        ),
        // The sex over the year.
        (
            "Kommun;Män;;Kvinnor;",
            ";2022;2023;2022;2023",
            ["Män 2022", "Män 2023", "Kvinnor 2022", "Kvinnor 2023"],
        ),
        (
            "Kommun;Män;Män;Kvinnor;Kvinnor",
            ";2022;2023;2022;2023",
            ["Män 2022", "Män 2023", "Kvinnor 2022", "Kvinnor 2023"],
        ),
    ] {
        for title in ["", "Tabell 3. Antal\n\n"] {
            let (_, skip, count, header) = header(&format!("{title}{above}\n{below}\n{rows}"));
            assert_eq!((skip, count), (title.lines().count() as u64, 2), "{title}{above}");
            assert_eq!(header, [names(&["Kommun"]), names(&joined)].concat());
        }
    }
    let three = "Kommun;2022;;;;2023;;;\n;Män;;Kvinnor;;Män;;Kvinnor;\n;n;%;n;%;n;%;n;%\n\
                 Kil;5;6,5;7;8,5;5;6,5;7;8,5\nEda;1;2,5;3;4,5;1;2,5;3;4,5\n";
    let (_, skip, count, header) = header(three);
    assert_eq!((skip, count), (0, 3));
    assert_eq!(header[..3], names(&["Kommun", "2022 Män n", "2022 Män %"]));
    assert_eq!(header[7..], names(&["2023 Kvinnor n", "2023 Kvinnor %"]));
}

#[test]
fn one_row_of_names_stays_one() {
    for text in [
        "kommun;;2022;2023\nKil;a;5;6\nEda;b;7;8\nSunne;c;9;1\n",
        "kommun;2022;2023\nKil;150;160\nEda;170;180\n",
        "kommun;antal;antal\nKil;5;6\nEda;7;8\n",
        "kommun;;år\nKil;a;2021\nEda;b;2022\nSunne;c;2023\n",
        "namn;ort\nAnna;Kil\nBo;Eda\n",
    ] {
        let (_, skip, count, _) = header(text);
        assert_eq!((skip, count), (0, 1), "{text}");
    }
}
