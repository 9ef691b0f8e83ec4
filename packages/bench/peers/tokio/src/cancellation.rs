//! Giving up on tasks in three ways, and what becomes of them.
use crate::harness::Outcome;
use std::cell::RefCell;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use tokio::runtime::Runtime;
use tokio::task::{yield_now, LocalSet};

const FUTURE_DROPPED: u64 = 1;
const HANDLE_DROPPED: u64 = 2;

#[derive(Default)]
struct Tally {
    polls: u64,
    drops: u64,
    completed: u64,
}

/// Closed until it is opened. Dropped while it waits, it counts that.
struct Gate {
    tally: Rc<RefCell<Tally>>,
    state: Arc<Mutex<(bool, Option<Waker>)>>,
    is_done: bool,
}

impl Future for Gate {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.tally.borrow_mut().polls += 1;
        let state = self.state.clone();
        let mut state = state.lock().unwrap();
        if state.0 {
            self.is_done = true;
            return Poll::Ready(());
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if !self.is_done {
            self.tally.borrow_mut().drops += 1;
        }
    }
}

async fn work(gate: Gate, tally: Rc<RefCell<Tally>>) {
    gate.await;
    tally.borrow_mut().completed += 1;
}

pub fn cancelled(runtime: &Runtime, way: u64, operations: u64) -> Outcome {
    let tally = Rc::new(RefCell::new(Tally::default()));
    let reported = LocalSet::new().block_on(runtime, give_up(way, operations, tally.clone()));
    let Tally { polls, drops, completed } = *tally.borrow();
    let counts = [("polls", polls), ("drops", drops), ("completed", completed), ("reported", reported)];
    Outcome { result: operations, counters: counts.map(|(name, count)| (name, count as f64)).to_vec() }
}

/// Returns how many handles reported that their task was cancelled.
async fn give_up(way: u64, operations: u64, tally: Rc<RefCell<Tally>>) -> u64 {
    let states: Vec<_> = (0..operations).map(|_| Arc::new(Mutex::new((false, None::<Waker>)))).collect();
    let gate = |state: &Arc<_>| Gate { tally: tally.clone(), state: Arc::clone(state), is_done: false };
    let open_all = || {
        for state in &states {
            let mut state = state.lock().unwrap();
            state.0 = true;
            if let Some(waker) = state.1.take() {
                waker.wake();
            }
        }
    };
    let mut reported = 0;
    if way == FUTURE_DROPPED {
        for state in &states {
            let mut future = Box::pin(work(gate(state), tally.clone()));
            // Polled once, and dropped.
            poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_ready())).await;
        }
        open_all();
    } else {
        let handles: Vec<_> =
            states.iter().map(|state| tokio::task::spawn_local(work(gate(state), tally.clone()))).collect();
        while tally.borrow().polls < operations {
            yield_now().await;
        }
        if way == HANDLE_DROPPED {
            drop(handles);
            open_all();
        } else {
            handles.iter().for_each(|handle| handle.abort());
            open_all();
            for handle in handles {
                reported += u64::from(matches!(handle.await, Err(error) if error.is_cancelled()));
            }
        }
    }
    // Often enough that whatever is still to run has run: a local set polls a bounded number of tasks in a turn.
    for _ in 0..operations {
        yield_now().await;
    }
    reported
}
