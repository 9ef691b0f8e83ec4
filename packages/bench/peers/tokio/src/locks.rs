//! Permits and locks: free ones, and ones that others hold across a turn.
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, RwLock, Semaphore};
use tokio::task::yield_now;

const PERMITS: usize = 10;
/// Of so many uses of the read-write lock, one writes.
const WRITE_EVERY: u64 = 10;

pub fn semaphore(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let semaphore = Semaphore::new(PERMITS);
        let mut uses = 0;
        for _ in 0..operations {
            let _permit = semaphore.acquire().await.unwrap();
            uses += 1;
        }
        uses
    })
}

pub fn mutex(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let mutex = Mutex::new(0);
        for _ in 0..operations {
            *mutex.lock().await += 1;
        }
        let uses = *mutex.lock().await;
        uses
    })
}

pub fn rwlock(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let lock = RwLock::new(1);
        let mut uses = 0;
        for _ in 0..operations {
            uses += *lock.read().await;
        }
        uses
    })
}

pub fn semaphore_contended(runtime: &Runtime, tasks: u64, operations: u64) -> u64 {
    let share = operations / tasks;
    runtime.block_on(async {
        let semaphore = Arc::new(Semaphore::new(PERMITS));
        let mut handles = Vec::new();
        for _ in 0..tasks {
            let semaphore = semaphore.clone();
            handles.push(tokio::spawn(async move {
                let mut uses = 0;
                for _ in 0..share {
                    let _permit = semaphore.acquire().await.unwrap();
                    yield_now().await;
                    uses += 1;
                }
                uses
            }));
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

pub fn mutex_contended(runtime: &Runtime, tasks: u64, operations: u64) -> u64 {
    let share = operations / tasks;
    runtime.block_on(async {
        let mutex = Arc::new(Mutex::new(0));
        let mut handles = Vec::new();
        for _ in 0..tasks {
            let mutex = mutex.clone();
            handles.push(tokio::spawn(async move {
                for _ in 0..share {
                    let mut uses = mutex.lock().await;
                    yield_now().await;
                    *uses += 1;
                }
            }));
        }
        for handle in handles {
            handle.await.unwrap();
        }
        let uses = *mutex.lock().await;
        uses
    })
}

pub fn rwlock_contended(runtime: &Runtime, tasks: u64, operations: u64) -> u64 {
    let share = operations / tasks;
    runtime.block_on(async {
        let lock = Arc::new(RwLock::new(0));
        let mut handles = Vec::new();
        for task in 0..tasks {
            let lock = lock.clone();
            handles.push(tokio::spawn(async move {
                let mut reads = 0;
                for i in 0..share {
                    if (task + i) % WRITE_EVERY == 0 {
                        let mut writes = lock.write().await;
                        yield_now().await;
                        *writes += 1;
                    } else {
                        let _writes = lock.read().await;
                        yield_now().await;
                        reads += 1;
                    }
                }
                reads
            }));
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        let writes = *lock.read().await;
        sum + writes
    })
}
