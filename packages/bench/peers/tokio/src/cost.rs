//! What the machinery costs: dynamic dispatch, the steps of a scheduler, and waiting for what could go on at once.
use crate::harness::opaque;
use std::cell::{Cell, RefCell};
use std::future::{poll_fn, Future};
use std::hint::black_box;
use std::os::fd::{FromRawFd, OwnedFd};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::io::unix::AsyncFd;
use tokio::io::Interest;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{spawn_local, yield_now, LocalSet};
use tokio::time::sleep;

struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// A future class for each `KIND`: as many types for the compiler.
struct Counting<const KIND: u64> {
    polls: u64,
}

impl<const KIND: u64> Future for Counting<KIND> {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        self.polls = (self.polls + 1) & 1023;
        Poll::Ready(self.polls + KIND)
    }
}

type Boxed = Pin<Box<dyn Future<Output = u64>>>;

fn counting(kinds: u64) -> Vec<Boxed> {
    let mut all: Vec<Boxed> = Vec::new();
    macro_rules! add {
        ($($kind:literal)*) => { $(if $kind < kinds { all.push(Box::pin(Counting::<$kind> { polls: 0 })); })* };
    }
    add!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    all
}

pub fn dispatch(_runtime: &Runtime, kinds: u64, operations: u64) -> u64 {
    let waker = Waker::from(Arc::new(Nobody));
    let mut cx = Context::from_waker(&waker);
    let mut futures = opaque(counting(kinds));
    let mut sum = 0;
    let mut next = 0;
    for _ in 0..operations {
        if let Poll::Ready(value) = futures[next].as_mut().poll(&mut cx) {
            sum += value;
        }
        next = if next + 1 == futures.len() { 0 } else { next + 1 };
    }
    sum
}

/// Made of another future, which the compiler knows or does not know.
struct Outer<F> {
    inner: F,
}

impl<F: Future<Output = u64> + Unpin> Future for Outer<F> {
    type Output = u64;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        Pin::new(&mut self.inner).poll(cx).map(|value| value + 1)
    }
}

fn poll_outer<F: Future<Output = u64> + Unpin>(inner: F, polls: u64) -> u64 {
    let waker = Waker::from(Arc::new(Nobody));
    let mut cx = Context::from_waker(&waker);
    let mut outer = Outer { inner };
    let mut sum = 0;
    for _ in 0..polls {
        // Hidden, so that what is saved is the call and not the loop.
        if let Poll::Ready(value) = black_box(Pin::new(&mut outer).poll(&mut cx)) {
            sum += value;
        }
    }
    sum
}

/// A generic, which takes the inner future's state and code in, or a box with a trait object.
pub fn boxing(_runtime: &Runtime, way: u64, operations: u64) -> u64 {
    match way {
        1 => poll_outer(opaque(Counting::<0> { polls: 0 }), operations),
        _ => poll_outer(opaque(Box::pin(Counting::<0> { polls: 0 }) as Boxed), operations),
    }
}

/// One step of "Xorshift RNGs", G. Marsaglia: each needs the one before, and no compiler folds them.
fn scramble(mut x: u32) -> u32 {
    x ^= x << 13;
    x ^= x >> 17;
    x ^ (x << 5)
}

trait Service {
    async fn call(&self, request: u32) -> u32;
}

/// The same as a trait object can offer it: a future of unknown size has to be boxed.
trait DynService {
    fn call<'a>(&'a self, request: u32) -> Pin<Box<dyn Future<Output = u32> + 'a>>;
}

struct Scrambling {
    mask: u32,
}

impl Service for Scrambling {
    async fn call(&self, request: u32) -> u32 {
        scramble(request) & self.mask
    }
}

impl DynService for Scrambling {
    fn call<'a>(&'a self, request: u32) -> Pin<Box<dyn Future<Output = u32> + 'a>> {
        Box::pin(Service::call(self, request))
    }
}

async fn through_generic(service: &impl Service, calls: u64) -> u32 {
    let mut value = 1;
    for _ in 0..calls {
        value = service.call(value).await;
    }
    value
}

async fn through_object(service: &dyn DynService, calls: u64) -> u32 {
    let mut value = 1;
    for _ in 0..calls {
        value = service.call(value).await;
    }
    value
}

pub fn async_trait(runtime: &Runtime, way: u64, operations: u64) -> u64 {
    let service = opaque(Scrambling { mask: u32::MAX });
    u64::from(match way {
        1 => runtime.block_on(through_generic(&service, operations)),
        _ => runtime.block_on(through_object(opaque(&service as &dyn DynService), operations)),
    })
}

pub fn switches(runtime: &Runtime, kind: u64, operations: u64) -> u64 {
    match kind {
        1 => plain_calls(operations),
        2 => LocalSet::new().block_on(runtime, yields(operations)),
        3 => LocalSet::new().block_on(runtime, wakes(operations)),
        4 => runtime.block_on(spawns(operations)),
        5 => registrations(operations),
        // On one core or on two: that is for whoever starts the process.
        _ => thread_switches(operations),
    }
}

fn plain_calls(times: u64) -> u64 {
    let step: fn(&mut u64) = opaque(|count| *count += 1);
    let mut count = 0;
    for _ in 0..times {
        step(&mut count);
    }
    count
}

async fn yielding(times: u64) -> u64 {
    for _ in 0..times {
        yield_now().await;
    }
    times
}

async fn yields(times: u64) -> u64 {
    let other = spawn_local(yielding(times / 2));
    let first = spawn_local(yielding(times / 2));
    first.await.unwrap() + other.await.unwrap()
}

async fn alternating(sides: Rc<RefCell<[Option<Waker>; 2]>>, own: usize, times: u64) -> u64 {
    for _ in 0..times {
        let has_waited = Cell::new(false);
        poll_fn(|cx| {
            if has_waited.replace(true) {
                return Poll::Ready(());
            }
            let mut sides = sides.borrow_mut();
            sides[own] = Some(cx.waker().clone());
            if let Some(other) = &sides[1 - own] {
                other.wake_by_ref();
            }
            Poll::Pending
        })
        .await;
    }
    if let Some(other) = &sides.borrow()[1 - own] {
        other.wake_by_ref();
    }
    times
}

async fn wakes(times: u64) -> u64 {
    let sides = Rc::new(RefCell::new([None, None]));
    let other = spawn_local(alternating(sides.clone(), 1, times / 2));
    let first = spawn_local(alternating(sides, 0, times / 2));
    first.await.unwrap() + other.await.unwrap()
}

async fn spawns(times: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..times {
        sum += tokio::spawn(async { 1 }).await.unwrap();
    }
    sum
}

/// With tokio's own reactor, which a runtime of its own has here.
fn registrations(times: u64) -> u64 {
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime can be built");
    let _inside = runtime.enter();
    // SAFETY: it makes a descriptor, which nobody else owns, or fails, which is checked.
    let mut event = unsafe {
        let fd = libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK);
        assert!(fd >= 0);
        OwnedFd::from_raw_fd(fd)
    };
    for _ in 0..times {
        event = AsyncFd::with_interest(event, Interest::READABLE).expect("it can be polled").into_inner();
    }
    times
}

/// Two threads take turns; each switch parks one and wakes the other.
fn thread_switches(times: u64) -> u64 {
    let turn = Arc::new((Mutex::new(0u64), Condvar::new()));
    let take = |own: u64, turn: &(Mutex<u64>, Condvar)| {
        let mut current = turn.0.lock().unwrap();
        for _ in 0..times / 2 {
            while *current % 2 != own {
                current = turn.1.wait(current).unwrap();
            }
            *current += 1;
            turn.1.notify_one();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| take(1, &turn));
        take(0, &turn);
    });
    let taken = *turn.0.lock().unwrap();
    taken
}

const QUERY: Duration = Duration::from_millis(5);
const QUERIES: [u64; 2] = [2, 5];

async fn query() -> u64 {
    sleep(QUERY).await;
    1
}

pub fn waits(runtime: &Runtime, level: u64, times: u64) -> u64 {
    let queries = QUERIES[(level as usize - 1) / 3];
    let way = (level - 1) % 3 + 1;
    runtime.block_on(async {
        let mut answers = 0;
        for _ in 0..times {
            answers += match (way, queries) {
                (1, _) => {
                    let mut sum = 0;
                    for _ in 0..queries {
                        sum += query().await;
                    }
                    sum
                }
                (2, 2) => {
                    let (a, b) = tokio::join!(query(), query());
                    a + b
                }
                (2, _) => {
                    let (a, b, c, d, e) = tokio::join!(query(), query(), query(), query(), query());
                    a + b + c + d + e
                }
                _ => {
                    let handles: Vec<_> = (0..queries).map(|_| tokio::spawn(query())).collect();
                    let mut sum = 0;
                    for handle in handles {
                        sum += handle.await.unwrap();
                    }
                    sum
                }
            };
        }
        answers / queries
    })
}
