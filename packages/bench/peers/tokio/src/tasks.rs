//! Starting tasks, switching between them, and their talking to one another.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::yield_now;

pub fn spawn_many(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let mut handles = Vec::new();
        for i in 0..operations {
            handles.push(tokio::spawn(async move { i }));
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

pub fn yield_many(runtime: &Runtime, tasks: u64, operations: u64) -> u64 {
    let times = operations / tasks;
    runtime.block_on(async {
        let mut handles = Vec::new();
        for _ in 0..tasks {
            handles.push(tokio::spawn(async move {
                let mut yields = 0;
                while yields < times {
                    yield_now().await;
                    yields += 1;
                }
                yields
            }));
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

pub fn ping_pong(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let (done_tx, done_rx) = oneshot::channel();
        let left = Arc::new(AtomicU64::new(operations));
        let done_tx = Arc::new(std::sync::Mutex::new(Some(done_tx)));
        for _ in 0..operations {
            let left = left.clone();
            let done_tx = done_tx.clone();
            tokio::spawn(async move {
                let (tx1, rx1) = oneshot::channel();
                let (tx2, rx2) = oneshot::channel();
                tokio::spawn(async move {
                    rx1.await.unwrap();
                    tx2.send(()).unwrap();
                });
                tx1.send(()).unwrap();
                rx2.await.unwrap();
                if left.fetch_sub(1, Relaxed) == 1 {
                    let done_tx = done_tx.lock().unwrap().take().unwrap();
                    done_tx.send(operations).unwrap();
                }
            });
        }
        done_rx.await.unwrap()
    })
}

fn link(done_tx: oneshot::Sender<u64>, left: u64, length: u64) {
    if left == 0 {
        done_tx.send(length).unwrap();
    } else {
        tokio::spawn(async move { link(done_tx, left - 1, length) });
    }
}

pub fn chained_spawn(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let (done_tx, done_rx) = oneshot::channel();
        tokio::spawn(async move { link(done_tx, operations, operations) });
        done_rx.await.unwrap()
    })
}
