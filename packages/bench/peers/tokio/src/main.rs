//! The process of the micro-benchmarks in tokio: `tokio-peer WORKLOAD LEVEL OPERATIONS WARMUP`. It prints one line of JSON, the same
//! that the lab's programs in JavaScript print. Each workload is tokio's own benchmark of that name where there is one, on a
//! current-thread runtime.
mod awaiting;
mod cancellation;
mod channels;
mod cost;
mod echo;
mod fan_out;
mod flow;
mod harness;
mod held;
mod locks;
mod memory;
mod model;
mod parallel;
mod scheduling;
mod steady;
mod tasks;
mod time;
mod trace;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let (["echo", _], Some(Ok(buffer_bytes))) = (words.as_slice(), words.get(1).map(|word| word.parse())) {
        return match echo::run(buffer_bytes) {
            Ok(line) => {
                println!("{line}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("tokio-peer: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let numbers: Vec<u64> = arguments.iter().skip(1).filter_map(|word| word.parse().ok()).collect();
    let (Some(name), &[level, operations, warmup]) = (arguments.first(), numbers.as_slice()) else {
        eprintln!("usage: tokio-peer WORKLOAD LEVEL OPERATIONS WARMUP, or tokio-peer echo BUFFER_BYTES");
        return ExitCode::from(2);
    };
    let plan = harness::Plan { level, operations, warmup };
    let Some(line) = run(name, plan) else {
        eprintln!("tokio-peer: there is no workload {name}");
        return ExitCode::from(2);
    };
    println!("{line}");
    ExitCode::SUCCESS
}

fn run(name: &str, plan: harness::Plan) -> Option<String> {
    use harness::{measure, measure_on, measure_once};
    Some(match name {
        // Nothing but the first line of a process.
        "first-line" => String::from("started"),
        "await-ready" => measure(plan, awaiting::await_ready),
        "child-call" => measure(plan, awaiting::child_call),
        "resume" => measure(plan, awaiting::resume),
        "call-depth" => measure(plan, awaiting::call_depth),
        "suspended-depth" => memory::suspended_depth(plan),
        "spawn-many" => measure(plan, tasks::spawn_many),
        "yield-many" => measure(plan, tasks::yield_many),
        "ping-pong" => measure(plan, tasks::ping_pong),
        "chained-spawn" => measure(plan, tasks::chained_spawn),
        "created-unpolled" => measure(plan, model::created_unpolled),
        "cancelled" => measure_once(plan, cancellation::cancelled),
        "idle-wait" => measure_once(plan, scheduling::idle_wait),
        "spurious-polls" => measure(plan, scheduling::spurious_polls),
        "yield-interval" => measure_once(plan, scheduling::yield_interval),
        "join-many" => measure(plan, scheduling::join_many),
        "select-order" => measure_once(plan, scheduling::select_order),
        "last-use" => measure_once(plan, scheduling::last_use),
        "suspended-locals" => memory::suspended_locals(plan),
        "spawn-flood" => measure_once(plan, flow::spawn_flood),
        "back-pressure" => measure_once(plan, flow::back_pressure),
        "lock-held" => measure_once(plan, flow::lock_held),
        "channel-kinds" => measure(plan, flow::channel_kinds),
        "sleeping" => measure_once(plan, flow::sleeping),
        "timers-held" => measure(plan, held::timers_held),
        "dispatch" => measure(plan, cost::dispatch),
        "boxing" => measure(plan, cost::boxing),
        "async-trait" => measure(plan, cost::async_trait),
        "switches" => measure(plan, cost::switches),
        "waits" => measure_once(plan, cost::waits),
        "stack-traces" => measure_once(plan, trace::stack_traces),
        "parallel" => measure_on(parallel::runtime(), plan, parallel::parallel),
        "spawn-join" => measure_on(parallel::runtime(), plan, parallel::spawn_join),
        "remote" => measure_on(parallel::runtime(), plan, parallel::remote),
        "pending-tasks" => memory::pending_tasks(plan),
        "mpsc" => measure(plan, channels::mpsc),
        "oneshot" => measure(plan, channels::oneshot),
        "request-reply" => measure(plan, channels::request_reply),
        "broadcast" => measure(plan, fan_out::broadcast),
        "watch" => measure(plan, fan_out::watch),
        "notify" => measure(plan, fan_out::notify),
        "semaphore" => measure(plan, locks::semaphore),
        "semaphore-contended" => measure(plan, locks::semaphore_contended),
        "mutex" => measure(plan, locks::mutex),
        "mutex-contended" => measure(plan, locks::mutex_contended),
        "rwlock" => measure(plan, locks::rwlock),
        "rwlock-contended" => measure(plan, locks::rwlock_contended),
        "timers" => measure(plan, time::timers),
        "timers-paused" => measure(plan, time::timers_paused),
        _ => return None,
    })
}
