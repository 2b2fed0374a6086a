//! A service and a timer of systemd.

use super::{Job, UnitFile};

/// The two units. The timer is persistent: a run that was missed while the machine slept or was off is
/// made good at once. A refresh that finds another one at work ends with 75, which is no failure.
pub(super) fn files(job: &Job) -> Result<Vec<UnitFile>, String> {
    let [program, workspace] = job.paths()?;
    let service = format!(
        "[Unit]\n\
         Description=perspektiv: load the data that are due\n\
         Wants=network-online.target\n\
         After=network-online.target\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         WorkingDirectory={}\n\
         ExecStart={} --workspace {} refresh --due\n\
         # Another run is at work: it does what this one would have done.\n\
         SuccessExitStatus=75\n\
         Nice=10\n",
        plain(workspace),
        quoted(program),
        // Elsewhere than in the program's own name, a dollar is a variable's.
        quoted(&workspace.replace('$', "$$")),
    );
    let timer = format!(
        "[Unit]\n\
         Description=perspektiv: every day, load the data that are due\n\
         \n\
         [Timer]\n\
         OnCalendar=*-*-* {:02}:{:02}:00 Europe/Stockholm\n\
         Persistent=true\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        job.at.hour(),
        job.at.minute()
    );
    let file = |name, text| UnitFile {
        name,
        text,
        utf16: false,
    };
    Ok(vec![
        file("perspektiv-refresh.service", service),
        file("perspektiv-refresh.timer", timer),
    ])
}

/// A word of a command line: what means something to systemd within quotes is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A path that stands alone, where only specifiers mean something.
fn plain(text: &str) -> String {
    text.replace('%', "%%")
}
