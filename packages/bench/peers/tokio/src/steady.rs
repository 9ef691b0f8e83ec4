//! When a program has warmed up: the rule of the frame in JavaScript (programs/steady.ts), which says why.
use std::time::{Duration, Instant};

const WINDOWS: usize = 6;
const SPREAD: f64 = 0.15;
const TREND: f64 = 0.05;
const WINDOWS_IN_LEAST: u32 = 12;
const PATIENCE: u32 = 4;

/// How the warm-up ended.
pub struct Warmup {
    pub passes: u64,
    pub steady: bool,
    /// The mean time of a pass in the last window.
    pub pass_seconds: f64,
}

/// Repeats `pass` until it is steady, for `least` and `least_passes` in any case.
pub fn warm_up(least: Duration, least_passes: u64, mut pass: impl FnMut()) -> Warmup {
    let mut times: Vec<f64> = Vec::new();
    let began = Instant::now();
    let mut window_began = began;
    let mut in_window = 0;
    for passes in 1.. {
        pass();
        in_window += 1;
        let now = Instant::now();
        if now - window_began < least / WINDOWS_IN_LEAST {
            continue;
        }
        times.push((now - window_began).as_secs_f64() / in_window as f64);
        window_began = now;
        in_window = 0;
        let steady = is_steady(&times);
        let enough = now - began >= least && passes >= least_passes;
        let over = now - began >= least * PATIENCE && passes >= least_passes;
        if over || (enough && steady) {
            return Warmup { passes, steady, pass_seconds: times[times.len() - 1] };
        }
    }
    unreachable!("passes are repeated until it returns")
}

fn is_steady(times: &[f64]) -> bool {
    if times.len() < WINDOWS {
        return false;
    }
    let last = &times[times.len() - WINDOWS..];
    let (earlier, later) = last.split_at(WINDOWS / 2);
    let middle = median(last);
    last.iter().all(|time| (time - middle).abs() <= SPREAD * middle)
        && (median(later) - median(earlier)).abs() <= TREND * middle
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[half]
    } else {
        (sorted[half - 1] + sorted[half]) / 2.0
    }
}
