//! `malset`: the goals of the direction document, with what a follow-up needs.

use serde::Deserialize;

use crate::delivery::{Delivery, Job, World};
use crate::error::DemoError;
use crate::sink::{Put, Sink};

pub(crate) struct Malset;

/// The goals as they were compiled from the document and Kolada's catalogues.
const GOALS: &str = include_str!("goals_kpis.csv");

const HEADER: &str = "malset,ordning,mal,kort,grupp,livsperspektiv,riktning,ambition,ambition_enhet,\
                      basar,malar,kpi,kpi_titel,varde_enhet,inverterad,niva,brott,tillforlitlighet\n";

/// Indicators that count the opposite of what the goal is about.
const INVERTED: [&str; 1] = ["U01413"];

/// Indicators, or goals, for the county as a whole.
const COUNTY_ONLY: [&str; 5] = ["N80401", "N61602", "U71455", "U71454", "U71452"];

#[derive(Deserialize)]
struct Goal {
    goal_sv: String,
    group: String,
    life_perspective: String,
    direction: String,
    ambition_value: String,
    ambition_unit: String,
    baseline_year: String,
    target_year: String,
    kpi_id: String,
    kpi_title: String,
    value_unit: String,
    confidence: String,
    short: String,
    break_year: String,
}

impl Delivery for Malset {
    fn jobs(&self) -> Vec<Job> {
        vec![Job {
            dataset: "malset",
            file: "malset.csv".to_owned(),
            weight: 1,
            write: Box::new(write),
        }]
    }
}

fn write(_: &World, sink: &mut Sink) -> Result<(), DemoError> {
    sink.text().put(HEADER.as_bytes());
    for (at, goal) in csv::Reader::from_reader(GOALS.as_bytes())
        .deserialize()
        .enumerate()
    {
        let goal: Goal = goal?;
        let line = line(at + 1, &goal)?;
        sink.row(|out| out.put(&line))?;
    }
    Ok(())
}

fn line(order: usize, goal: &Goal) -> Result<Vec<u8>, DemoError> {
    let direction = if goal.direction == "+" { "öka" } else { "minska" };
    let is = |list: &[&str]| list.contains(&goal.kpi_id.as_str());
    let reliability = match goal.confidence.as_str() {
        "high" => "hög",
        "medium" => "medel",
        _ => "ingen",
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        goal.target_year.as_str(),
        &order.to_string(),
        &goal.goal_sv,
        &goal.short,
        &goal.group,
        &goal.life_perspective,
        direction,
        &goal.ambition_value,
        &goal.ambition_unit,
        &goal.baseline_year,
        &goal.target_year,
        &goal.kpi_id,
        &goal.kpi_title,
        &goal.value_unit,
        if is(&INVERTED) { "true" } else { "false" },
        if is(&COUNTY_ONLY) { "region" } else { "alla" },
        &goal.break_year,
        reliability,
    ])?;
    writer
        .into_inner()
        .map_err(|error| DemoError::Goals(csv::Error::from(error.into_error())))
}
