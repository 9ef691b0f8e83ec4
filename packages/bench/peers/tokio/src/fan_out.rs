//! One sender and many receivers. The sender goes on once all have seen what it sent, so that none of them lags.
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::{broadcast, watch, Notify};
use tokio::task::yield_now;

/// Messages between two waits for the receivers, and the room that the channel has for them.
const BATCH: u64 = 100;
const CAPACITY: usize = 128;

/// What the sender waits for: so many receivers to have done their part of a round.
struct Rendezvous {
    missing: AtomicU64,
    all_done: Notify,
}

impl Rendezvous {
    fn new() -> Arc<Rendezvous> {
        Arc::new(Rendezvous { missing: AtomicU64::new(0), all_done: Notify::new() })
    }

    fn arrive(&self) {
        if self.missing.fetch_sub(1, Relaxed) == 1 {
            self.all_done.notify_one();
        }
    }
}

pub fn broadcast(runtime: &Runtime, receivers: u64, operations: u64) -> u64 {
    let messages = operations / receivers;
    runtime.block_on(async {
        let (tx, _) = broadcast::channel(CAPACITY);
        let rendezvous = Rendezvous::new();
        let mut handles = Vec::new();
        for _ in 0..receivers {
            let mut rx = tx.subscribe();
            let rendezvous = rendezvous.clone();
            handles.push(tokio::spawn(async move {
                let mut sum = 0;
                for received in 1..=messages {
                    sum += rx.recv().await.unwrap();
                    if received % BATCH == 0 {
                        rendezvous.arrive();
                    }
                }
                sum
            }));
        }
        for i in 0..messages {
            if i % BATCH == 0 {
                rendezvous.missing.store(receivers, Relaxed);
            }
            tx.send(i).unwrap();
            if (i + 1) % BATCH == 0 {
                rendezvous.all_done.notified().await;
            }
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

pub fn watch(runtime: &Runtime, receivers: u64, operations: u64) -> u64 {
    let changes = operations / receivers;
    runtime.block_on(async {
        let (tx, rx) = watch::channel(0);
        let rendezvous = Rendezvous::new();
        let mut handles = Vec::new();
        for _ in 0..receivers {
            let mut rx = rx.clone();
            let rendezvous = rendezvous.clone();
            handles.push(tokio::spawn(async move {
                let mut sum = 0;
                for _ in 0..changes {
                    rx.changed().await.unwrap();
                    sum += *rx.borrow_and_update();
                    rendezvous.arrive();
                }
                sum
            }));
        }
        for i in 0..changes {
            rendezvous.missing.store(receivers, Relaxed);
            tx.send(i).unwrap();
            rendezvous.all_done.notified().await;
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

pub fn notify(runtime: &Runtime, waiters: u64, operations: u64) -> u64 {
    let rounds = operations / waiters;
    runtime.block_on(async {
        let notify = Arc::new(Notify::new());
        let waiting = Arc::new(AtomicU64::new(0));
        let mut handles = Vec::new();
        for _ in 0..waiters {
            let notify = notify.clone();
            let waiting = waiting.clone();
            handles.push(tokio::spawn(async move {
                let mut wakes = 0;
                while wakes < rounds {
                    waiting.fetch_add(1, Relaxed);
                    notify.notified().await;
                    wakes += 1;
                }
                wakes
            }));
        }
        for _ in 0..rounds {
            // All of them wait again before the next round begins.
            while waiting.load(Relaxed) < waiters {
                yield_now().await;
            }
            waiting.store(0, Relaxed);
            notify.notify_waiters();
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}
