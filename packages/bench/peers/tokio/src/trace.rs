//! How many of the functions that logically called each other a backtrace tells of.
use crate::harness::Outcome;
use std::backtrace::Backtrace;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

const CALLERS: [&str; 10] = [
    "handle_request",
    "authorise",
    "load_account",
    "read_profile",
    "query_cache",
    "query_store",
    "open_session",
    "send_command",
    "await_reply",
    "parse_reply",
];
const AFTER_WAIT: u64 = 2;

macro_rules! callers {
    ($($name:ident calls $inner:ident),*) => { $(async fn $name(waits: bool) -> Backtrace { $inner(waits).await })* };
}

callers!(
    handle_request calls authorise,
    authorise calls load_account,
    load_account calls read_profile,
    read_profile calls query_cache,
    query_cache calls query_store,
    query_store calls open_session,
    open_session calls send_command,
    send_command calls await_reply,
    await_reply calls parse_reply
);

async fn parse_reply(waits: bool) -> Backtrace {
    if waits {
        yield_now().await;
    }
    Backtrace::force_capture()
}

pub fn stack_traces(runtime: &Runtime, level: u64, _operations: u64) -> Outcome {
    let told = runtime.block_on(handle_request(level == AFTER_WAIT)).to_string();
    let share = CALLERS.iter().filter(|name| told.contains(*name)).count() as f64 / CALLERS.len() as f64;
    Outcome { result: CALLERS.len() as u64, counters: vec![("callersShare", share)] }
}
