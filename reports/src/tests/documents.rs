//! What comes out: whole, well-formed, the same to the byte, and safe.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::{EXPORTERS, Targets, exporters};

fn export(name: &str, deck: &BuiltDeck) -> Vec<u8> {
    let mut bytes = Vec::new();
    exporters([name]).unwrap()[0].export(deck, &mut bytes).unwrap();
    bytes
}

fn whole() -> BuiltDeck {
    build(&whole_deck()).unwrap().0
}

/// A deck whose texts try to break out of every format.
fn hostile() -> BuiltDeck {
    let text = r#"
title = "<b>\"Å\" & 'ö'</b> #{x}"
[[slides]]
id = "a"
headline = "</a:t> & <script>alert(1)</script> åäö"
text = ["]]> \" ' \\ #emph[x] $x$ @y", "100 % < 200 % > ä"]
query = "hogkonsumenter"
unit = "<kr> & \"öre\""
period = "2024 <!--"
n = "1 & 2"
notes = "<notes> & åäö"
"#;
    build(&parse(text).unwrap()).unwrap().0
}

fn parts(pptx: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pptx)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Attribute values by element and attribute name; panics at malformed XML.
fn attributes(xml: &[u8], element: &str, attribute: &str) -> Vec<String> {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = true;
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == element => {
                for pair in tag.attributes() {
                    let pair = pair.unwrap();
                    if pair.key.as_ref() == attribute {
                        found.push(pair.value.into_owned());
                    }
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn the_same_deck_is_the_same_to_the_byte() {
    for exporter in EXPORTERS {
        let name = exporter.name();
        assert!(
            export(name, &whole()) == export(name, &whole()),
            "{name} differs from run to run"
        );
    }
}

#[test]
fn every_part_of_the_package_is_well_formed_and_related_parts_exist() {
    for deck in [whole(), hostile()] {
        let parts = parts(&export("pptx", &deck));
        let types = attributes(&parts["[Content_Types].xml"], "Override", "PartName");
        assert!(
            types
                .iter()
                .all(|name| parts.contains_key(name.trim_start_matches('/'))),
            "{types:?}"
        );
        for (name, bytes) in parts.iter().filter(|(name, _)| !name.ends_with(".png")) {
            let targets = attributes(bytes, "Relationship", "Target");
            let Some((folder, _)) = name.rsplit_once("_rels/") else {
                continue;
            };
            for target in targets {
                let path = match target.strip_prefix("../") {
                    Some(rest) => format!(
                        "{}{rest}",
                        folder
                            .trim_end_matches('/')
                            .rsplit_once('/')
                            .map_or("", |(up, _)| up)
                            .to_owned()
                            + "/"
                    ),
                    None => format!("{folder}{target}"),
                };
                assert!(parts.contains_key(&path), "{name} points to {path}");
            }
        }
        for name in parts
            .keys()
            .filter(|name| name.ends_with(".xml") && name.as_str() != "[Content_Types].xml")
        {
            assert!(types.contains(&format!("/{name}")), "{name} has no content type");
        }
    }
}

#[test]
fn slides_have_placeholders_language_words_for_the_chart_and_the_warning() {
    let deck = whole();
    let parts = parts(&export("pptx", &deck));
    for (i, slide) in deck.slides.iter().enumerate() {
        let xml = &parts[&format!("ppt/slides/slide{}.xml", i + 1)];
        let kinds = attributes(xml, "p:ph", "type");
        assert!(
            kinds.contains(&"title".to_owned()) && kinds.contains(&"sldNum".to_owned()),
            "{kinds:?}"
        );
        assert_eq!(kinds.contains(&"pic".to_owned()), slide.figure.is_some());
        assert_eq!(kinds.contains(&"ftr".to_owned()), slide.footer.is_some());
        assert!(
            attributes(xml, "a:rPr", "lang")
                .iter()
                .all(|lang| lang == "sv-SE")
        );
        let ids = attributes(xml, "p:cNvPr", "id");
        assert_eq!(
            ids.len(),
            ids.iter().collect::<std::collections::BTreeSet<_>>().len(),
            "{ids:?}"
        );
        assert_eq!(
            attributes(xml, "p:cNvPr", "descr").len(),
            usize::from(slide.figure.is_some())
        );
        assert!(String::from_utf8_lossy(xml).contains("<a:t>Syntetiska data</a:t>"));
    }
}

#[test]
fn what_a_text_holds_stays_text() {
    let deck = hostile();
    let parts = parts(&export("pptx", &deck));
    let slide = String::from_utf8(parts["ppt/slides/slide1.xml"].clone()).unwrap();
    assert!(
        slide.contains("&amp; &lt;script&gt;alert(1)") && slide.contains("åäö"),
        "{slide}"
    );
    let page = String::from_utf8(export("html", &deck)).unwrap();
    assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert(1)"));
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(export("pdf", &deck).starts_with(b"%PDF-1.7"));
}

#[test]
fn the_page_is_one_file_and_says_what_it_shows() {
    let deck = whole();
    let page = String::from_utf8(export("html", &deck)).unwrap();
    for outside in [
        "<link",
        "@import",
        "src=\"http",
        "href=\"http",
        "url(http",
        "<img",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("<html lang=\"sv\">") && page.contains("class=\"skip\""));
    assert_eq!(page.matches("<h1").count(), 1);
    assert_eq!(page.matches("<h2").count(), 5);
    assert_eq!(page.matches("<svg ").count(), 4);
    assert_eq!(page.matches("<details>").count(), 4);
    assert_eq!(page.matches(">Syntetiska data</p>").count(), 1);
    assert_eq!(page.matches("<strong>Syntetiska data</strong>").count(), 4);
    assert!(page.contains("<th scope=\"col\">") && page.contains("<th scope=\"row\">"));
    for slide in &deck.slides {
        assert!(page.contains(&slide.headline), "{}", slide.headline);
    }
}

#[test]
fn the_pdf_is_tagged_titled_and_for_archives() {
    let pdf = export("pdf", &whole());
    let text = String::from_utf8_lossy(&pdf);
    assert!(
        text.contains("pdfuaid:part>1<")
            && text.contains("pdfaid:part>2<")
            && text.contains("pdfaid:conformance>A<")
    );
    assert!(text.contains("/MarkInfo<</Marked true") && text.contains("/Lang(sv-SE)"));
    assert!(text.contains("2025-04-01"));
}

#[test]
fn documents_are_put_in_place_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bilder");
    let both = exporters(["html", "pptx", "html"]).unwrap();
    assert_eq!(both.len(), 2);
    let targets = Targets::open(&out, "prov", &both).unwrap();
    assert_eq!(targets.paths().count(), 2);
    assert!(!out.join("prov.html").exists());
    let paths = targets.write(&whole()).unwrap();
    assert_eq!(paths, [out.join("prov.html"), out.join("prov.pptx")]);
    let names = || std::fs::read_dir(&out).unwrap().count();
    assert_eq!(names(), 2);
    drop(Targets::open(&out, "annat", &both).unwrap());
    assert_eq!(names(), 2, "targets that are never written leave nothing behind");

    std::fs::create_dir(out.join("upptaget.pptx")).unwrap();
    let error = Targets::open(&out, "upptaget", &both).err().unwrap().to_string();
    assert!(
        error.contains("upptaget.pptx: cannot write the document"),
        "{error}"
    );
    let error = Targets::open(&out.join("prov.html"), "x", &both)
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("cannot make the folder"), "{error}");
    let error = exporters(["odp"]).err().unwrap().to_string();
    assert_eq!(
        error,
        "there is no output format `odp`; choose among: pptx, pdf, html"
    );
}
