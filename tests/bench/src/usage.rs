//! What a process has used so far, as the kernel counts it.

use std::fs;
use std::io::{self, ErrorKind};
use std::time::Duration;

use anyhow::Context as _;

/// Memory that belongs to a process at one moment, and the most that ever did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Resident now, in KiB: the kernel's `VmRSS`.
    pub resident: u64,
    /// The most that was resident since the start or since [`reset_peak`], in KiB: `VmHWM`.
    pub peak: u64,
    /// Of what is resident, the part that is in no file, in KiB: `RssAnon`.
    pub anonymous: u64,
}

impl Memory {
    /// Of a running process.
    pub fn of(id: u32) -> anyhow::Result<Self> {
        let path = format!("/proc/{id}/status");
        let text = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        Self::read(&text).with_context(|| format!("read the memory in {path}"))
    }

    fn read(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.trim().trim_end_matches(" kB").parse().ok()
        };
        Some(Self {
            resident: field("VmRSS:")?,
            peak: field("VmHWM:")?,
            anonymous: field("RssAnon:")?,
        })
    }
}

/// Lets the peak count from now on.
pub fn reset_peak(id: u32) -> anyhow::Result<()> {
    let path = format!("/proc/{id}/clear_refs");
    fs::write(&path, "5").with_context(|| format!("write {path}"))
}

/// The time on a processor that a process has had, all its threads together, to the nanosecond; of
/// those that have ended nothing is left.
pub fn processor_time(id: u32) -> anyhow::Result<Duration> {
    let tasks = format!("/proc/{id}/task");
    let mut nanoseconds = 0_u64;
    for task in fs::read_dir(&tasks).with_context(|| format!("read {tasks}"))? {
        let path = task?.path().join("schedstat");
        let text = match fs::read_to_string(&path) {
            // A thread that has ended since the list was read.
            Err(error) if has_ended(&error) => continue,
            read => read.with_context(|| format!("read {}", path.display()))?,
        };
        let first: Option<u64> = text.split(' ').next().and_then(|word| word.parse().ok());
        nanoseconds += first.with_context(|| format!("{} holds no time", path.display()))?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Whether there is no such thread, by the file's name or by what reading it says.
fn has_ended(error: &io::Error) -> bool {
    let no_such_process = rustix::io::Errno::SRCH.raw_os_error();
    error.kind() == ErrorKind::NotFound || error.raw_os_error() == Some(no_such_process)
}

/// How many thousandths of a core were had, from a first reading of the time on a processor to a
/// second, in so much time on the wall.
pub fn millicores(from: Duration, to: Duration, wall: Duration) -> f64 {
    to.saturating_sub(from).as_secs_f64() * 1000.0 / wall.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_read() {
        let text = "Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t   13072 kB\nVmRSS:\t   12500 kB\n\
                    RssAnon:\t    5400 kB\nRssFile:\t 7100 kB\n";
        let memory = Memory {
            resident: 12_500,
            peak: 13_072,
            anonymous: 5_400,
        };
        assert_eq!(Memory::read(text), Some(memory));
        assert_eq!(Memory::read("Name:\tx\n"), None);
    }

    #[test]
    fn work_is_counted() {
        let before = processor_time(std::process::id()).unwrap();
        let mut sum = 0_u64;
        while processor_time(std::process::id()).unwrap() == before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(Memory::of(std::process::id()).unwrap().resident > 100);
    }
}
