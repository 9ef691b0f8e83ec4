//! Who runs when: waiting without work, spurious polls, a heavy task beside light ones, groups of futures, and the order of a select.
use crate::harness::{opaque, Outcome, Usage};
use std::cell::{Cell, RefCell};
use std::future::{poll_fn, ready, Future};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::task::{spawn_local, yield_now, JoinSet, LocalSet};
use tokio::time::{sleep, sleep_until};

pub fn idle_wait(runtime: &Runtime, wait_ms: u64, _operations: u64) -> Outcome {
    let before = Usage::now();
    let began = Instant::now();
    runtime.block_on(async { sleep(Duration::from_millis(wait_ms)).await });
    let share = before.until_now().cpu_ns() as f64 / began.elapsed().as_nanos() as f64;
    Outcome { result: 1, counters: vec![("cpuShare", share)] }
}

/// Turns before each event.
const TURNS: u64 = 10;

/// An event that comes again and again, and can wake its waiter for nothing.
#[derive(Default)]
struct Bell {
    waker: RefCell<Option<Waker>>,
    has_rung: Cell<bool>,
    spurious_polls: Cell<u64>,
}

impl Bell {
    fn wake(&self) {
        if let Some(waker) = self.waker.borrow().as_ref() {
            waker.wake_by_ref();
        }
    }
}

struct Rung<'a> {
    bell: &'a Bell,
    has_waited: bool,
}

impl Future for Rung<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let bell = self.bell;
        if bell.has_rung.replace(false) {
            return Poll::Ready(());
        }
        if self.has_waited {
            bell.spurious_polls.set(bell.spurious_polls.get() + 1);
        }
        self.has_waited = true;
        *bell.waker.borrow_mut() = Some(cx.waker().clone());
        Poll::Pending
    }
}

pub fn spurious_polls(runtime: &Runtime, polls: u64, events: u64) -> Outcome {
    // One of them sees the event.
    let spurious = polls - 1;
    let bell = Rc::new(Bell::default());
    let ringing = bell.clone();
    let seen = LocalSet::new().block_on(runtime, async move {
        let bell = ringing.clone();
        let waiter = spawn_local(async move {
            let mut seen = 0;
            while seen < events {
                Rung { bell: &bell, has_waited: false }.await;
                seen += 1;
            }
            seen
        });
        yield_now().await;
        for _ in 0..events {
            for turn in 0..TURNS {
                if turn < spurious {
                    ringing.wake();
                }
                yield_now().await;
            }
            ringing.has_rung.set(true);
            ringing.wake();
            yield_now().await;
        }
        waiter.await.unwrap()
    });
    Outcome { result: seen, counters: vec![("spuriousPolls", bell.spurious_polls.get() as f64)] }
}

const LIGHT_TASKS: u64 = 10;
const PERIOD: Duration = Duration::from_millis(2);
const ROUNDS: u64 = 60;

/// Marsaglia's xorshift, which no compiler folds into fewer steps.
fn heavy_item(value: u32) -> u32 {
    (0..ROUNDS).fold(value, |mut x, _| {
        x ^= x << 13;
        x ^= x >> 17;
        x ^ (x << 5)
    })
}

pub fn yield_interval(runtime: &Runtime, interval: u64, items: u64) -> Outcome {
    let late: Rc<RefCell<Vec<u64>>> = Rc::default();
    let running = Rc::new(Cell::new(true));
    let (lateness, is_running) = (late.clone(), running.clone());
    let (value, heavy) = LocalSet::new().block_on(runtime, async move {
        let mut lights = Vec::new();
        for _ in 0..LIGHT_TASKS {
            let (lateness, is_running) = (lateness.clone(), is_running.clone());
            lights.push(spawn_local(async move {
                let mut due = tokio::time::Instant::now() + PERIOD;
                while is_running.get() {
                    sleep_until(due).await;
                    lateness.borrow_mut().push(due.elapsed().as_nanos() as u64);
                    due += PERIOD;
                }
            }));
        }
        yield_now().await;
        // A task of its own, as the light ones are.
        let heavy = spawn_local(async move {
            let began = Instant::now();
            let mut value = opaque(1);
            for item in 1..=items {
                value = heavy_item(value);
                if item % interval == 0 {
                    yield_now().await;
                }
            }
            (value, began.elapsed())
        });
        let done = heavy.await.unwrap();
        is_running.set(false);
        for light in lights {
            light.await.unwrap();
        }
        done
    });
    let mut late = late.borrow_mut();
    late.sort_unstable();
    let p99 = late[(late.len() - 1).min(late.len() * 99 / 100)];
    Outcome {
        result: value as u64,
        counters: vec![
            ("nsPerItem", heavy.as_nanos() as f64 / items as f64),
            ("p99LatenessNs", p99 as f64),
            ("turns", late.len() as f64),
        ],
    }
}

const SPAWN_AND_JOIN: u64 = 1;
const JOIN_ALL: u64 = 2;

/// The crate futures, which has the other groups, is none of Debian's tokio.
pub fn join_many(runtime: &Runtime, way: u64, operations: u64) -> u64 {
    async fn work(value: u64) -> u64 {
        yield_now().await;
        value
    }
    runtime.block_on(async {
        let mut sum = 0;
        if way == SPAWN_AND_JOIN {
            let handles: Vec<_> = (0..operations).map(|i| tokio::spawn(work(i))).collect();
            for handle in handles {
                sum += handle.await.unwrap();
            }
        } else if way == JOIN_ALL {
            sum = join_all((0..operations).map(work)).await.into_iter().sum();
        } else {
            let mut set = JoinSet::new();
            for i in 0..operations {
                set.spawn(work(i));
            }
            while let Some(done) = set.join_next().await {
                sum += done.unwrap();
            }
        }
        sum
    })
}

/// Polls all that are not ready, in order, whenever it is polled: the crate futures does so for a few. As all of these wait for the same
/// turn, each is polled twice, and so as often as anybody could who knows which of them were woken.
async fn join_all<F: Future<Output = u64>>(futures: impl Iterator<Item = F>) -> Vec<u64> {
    let mut waiting: Vec<Option<Pin<Box<F>>>> = futures.map(|future| Some(Box::pin(future))).collect();
    let mut values = vec![0; waiting.len()];
    let mut missing = waiting.len();
    poll_fn(move |cx| {
        for (slot, value) in waiting.iter_mut().zip(&mut values) {
            let Some(future) = slot else { continue };
            if let Poll::Ready(done) = future.as_mut().poll(cx) {
                *value = done;
                *slot = None;
                missing -= 1;
            }
        }
        if missing == 0 { Poll::Ready(std::mem::take(&mut values)) } else { Poll::Pending }
    })
    .await
}

const IN_ORDER: u64 = 1;

pub fn select_order(runtime: &Runtime, order: u64, rounds: u64) -> Outcome {
    let mut wins = [0u64; 3];
    runtime.block_on(async {
        for _ in 0..rounds {
            // All three are ready each time.
            let won = if order == IN_ORDER {
                tokio::select! { biased; _ = ready(1) => 0, _ = ready(2) => 1, _ = ready(3) => 2 }
            } else {
                tokio::select! { _ = ready(1) => 0, _ = ready(2) => 1, _ = ready(3) => 2 }
            };
            wins[won] += 1;
        }
    });
    let share = |count: u64| count as f64 / rounds as f64;
    Outcome { result: wins.iter().sum(), counters: vec![("firstShare", share(wins[0])), ("lastShare", share(wins[2]))] }
}

const LAST_USED_BEFORE: u64 = 1;

thread_local! {
    static DROPPED: Cell<u64> = const { Cell::new(0) };
}

/// A value that counts the end of its memory.
struct Large(Vec<u64>);

impl Drop for Large {
    fn drop(&mut self) {
        DROPPED.with(|dropped| dropped.set(dropped.get() + 1));
    }
}

impl Large {
    fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// Nobody waits: these futures are polled by hand.
struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// Pending the first time.
async fn once() {
    let mut has_waited = false;
    poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// The value stays in scope in both cases: that is what a reader of the code would not think about.
pub fn last_use(_runtime: &Runtime, way: u64, operations: u64) -> Outcome {
    DROPPED.with(|dropped| dropped.set(0));
    let sum = &Cell::new(0u64);
    let before = || async move {
        let value = Large(vec![1; 16_384]);
        sum.set(sum.get() + value.total());
        once().await;
    };
    let after = || async move {
        let value = Large(vec![1; 16_384]);
        once().await;
        sum.set(sum.get() + value.total());
    };
    let mut futures: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = Vec::new();
    for _ in 0..operations {
        if way == LAST_USED_BEFORE {
            futures.push(Box::pin(before()));
        } else {
            futures.push(Box::pin(after()));
        }
    }
    let waker = Waker::from(Arc::new(Nobody));
    let mut cx = Context::from_waker(&waker);
    for future in &mut futures {
        assert!(future.as_mut().poll(&mut cx).is_pending());
    }
    let collected = DROPPED.with(Cell::get);
    let mut finished = 0;
    for future in &mut futures {
        finished += u64::from(future.as_mut().poll(&mut cx).is_ready());
    }
    Outcome { result: if sum.get() > 0 { finished } else { 0 }, counters: vec![("collected", collected as f64)] }
}
