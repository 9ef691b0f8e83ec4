//! What timers take that only have to be kept: resident memory of the whole process, and the time to start them.
use crate::harness::Outcome;
use std::cell::Cell;
use std::fs::read_to_string;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::{spawn_local, yield_now, LocalSet};
use tokio::time::sleep;

/// As the programs in JavaScript have them (programs/model/long-delays.ts).
fn long_delay(index: u64) -> Duration {
    const HOUR_MS: u64 = 3_600_000;
    const STRIDE: u64 = 7919;
    Duration::from_millis(HOUR_MS + index * STRIDE % HOUR_MS)
}

/// From proc_pid_statm(5).
fn resident_bytes() -> u64 {
    let statm = read_to_string("/proc/self/statm").expect("Linux has it");
    let pages: u64 = statm.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("the second word is a number");
    // SAFETY: it takes a number and returns one.
    pages * unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as u64
}

/// What they take is measured in the first pass, as later ones use again what it has freed.
static HELD: OnceLock<u64> = OnceLock::new();

/// A task for each timer.
pub fn timers_held(runtime: &Runtime, _level: u64, timers: u64) -> Outcome {
    let local = LocalSet::new();
    let before = resident_bytes();
    let waiting = Rc::new(Cell::new(0));
    local.block_on(runtime, async {
        for index in 0..timers {
            let waiting = waiting.clone();
            spawn_local(async move {
                waiting.set(waiting.get() + 1);
                sleep(long_delay(index)).await;
            });
        }
        while waiting.get() < timers {
            yield_now().await;
        }
    });
    let held = *HELD.get_or_init(|| resident_bytes().saturating_sub(before));
    Outcome { result: waiting.get(), counters: vec![("residentBytes", held as f64)] }
}
