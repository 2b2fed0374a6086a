//! Days that are written in other orders than year, month, day.

use super::*;

fn dated(days: &[&str]) -> Inspection {
    inspected(
        "data.csv",
        format!(
            "dag;antal\n{}",
            days.iter().map(|day| format!("{day};1\n")).collect::<String>()
        )
        .as_bytes(),
    )
}

#[test]
fn days_are_proposed_with_their_order() {
    for (days, order, least, greatest) in [
        (
            ["31.12.2024", "05.01.2023", "1.2.2024"],
            "dmy",
            "2023-01-05",
            "2024-12-31",
        ),
        (
            ["5/1 2024", "31/12 2024", "1/1 2024"],
            "dmy",
            "2024-01-01",
            "2024-12-31",
        ),
        (
            ["31/12/2024", "05/01/2024", "06/02/2024"],
            "dmy",
            "2024-01-05",
            "2024-12-31",
        ),
        (
            ["12/31/2024", "05/01/2024", "06/02/2024"],
            "mdy",
            "2024-05-01",
            "2024-12-31",
        ),
        (
            ["1 jan 2024", "12 maj 2024", "3 okt 2024"],
            "dmy",
            "2024-01-01",
            "2024-10-03",
        ),
        (
            ["2024/1/5", "2024/12/31", "2023/2/3"],
            "ymd",
            "2023-02-03",
            "2024-12-31",
        ),
        (
            ["2024-01-05", "2024/12/31", "2023.02.03"],
            "ymd",
            "2023-02-03",
            "2024-12-31",
        ),
        (
            ["2024-W05", "2024-W52", "2023-W01"],
            "week",
            "2023-01-02",
            "2024-12-23",
        ),
    ] {
        let found = dated(&days);
        let day = column(&found, "dag");
        assert_eq!((day.kind, day.order), (Suggested::Date, Some(order)), "{days:?}");
        assert_eq!(
            (day.minimum.as_deref(), day.maximum.as_deref()),
            (Some(least), Some(greatest))
        );
        assert_eq!((day.misfits, day.notes.len()), (0, 0), "{days:?}");
        let table = valid(&found);
        let columns = table["columns"].as_array().unwrap();
        assert_eq!(
            (columns[0]["type"].as_str(), columns[0]["order"].as_str()),
            (Some("date"), Some(order))
        );
        // What the definition says reads all of them.
        let read = crate::DayOrder::named(order).unwrap().reader();
        assert!(days.iter().all(|day| read(day.as_bytes()).is_some()));
    }
    let plain = dated(&["2024-01-05", "2024-12-31"]);
    assert_eq!(
        (column(&plain, "dag").kind, column(&plain, "dag").order),
        (Suggested::Date, None)
    );
    let compact = dated(&["20240105", "20241231"]);
    assert_eq!(
        (column(&compact, "dag").kind, column(&compact, "dag").order),
        (Suggested::Date, None)
    );
}

#[test]
fn days_of_no_certain_order_stay_text() {
    let found = dated(&["5/1/2024", "6/2/2024", "7/3/2024"]);
    let day = column(&found, "dag");
    assert_eq!((day.kind, day.order), (Suggested::Text, None));
    assert_eq!(day.notes, [Note::AmbiguousDays]);
    // In two orders, and not at all.
    let found = dated(&["31/12/2024", "12/31/2024", "5/1/2024"]);
    assert_eq!(column(&found, "dag").notes, [Note::OtherDays]);
    let found = dated(&["31.12.2024", "snart", "1.1.2024"]);
    assert_eq!(column(&found, "dag").kind, Suggested::Text);
    let found = dated(&["1.5", "2.25", "3.75"]);
    assert_eq!(column(&found, "dag").order, None);
}
