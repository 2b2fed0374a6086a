//! A task of the Windows Task Scheduler.

use quick_xml::escape::escape;

use super::{Job, UnitFile};

/// The file of the letter, in the workspace.
const LETTER: &str = "perspektiv-brev.txt";

/// The task, in the form of version 1.2. It runs whether anybody is logged on or not, starts as soon as it can after
/// a run that was missed, and on battery too. Windows mails nothing and shows nothing of it, so the letter goes to a
/// file.
pub(super) fn files(job: &Job) -> Result<Vec<UnitFile>, String> {
    let [program, workspace] = job.paths()?;
    if workspace.contains('"') {
        return Err(format!(
            "{workspace} has a quotation mark in it, which Windows does not allow."
        ));
    }
    // A backslash before the closing quotation mark would hide it.
    let argument = match workspace.strip_suffix('\\') {
        Some(_) => format!("{workspace}\\"),
        None => workspace.to_owned(),
    };
    let letter = format!("{}\\{LETTER}", workspace.trim_end_matches('\\'));
    let text = format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>perspektiv: load the data that are due</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{:02}:{:02}:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{}</Command>
      <Arguments>--quiet --workspace "{}" refresh --due --letter "{}"</Arguments>
      <WorkingDirectory>{}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#,
        job.at.hour(),
        job.at.minute(),
        escape(program),
        escape(argument.as_str()),
        escape(letter.as_str()),
        escape(workspace),
    );
    Ok(vec![UnitFile {
        name: "perspektiv-refresh.xml",
        text: text.replace('\n', "\r\n"),
        utf16: true,
    }])
}
