//! What the language costs: awaiting, calling and resuming. What the compiler would remove is made opaque to it.
use std::future::Future;
use std::pin::Pin;
use crate::harness::opaque;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

pub fn await_ready(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let mut sum = 0;
        for i in 0..operations {
            sum += std::future::ready(opaque(i)).await;
        }
        sum
    })
}

#[inline(never)]
async fn child(value: u64) -> u64 {
    opaque(value)
}

pub fn child_call(runtime: &Runtime, _level: u64, operations: u64) -> u64 {
    runtime.block_on(async {
        let mut sum = 0;
        for i in 0..operations {
            sum += child(i).await;
        }
        sum
    })
}

/// A chain whose depth is known at run time only is boxed at each level.
fn waiting(depth: u64, times: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if depth > 1 {
            return waiting(depth - 1, times).await;
        }
        let mut waits = 0;
        while waits < times {
            yield_now().await;
            waits += 1;
        }
        waits
    })
}

/// Calls a chain of so many functions, boxed for the same reason.
fn chain(depth: u64, value: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if depth > 1 {
            return chain(depth - 1, value).await;
        }
        opaque(value)
    })
}

pub fn call_depth(runtime: &Runtime, depth: u64, operations: u64) -> u64 {
    runtime.block_on(async move {
        let mut sum = 0;
        for i in 0..operations {
            sum += chain(depth, i).await;
        }
        sum
    })
}

pub fn resume(runtime: &Runtime, depth: u64, operations: u64) -> u64 {
    // As a task: the future of block_on itself looks at the driver whenever it yields.
    runtime.block_on(async { tokio::spawn(waiting(depth, operations)).await.unwrap() })
}
