//! Flow control: floods of tasks, queues, locks held across a wait, what channels are for, and sleeping tasks.
use crate::harness::{peak_rss_bytes, Outcome};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::{broadcast, mpsc, oneshot, watch, Mutex, Semaphore};
use tokio::task::{spawn_local, yield_now, LocalSet};
use tokio::time::sleep;

fn peak_rss() -> (&'static str, f64) {
    ("peakRssBytes", peak_rss_bytes() as f64)
}

const JOB_BYTES: usize = 1024;
const LIMITS: [Option<usize>; 3] = [Some(100), Some(1000), None];

pub fn spawn_flood(runtime: &Runtime, level: u64, jobs: u64) -> Outcome {
    let limit = LIMITS[(level as usize - 1) % LIMITS.len()];
    let result = runtime.block_on(async {
        let semaphore = limit.map(|permits| Arc::new(Semaphore::new(permits)));
        let (done, mut finished) = mpsc::unbounded_channel();
        for _ in 0..jobs {
            let permit = match &semaphore {
                Some(semaphore) => Some(semaphore.clone().acquire_owned().await.unwrap()),
                None => None,
            };
            let done = done.clone();
            tokio::spawn(async move {
                let own = vec![1u8; JOB_BYTES];
                yield_now().await;
                drop(permit);
                done.send(u64::from(own[JOB_BYTES - 1])).unwrap();
            });
        }
        drop(done);
        let mut sum = 0;
        while let Some(one) = finished.recv().await {
            sum += one;
        }
        sum
    });
    Outcome { result, counters: vec![peak_rss()] }
}

const CONSUMER_TURNS: u64 = 10;
const MESSAGE_BYTES: usize = 1024;
const CAPACITY: usize = 1000;
const BOUNDED: u64 = 1;

#[derive(Default)]
struct Queue {
    sent: Cell<u64>,
    received: Cell<u64>,
    peak: Cell<u64>,
}

impl Queue {
    fn note_sent(&self) {
        self.sent.set(self.sent.get() + 1);
        self.peak.set(self.peak.get().max(self.sent.get() - self.received.get()));
    }
}

pub fn back_pressure(runtime: &Runtime, level: u64, messages: u64) -> Outcome {
    let queue = Rc::new(Queue::default());
    let state = queue.clone();
    let result = LocalSet::new().block_on(runtime, async move {
        let producing = state.clone();
        if level == BOUNDED {
            let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(CAPACITY);
            spawn_local(async move {
                for _ in 0..messages {
                    yield_now().await;
                    sender.send(vec![1; MESSAGE_BYTES]).await.unwrap();
                    producing.note_sent();
                }
            });
            let mut done = 0;
            while let Some(message) = receiver.recv().await {
                done += consume(&state, &message).await;
            }
            done
        } else {
            let (sender, mut receiver) = mpsc::unbounded_channel::<Vec<u8>>();
            spawn_local(async move {
                for _ in 0..messages {
                    yield_now().await;
                    sender.send(vec![1; MESSAGE_BYTES]).unwrap();
                    producing.note_sent();
                }
            });
            let mut done = 0;
            while let Some(message) = receiver.recv().await {
                done += consume(&state, &message).await;
            }
            done
        }
    });
    Outcome { result, counters: vec![("peakQueued", queue.peak.get() as f64), peak_rss()] }
}

async fn consume(queue: &Queue, message: &[u8]) -> u64 {
    queue.received.set(queue.received.get() + 1);
    for _ in 0..CONSUMER_TURNS {
        yield_now().await;
    }
    u64::from(message[MESSAGE_BYTES - 1])
}

const WAIT: Duration = Duration::from_millis(2);
const HELD: u64 = 1;

pub fn lock_held(runtime: &Runtime, level: u64, tasks: u64) -> u64 {
    runtime.block_on(async {
        let count = Arc::new(Mutex::new(0));
        let mut handles = Vec::new();
        for _ in 0..tasks {
            let count = count.clone();
            handles.push(tokio::spawn(async move {
                let mut guard = count.lock().await;
                *guard += 1;
                if level == HELD {
                    sleep(WAIT).await;
                    drop(guard);
                } else {
                    drop(guard);
                    sleep(WAIT).await;
                }
                1
            }));
        }
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.unwrap();
        }
        sum
    })
}

const RECEIVERS: u64 = 16;
const BURST: u64 = 64;
/// Room for several bursts: a turn of the sender may come before that of a receiver.
const ROOM: usize = 4 * BURST as usize;

pub fn channel_kinds(runtime: &Runtime, level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        match level {
            1 => over_oneshot(operations).await,
            2 => over_mpsc_of_one(operations).await,
            3 => over_broadcast(operations / RECEIVERS).await,
            4 => over_mpsc_each(operations / RECEIVERS).await,
            5 => over_watch(operations / RECEIVERS).await,
            _ => latest_over_broadcast(operations / RECEIVERS).await,
        }
    })
}

async fn over_oneshot(operations: u64) -> u64 {
    let mut received = 0;
    for _ in 0..operations {
        let (sender, receiver) = oneshot::channel();
        sender.send(1).unwrap();
        received += receiver.await.unwrap();
    }
    received
}

async fn over_mpsc_of_one(operations: u64) -> u64 {
    let mut received = 0;
    for _ in 0..operations {
        let (sender, mut receiver) = mpsc::channel(1);
        sender.send(1).await.unwrap();
        drop(sender);
        received += receiver.recv().await.unwrap();
    }
    received
}

async fn total(handles: Vec<tokio::task::JoinHandle<u64>>) -> u64 {
    let mut sum = 0;
    for handle in handles {
        sum += handle.await.unwrap();
    }
    sum
}

async fn over_broadcast(messages: u64) -> u64 {
    let (sender, _) = broadcast::channel(ROOM);
    let mut handles = Vec::new();
    for _ in 0..RECEIVERS {
        let mut receiver = sender.subscribe();
        handles.push(tokio::spawn(async move {
            let mut received = 0;
            while let Ok(value) = receiver.recv().await {
                received += value;
            }
            received
        }));
    }
    yield_now().await;
    for sent in 1..=messages {
        sender.send(1).unwrap();
        if sent % BURST == 0 {
            yield_now().await;
        }
    }
    drop(sender);
    total(handles).await
}

async fn over_mpsc_each(messages: u64) -> u64 {
    let mut senders = Vec::new();
    let mut handles = Vec::new();
    for _ in 0..RECEIVERS {
        let (sender, mut receiver) = mpsc::channel(ROOM);
        senders.push(sender);
        handles.push(tokio::spawn(async move {
            let mut received = 0;
            while let Some(value) = receiver.recv().await {
                received += value;
            }
            received
        }));
    }
    yield_now().await;
    for sent in 1..=messages {
        for sender in &senders {
            sender.send(1).await.unwrap();
        }
        if sent % BURST == 0 {
            yield_now().await;
        }
    }
    drop(senders);
    total(handles).await
}

async fn over_watch(last: u64) -> u64 {
    let (sender, first) = watch::channel(0);
    let mut handles = Vec::new();
    for _ in 0..RECEIVERS {
        let mut receiver = first.clone();
        handles.push(tokio::spawn(async move {
            while *receiver.borrow() < last {
                receiver.changed().await.unwrap();
                receiver.borrow_and_update();
            }
            let latest = *receiver.borrow();
            latest
        }));
    }
    yield_now().await;
    for sent in 1..=last {
        sender.send(sent).unwrap();
        if sent % BURST == 0 {
            yield_now().await;
        }
    }
    total(handles).await
}

async fn latest_over_broadcast(last: u64) -> u64 {
    let (sender, _) = broadcast::channel(ROOM);
    let mut handles = Vec::new();
    for _ in 0..RECEIVERS {
        let mut receiver = sender.subscribe();
        handles.push(tokio::spawn(async move {
            let mut latest = 0;
            while latest < last {
                latest = receiver.recv().await.unwrap();
            }
            latest
        }));
    }
    yield_now().await;
    for sent in 1..=last {
        sender.send(sent).unwrap();
        if sent % BURST == 0 {
            yield_now().await;
        }
    }
    total(handles).await
}

pub fn sleeping(runtime: &Runtime, _level: u64, tasks: u64) -> u64 {
    runtime.block_on(async {
        let handles = (0..tasks)
            .map(|_| {
                tokio::spawn(async {
                    sleep(Duration::from_millis(300)).await;
                    1
                })
            })
            .collect();
        total(handles).await
    })
}
