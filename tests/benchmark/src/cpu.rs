//! What processes have used, as Linux tells in `/proc` (proc(5)).

use crate::Result;
use std::fs;
use std::time::Duration;

/// Linux shows CPU time in hundredths of a second, whatever its own clock does.
const TICKS_PER_SECOND: u32 = 100;

/// CPU time of a process that goes on.
struct Stat {
    parent: u32,
    own: Duration,
    ended_children: Duration,
}

/// CPU time of a process, in user mode and in the kernel.
pub fn of_process(id: u32) -> Result<Duration> {
    Ok(stat(id)?.own)
}

/// CPU time of a process and of all its children, those that have ended included.
pub fn of_family(id: u32) -> Result<Duration> {
    let mut sum = Duration::ZERO;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // A process that ends while the list is read has no file any more; its parent takes its time over.
        if let Ok(stat) = stat(child)
            && stat.parent == id
        {
            sum += stat.own;
        }
    }
    let parent = stat(id)?;
    Ok(sum + parent.own + parent.ended_children)
}

/// The process that started this one.
pub fn parent(id: u32) -> Result<u32> {
    Ok(stat(id)?.parent)
}

/// Memory of a process that is in RAM, in bytes.
pub fn resident_memory(id: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or("the kernel does not tell VmRSS")?;
    Ok(kilobytes.trim().parse::<u64>()? * 1024)
}

fn stat(id: u32) -> Result<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The second field is the program's name in brackets, which may itself hold brackets and spaces.
    let (_, rest) = text.rsplit_once(") ").ok_or("/proc/PID/stat has another form")?;
    let fields: Vec<&str> = rest.split(' ').collect();
    let field = |number: usize| fields.get(number - 3).copied().ok_or("/proc/PID/stat is too short");
    let time = |user: usize, system: usize| -> Result<Duration> {
        Ok(Duration::from_secs(field(user)?.parse::<u64>()? + field(system)?.parse::<u64>()?) / TICKS_PER_SECOND)
    };
    Ok(Stat { parent: field(4)?.parse()?, own: time(14, 15)?, ended_children: time(16, 17)? })
}
