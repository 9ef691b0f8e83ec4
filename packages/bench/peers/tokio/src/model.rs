//! What the model promises: laziness, cancellation, and who runs when.
use crate::harness::{opaque, Outcome};
use std::cell::Cell;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

async fn body(value: u64, started: &Cell<u64>) -> u64 {
    started.set(started.get() + 1);
    yield_now().await;
    value
}

pub fn created_unpolled(_runtime: &Runtime, _level: u64, operations: u64) -> Outcome {
    let started = Cell::new(0);
    let futures: Vec<_> = (0..operations).map(|i| body(i, &started)).collect();
    let result = opaque(&futures).len() as u64;
    Outcome { result, counters: vec![("started", started.get() as f64)] }
}
