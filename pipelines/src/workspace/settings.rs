//! `.perspektiv.toml`: where the parts of a workspace lie, and how much they may take.

use std::path::{Path, PathBuf};

use jiff::SpanFieldwise;
use perspektiv_identity::ReservePattern;

use crate::definition::{Document, Section, YearDay, read_span};
use crate::error::PipelineError;
use crate::schedule::{Step, Wheel};

/// What `.perspektiv.toml` says; every key may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The data are synthetic, and everything shown says so.
    pub synthetic: bool,
    /// Where deliveries lie; relative to the workspace.
    pub deliveries: PathBuf,
    /// Where the lake lies; relative to the workspace.
    pub lake: PathBuf,
    /// The file of the key for pseudonyms; relative to the workspace.
    pub key: PathBuf,
    /// The forms of reserve numbers that are accepted besides person numbers, in
    /// the language of [`perspektiv_identity::ReservePattern`].
    pub reserve_numbers: Vec<String>,
    /// Seconds that one query may take; 0 means as long as it needs.
    pub query_timeout: u64,
    /// Megabytes of memory that one query may use, 0 meaning no limit; none means a share of
    /// the machine's.
    pub query_memory: Option<u64>,
    /// The årshjul: by when the data are needed, and what for.
    pub wheel: Wheel,
    /// Where the archive lies; relative to the workspace.
    pub archive_folder: PathBuf,
    /// Whether deliveries are kept as they were received, encrypted.
    pub archive: bool,
    /// How long; none means for good. Definitions may say otherwise.
    pub archive_keep: Option<SpanFieldwise>,
    /// How agencies' APIs are asked.
    pub apis: ApiSettings,
}

/// How agencies' APIs are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiSettings {
    /// Nobody is asked. So it is by itself where the data are synthetic: real ones have no place among them.
    pub offline: bool,
    /// Where answers are kept, and when each API was asked; relative to the workspace.
    pub cache: PathBuf,
    /// How long answers are kept.
    pub keep: SpanFieldwise,
    /// Seconds that one answer may take.
    pub answer_timeout: u64,
    /// Seconds that all answers of one dataset may take, with all waiting.
    pub fetch_timeout: u64,
    /// How often a question is put that is not answered.
    pub attempts: u64,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            offline: false,
            cache: "data/cache".into(),
            keep: jiff::Span::new().days(30).fieldwise(),
            answer_timeout: 120,
            fetch_timeout: 1800,
            attempts: 5,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            synthetic: false,
            deliveries: "data/deliveries".into(),
            lake: "data/lake".into(),
            key: "data/secrets/pseudonym.key".into(),
            reserve_numbers: Vec::new(),
            query_timeout: 600,
            query_memory: None,
            wheel: Wheel::default(),
            archive_folder: "data/archive".into(),
            archive: true,
            archive_keep: Some(jiff::Span::new().years(2).fieldwise()),
            apis: ApiSettings::default(),
        }
    }
}

/// Reads the settings file.
///
/// # Errors
/// All that is wrong in it, each with line, column and what to do.
pub(super) fn read_settings(file: &Path, text: &str) -> Result<Settings, PipelineError> {
    let doc = Document::new(file, text);
    let mut settings = Settings::default();
    if let Some(table) = doc.parse() {
        let root = Section::new(&doc, table.get_ref(), 0..0, "The settings file");
        if let Some(synthetic) = root.boolean("synthetic") {
            settings.synthetic = synthetic;
        }
        for (key, path) in [
            ("deliveries", &mut settings.deliveries),
            ("lake", &mut settings.lake),
            ("key", &mut settings.key),
        ] {
            match root.string(key) {
                Some(given) if given.trim().is_empty() => root.error(
                    root.place_of(key),
                    format!("`{key}` is empty."),
                    "Write a path, relative to the workspace or absolute, or leave the line out.",
                ),
                Some(given) if given.contains("://") => root.error(
                    root.place_of(key),
                    format!("`{key}` is an address, and a folder or file of this machine is wanted."),
                    "Write a path, relative to the workspace or absolute.",
                ),
                Some(given) => *path = given.into(),
                None => {}
            }
        }
        keep_apart(&root, file, &settings);
        if let Some(seconds) = root.count("query_timeout") {
            settings.query_timeout = seconds;
        }
        settings.query_memory = root.count("query_memory");
        if root.has("arshjul") {
            settings.wheel = read_wheel(&root);
        }
        if let Some(archive) = root.section("archive") {
            if let Some(enabled) = archive.boolean("enabled") {
                settings.archive = enabled;
            }
            settings.archive_keep = match archive.string("keep").as_deref() {
                None => settings.archive_keep,
                Some("always") => None,
                Some(_) => read_span(&archive, "keep").map(jiff::Span::fieldwise),
            };
            archive.finish();
        }
        settings.apis.offline = settings.synthetic;
        if let Some(apis) = root.section("apis") {
            read_apis(&apis, &mut settings.apis);
            apis.finish();
        }
        for (pattern, span) in root.strings("reserve_numbers").unwrap_or_default() {
            if let Err(error) = ReservePattern::new(&pattern) {
                let example = format!("Write for instance \"{}\".", ReservePattern::VARMLAND);
                root.error(span, format!("`reserve_numbers`: {error}."), example);
            }
            settings.reserve_numbers.push(pattern);
        }
        root.finish();
    }
    match doc.failed() {
        false => Ok(settings),
        true => Err(PipelineError::Definitions(doc.into_errors())),
    }
}

/// Demands that neither of lake and deliveries lies in the other, and that the key lies in none of them: who gets a
/// copy of the lake must not get the key with it.
fn keep_apart(root: &Section<'_, '_>, file: &Path, settings: &Settings) {
    let folder = file.parent().unwrap_or(file);
    let at = |path: &Path| -> PathBuf {
        let path = folder.join(path);
        path.components()
            .filter(|part| !matches!(part, std::path::Component::CurDir))
            .collect()
    };
    let (lake, deliveries, key) = (at(&settings.lake), at(&settings.deliveries), at(&settings.key));
    let error = |name: &'static str, message: &str| {
        root.error(
            root.place_of(name),
            message.to_owned(),
            "Name a folder of its own.",
        );
    };
    if lake == at(Path::new("")) || deliveries.starts_with(&lake) {
        error("lake", "The lake would hold other parts of the workspace.");
    } else if lake.starts_with(&deliveries) {
        error("lake", "The lake would lie among the deliveries.");
    }
    if key.starts_with(&lake) {
        error("key", "The key would lie in the lake, whose pseudonyms it opens.");
    } else if key.starts_with(&deliveries) {
        error("key", "The key would lie among the deliveries.");
    }
}

/// Reads `[apis]`.
fn read_apis(section: &Section<'_, '_>, apis: &mut ApiSettings) {
    if let Some(offline) = section.boolean("offline") {
        apis.offline = offline;
    }
    match section.string("cache") {
        Some(given) if given.trim().is_empty() => section.error(
            section.place_of("cache"),
            "`cache` is empty.",
            "Write a path, relative to the workspace or absolute, or leave the line out.",
        ),
        Some(given) => apis.cache = given.into(),
        None => {}
    }
    if let Some(keep) = read_span(section, "keep") {
        apis.keep = keep.fieldwise();
    }
    for (key, number) in [
        ("answer_timeout", &mut apis.answer_timeout),
        ("fetch_timeout", &mut apis.fetch_timeout),
        ("attempts", &mut apis.attempts),
    ] {
        match section.count(key) {
            Some(0) => section.error(
                section.place_of(key),
                format!("`{key}` is 0, so that nothing could be fetched."),
                "Write a larger number; offline = true asks nobody.",
            ),
            Some(given) => *number = given,
            None => {}
        }
    }
}

/// Reads `[[arshjul]]`, which takes the place of the usual one.
fn read_wheel(root: &Section<'_, '_>) -> Wheel {
    let mut steps = Vec::new();
    for section in root.sections("arshjul") {
        let name = section.needed("step", "Write step = \"…\": what begins then, in Swedish.");
        let from = section.needed("from", YearDay::HINT);
        let from = from.and_then(|text| {
            let day = YearDay::parse(&text);
            if day.is_none() {
                let message = format!("'{text}' is no day of the year.");
                section.error(section.place_of("from"), message, YearDay::HINT);
            }
            day
        });
        section.finish();
        steps.extend(from.zip(name).map(|(from, name)| Step { from, name }));
    }
    Wheel::new(steps)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_archive_has_settings() {
        let file = Path::new(".perspektiv.toml");
        let years = |n: i64| Some(jiff::Span::new().years(n).fieldwise());
        let settings = read_settings(file, "").unwrap();
        assert_eq!((settings.archive, settings.archive_keep), (true, years(2)));
        let settings = read_settings(file, "[archive]\nenabled = false\nkeep = \"5 years\"\n").unwrap();
        assert_eq!((settings.archive, settings.archive_keep), (false, years(5)));
        let settings = read_settings(file, "[archive]\nkeep = \"always\"\n").unwrap();
        assert_eq!(settings.archive_keep, None);
        let error = read_settings(file, "[archive]\nkeep = \"två år\"\n").unwrap_err();
        assert!(error.to_string().contains(".perspektiv.toml:2:8: "), "{error}");
    }

    #[test]
    fn apis_have_settings_and_nobody_is_asked_where_data_are_synthetic() {
        let file = Path::new(".perspektiv.toml");
        let offline = |text| read_settings(file, text).unwrap().apis.offline;
        assert!(!offline(""));
        assert!(offline("synthetic = true\n"));
        assert!(!offline("synthetic = true\n[apis]\noffline = false\n"));
        let text = "[apis]\noffline = true\ncache = \"/srv/cache\"\nkeep = \"1 week\"\nanswer_timeout = 1\n\
                    fetch_timeout = 2\nattempts = 3\n";
        let apis = ApiSettings {
            offline: true,
            cache: "/srv/cache".into(),
            keep: jiff::Span::new().weeks(1).fieldwise(),
            answer_timeout: 1,
            fetch_timeout: 2,
            attempts: 3,
        };
        assert_eq!(read_settings(file, text).unwrap().apis, apis);
        for (text, place) in [
            ("attempts = 0", ":2:12: "),
            ("keep = 3", ":2:8: "),
            ("cash = \"x\"", ":2:1: "),
        ] {
            let error = read_settings(file, &format!("[apis]\n{text}\n")).unwrap_err();
            assert!(error.to_string().contains(place), "{error}");
        }
    }

    #[test]
    fn settings_have_defaults_and_places_for_errors() {
        let file = Path::new(".perspektiv.toml");
        assert_eq!(read_settings(file, "").unwrap(), Settings::default());
        let text = "synthetic = true\nlake = \"/srv/lake\"\nquery_timeout = 0\nquery_memory = 500\n";
        let settings = read_settings(file, text).unwrap();
        assert!(settings.synthetic);
        assert_eq!((settings.query_timeout, settings.query_memory), (0, Some(500)));
        assert_eq!(settings.lake, Path::new("/srv/lake"));
        let Err(PipelineError::Definitions(errors)) =
            read_settings(file, "syntetic = true\nkey = 3\ndeliveries = \"\"\n")
        else {
            unreachable!("errors were expected");
        };
        let text = errors
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            text.contains(
                ".perspektiv.toml:1:1: The settings file has no key `syntetic`. Did you mean `synthetic`?"
            ),
            "{text}"
        );
        assert!(text.contains(":2:7: "), "{text}");
        assert!(text.contains(":3:14: `deliveries` is empty."), "{text}");
    }

    #[test]
    fn lake_deliveries_and_key_lie_apart() {
        let file = Path::new("/w/.perspektiv.toml");
        for (text, expected) in [
            ("lake = \"s3://lake/x\"", ":1:8: `lake` is an address"),
            ("lake = \".\"", ":1:8: The lake would hold"),
            ("lake = \"data\"", ":1:8: The lake would hold"),
            ("lake = \"./data/deliveries/x\"", ":1:8: The lake would lie among"),
            ("key = \"data/lake/x.key\"", ":1:7: The key would lie in the lake"),
            (
                "key = \"/w/data/deliveries/x.key\"",
                ":1:7: The key would lie among",
            ),
        ] {
            let error = read_settings(file, text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(read_settings(file, "lake = \"/srv/lake\"\nkey = \"/etc/perspektiv.key\"\n").is_ok());
    }

    #[test]
    fn the_year_may_be_another_and_its_errors_have_places() {
        let file = Path::new(".perspektiv.toml");
        let text = "[[arshjul]]\nfrom = \"09-15\"\nstep = \"Höstkonferens\"\n\
                    [[arshjul]]\nfrom = \"02-01\"\nstep = \"Analys\"\n";
        let settings = read_settings(file, text).unwrap();
        let names: Vec<&str> = settings
            .wheel
            .steps()
            .iter()
            .map(|step| step.name.as_str())
            .collect();
        assert_eq!(names, ["Analys", "Höstkonferens"]);
        let wrong = read_settings(file, "[[arshjul]]\nfrom = \"april\"\nstep = \"Analys\"\n").unwrap_err();
        let wrong = wrong.to_string();
        assert!(
            wrong.contains(".perspektiv.toml:2:8: 'april' is no day of the year."),
            "{wrong}"
        );
    }
}
