//! Bytes that a waiting task holds, as the allocator is asked for them.
use crate::harness::{line, opaque, runtime, Plan, Usage};
use std::alloc::{GlobalAlloc, Layout, System};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use tokio::task::yield_now;

struct Counting;

static HELD: AtomicU64 = AtomicU64::new(0);
static IS_COUNTING: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if IS_COUNTING.load(Relaxed) == 1 {
            HELD.fetch_add(layout.size() as u64, Relaxed);
        }
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if IS_COUNTING.load(Relaxed) == 1 {
            HELD.fetch_sub(layout.size() as u64, Relaxed);
        }
        System.dealloc(block, layout);
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What each task waits for: it leaves its waker where all of them can be let through.
struct Gate {
    waiting: Arc<Mutex<Vec<Waker>>>,
    is_open: bool,
}

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_open {
            return Poll::Ready(());
        }
        self.is_open = true;
        self.waiting.lock().unwrap().push(cx.waker().clone());
        Poll::Pending
    }
}

pub fn pending_tasks(Plan { operations, .. }: Plan) -> String {
    held_by(operations, |gate, finished| async move {
        gate.await;
        finished.fetch_add(1, Relaxed);
    })
}

/// Tasks whose state has so many numbers that are used before and after the wait.
pub fn suspended_locals(Plan { level, operations, .. }: Plan) -> String {
    match level {
        1 => held_by(operations, with_locals::<1>),
        10 => held_by(operations, with_locals::<10>),
        _ => held_by(operations, with_locals::<100>),
    }
}

async fn with_locals<const N: usize>(gate: Gate, finished: Arc<AtomicU64>) {
    let locals: [u64; N] = std::array::from_fn(|i| opaque(i as u64));
    gate.await;
    if locals.iter().sum::<u64>() < u64::MAX {
        finished.fetch_add(1, Relaxed);
    }
}

/// Tasks that wait below so many functions, which are boxed as their depth is known at run time only.
pub fn suspended_depth(Plan { level, operations, .. }: Plan) -> String {
    held_by(operations, move |gate, finished| async move {
        below(level, gate).await;
        finished.fetch_add(1, Relaxed);
    })
}

fn below(depth: u64, gate: Gate) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        if depth > 1 {
            below(depth - 1, gate).await;
        } else {
            gate.await;
        }
    })
}

/// Measures what so many tasks hold while each waits for its gate.
fn held_by<F>(operations: u64, task: impl Fn(Gate, Arc<AtomicU64>) -> F) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime();
    let waiting = Arc::new(Mutex::new(Vec::new()));
    let finished = Arc::new(AtomicU64::new(0));
    let before = Usage::now();
    let began = Instant::now();
    IS_COUNTING.store(1, Relaxed);
    runtime.block_on(async {
        for _ in 0..operations {
            let gate = Gate { waiting: waiting.clone(), is_open: false };
            tokio::spawn(task(gate, finished.clone()));
        }
        while (waiting.lock().unwrap().len() as u64) < operations {
            yield_now().await;
        }
    });
    let held = HELD.load(Relaxed);
    IS_COUNTING.store(0, Relaxed);
    let elapsed = began.elapsed();
    let usage = before.until_now();
    runtime.block_on(async {
        let wakers = std::mem::take(&mut *waiting.lock().unwrap());
        for waker in wakers {
            waker.wake();
        }
        while finished.load(Relaxed) < operations {
            yield_now().await;
        }
    });
    let result = finished.load(Relaxed);
    line(operations, elapsed, &usage, &format!("\"heldBytes\":{held},\"result\":{result}"))
}
