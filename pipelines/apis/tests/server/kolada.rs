//! Kolada as it behaves: real values, at most 25 ids of a kind, pages whose next is named in two ways, and
//! no word of ids that it does not know.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Asked, Reply, data};

pub(super) fn answer(asked: &Asked, path: &str) -> Reply {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    if parts.iter().any(|part| part.split(',').count() > 25) {
        return Reply::text("text/plain", "Too many ids").status(400);
    }
    let (table, rest) = parts.split_first().unwrap();
    let ids =
        |list: Option<&&str>| -> Option<Vec<String>> { Some(list?.split(',').map(str::to_owned).collect()) };
    let entries = match *table {
        "data" | "oudata" => {
            let pairs: BTreeMap<&str, Vec<String>> = rest
                .chunks(2)
                .map(|pair| (pair[0], ids(pair.get(1)).unwrap()))
                .collect();
            if *table == "data" {
                values(&pairs)
            } else {
                unit_values(&pairs)
            }
        }
        "kpi" => named("kolada/kpi_catalogue_v3.csv", ids(rest.first())),
        "municipality" => named("kolada/municipality_v3.csv", ids(rest.first())),
        "municipality_groups" => groups(ids(rest.first())),
        "kpi_groups" => vec![],
        "ou" => vec![json!({"id": "V15E01", "title": "Skola A", "municipality": "0180"})],
        _ => return Reply::text("text/html", "<html><title>404</title></html>").status(404),
    };
    page(asked, &entries)
}

fn page(asked: &Asked, entries: &[Value]) -> Reply {
    let number = |name: &str| asked.pair(name).and_then(|text| text.parse::<usize>().ok());
    // A few at a time, so that there are pages to follow.
    let size = number("per_page")
        .unwrap_or(5000)
        .min(if entries.len() > 1000 { 5000 } else { 7 });
    let page = number("page").unwrap_or(1);
    let start = ((page - 1) * size).min(entries.len());
    let end = (start + size).min(entries.len());
    let next = match (end < entries.len(), page % 2) {
        (false, 0) => json!(""),
        (false, _) => Value::Null,
        // A whole address, or only what changes.
        (true, 0) => json!(format!(
            "http://{}{}?page={}&per_page={size}",
            asked.headers["host"],
            asked.path(),
            page + 1
        )),
        (true, _) => json!(format!("?page={}&per_page={size}", page + 1)),
    };
    Reply::json(&json!({"values": entries[start..end], "next_url": next}))
}

/// Real values, one entry for each indicator, municipality and year.
fn values(pairs: &BTreeMap<&str, Vec<String>>) -> Vec<Value> {
    let wanted = |name: &str, id: &str| {
        pairs
            .get(name)
            .is_none_or(|ids| ids.iter().any(|known| known == id))
    };
    let mut entries = Entries::new();
    for file in ["grp_data", "kld_data", "n00945"] {
        for row in data::records(&format!("kolada/kolada_values_rKolada_{file}.csv")) {
            let (kpi, place, year) = (&row["kpi"], &row["municipality_id"], &row["year"]);
            if wanted("kpi", kpi) && wanted("municipality", place) && wanted("year", year) {
                let value: f64 = row["value"].parse().unwrap();
                let values = entries
                    .entry((kpi.clone(), place.clone(), year.clone()))
                    .or_default();
                if values.is_empty() {
                    values.push(json!({
                        "gender": row["gender"], "count": 1, "status": "", "value": value, "isdeleted": false
                    }));
                }
            }
        }
    }
    group_values(pairs, &mut entries);
    entries
        .into_iter()
        .map(|((kpi, place, year), values)| {
            json!({"kpi": kpi, "municipality": place, "period": year.parse::<u32>().unwrap(), "values": values})
        })
        .collect()
}

type Entries = BTreeMap<(String, String, String), Vec<Value>>;

/// The means of groups: they are asked for as places are, and come to who names them.
fn group_values(pairs: &BTreeMap<&str, Vec<String>>, entries: &mut Entries) {
    let of = |name: &str| pairs.get(name).cloned().unwrap_or_default();
    let is_group = |id: &&String| GROUPS.iter().any(|(group, ..)| group == id);
    for group in of("municipality").iter().filter(is_group) {
        for (kpi, year) in of("kpi")
            .iter()
            .flat_map(|kpi| of("year").into_iter().map(move |year| (kpi.clone(), year)))
        {
            let mean = json!({"gender": "T", "count": 2, "status": "", "value": 10.5, "isdeleted": false});
            entries.insert((kpi, group.clone(), year), vec![mean]);
        }
    }
}

fn unit_values(pairs: &BTreeMap<&str, Vec<String>>) -> Vec<Value> {
    let kpis = pairs.get("kpi").cloned().unwrap_or_default();
    let entry = |kpi: &String| {
        json!({"kpi": kpi, "ou": "V15E01", "period": 2024,
            "values": [{"gender": "T", "value": 4.2, "status": "", "count": 1, "isdeleted": kpi == "N00002"}]})
    };
    kpis.iter().map(entry).collect()
}

fn named(file: &str, ids: Option<Vec<String>>) -> Vec<Value> {
    data::records(file)
        .into_iter()
        .filter(|row| ids.as_ref().is_none_or(|ids| ids.contains(&row["id"])))
        .map(|row| json!(row))
        .collect()
}

type Members = &'static [(&'static str, &'static str)];

/// Groups, each with its members; they are made anew each year.
const GROUPS: [(&str, &str, Members); 4] = [
    (
        "G140001",
        "Liknande kommuner socioekonomi, Arboga, 2023",
        &[("0319", "Älvkarleby"), ("0180", "Stockholm")],
    ),
    (
        "G176199",
        "Liknande kommuner socioekonomi, Arboga, 2024",
        &[("0319", "Älvkarleby"), ("0562", "Finspång")],
    ),
    (
        "G176200",
        "Liknande kommuner äldreomsorg, Arboga, 2024",
        &[("0562", "Finspång")],
    ),
    ("G35895", "Storstäder", &[("0180", "Stockholm")]),
];

fn groups(ids: Option<Vec<String>>) -> Vec<Value> {
    let wanted = |id: &str| ids.as_ref().is_none_or(|ids| ids.iter().any(|one| one == id));
    let groups = GROUPS.iter().filter(|(id, ..)| wanted(id));
    groups
        .map(|(id, title, members)| {
            let members = members.iter();
            let members: Vec<Value> = members
                .map(|(id, title)| json!({"member_id": id, "member_title": title}))
                .collect();
            json!({"id": id, "title": title, "members": members})
        })
        .collect()
}
