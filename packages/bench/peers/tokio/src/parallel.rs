//! Loads that are shared out among the workers of tokio's multi-thread runtime.
use tokio::runtime::{Builder, Runtime};

const WORKERS: usize = 2;
const TEN_US: u64 = 6700;

/// A runtime of as many workers as the other contenders have.
pub fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(WORKERS).enable_time().build().expect("a runtime can be built")
}

fn rounds(level: u64, index: u64) -> u64 {
    match (level, index) {
        (1, _) => TEN_US,
        (2, 0..=199) => 5 * TEN_US,
        (2, _) => 3722,
        (3, _) => TEN_US / 5,
        _ => 67,
    }
}

fn work(index: u64, rounds: u64) -> u64 {
    let mut x = index as u32 + 1;
    for _ in 0..rounds {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
    }
    u64::from(x & 1023)
}

/// A task for each, started by a task, so that they go into a worker's own queue.
pub fn parallel(runtime: &Runtime, level: u64, tasks: u64) -> u64 {
    let all = runtime.spawn(async move {
        let handles: Vec<_> = (0..tasks)
            .map(|index| tokio::spawn(async move { work(index, rounds(level, index)) }))
            .collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    });
    runtime.block_on(all).unwrap()
}

/// Tasks that do nothing, started and joined within the runtime: so many at a time.
pub fn spawn_join(runtime: &Runtime, at_a_time: u64, tasks: u64) -> u64 {
    let all = runtime.spawn(async move {
        let mut done = 0;
        for _ in (0..tasks).step_by(at_a_time as usize) {
            let handles: Vec<_> = (0..at_a_time).map(|_| tokio::spawn(async { 1 })).collect();
            for handle in handles {
                done += handle.await.unwrap();
            }
        }
        done
    });
    runtime.block_on(all).unwrap()
}

/// The same, started by a thread that is none of the workers: so many at a time.
pub fn remote(runtime: &Runtime, at_a_time: u64, tasks: u64) -> u64 {
    let mut done = 0;
    for _ in (0..tasks).step_by(at_a_time as usize) {
        let handles: Vec<_> = (0..at_a_time).map(|_| runtime.spawn(async { 1 })).collect();
        runtime.block_on(async {
            for handle in handles {
                done += handle.await.unwrap();
            }
        });
    }
    done
}
