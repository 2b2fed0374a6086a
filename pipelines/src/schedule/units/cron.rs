//! Lines of a crontab.

use super::{Job, UnitFile};

/// Once a day and at every start of the machine: what is due follows from the dates, so that a run too
/// many finds nothing to do and one that was missed is made good by the next.
pub(super) fn files(job: &Job) -> Result<Vec<UnitFile>, String> {
    let [program, workspace] = job.paths()?;
    let command = format!(
        "{} --quiet --workspace {} refresh --due",
        word(program),
        word(workspace)
    );
    let text = format!(
        "# perspektiv: load the data that are due. The time is the machine's own; what is printed is mailed.\n\
         {} {} * * * {command}\n\
         @reboot {command}\n",
        job.at.minute(),
        job.at.hour(),
    );
    Ok(vec![UnitFile {
        name: "perspektiv.cron",
        text,
        utf16: false,
    }])
}

/// A word of the shell; cron itself takes a bare % for a line break.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''").replace('%', r"\%"))
}
