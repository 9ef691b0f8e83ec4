//! Timers, in real time and on a paused clock.
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{pause, resume, sleep};

/// As in the programs in JavaScript: neighbours differ widely.
const STRIDE: u64 = 7919;
const SPREAD_MS: u64 = 500;

async fn join_sleeps(sleeps: u64, spread_ms: u64) -> u64 {
    let mut handles = Vec::new();
    for index in 0..sleeps {
        let duration = Duration::from_millis(1 + (index * STRIDE) % spread_ms);
        handles.push(tokio::spawn(async move {
            sleep(duration).await;
            1
        }));
    }
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    sum
}

pub fn timers(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(join_sleeps(operations, SPREAD_MS))
}

pub fn timers_paused(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        pause();
        let sum = join_sleeps(operations, operations).await;
        resume();
        sum
    })
}
