//! The frame of every workload: passes are repeated until the machine is warm, and then until there is a time that the clock
//! resolves. The numbers are those of the frame in JavaScript, so that both see the same state of the processor.
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const WARMUP: Duration = Duration::from_millis(500);
const WARMUP_PASSES: u64 = 2;
const BATCH: Duration = Duration::from_millis(50);

/// What the command line asks for.
#[derive(Clone, Copy)]
pub struct Plan {
    pub level: u64,
    pub operations: u64,
    pub warmup: u64,
}

/// A current-thread runtime with a clock and without I/O.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a runtime can be built")
}

/// Measures `pass`, which does `operations` at a level and returns what the lab expects of them. A warm-up of 0 operations measures
/// one cold pass.
pub fn measure(plan: Plan, pass: fn(&Runtime, u64, u64) -> u64) -> String {
    let runtime = runtime();
    let Plan { level, operations, warmup } = plan;
    let passes = if warmup == 0 { 1 } else { passes_after_warm_up(&runtime, plan, pass) };
    let before = Usage::now();
    let began = Instant::now();
    let mut result = 0;
    for _ in 0..passes {
        result = pass(&runtime, level, operations);
    }
    let elapsed = began.elapsed();
    line(passes * operations, elapsed, &before.until_now(), &format!("\"result\":{result}"))
}

fn passes_after_warm_up(runtime: &Runtime, plan: Plan, pass: fn(&Runtime, u64, u64) -> u64) -> u64 {
    let Plan { level, operations, warmup } = plan;
    let began = Instant::now();
    let mut passes = 0;
    loop {
        let before = Instant::now();
        pass(runtime, level, operations);
        passes += 1;
        let last = before.elapsed();
        if passes >= WARMUP_PASSES && passes * operations >= warmup && began.elapsed() >= WARMUP {
            return (BATCH.as_nanos() / last.as_nanos().max(1)) as u64 + 1;
        }
    }
}

/// Processor time of this process in nanoseconds.
pub struct Usage {
    user_ns: u64,
    system_ns: u64,
}

impl Usage {
    pub fn now() -> Usage {
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
        // SAFETY: getrusage fills the struct that it is given, and fails for a wrong first argument only.
        let usage = unsafe {
            assert_eq!(libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()), 0);
            usage.assume_init()
        };
        let ns = |time: libc::timeval| time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1000;
        Usage { user_ns: ns(usage.ru_utime), system_ns: ns(usage.ru_stime) }
    }

    pub fn until_now(&self) -> Usage {
        let now = Usage::now();
        Usage { user_ns: now.user_ns - self.user_ns, system_ns: now.system_ns - self.system_ns }
    }
}

/// The observation as the lab reads it.
pub fn line(operations: u64, elapsed: Duration, usage: &Usage, more: &str) -> String {
    let Usage { user_ns, system_ns } = usage;
    format!(
        "{{\"operations\":{operations},\"elapsedNs\":{},\"cpuNs\":{},\"cpuUserNs\":{user_ns},\"cpuSystemNs\":{system_ns},{more}}}",
        elapsed.as_nanos(),
        user_ns + system_ns,
    )
}
