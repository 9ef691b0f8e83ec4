//! The frame of every workload: passes are repeated until the machine is warm, and then until there is a time that the clock
//! resolves. The numbers are those of the frame in JavaScript, so that both see the same state of the processor.
use crate::steady::warm_up;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const WARMUP_PASSES: u64 = 3;

/// The lab says how much time there is for an observation.
fn duration(variable: &str, default_ms: u64) -> Duration {
    let given = std::env::var(variable).ok().and_then(|text| text.parse().ok());
    Duration::from_millis(given.unwrap_or(default_ms))
}

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

/// What a pass did: what the lab expects of it, and what it counted or measured itself, by name.
#[derive(Default)]
pub struct Outcome {
    pub result: u64,
    pub counters: Vec<(&'static str, f64)>,
}

impl From<u64> for Outcome {
    fn from(result: u64) -> Outcome {
        Outcome { result, counters: Vec::new() }
    }
}

/// Measures `pass`, which does `operations` at a level and returns what the lab expects of them. A warm-up of 0 operations measures
/// one cold pass. The counters of the last pass are recorded.
pub fn measure<O: Into<Outcome>>(plan: Plan, pass: fn(&Runtime, u64, u64) -> O) -> String {
    measure_on(runtime(), plan, pass)
}

/// The same on a runtime of another kind.
pub fn measure_on<O: Into<Outcome>>(runtime: Runtime, plan: Plan, pass: fn(&Runtime, u64, u64) -> O) -> String {
    let Plan { level, operations, warmup } = plan;
    if warmup == 0 {
        return measure_passes(&runtime, plan, pass, 1, "");
    }
    let (least, batch) = (duration("POLLAB_WARMUP_MS", 500), duration("POLLAB_BATCH_MS", 50));
    let least_passes = WARMUP_PASSES.max(warmup / operations);
    let warmup = warm_up(least, least_passes, || drop(pass(&runtime, level, operations)));
    let passes = (batch.as_secs_f64() / warmup.pass_seconds).ceil().max(1.0) as u64;
    let told = format!(",\"warmup\":{{\"passes\":{},\"steady\":{}}}", warmup.passes, warmup.steady);
    measure_passes(&runtime, plan, pass, passes, &told)
}

/// Measures a single pass without a warm-up: for workloads that are their own experiment.
pub fn measure_once<O: Into<Outcome>>(plan: Plan, pass: fn(&Runtime, u64, u64) -> O) -> String {
    measure_passes(&runtime(), plan, pass, 1, "")
}

fn measure_passes<O: Into<Outcome>>(
    runtime: &Runtime,
    plan: Plan,
    pass: fn(&Runtime, u64, u64) -> O,
    passes: u64,
    more: &str,
) -> String {
    let Plan { level, operations, .. } = plan;
    let before = Usage::now();
    let began = Instant::now();
    let mut outcome = Outcome::default();
    for _ in 0..passes {
        outcome = pass(runtime, level, operations).into();
    }
    let elapsed = began.elapsed();
    line(passes * operations, elapsed, &before.until_now(), &format!("{}{more}", told(&outcome)))
}

fn told(Outcome { result, counters }: &Outcome) -> String {
    if counters.is_empty() {
        return format!("\"result\":{result}");
    }
    let each: Vec<String> = counters.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("\"result\":{result},\"counters\":{{{}}}", each.join(","))
}

/// The same value, of which the compiler knows nothing any more.
pub fn opaque<T>(value: T) -> T {
    let value = std::mem::ManuallyDrop::new(value);
    // SAFETY: it is read once, and not dropped where it was.
    unsafe { std::ptr::read_volatile(&*value) }
}

/// What this process has used: processor time in nanoseconds, and context switches.
pub struct Usage {
    user_ns: u64,
    system_ns: u64,
    voluntary: u64,
    involuntary: u64,
}

/// The most memory that this process has had resident (proc_pid_status(5), VmHWM). What getrusage tells is handed on by exec: it would be
/// that of the program that started this one, where that was larger.
pub fn peak_rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells of VmHWM");
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("it is in kB");
    kibibytes * 1024
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
        Usage {
            user_ns: ns(usage.ru_utime),
            system_ns: ns(usage.ru_stime),
            voluntary: usage.ru_nvcsw as u64,
            involuntary: usage.ru_nivcsw as u64,
        }
    }

    pub fn cpu_ns(&self) -> u64 {
        self.user_ns + self.system_ns
    }

    pub fn until_now(&self) -> Usage {
        let now = Usage::now();
        Usage {
            user_ns: now.user_ns - self.user_ns,
            system_ns: now.system_ns - self.system_ns,
            voluntary: now.voluntary - self.voluntary,
            involuntary: now.involuntary - self.involuntary,
        }
    }
}

/// The observation as the lab reads it.
pub fn line(operations: u64, elapsed: Duration, usage: &Usage, more: &str) -> String {
    let Usage { user_ns, system_ns, voluntary, involuntary } = usage;
    let max_rss_bytes = peak_rss_bytes();
    format!(
        "{{\"operations\":{operations},\"elapsedNs\":{},\"cpuNs\":{},\"cpuUserNs\":{user_ns},\"cpuSystemNs\":{system_ns},\
         \"process\":{{\"voluntarySwitches\":{voluntary},\"involuntarySwitches\":{involuntary},\"maxRssBytes\":{max_rss_bytes}}},\
         {more}}}",
        elapsed.as_nanos(),
        user_ns + system_ns,
    )
}
