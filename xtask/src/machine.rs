//! The machine, the day and the versions, read at run time.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::json;

use crate::peer::{Home, Peer};

/// Packages whose versions matter, in each environment.
const READERS: [&str; 6] = ["symusic", "mido", "pretty_midi", "torch", "scikit-learn", "numpy"];
const MAGENTA: [&str; 5] = ["magenta", "note-seq", "pretty_midi", "mido", "tensorflow"];

/// What the figures hold for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    /// Facts in the order of the page: what, and the answer.
    pub(crate) facts: Vec<(String, String)>,
}

impl Machine {
    /// Looks at this machine, and at the peers where they are installed.
    pub(crate) fn look(peers: &Path, magenta: bool, threads: usize) -> Self {
        let mut facts = vec![
            fact("date", today()),
            fact("processor", processor()),
            fact("cores", threads.to_string()),
            fact("memory", memory("MemTotal").map_or_else(unknown, |gib| format!("{gib:.1} GiB"))),
            fact("system", system()),
            fact("load before", load()),
            fact("rustc", said("rustc", &["--version"])),
            fact("Cantus", commit()),
            fact("readers and framework", packages(Home::Readers, peers, &READERS)),
        ];
        if magenta {
            facts.push(fact("Magenta", packages(Home::Magenta, peers, &MAGENTA)));
        }
        Self { facts }
    }

    /// Adds how busy the machine was in the end.
    pub(crate) fn look_again(&mut self) {
        let before = self.facts.iter().position(|(what, _)| what == "load before");
        self.facts.insert(before.map_or(0, |at| at + 1), fact("load after", load()));
    }
}

fn fact(what: &str, answer: String) -> (String, String) {
    (what.to_owned(), answer)
}

fn unknown() -> String {
    "unknown".to_owned()
}

/// GiB of a line of `/proc/meminfo`.
pub(crate) fn memory(line: &str) -> Option<f64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let kib: f64 = value(&text, line)?.split_whitespace().next()?.parse().ok()?;
    Some(kib / f64::from(1 << 20))
}

fn processor() -> String {
    let linux = fs::read_to_string("/proc/cpuinfo").ok();
    linux.and_then(|text| value(&text, "model name")).unwrap_or_else(|| {
        let other = said("sysctl", &["-n", "machdep.cpu.brand_string"]);
        if other == unknown() { std::env::consts::ARCH.to_owned() } else { other }
    })
}

fn system() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = value(&release, "PRETTY_NAME").map(|name| name.trim_matches('"').to_owned());
    format!(
        "{}, {}",
        name.unwrap_or_else(|| std::env::consts::OS.to_owned()),
        said("uname", &["-srm"])
    )
}

fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().map_or_else(unknown, str::to_owned)
}

/// The commit, and whether the files are as it has them.
fn commit() -> String {
    let head = said("git", &["rev-parse", "--short", "HEAD"]);
    let changed = said("git", &["status", "--porcelain", "--untracked-files=no"]);
    if changed == unknown() { head } else { format!("{head} with changes") }
}

fn packages(home: Home, peers: &Path, wanted: &[&str]) -> String {
    let answer = Peer::new("versions.py", home, peers, json!(wanted)).answer();
    let versions = answer.map(|answer| answer["versions"].as_object().cloned().unwrap_or_default());
    let versions = match versions {
        Ok(versions) => versions,
        Err(error) => return error.to_string(),
    };
    let named = ["Python"].iter().chain(wanted);
    let each = named.filter_map(|&name| Some(format!("{name} {}", versions.get(name)?.as_str()?)));
    each.collect::<Vec<_>>().join(", ")
}

/// What a program prints, on one line.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().ok();
    let text = output.filter(|output| output.status.success()).map(|output| output.stdout);
    let text = String::from_utf8_lossy(&text.unwrap_or_default()).trim().replace('\n', "; ");
    if text.is_empty() { unknown() } else { text }
}

/// The value of the first line `name: value` or `name=value`.
fn value(text: &str, name: &str) -> Option<String> {
    let found = text.lines().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        (key.trim() == name).then(|| value.trim())
    });
    found.map(str::to_owned)
}

fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(since.as_secs() / 86_400)
}

/// The date that is so many days after 1970-01-01, in the Gregorian calendar.
fn date(days: u64) -> String {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut year, mut rest) = (1970, days);
    while rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 0;
    let lengths = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, rest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(19_722), "2023-12-31");
    }

    #[test]
    fn values_are_found_by_name() {
        let text = "MemTotal:  1024 kB\nPRETTY_NAME=\"Some OS\"";
        assert_eq!(value(text, "MemTotal").as_deref(), Some("1024 kB"));
        assert_eq!(value(text, "PRETTY_NAME").as_deref(), Some("\"Some OS\""));
        assert_eq!(value(text, "Mem"), None);
    }
}
