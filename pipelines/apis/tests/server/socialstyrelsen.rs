//! Socialstyrelsen as it behaves: a segment that it does not know chooses nothing, absent cells are absent,
//! two measures are answered with 404. Three subjects answer as they must not: `kapad` leaves out rows of a
//! page, `fler` names a page after the last, `samma` gives the first page always.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Asked, Reply};

pub(super) fn answer(asked: &Asked, path: &str) -> Reply {
    let parts: Vec<&str> = path.split('/').collect();
    let subject = parts[0];
    match parts.get(1) {
        Some(&"resultat") => {}
        Some(&"region") => {
            let regions: Vec<Value> = [0, 1, 17, 25]
                .iter()
                .map(|id| json!({"id": id, "text": "Region"}))
                .collect();
            return Reply::json(&json!(regions));
        }
        _ => return Reply::json(&json!([{"namn": "matt"}, {"namn": "region"}])),
    }
    let chosen: HashMap<&str, Vec<&str>> = parts[2..]
        .chunks(2)
        .map(|pair| (pair[0], pair[1].split(',').collect()))
        .collect();
    let several = |name: &str| chosen.get(name).is_some_and(|codes| codes.len() > 1);
    if several("matt") || several("diagnos") {
        return Reply::text("text/plain", "").status(404);
    }
    let list = |name: &str, all: &[&'static str]| -> Vec<String> {
        let chosen = chosen
            .get(name)
            .map(|codes| codes.iter().map(|code| code.trim_start_matches('0').to_owned()));
        let all = || all.iter().map(|code| (*code).to_owned());
        let codes: Vec<String> = chosen.map_or_else(|| all().collect(), Iterator::collect);
        codes
            .into_iter()
            .map(|code| if code.is_empty() { "0".to_owned() } else { code })
            .collect()
    };
    let mut rows = Vec::new();
    for diagnos in list("diagnos", &["2026", "2028"]) {
        for region in list("region", &["0", "1", "17"])
            .iter()
            .filter(|region| *region != "99")
        {
            for kon in list("kon", &["1", "2", "3"]) {
                for ar in list("ar", &["2022", "2023"]).iter().filter(|ar| *ar != "2021") {
                    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
                    rows.push(json!({"diagnosId": number(&diagnos), "regionId": number(region), "konId": number(&kon),
                        "alderId": 19, "mattId": number(chosen["matt"][0]), "ar": number(ar), "varde": "12,3"}));
                }
            }
        }
    }
    let number = |name: &str| asked.pair(name).unwrap().parse::<usize>().unwrap();
    // It gives fewer than were asked for.
    let (size, page) = (number("per_sida").min(10), number("sida"));
    let all = rows.len().div_ceil(size).max(1);
    let given = if subject == "samma" { 1 } else { page };
    let mut shown: Vec<Value> = rows.into_iter().skip((given - 1) * size).take(size).collect();
    if subject == "kapad" && page < all {
        shown.truncate(size - 1);
    }
    let next = (page < all || subject == "fler").then(|| json!(format!("?sida={}", page + 1)));
    Reply::json(
        &json!({"data": shown, "amne": subject, "nasta_sida": next, "foregaende_sida": null, "sida": given,
        "per_sida": size, "sidor": all}),
    )
}
