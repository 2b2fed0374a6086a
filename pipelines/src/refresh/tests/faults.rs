//! Deliveries and definitions with faults: what is refused, what is told, and
//! what is never told.

use super::*;

/// What a refused refresh says.
fn refused(room: &Room) -> String {
    let error = room.refresh().unwrap_err();
    assert!(error.is_refused(), "{error}");
    let text = error.to_string();
    for person in PERSONS {
        assert!(!text.contains(&person[2..8]), "{text}");
    }
    text
}

fn demand(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "missing: {part}\n{text}");
    }
}

/// Contacts of that many days, each with the same cost.
fn days(room: &Room, name: &str, days: usize) {
    let rows: String = (0..days)
        .map(|day| format!("{};{}-01-{:02};5\n", PERSONS[0], name, day + 1))
        .collect();
    room.write(
        &format!("data/deliveries/kontakter/{name}.csv"),
        &format!("personnummer;dag;kostnad\n{rows}"),
    );
}

#[test]
fn amounts_with_more_decimals_than_are_kept_are_told() {
    let room = Room::new();
    let rows = ["5,12", "5,125", "5,300"].iter().enumerate();
    let rows: String = rows
        .map(|(day, cost)| format!("{};2021-01-0{};{cost}\n", PERSONS[0], day + 1))
        .collect();
    room.write(
        "data/deliveries/kontakter/2021.csv",
        &format!("personnummer;dag;kostnad\n{rows}"),
    );
    let report = room.refresh().unwrap();
    assert_eq!(
        of(&report, "kontakter").warnings,
        [
            "1 amount in 'kostnad' of kontakter/2021.csv had more than two decimals and was rounded: type = \"number\" keeps them."
        ]
    );
}

#[test]
fn a_lost_header_tells_nothing_of_the_first_row() {
    let room = Room::new();
    for row in ["1909-05-27–1474;2021-01-01;1", "190905271474;2021-01-01;1"] {
        room.write("data/deliveries/kontakter/2021.csv", &format!("{row}\n{row}\n"));
        let text = refused(&room);
        demand(
            &text,
            &[
                "kontakter/2021.csv",
                "is a row and no header",
                "'personnummer', 'dag', 'kostnad'",
            ],
        );
        assert!(!text.contains("1474") && !text.contains("2021-01-01"), "{text}");
    }
}

const NOTES: &str = r#"title = "Anteckningar"
[source]
path = "anteckningar/*.csv"
format = "csv"
delimiter = ";"
[limits]
rejected = 0.5
[[columns]]
name = "ar"
type = "integer"
[[columns]]
name = "text"
type = "text"
"#;

#[test]
fn a_person_number_in_a_text_is_put_aside() {
    let room = Room::new();
    room.write("pipelines/anteckningar.toml", NOTES);
    room.write(
        "data/deliveries/anteckningar/a.csv",
        "ar;text\n2021;Ring 1909-05-27 – 1474 om tiden\n2021;190905271475 är ett annat nummer\n2021;Ring\n",
    );
    let report = room.refresh().unwrap();
    let notes = of(&report, "anteckningar");
    assert_eq!(
        (notes.rows, notes.rejected.get("personnummer i text")),
        (2, Some(&1))
    );
    demand(
        &notes.warnings.join("\n"),
        &["1 row of anteckningar/a.csv", "person_numbers = \"allow\""],
    );
    assert_eq!(
        room.texts(
            "SELECT concat_ws('|', line, \"column\", value) FROM karantan WHERE dataset = 'anteckningar'"
        ),
        ["2|text|***"]
    );

    // A row that is shifted has it where a number should be.
    room.write(
        "pipelines/tal.toml",
        "title = \"Tal\"\n[source]\npath = \"tal.csv\"\nformat = \"csv\"\ndelimiter = \";\"\n[limits]\nrejected = 0.9\n\
         [[columns]]\nname = \"a\"\ntype = \"integer\"\nbits = 64\n[[columns]]\nname = \"b\"\ntype = \"number\"\n\
         [[columns]]\nname = \"c\"\ntype = \"decimal\"\nmissing_range = [98, inf]\n",
    );
    room.write(
        "data/deliveries/tal.csv",
        "a;b;c\n190905271474;1;1\n1;190905271474.0;1\n1;1.90905271474E11;1\n1;0905271474;1\n1;1;97.5\n1;1;98\n\
         190905271475;0.0905271474;98.1\n",
    );
    let report = room.refresh().unwrap();
    let numbers = of(&report, "tal");
    assert_eq!(
        (numbers.rows, numbers.rejected.get("personnummer i text")),
        (3, Some(&4))
    );
    assert_eq!(room.count("SELECT count(c) FROM tal"), 1);
    room.write(
        "pipelines/tal.toml",
        "title = \"Tal\"\n[source]\npath = \"tal.csv\"\nformat = \"csv\"\n[[columns]]\nname = \"a\"\n\
         type = \"text\"\ncodes = { \"1\" = \"Ring 090527-1474\" }\n",
    );
    demand(
        &room.refresh().unwrap_err().to_string(),
        &["tal.toml:8:17: This text holds a person number"],
    );
    std::fs::remove_file(room.folder.path().join("pipelines/tal.toml")).unwrap();

    // Allowed, it is text like any other; an engine's error still masks it.
    room.write(
        "pipelines/anteckningar.toml",
        &format!("{NOTES}person_numbers = \"allow\"\n"),
    );
    assert_eq!(of(&room.refresh().unwrap(), "anteckningar").rows, 3);
    room.write(
        "pipelines/tal.toml",
        "title = \"Tal\"\n[derive]\nfrom = [\"anteckningar\"]\nsql = \"SELECT CAST(replace(text, 'Ring', '') AS INT) AS tal FROM anteckningar\"\n",
    );
    let error = room.refresh().unwrap_err().to_string();
    demand(
        &error,
        &[
            "tal.toml:4: The table 'tal' could not be derived",
            "Cannot cast",
            "***",
        ],
    );
    assert!(
        !error.contains("1474") && !error.contains("190905271475"),
        "{error}"
    );
}

#[test]
fn a_file_named_after_a_person_is_refused() {
    let room = Room::new();
    days(&room, "19090527-1474", 1);
    demand(
        &refused(&room),
        &["kontakter/***.csv", "person number in its name"],
    );
    // What only looks goes on, and says so without the number.
    let warnings = check(&room.workspace()).unwrap().warnings.join("\n");
    demand(&warnings, &["kontakter/***.csv", "person number in its name"]);
    assert!(!warnings.contains("1474"), "{warnings}");
    assert_eq!(status(&room.workspace(), Verify::Changed).unwrap()[0].new, 3);
}

#[test]
fn rows_that_are_not_there_any_longer_are_told_or_refused() {
    let room = Room::new();
    days(&room, "2021", 20);
    days(&room, "2022", 20);
    room.refresh().unwrap();
    // Cut between two lines: nothing else tells.
    days(&room, "2022", 9);
    demand(
        &refused(&room),
        &[
            "kontakter, kontakter/2022.csv: It has 9 rows, where it had 20 before.",
            "at least 10 of them",
            "write remaining = 0.45 there",
        ],
    );
    room.write(
        "pipelines/kontakter.toml",
        &CONTACTS.replace("[limits]\n", "[limits]\nremaining = 0.45\n"),
    );
    let report = room.refresh().unwrap();
    let contacts = of(&report, "kontakter");
    assert_eq!((contacts.loaded, contacts.rows), (1, 32));
    demand(
        &contacts.warnings.join("\n"),
        &["kontakter/2022.csv has 9 rows where it had 20 before."],
    );

    room.write("pipelines/kontakter.toml", CONTACTS);
    fs::remove_file(room.path("data/deliveries/kontakter/2022.csv")).unwrap();
    let report = room.refresh().unwrap();
    assert_eq!(
        of(&report, "kontakter").warnings,
        ["kontakter/2022.csv is no longer among the deliveries: its 9 rows leave the table kontakter."]
    );
    fs::remove_file(room.path("data/deliveries/kontakter/2021.csv")).unwrap();
    demand(
        &refused(&room),
        &[
            "kontakter: It has 4 rows in all its deliveries, where it had 24 before.",
            "kontakter/2021.csv is no longer among the deliveries: its 20 rows leave",
            "write remaining = 0.16 there",
        ],
    );
    // Another name for the same file takes nothing away.
    days(&room, "2021", 20);
    fs::rename(
        room.path("data/deliveries/kontakter/2021.csv"),
        room.path("data/deliveries/kontakter/omdöpt.csv"),
    )
    .unwrap();
    let report = room.refresh().unwrap();
    let contacts = of(&report, "kontakter");
    assert_eq!((contacts.gone, contacts.rows), (1, 23));
    assert_eq!(contacts.warnings, [""; 0]);
}

#[test]
fn a_last_line_without_end_is_told_and_refused_with_a_cut_value() {
    let room = Room::new();
    let write = |last: &str| {
        room.write(
            "data/deliveries/kontakter/2021.csv",
            &format!(
                "personnummer;dag;kostnad\n{0};2021-01-01;3156,50\n{0};2021-01-03;1\n{0};2021-01-02;{last}",
                PERSONS[0]
            ),
        );
    };
    write("3156,");
    demand(&refused(&room), &["kontakter/2021.csv", "cut: its last line, 4,"]);
    // With a line end it is a row that breaks a rule, not a file that was cut.
    write("3156,\n");
    let report = room.refresh().unwrap();
    assert_eq!(of(&report, "kontakter").rejected.get("fel typ"), Some(&2));
    write("315");
    let report = room.refresh().unwrap();
    demand(
        &of(&report, "kontakter").warnings.join("\n"),
        &["The last line of kontakter/2021.csv, 4, has no line end"],
    );
}

#[test]
fn checks_of_tables_refuse_or_warn_by_their_limit() {
    let room = Room::new();
    let definition = |check: &str| {
        room.write(
            "pipelines/kostnader.toml",
            &format!("{COSTS}[[checks]]\nkind = \"sql\"\nname = \"dyra\"\nmessage = \"Ask why.\"\n{check}"),
        );
    };
    let sql = "sql = \"SELECT date_part('year', dag) AS ar, kostnad FROM kontakter WHERE kostnad >= 100 -- dyra\"\n";
    definition(sql);
    demand(
        &refused(&room),
        &[
            "kostnader: 2 rows break the check 'dyra' (at most 0 may). Ask why.",
            "\n  1 rows: ar 2019, kostnad 100.50\n  1 rows: ar 2020, kostnad 1000.00",
            "Nothing was published",
        ],
    );
    definition(&format!("{sql}limit = 0.7\nof = \"kontakter\"\n"));
    let report = room.refresh().unwrap();
    let warnings = &of(&report, "kostnader").warnings;
    demand(
        &warnings.join("\n"),
        &["kostnader: 2 rows break the check 'dyra', of 3 in kontakter (at most 2 may)."],
    );
    definition("sql = \"SELECT kr FROM kontakter\"\n");
    let error = room.refresh().unwrap_err().to_string();
    demand(
        &error,
        &["kostnader.toml:9: The check 'dyra' could not be run", "kr"],
    );
    // A dataset that is read from deliveries may have them, too.
    room.write("pipelines/kostnader.toml", COSTS);
    room.write(
        "pipelines/kontakter.toml",
        &format!("{CONTACTS}[[checks]]\nkind = \"sql\"\nname = \"dyra\"\nmessage = \"Ask why.\"\n{sql}"),
    );
    demand(&refused(&room), &["kontakter: 2 rows break the check 'dyra'"]);
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_named_and_not_followed() {
    use std::os::unix::fs::symlink;
    let room = Room::new();
    room.write(
        "pipelines/kontakter.toml",
        &CONTACTS.replace("kontakter/*.csv", "kontakter/**/*.csv"),
    );
    let folder = room.path("data/deliveries/kontakter");
    symlink(&folder, folder.join("runt")).unwrap();
    symlink("..", folder.join("upp")).unwrap();
    fs::create_dir(room.path("annan")).unwrap();
    fs::rename(folder.join("2020.csv"), room.path("annan/2020.csv")).unwrap();
    symlink(room.path("annan"), folder.join("annan")).unwrap();
    let report = room.refresh().unwrap();
    let contacts = of(&report, "kontakter");
    assert_eq!((contacts.loaded, contacts.rows), (2, 3));
    demand(
        &contacts.warnings.join("\n"),
        &[
            "The link kontakter/runt in",
            "is not followed: it leads back to a folder that it lies in",
            "The link kontakter/upp in",
        ],
    );
    let findings = check(&room.workspace()).unwrap();
    demand(&findings.warnings.join("\n"), &["The link kontakter/runt in"]);
    assert!(!room.refresh().unwrap().changed);
}

#[cfg(unix)]
#[test]
fn what_is_out_of_reach_takes_no_rows_out_of_the_lake() {
    use std::os::unix::fs::symlink;
    let room = Room::new();
    room.refresh().unwrap();
    let rows = || room.count("SELECT count(*) FROM kontakter");
    let before = rows();
    let folder = room.path("data/deliveries/kontakter");
    let file = folder.join("2020.csv");
    let good = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    symlink("/nowhere/2020.csv", &file).unwrap();
    demand(
        &refused(&room),
        &[
            "The link kontakter/2020.csv leads nowhere",
            "Mount what it leads to",
        ],
    );
    let seen = status(&room.workspace(), Verify::Changed).unwrap();
    assert_eq!((seen[0].unreadable, seen[0].gone), (1, 0));
    assert!(seen[0].is_behind());

    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    demand(&refused(&room), &["kontakter/2020.csv", "a pipe or a device"]);
    fs::remove_file(&file).unwrap();
    fs::write(&file, &good).unwrap();

    // A whole folder that is not mounted, and is not the only one.
    fs::rename(&folder, room.path("annan")).unwrap();
    symlink("/nowhere/kontakter", &folder).unwrap();
    demand(&refused(&room), &["The link kontakter leads nowhere"]);
    fs::remove_file(&folder).unwrap();
    fs::rename(room.path("annan"), &folder).unwrap();
    assert_eq!(rows(), before);

    // One that no pattern means.
    symlink("/nowhere/gammal.txt", folder.join("gammal.txt")).unwrap();
    let report = room.refresh().unwrap();
    demand(
        &of(&report, "kontakter").warnings.join("\n"),
        &["The link kontakter/gammal.txt leads nowhere"],
    );
}
