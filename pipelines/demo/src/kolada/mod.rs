//! `kolada`: answers of Kolada's API v3 (`/data`), in pages of at most 5 000
//! objects, for every indicator of the goals.

mod indicators;
mod series;

use std::collections::BTreeMap;

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::sink::{Put, Sink};
use crate::summary::Fault;

use series::{Cell, Object, objects};

pub(crate) struct Kolada;

/// Objects in a page: the most that the API gives.
const PAGE: usize = 5000;
/// Pages that are made. The number of objects does not depend on the options,
/// and a test sees to it that they fit.
const PAGES: usize = 3;

impl Delivery for Kolada {
    fn jobs(&self) -> Vec<Job> {
        (0..PAGES)
            .map(|page| Job {
                dataset: "kolada",
                file: format!("kolada_data_{}.json", page + 1),
                weight: 20,
                write: Box::new(move |world, sink| write(world, page, sink)),
            })
            .collect()
    }
}

/// Life expectancy of men and women as the answers have it, by unit and year.
pub(crate) fn life_expectancy(seed: u64) -> BTreeMap<(String, i32), [f64; 2]> {
    let mut table: BTreeMap<(String, i32), [f64; 2]> = BTreeMap::new();
    for object in objects(seed) {
        let Some(sex) = ["N00923", "N00925"].iter().position(|kpi| *kpi == object.kpi) else {
            continue;
        };
        let value = object
            .cells
            .iter()
            .find_map(|cell| cell.value.as_deref()?.parse().ok());
        if let Some(value) = value {
            table.entry((object.unit, object.year)).or_default()[sex] = value;
        }
    }
    table
}

fn write(world: &World, page: usize, sink: &mut Sink) -> Result<(), DemoError> {
    let objects = objects(world.options.seed);
    let page_objects = objects.chunks(PAGE).nth(page).unwrap_or_default();
    let out = sink.text();
    out.put(b"{\"values\":[");
    let mut rows = 0;
    let mut faults = BTreeMap::new();
    for (i, object) in page_objects.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        put(out, object);
        rows += object.cells.iter().filter(|cell| !cell.deleted).count() as u64;
        if let Some(fault) = object.fault {
            *faults.entry(fault).or_insert(0) += object.cells.len() as u64;
        }
    }
    let next = if page + 1 < PAGES {
        format!(
            "\"https://api.kolada.se/v3/data?page={}&per_page={PAGE}\"",
            page + 2
        )
    } else {
        "null".to_owned()
    };
    out.put(format!("],\"next_url\":{next}}}").as_bytes());
    sink.count(rows, &faults);
    Ok(())
}

fn put(out: &mut Vec<u8>, object: &Object) {
    let Object {
        kpi,
        unit,
        year,
        cells,
        ..
    } = object;
    out.put(
        format!("{{\"kpi\":\"{kpi}\",\"municipality\":\"{unit}\",\"period\":{year},\"values\":[").as_bytes(),
    );
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let Cell {
            gender,
            count,
            value,
            deleted,
        } = cell;
        let value = value.as_deref().unwrap_or("null");
        out.put(
            format!(
                "{{\"gender\":\"{gender}\",\"count\":{count},\"status\":\"\",\"value\":{value},\
                 \"isdeleted\":{deleted}}}"
            )
            .as_bytes(),
        );
    }
    out.put(b"]}");
}

/// An object with faulty values: an unknown sex, or a year that cannot be.
fn faulty(n: usize) -> Object {
    let (gender, year, fault) = if n.is_multiple_of(2) {
        ("X", 2020, Fault::UnknownCode)
    } else {
        ("T", 20_222, Fault::Range)
    };
    Object {
        kpi: "N15428",
        unit: "1780".to_owned(),
        year,
        cells: vec![Cell {
            gender,
            count: 1,
            value: Some("84.2".to_owned()),
            deleted: false,
        }],
        fault: Some(fault),
    }
}
