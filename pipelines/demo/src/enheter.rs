//! `enheter` and `enhetsgrupper`: Kolada's municipalities, regions and groups.
//!
//! Kolada lists municipalities and regions under `/municipality` and groups with
//! their members under `/municipality_groups`. The answer about groups is
//! delivered to both datasets: one reads the groups, the other their members.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::places::{GROUPS, KOMMUN, REGIONS};
use crate::sink::{Put, Sink};

pub(crate) struct Enheter;

impl Delivery for Enheter {
    fn jobs(&self) -> Vec<Job> {
        let job = |dataset, file: &str, make: fn() -> (Value, u64)| Job {
            dataset,
            file: file.to_owned(),
            weight: 1,
            write: Box::new(move |_: &World, sink: &mut Sink| write(make(), sink)),
        };
        vec![
            job("enheter", "kolada_municipality_1.json", municipalities),
            job("enheter", "kolada_municipality_groups_1.json", || {
                (groups(), GROUPS.len() as u64)
            }),
            job("enhetsgrupper", "kolada_municipality_groups_1.json", || {
                let members = GROUPS.iter().map(|group| group.members.len() as u64);
                (groups(), members.sum())
            }),
        ]
    }
}

fn write((values, rows): (Value, u64), sink: &mut Sink) -> Result<(), DemoError> {
    sink.text().put(values.to_string().as_bytes());
    sink.count(rows, &BTreeMap::new());
    Ok(())
}

fn page(values: Vec<Value>) -> Value {
    json!({ "values": values, "next_url": null })
}

/// The regions, Värmland's municipalities and the other members of the groups.
fn municipalities() -> (Value, u64) {
    let mut units: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    units.extend(REGIONS.iter().map(|(id, name)| (*id, (*name, "L"))));
    units.extend(KOMMUN.iter().map(|k| (k.code, (k.name, "K"))));
    let members = GROUPS.iter().flat_map(|group| group.members);
    units.extend(members.map(|(id, name)| (id, (name, "K"))));
    let rows = units.len() as u64;
    let values = units
        .iter()
        .map(|(id, (title, kind))| json!({ "id": id, "title": title, "type": kind }))
        .collect();
    (page(values), rows)
}

fn groups() -> Value {
    let member = |(id, name): &(&str, &str)| json!({ "member_id": id, "member_title": name });
    let values = GROUPS
        .iter()
        .map(|group| {
            let members: Vec<Value> = group.members.iter().map(member).collect();
            json!({ "id": group.id, "title": group.title, "members": members })
        })
        .collect();
    page(values)
}
