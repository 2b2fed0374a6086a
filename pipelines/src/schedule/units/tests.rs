#![allow(clippy::unwrap_used)]
use std::process::Command;

use jiff::civil::time;

use super::*;

fn job(program: &str, workspace: &str) -> Job {
    Job {
        program: program.into(),
        workspace: workspace.into(),
        at: time(5, 30, 0, 0),
    }
}

#[test]
fn systemd_reads_its_units_and_makes_up_for_sleep() {
    let folder = tempfile::tempdir().unwrap();
    // A name with all that means something to systemd.
    let workspace = folder.path().join("Nya 100 % \"per\\spektiv\" $HOME");
    std::fs::create_dir(&workspace).unwrap();
    let files = Scheduler::Systemd
        .files(&job("/bin/true", workspace.to_str().unwrap()))
        .unwrap();
    let [service, timer] = files.as_slice() else {
        unreachable!("two units");
    };
    assert!(service.text.contains("\nSuccessExitStatus=75\n"));
    assert!(
        service
            .text
            .contains(r#"Nya 100 %% \"per\\spektiv\" $$HOME" refresh --due"#)
    );
    assert!(timer.text.contains("\nPersistent=true\n"));
    assert!(
        timer
            .text
            .contains("OnCalendar=*-*-* 05:30:00 Europe/Stockholm\n")
    );
    let paths: Vec<_> = files
        .iter()
        .map(|file| {
            let path = folder.path().join(file.name);
            std::fs::write(&path, file.bytes()).unwrap();
            path
        })
        .collect();
    // Where there is no systemd, the text above is all that can be judged.
    if let Ok(verified) = Command::new("systemd-analyze")
        .arg("verify")
        .args(&paths)
        .output()
    {
        let said = String::from_utf8_lossy(&verified.stderr);
        assert!(!said.contains("perspektiv-refresh"), "{said}");
    }
}

#[test]
fn cron_gets_five_fields_and_a_command_that_the_shell_takes_apart_rightly() {
    let files = Scheduler::Cron
        .files(&job("/opt/it's/perspektiv", "/srv/100 % säkert"))
        .unwrap();
    let line = files[0].text.lines().nth(1).unwrap();
    let command = line.strip_prefix("30 5 * * * ").unwrap();
    assert_eq!(
        command,
        r"'/opt/it'\''s/perspektiv' --quiet --workspace '/srv/100 \% säkert' refresh --due"
    );
    assert_eq!(
        files[0].text.lines().nth(2).unwrap(),
        format!("@reboot {command}")
    );
    // As cron hands it to the shell.
    let shell = format!("printf '%s\\n' {}", command.replace(r"\%", "%"));
    let words = Command::new("sh").args(["-c", &shell]).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&words.stdout),
        "/opt/it's/perspektiv\n--quiet\n--workspace\n/srv/100 % säkert\nrefresh\n--due\n"
    );
}

#[test]
fn windows_gets_utf_16_and_xml_that_is_whole() {
    let files = Scheduler::Windows
        .files(&job(r"C:\Program & Co\perspektiv.exe", r"D:\Hälsa <ny>\"))
        .unwrap();
    let bytes = files[0].bytes();
    assert_eq!(bytes[..4], [0xFF, 0xFE, b'<', 0]);
    let units: Vec<u16> = bytes[2..]
        .chunks(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(!text.replace("\r\n", "").contains('\n'));
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut depth, mut texts, mut open) = (0, Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) => {
                depth += 1;
                open.push(tag.name().as_ref().to_owned());
            }
            quick_xml::events::Event::End(_) => {
                depth -= 1;
                open.pop();
            }
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Text(_) | quick_xml::events::Event::GeneralRef(_) => {
                texts.extend(open.last().cloned());
            }
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(texts.contains(&"StartWhenAvailable".to_owned()));
    assert!(text.contains("<StartWhenAvailable>true</StartWhenAvailable>"));
    assert!(text.contains(r"<Command>C:\Program &amp; Co\perspektiv.exe</Command>"));
    // The last backslash is doubled, or it would hide the quotation mark.
    assert!(text.contains(r#"--workspace "D:\Hälsa &lt;ny&gt;\\" refresh --due"#));
    assert!(text.contains(r#"--letter "D:\Hälsa &lt;ny&gt;\perspektiv-brev.txt""#));
}

#[test]
fn a_name_that_would_end_a_line_is_refused() {
    for scheduler in [Scheduler::Systemd, Scheduler::Cron, Scheduler::Windows] {
        let refused = scheduler.files(&job("/bin/true", "/srv/a\nExecStart=/bin/sh"));
        assert!(refused.unwrap_err().contains("control character"));
    }
}
