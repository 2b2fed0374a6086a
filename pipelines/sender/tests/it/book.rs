//! Workbooks: cells are replaced inside, and what hides beside them is found.

use crate::room::{Room, archive, part, person, wrong};

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Brukare" sheetId="1" r:id="rId1"/><sheet name="Koder" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const SECOND: &str =
    r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>2</v></c></row></sheetData></worksheet>"#;

/// A sheet with every kind of cell.
pub(crate) fn sheet() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1" max="1" width="12"/></cols><sheetData><row r="1"><c r="B1" t="inlineStr"><is><t>Uttag &amp; mer</t></is></c></row><row r="3" spans="1:3"><c r="A3" s="1" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c></row><row r="4"><c r="A4" s="2"><v>{}</v></c><c r="B4" t="s"><v>2</v></c></row><row r="5"><c r="A5" t="s"><v>3</v></c><c r="B5"><v>1.5</v></c><c r="C5"><f>B5*2</f><v>3</v></c></row><row r="6"><c r="A6" s="3" t="inlineStr"><is><t>{}</t></is></c></row><row r="7"><c r="A7"><v>1.{}E11</v></c><c r="B7" t="str"><v>x</v></c></row><row r="8"><c r="A8" s="2"/><c r="B8" t="b"><v>1</v></c></row></sheetData><pageMargins left="0.7"/></worksheet>"#,
        person(1),
        &person(2)[2..],
        &person(4)[1..]
    )
}

/// Its texts; one of them in two runs.
pub(crate) fn strings() -> String {
    let third = person(3);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sst count=\"4\"><si><t>Personnummer</t></si><si><t>Text</t></si>\
         <si><t xml:space=\"preserve\"> å &lt; ö </t></si><si><r><t>{}</t></r><r><rPr><b/></rPr><t>-{}</t></r></si></sst>",
        &third[..8],
        &third[8..]
    )
}

pub(crate) fn xlsx_of(sheet: &str, strings: &str) -> Vec<u8> {
    xlsx_with(sheet, strings, &[])
}

pub(crate) fn xlsx() -> Vec<u8> {
    xlsx_of(&sheet(), &strings())
}

fn xlsx_with(sheet: &str, strings: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/worksheets/sheet2.xml", SECOND),
    ];
    archive(&[&parts[..], more].concat())
}

/// The content of a document, every way of writing a cell in it.
pub(crate) fn content() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Brukare"><table:table-column table:number-columns-repeated="3"/><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>Personnummer</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Text</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:style-name="ce1" office:value-type="float" office:value="{}"><text:p>196 509 289 960</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>å &amp; ö</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>{}<text:span>-{}</text:span></text:p></table:table-cell><table:table-cell office:value-type="float" office:value="1.5"><text:p>1,5</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>tom</text:p></table:table-cell></table:table-row></table:table><table:table table:name="Koder"><table:table-row><table:table-cell office:value-type="string"><text:p>kod</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#,
        person(1),
        &person(3)[..8],
        &person(3)[8..]
    )
}

pub(crate) fn ods_of(content: &str) -> Vec<u8> {
    ods_with(content, &[])
}

fn ods_with(content: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
        ("meta.xml", "<meta>Av en handläggare</meta>"),
    ];
    archive(&[&parts[..], more].concat())
}

fn people() -> Vec<String> {
    (1..5).map(person).collect()
}

#[test]
fn the_cells_of_an_xlsx() {
    let room = Room::new();
    let fourth = person(4);
    let third = person(3);
    room.write("a.xlsx", xlsx());
    let answer = room.pseudonymise("a.xlsx", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("5 rows") && answer.out.contains("4 pseudonyms, 1 empty"),
        "{}",
        answer.out
    );
    let done = room.read("a-pseudonymer.xlsx");
    let cell = |start: &str, number: &str| {
        format!(
            r#"<c {start} t="inlineStr"><is><t>{}</t></is></c>"#,
            room.pseudonym(number)
        )
    };
    let mut expected = sheet();
    for (before, after) in [
        (
            format!(r#"<c r="A4" s="2"><v>{}</v></c>"#, person(1)),
            cell(r#"r="A4" s="2""#, &person(1)),
        ),
        (
            r#"<c r="A5" t="s"><v>3</v></c>"#.to_owned(),
            cell(r#"r="A5""#, &third),
        ),
        (
            format!(
                r#"<c r="A6" s="3" t="inlineStr"><is><t>{}</t></is></c>"#,
                &person(2)[2..]
            ),
            cell(r#"r="A6" s="3""#, &person(2)),
        ),
        (
            format!(r#"<c r="A7"><v>1.{}E11</v></c>"#, &fourth[1..]),
            cell(r#"r="A7""#, &fourth),
        ),
    ] {
        assert!(expected.contains(&before), "{before}");
        expected = expected.replacen(&before, &after, 1);
    }
    assert_eq!(part(&done, "xl/worksheets/sheet1.xml"), expected);
    assert_eq!(part(&done, "xl/worksheets/sheet2.xml"), SECOND);
    assert_eq!(part(&done, "xl/workbook.xml"), BOOK);
    let texts = part(&done, "xl/sharedStrings.xml");
    assert!(
        texts.contains("<si><t>Text</t></si>") && texts.ends_with("<si><t></t></si></sst>"),
        "{texts}"
    );
    room.is_silent(&people(), &["a.xlsx"], &answer);
}

#[test]
fn the_cells_of_an_ods() {
    let room = Room::new();
    room.write("a.ods", ods_of(&content()));
    let answer = room.pseudonymise("a.ods", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("3 rows") && answer.out.contains("2 pseudonyms, 1 empty"),
        "{}",
        answer.out
    );
    let done = part(&room.read("a-pseudonymer.ods"), "content.xml");
    let (one, three) = (room.pseudonym(&person(1)), room.pseudonym(&person(3)));
    let style = r#"<table:table-cell table:style-name="ce1" office:value-type="string">"#;
    assert!(
        done.contains(&format!("{style}<text:p>{one}</text:p></table:table-cell>")),
        "{done}"
    );
    let plain = r#"<table:table-cell office:value-type="string">"#;
    assert!(
        done.contains(&format!("{plain}<text:p>{three}</text:p></table:table-cell>")),
        "{done}"
    );
    // Nothing else has changed.
    let before = content();
    let cells: Vec<&str> = before.split_inclusive("</table:table-cell>").collect();
    let kept: Vec<&str> = cells
        .into_iter()
        .filter(|cell| !cell.contains("196 509") && !cell.contains("text:span"))
        .collect();
    for cell in &kept {
        assert!(
            done.contains(cell.trim_start_matches("</table:table-row>")),
            "{cell}"
        );
    }

    room.is_silent(&people(), &["a.ods"], &answer);
}

#[test]
fn rows_of_workbooks_are_dropped_and_blanked() {
    let room = Room::new();
    let bad = sheet().replace(&person(1), &wrong(1));
    room.write("a.xlsx", xlsx_of(&bad, &strings()));
    let answer = room.pseudonymise("a.xlsx", &[]);
    assert_eq!(answer.code, Some(3));
    assert!(
        answer
            .err
            .contains("line 4, sheet 'Brukare', column 'Personnummer': the check digit"),
        "{}",
        answer.err
    );
    let more = ["--invalid", "drop", "--report", "r", "--force"];
    let answer = room.pseudonymise("a.xlsx", &more);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = part(&room.read("a-pseudonymer.xlsx"), "xl/worksheets/sheet1.xml");
    assert!(
        !done.contains(r#"<row r="4">"#) && done.contains(r#"<row r="5">"#),
        "{done}"
    );
    let report = String::from_utf8(room.read("r")).unwrap();
    assert!(
        report.contains("Rad 4, bladet 'Brukare', kolumnen 'Personnummer'"),
        "{report}"
    );
    let more = ["--invalid", "blank", "--report", "r", "--force"];
    assert_eq!(room.pseudonymise("a.xlsx", &more).code, Some(0));
    let done = part(&room.read("a-pseudonymer.xlsx"), "xl/worksheets/sheet1.xml");
    assert!(
        done.contains(r#"<row r="4"><c r="A4" s="2"/><c r="B4""#),
        "{done}"
    );
    room.is_silent(&[wrong(1), person(2)], &["a.xlsx"], &answer);

    room.write("a.ods", ods_of(&content().replace(&person(1), &wrong(1))));
    let more = ["--invalid", "drop", "--report", "r", "--force"];
    let answer = room.pseudonymise("a.ods", &more);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let done = part(&room.read("a-pseudonymer.ods"), "content.xml");
    assert!(
        done.contains("<table:table-row><table:table-cell/></table:table-row>"),
        "{done}"
    );
    assert!(!done.contains("å &amp; ö"), "{done}");
}

#[test]
fn what_hides_in_a_workbook_is_found() {
    let number = person(9);
    let (day, four) = number.split_at(8);
    let refused = [
        // Another sheet, another column, a formula, a comment in two runs, a name, a cached pivot table.
        (
            sheet(),
            strings().replace("ö ", &format!("ö {number}")),
            ("x.xml", "<a/>".to_owned()),
        ),
        (
            sheet().replace("B5*2", &format!("B5*{number}")),
            strings(),
            ("x.xml", "<a/>".to_owned()),
        ),
        (
            sheet(),
            strings(),
            (
                "xl/comments1.xml",
                format!(
                    "<comments><comment><text><r><t>{day}</t></r><r><t>-{four}</t></r></text></comment></comments>"
                ),
            ),
        ),
        (
            sheet(),
            strings(),
            (
                "xl/pivotCache/pivotCacheRecords1.xml",
                format!("<r><s v=\"{number}\"/></r>"),
            ),
        ),
        (
            sheet(),
            strings(),
            (
                "docProps/app.xml",
                format!(
                    "<a>{}</a>",
                    number.bytes().map(|c| format!("&#{c};")).collect::<String>()
                ),
            ),
        ),
        (
            sheet().replace(
                "<pageMargins",
                &format!("<headerFooter><oddHeader>{number}</oddHeader></headerFooter><pageMargins"),
            ),
            strings(),
            ("x.xml", "<a/>".to_owned()),
        ),
        (sheet(), strings(), ("xl/vbaProject.bin", "macro".to_owned())),
        (sheet(), strings(), ("xl/embeddings/a.xlsx", "PK".to_owned())),
    ];
    for (sheet, strings, (name, text)) in refused {
        let room = Room::new();
        room.write("a.xlsx", xlsx_with(&sheet, &strings, &[(name, &text)]));
        let answer = room.pseudonymise("a.xlsx", &["--report", "r"]);
        assert_eq!(answer.code, Some(3), "{name} {answer:?}");
        assert!(!room.path("a-pseudonymer.xlsx").exists());
        room.is_silent(std::slice::from_ref(&number), &["a.xlsx"], &answer);
        if name != "x.xml" {
            let answer = room.pseudonymise("a.xlsx", &["--allow", name]);
            assert_eq!(answer.code, Some(0), "{name} {answer:?}");
        }
    }
    let annotation = format!("<office:annotation><text:p>{number}</text:p></office:annotation><text:p>tom");
    let room = Room::new();
    room.write("a.ods", ods_of(&content().replace("<text:p>tom", &annotation)));
    let answer = room.pseudonymise("a.ods", &[]);
    assert_eq!(answer.code, Some(3), "{answer:?}");
    room.is_silent(&[number], &["a.ods"], &answer);
}

#[test]
fn a_picture_of_the_first_page_is_emptied() {
    let room = Room::new();
    let parts = [
        ("docProps/thumbnail.jpeg", "the first page"),
        ("xl/media/image1.png", "a picture"),
    ];
    room.write("a.xlsx", xlsx_with(&sheet(), &strings(), &parts));
    let answer = room.pseudonymise("a.xlsx", &[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        answer.out.contains("1 pictures that were not looked into"),
        "{}",
        answer.out
    );
    let done = room.read("a-pseudonymer.xlsx");
    assert_eq!(part(&done, "docProps/thumbnail.jpeg"), "");
    assert_eq!(part(&done, "xl/media/image1.png"), "a picture");
}

#[test]
fn formulas_and_strings_of_dropped_rows() {
    let room = Room::new();
    // A formula in the place of a number is not replaced by a value behind the user's back.
    let formula = sheet().replace(
        r#"<c r="A8" s="2"/>"#,
        &format!(r#"<c r="A8"><f>A4</f><v>{}</v></c>"#, person(1)),
    );
    room.write("a.xlsx", xlsx_of(&formula, &strings()));
    let answer = room.pseudonymise("a.xlsx", &[]);
    assert_eq!(answer.code, Some(3));
    assert!(
        answer.err.contains("line 8") && answer.err.contains("formula"),
        "{}",
        answer.err
    );
    // What a row says that is left out does not stay behind in the texts.
    let sheet = sheet().replace(&person(1), &wrong(1)).replace(
        r#"<c r="B4" t="s"><v>2</v></c>"#,
        r#"<c r="B4" t="s"><v>4</v></c>"#,
    );
    let strings = strings().replace("</sst>", "<si><t>Anna Andersson</t></si></sst>");
    room.write("a.xlsx", xlsx_of(&sheet, &strings));
    let answer = room.pseudonymise("a.xlsx", &["--invalid", "drop", "--report", "r"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let texts = part(&room.read("a-pseudonymer.xlsx"), "xl/sharedStrings.xml");
    assert!(
        !texts.contains("Anna") && texts.matches("<si>").count() == 5,
        "{texts}"
    );
}

#[test]
fn one_sheet_may_be_chosen() {
    let room = Room::new();
    room.write("a.xlsx", xlsx());
    assert_eq!(room.pseudonymise("a.xlsx", &["--sheet", "brukare"]).code, Some(0));
    let answer = room.pseudonymise(
        "a.xlsx",
        &["--sheet", "Koder", "--columns", "Personnummer", "--force"],
    );
    assert_eq!(answer.code, Some(2), "{answer:?}");
    let answer = room.pseudonymise("a.xlsx", &["--sheet", "Blad3", "--force"]);
    assert!(answer.err.contains("'Brukare', 'Koder'"), "{}", answer.err);
}

#[test]
fn numbers_in_markup_are_found() {
    let number = person(9);
    let (sheet, strings, content) = (sheet(), strings(), content());
    let comment = format!("<!-- {number} -->");
    let put = |text: &str, before: &str, new: &str| {
        assert!(text.contains(before), "{before}");
        text.replacen(before, &format!("{new}{before}"), 1)
    };
    let in_sheet = |before: &str, new: &str| ("a.xlsx", xlsx_of(&put(&sheet, before, new), &strings));
    let in_strings = |before: &str, new: &str| ("a.xlsx", xlsx_of(&sheet, &put(&strings, before, new)));
    for (name, bytes) in [
        in_sheet("?>", &format!(" standalone=\"{number}\"")),
        in_sheet("<v>1.5", &comment),
        in_sheet("1.5</v>", &comment),
        in_sheet("<v>1.5", &format!("<?x {number}?>")),
        in_sheet("><v>1.5", &format!(" cm=\"{number}\"")),
        in_sheet("><v>1.5", &format!(" n{number}=\"1\"")),
        in_sheet("</row>", &format!("&{number};")),
        in_sheet("<row r=\"5\"", &comment),
        in_strings("<si>", &comment),
        in_strings("<si>", &number),
        in_strings("</si>", &comment),
        ("a.ods", ods_of(&put(&content, "</text:p>", &comment))),
        // In a paragraph of its own, below another number.
        (
            "a.ods",
            ods_of(&put(
                &content,
                "å &amp; ö",
                &format!("1</text:p><text:p>{number}</text:p><text:p>"),
            )),
        ),
    ] {
        let room = Room::new();
        room.write(name, bytes);
        let answer = room.pseudonymise(name, &["--columns", "Personnummer"]);
        assert_eq!(answer.code, Some(3), "{answer:?}");
        room.is_silent(std::slice::from_ref(&number), &[name], &answer);
    }
}
