//! What a refresh of what is due did, as a letter: the subject on the first line, in Swedish.

use std::fmt::{self, Display};

use super::run::DueReport;
use crate::fetch::{FetchReport, Outcome};
use crate::report::DatasetReport;

/// Datasets named one by one as what comes next.
const COMING: usize = 5;

impl Display for DueReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.subject())?;
        self.loaded(f)?;
        self.not_fetched(f)?;
        self.not_loaded(f)?;
        self.wrong(f)?;
        self.overdue(f)?;
        self.to_look_at(f)?;
        self.coming(f)
    }
}

impl DueReport {
    /// The letter's subject.
    pub fn subject(&self) -> String {
        let refused = self.refused_datasets();
        let overdue = self.overdue_datasets().count();
        let parts = [
            (self.changed().count(), "datamängd inläst", "datamängder inlästa"),
            (self.failures().count(), "kunde inte hämtas", "kunde inte hämtas"),
            (refused.len(), "avvisad", "avvisade"),
            (overdue, "försenad", "försenade"),
            (
                self.definition_errors.len(),
                "fel i definitionerna",
                "fel i definitionerna",
            ),
        ];
        let said: Vec<String> = parts
            .into_iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
            .collect();
        let said = match said.is_empty() {
            true => "inget nytt".to_owned(),
            false => said.join(", "),
        };
        format!("perspektiv {}: {said}", self.today)
    }

    fn changed(&self) -> impl Iterator<Item = &DatasetReport> {
        let report = self.refresh.as_ref().filter(|report| report.changed);
        let datasets = report.into_iter().flat_map(|report| &report.datasets);
        // A table that is made because its definition is new is nothing that came.
        datasets.filter(|dataset| dataset.changed && !dataset.derived && dataset.loaded + dataset.gone > 0)
    }

    fn failures(&self) -> impl Iterator<Item = (&FetchReport, &str)> {
        self.fetches.iter().filter_map(|one| Some((one, one.failure()?)))
    }

    fn refused_datasets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.refused.iter().map(|one| one.dataset.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn overdue_datasets(&self) -> impl Iterator<Item = &crate::status::DatasetStatus> {
        let overdue = |one: &&crate::status::DatasetStatus| one.outlook.overdue_days.is_some();
        self.status.iter().filter(overdue)
    }

    fn loaded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(report) = self.refresh.as_ref().filter(|report| report.changed) else {
            return Ok(());
        };
        match (report.snapshot, report.dry_run) {
            (_, true) => writeln!(f, "\nSkulle läsas in (inget är publicerat)")?,
            (Some(snapshot), _) => writeln!(f, "\nInläst, ögonblicksbild {snapshot}")?,
            (None, _) => writeln!(f, "\nInläst")?,
        }
        for dataset in self.changed() {
            write!(
                f,
                "  {} ({}): {}, {}",
                dataset.dataset,
                dataset.title,
                counted(dataset.loaded as u64, "leverans", "leveranser"),
                counted(dataset.read, "rad", "rader"),
            )?;
            match dataset.rejected_rows() {
                0 => writeln!(f)?,
                n => writeln!(f, ", varav {} underkända", grouped(n))?,
            }
        }
        let derived = report
            .datasets
            .iter()
            .filter(|one| one.changed && one.derived)
            .count();
        if derived > 0 {
            writeln!(
                f,
                "  Omräknat ur dem: {}",
                counted(derived as u64, "tabell", "tabeller")
            )?;
        }
        if report.datasets.iter().any(|one| one.rejected_rows() > 0) {
            writeln!(f, "  Vad som underkändes och varför: perspektiv quarantine")?;
        }
        Ok(())
    }

    fn not_fetched(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let planned = |one: &&FetchReport| one.outcome == Outcome::Planned;
        let mut planned = self.fetches.iter().filter(planned).peekable();
        if planned.peek().is_some() {
            writeln!(f, "\nSkulle hämtas")?;
        }
        planned.try_for_each(|one| writeln!(f, "  {}: {}", one.dataset, one.query))?;
        let mut failures = self.failures().peekable();
        if failures.peek().is_some() {
            writeln!(f, "\nKunde inte hämtas: det som fanns förut gäller tills vidare")?;
        }
        failures.try_for_each(|(one, why)| writeln!(f, "  {} ({})\n    {why}", one.dataset, one.query))
    }

    fn not_loaded(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.refused.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nAvvisat: det som fanns förut gäller tills vidare")?;
        for one in &self.refused {
            let delivery = one.delivery.as_deref().map(|file| format!(", {file}"));
            writeln!(f, "  {}{}", one.dataset, delivery.unwrap_or_default())?;
            if !one.reason.is_empty() {
                writeln!(f, "    {}", one.reason)?;
            }
            for line in one.message.lines() {
                writeln!(f, "    {}", line.trim())?;
            }
        }
        writeln!(
            f,
            "  Att skicka tillbaka till avsändaren, på svenska: perspektiv quarantine"
        )
    }

    fn wrong(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.definition_errors.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\nFel i definitionerna: {} är som förut",
            self.left_out.join(", ")
        )?;
        for line in self.definition_errors.iter().flat_map(|error| error.lines()) {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }

    fn overdue(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut late: Vec<_> = self.overdue_datasets().collect();
        if late.is_empty() {
            return Ok(());
        }
        late.sort_by_key(|one| one.outlook.expected);
        writeln!(f, "\nFörsenat: ingen ny leverans")?;
        for one in late {
            let (Some(day), Some(days)) = (one.outlook.expected, one.outlook.overdue_days) else {
                continue;
            };
            let days = counted(u64::from(days.unsigned_abs()), "dag", "dagar");
            let never = match one.outlook.last {
                Some(_) => "",
                None => "har aldrig kommit; ",
            };
            write!(
                f,
                "  {} ({}): {never}väntades {day}, för {days} sedan",
                one.dataset, one.title
            )?;
            match &one.outlook.needed {
                Some(needed) => writeln!(f, "; behövs {} ({})", needed.day, needed.step)?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }

    fn to_look_at(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = self.refresh.iter();
        let fetched = self.fetches.iter().flat_map(FetchReport::warnings);
        let of_refresh = report.flat_map(|report| {
            let warnings = report.datasets.iter().flat_map(|dataset| &dataset.warnings);
            report.notes.iter().chain(warnings)
        });
        let mut warnings = fetched.chain(of_refresh).peekable();
        if warnings.peek().is_some() {
            writeln!(f, "\nAtt titta på")?;
        }
        warnings.try_for_each(|warning| writeln!(f, "  {warning}"))
    }

    fn coming(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut next: Vec<_> = self
            .status
            .iter()
            .filter_map(|one| Some((one.outlook.expected?, one)))
            .filter(|(day, _)| *day >= self.today)
            .collect();
        next.sort_by_key(|(day, _)| *day);
        if next.is_empty() {
            return Ok(());
        }
        writeln!(f, "\nVäntas härnäst")?;
        for (day, one) in next.into_iter().take(COMING) {
            write!(f, "  {day} {} ({})", one.dataset, one.title)?;
            match &one.outlook.needed {
                Some(needed) => writeln!(f, "; behövs {} ({})", needed.day, needed.step)?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// A number with its thousands apart, in a letter of plain text.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;
    use crate::error::Refusal;
    use crate::report::RefreshReport;
    use crate::schedule::{Outlook, Wheel};
    use crate::status::DatasetStatus;

    fn status(name: &str, expected: Option<jiff::civil::Date>, today: jiff::civil::Date) -> DatasetStatus {
        DatasetStatus {
            dataset: name.to_owned(),
            title: name.to_uppercase(),
            outlook: Outlook {
                last: Some(date(2025, 10, 20)),
                expected,
                overdue_days: expected
                    .map(|day| (today - day).get_days())
                    .filter(|days| *days > 0),
                needed: expected.and_then(|day| Wheel::default().next(day.max(today))),
                ..Outlook::default()
            },
            ..DatasetStatus::default()
        }
    }

    #[test]
    fn the_letter_says_what_came_what_did_not_and_what_is_next() {
        let today = date(2026, 11, 22);
        let report = DueReport {
            today,
            due: vec!["kolada".to_owned(), "tandvard".to_owned()],
            fetches: vec![FetchReport {
                dataset: "folkmangd".to_owned(),
                query: "pxweb2 TAB6471".to_owned(),
                outcome: Outcome::Failed {
                    message: "It was not answered.".to_owned(),
                },
                seconds: 1.0,
            }],
            refresh: Some(RefreshReport {
                snapshot: Some(12),
                changed: true,
                datasets: vec![DatasetReport {
                    dataset: "tandvard".to_owned(),
                    title: "Tandvård".to_owned(),
                    changed: true,
                    loaded: 1,
                    read: 1_234_567,
                    rejected: [("okänd kod".to_owned(), 3)].into(),
                    ..DatasetReport::default()
                }],
                ..RefreshReport::default()
            }),
            refused: vec![Refusal {
                dataset: "regionvard".to_owned(),
                delivery: Some("vard.csv".to_owned()),
                message: "5 of 9 rows were rejected.\n  line 2: no".to_owned(),
                reason: "5 av 9 rader är underkända.".to_owned(),
            }],
            status: vec![
                status("kolada", Some(date(2026, 10, 15)), today),
                status("befolkning", Some(date(2027, 2, 20)), today),
                status("roster", None, today),
            ],
            reminders: vec!["kolada".to_owned()],
            definition_errors: Vec::new(),
            left_out: Vec::new(),
        };
        assert!(report.is_news());
        assert_eq!(
            report.to_string(),
            "perspektiv 2026-11-22: 1 datamängd inläst, 1 kunde inte hämtas, 1 avvisad, 1 försenad\n\
             \n\
             Inläst, ögonblicksbild 12\n\
             \x20 tandvard (Tandvård): 1 leverans, 1\u{a0}234\u{a0}567 rader, varav 3 underkända\n\
             \x20 Vad som underkändes och varför: perspektiv quarantine\n\
             \n\
             Kunde inte hämtas: det som fanns förut gäller tills vidare\n\
             \x20 folkmangd (pxweb2 TAB6471)\n\
             \x20   It was not answered.\n\
             \n\
             Avvisat: det som fanns förut gäller tills vidare\n\
             \x20 regionvard, vard.csv\n\
             \x20   5 av 9 rader är underkända.\n\
             \x20   5 of 9 rows were rejected.\n\
             \x20   line 2: no\n\
             \x20 Att skicka tillbaka till avsändaren, på svenska: perspektiv quarantine\n\
             \n\
             Försenat: ingen ny leverans\n\
             \x20 kolada (KOLADA): väntades 2026-10-15, för 38 dagar sedan; behövs 2026-12-01 (Återrapportering)\n\
             \n\
             Väntas härnäst\n\
             \x20 2027-02-20 befolkning (BEFOLKNING); behövs 2027-03-01 (Inriktningsdokumentet antas)\n"
        );
    }

    #[test]
    fn nothing_new_is_no_news() {
        let today = date(2026, 11, 22);
        let report = DueReport {
            today,
            due: Vec::new(),
            fetches: Vec::new(),
            refresh: Some(RefreshReport::default()),
            refused: Vec::new(),
            status: vec![status("roster", None, today)],
            reminders: Vec::new(),
            definition_errors: Vec::new(),
            left_out: Vec::new(),
        };
        assert!(!report.is_news());
        assert_eq!(report.to_string(), "perspektiv 2026-11-22: inget nytt\n");
        let wrong = DueReport {
            definition_errors: vec!["besok.toml:3:1: Nej.".to_owned()],
            left_out: vec!["besok".to_owned(), "summa".to_owned()],
            ..report
        };
        assert!(wrong.is_news());
        assert_eq!(
            wrong.to_string(),
            "perspektiv 2026-11-22: 1 fel i definitionerna\n\n\
             Fel i definitionerna: besok, summa är som förut\n  besok.toml:3:1: Nej.\n"
        );
    }
}
