//! Every way in which an answer breaks, by name.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{Asked, Reply, Sent};

/// The names, and what each does.
pub const NAMES: &[(&str, &str)] = &[
    ("429-seconds", "429 with Retry-After in seconds, then good"),
    ("429-date", "429 with Retry-After as a date, then good"),
    ("429-forever", "429 with Retry-After of an hour"),
    ("500-twice", "500, 500, then good"),
    ("500-forever", "500 always"),
    ("400", "400 with a problem as JSON"),
    ("404", "404 with a page"),
    ("cut-length", "fewer bytes than announced, then good"),
    ("cut-forever", "fewer bytes than announced"),
    ("cut-chunked", "chunks without the last, then good"),
    ("cut-json", "half of the JSON, announced as whole, then good"),
    ("cut-gzip", "half of what gzip packed, then good"),
    ("empty", "nothing, with status 200"),
    ("chunked", "good, in chunks"),
    ("gzip", "good, packed with gzip"),
    ("wrong-gzip", "says gzip and is not"),
    ("unknown-encoding", "packed in a way that was not asked for"),
    ("bomb", "little that unpacks to very much"),
    ("gigantic", "a body without an end"),
    ("wrong-json", "JSON of another form"),
    ("not-json", "text"),
    ("deep-json", "brackets in brackets in brackets"),
    ("html", "a page for people with status 200"),
    ("endless-pages", "a next page, always another"),
    ("cyclic-pages", "the first page is the next one"),
    ("foreign-pages", "the next page is at another server"),
    ("wrong-count", "a page that says it has more entries"),
    ("drip", "a byte a second"),
    ("silent", "no answer at all"),
    ("redirect", "sent on once, then good"),
    ("redirect-loop", "sent on for ever"),
    ("not-modified", "304 that was not asked for"),
    ("long-header", "headers without an end"),
    ("etag", "good, with a mark, and 304 to who has it"),
    ("wrong-dimension", "a cube with other sizes than its values"),
];

/// Made once: packing takes its time.
static BOMB: LazyLock<Reply> = LazyLock::new(|| packed(Reply::text("application/json", vec![b' '; 8 << 20])));

/// How often each address has been asked.
#[derive(Default)]
pub struct Faults(Mutex<HashMap<String, usize>>);

impl Faults {
    /// What is answered: `/fault/NAME/…`, or the agency as it is.
    pub fn answer(&self, asked: &Asked, agency: &dyn Fn(&Asked, &str) -> Reply) -> Reply {
        let Some((name, _)) = asked
            .path()
            .strip_prefix("/fault/")
            .and_then(|rest| rest.split_once('/'))
        else {
            return agency(asked, asked.path());
        };
        let prefix = format!("/fault/{name}");
        let path = asked.path().strip_prefix(&prefix).unwrap();
        let times = {
            let mut counts = self.0.lock().unwrap();
            let count = counts
                .entry(format!("{} {} {}", asked.method, asked.target, asked.body))
                .or_default();
            *count += 1;
            *count
        };
        let good = || agency(asked, path);
        let first = |broken: fn(Reply) -> Reply| if times == 1 { broken(good()) } else { good() };
        let text = |status: u16| Reply::text("text/plain", "Later").status(status);
        match name {
            "429-seconds" if times == 1 => text(429).header("Retry-After", "1"),
            "429-date" if times == 1 => {
                let later = SystemTime::now() + Duration::from_secs(2);
                text(429).header("Retry-After", httpdate::fmt_http_date(later))
            }
            "429-forever" => text(429).header("Retry-After", "3600"),
            "500-twice" if times <= 2 => text(500),
            "500-forever" => text(500),
            "400" => Reply::json(
                &json!({"type": "Parameter error", "title": "Illegal selection expression", "status": 400}),
            )
            .status(400),
            "404" => {
                Reply::text("text/html", "<html><head><title>Not here</title></head></html>").status(404)
            }
            "cut-length" => first(|good| good.sent(Sent::HalfOfLength)),
            "cut-forever" => good().sent(Sent::HalfOfLength),
            "cut-chunked" => first(|good| good.sent(Sent::HalfOfChunks)),
            "cut-json" => first(half),
            "cut-gzip" => first(|good| half(packed(good))),
            "empty" => Reply::text("application/json", ""),
            "chunked" => good().sent(Sent::Chunked),
            "gzip" => packed(good()),
            "wrong-gzip" => good().header("Content-Encoding", "gzip"),
            "unknown-encoding" => good().header("Content-Encoding", "br"),
            "bomb" => BOMB.clone(),
            "gigantic" => Reply::text("application/json", vec![b' '; 1 << 16]).sent(Sent::Endless),
            "wrong-json" => Reply::json(&json!({"detail": "nothing here"})),
            "not-json" => Reply::text("application/json", "oops, 19090527-1474 is not data"),
            "deep-json" => Reply::text("application/json", "[".repeat(1 << 20)),
            "html" => Reply::text(
                "text/html",
                "<!DOCTYPE html><html><title>Underhåll pågår</title></html>",
            ),
            "endless-pages" => with(good(), "next_url", json!(format!("?page={}", next(asked)))),
            "cyclic-pages" => with(good(), "next_url", json!(asked.target)),
            "foreign-pages" => with(good(), "next_url", json!("https://example.org/v3/data?page=2")),
            "wrong-count" => with(good(), "count", json!(100_000)),
            "drip" => good().sent(Sent::Drip(Duration::from_secs(1))),
            "silent" => good().sent(Sent::Nothing),
            "redirect" => {
                let to = asked.target.replacen(&prefix, "", 1);
                Reply::text("text/plain", "").status(302).header("Location", to)
            }
            "redirect-loop" => Reply::text("text/plain", "")
                .status(302)
                .header("Location", asked.target.clone()),
            "not-modified" => Reply::text("text/plain", "").status(304),
            "long-header" => good().header("X-Long", "x".repeat(1 << 20)),
            "etag" => {
                let mark = format!("\"{}\"", blake3::hash(asked.target.as_bytes()).to_hex());
                match asked.headers.get("if-none-match") == Some(&mark) {
                    true => Reply::text("text/plain", "").status(304),
                    false => good().header("ETag", mark),
                }
            }
            "wrong-dimension" => with(good(), "size", json!([1, 1, 1, 1, 1])),
            known if NAMES.iter().any(|(name, _)| *name == known) => good(),
            unknown => Reply::text("text/plain", format!("No fault {unknown}")).status(501),
        }
    }
}

fn half(mut reply: Reply) -> Reply {
    reply.body.truncate(reply.body.len() / 2);
    reply
}

fn packed(mut reply: Reply) -> Reply {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&reply.body).unwrap();
    reply.body = packer.finish().unwrap();
    reply.header("Content-Encoding", "gzip")
}

/// The answer with one member changed.
fn with(mut reply: Reply, member: &str, value: Value) -> Reply {
    let mut document: Value = serde_json::from_slice(&reply.body).unwrap();
    if document.get("value").is_some() || document.get("values").is_some() {
        document[member] = value;
    }
    reply.body = document.to_string().into_bytes();
    reply
}

fn next(asked: &Asked) -> u64 {
    asked.pair("page").map_or(1, |page| page.parse::<u64>().unwrap()) + 1
}
