//! Fetching from agencies, played by a server on this machine that can break in every way.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod cache;
mod faults;
mod kolada;
mod network;
mod pxweb;
#[path = "../server/mod.rs"]
mod server;
mod socialstyrelsen;

use std::fs;
use std::path::Path;
use std::time::Duration;

use perspektiv_apis::{
    ApiError, Client, Environment, Fetched, Query, Rate, Selection, Settings, by_name, fetch,
};

/// Limits that let a test fail soon, and that a machine with much else to do keeps.
fn settings() -> Settings {
    Settings {
        connect: Duration::from_secs(10),
        answer: Duration::from_secs(20),
        fetch: Duration::from_secs(60),
        answer_bytes: 8 << 20,
        calls: 100,
        attempts: 3,
        pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(20),
        today: "2026-11-22".parse().unwrap(),
        ..Settings::default()
    }
}

fn client(settings: Settings) -> Client {
    Client::new(settings, Environment::default())
}

/// A query below that address, without the polite rate of the real server.
fn query(api: &str, url: &str) -> Query {
    let mut query = Query::new(by_name(api).unwrap());
    query.url = Some(url.to_owned());
    query.rate = Some(Rate {
        calls: 1000,
        per: Duration::from_secs(1),
    });
    query
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn select(variable: &str, values: &[&str]) -> Selection {
    Selection {
        variable: variable.to_owned(),
        values: texts(values),
        ..Selection::default()
    }
}

fn run(settings: Settings, query: &Query, folder: &Path) -> Result<Fetched, ApiError> {
    fetch(&client(settings), query, folder, &mut |_| {})
}

/// The documents of a delivery.
fn lines(fetched: &Fetched) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(&fetched.path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Reads a delivery with the format that its API names, as a pipeline does, and gives the records.
fn records(fetched: &Fetched, query: &Query) -> Vec<Vec<String>> {
    let format = perspektiv_formats::by_name(query.api.format(query)).unwrap();
    let options = perspektiv_formats::SourceOptions::default();
    let mut reader = format.open(&fetched.path, &options).unwrap();
    let mut records = Vec::new();
    while let Some(record) = reader.next().unwrap() {
        let field = |at| String::from_utf8(record.field(at).to_vec()).unwrap();
        records.push((0..record.len()).map(field).collect());
    }
    records
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return vec![];
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
