//! A circuit breaker: a model that keeps failing is left alone for a while, so that answers without it come fast.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Counts failures in a row of one model.
#[derive(Debug)]
pub(crate) struct Breaker {
    threshold: u32,
    cool_down: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    closed_until: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new(threshold: u32, cool_down: Duration) -> Self {
        Self { threshold, cool_down, state: Mutex::default() }
    }

    /// Asks to use the model at an instant; the error is how long it is still left alone. When the wait is over one caller gets
    /// through to try, and the others wait for what it finds.
    pub(crate) fn admit(&self, now: Instant) -> Result<(), Duration> {
        let mut state = self.lock();
        match state.closed_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                state.closed_until = Some(now + self.cool_down);
                Ok(())
            }
            None => Ok(()),
        }
    }

    pub(crate) fn succeeded(&self) {
        *self.lock() = State::default();
    }

    pub(crate) fn failed(&self, now: Instant) {
        let mut state = self.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.threshold {
            state.closed_until = Some(now + self.cool_down);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The state is two plain values, whole after every statement: a poisoned lock holds nothing half-made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_and_lets_one_try() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let breaker = Breaker::new(2, 30 * second);
        breaker.failed(start);
        assert_eq!(breaker.admit(start), Ok(()), "one failure is not enough");
        breaker.succeeded();
        breaker.failed(start);
        assert_eq!(breaker.admit(start), Ok(()), "a success starts the count again");
        breaker.failed(start);
        assert_eq!(breaker.admit(start + 10 * second), Err(20 * second));
        assert_eq!(breaker.admit(start + 30 * second), Ok(()), "the first caller after the wait tries");
        assert_eq!(breaker.admit(start + 31 * second), Err(29 * second), "the others wait for it");
        breaker.failed(start + 32 * second);
        assert_eq!(breaker.admit(start + 33 * second), Err(29 * second), "the try failed: left alone again");
        assert_eq!(breaker.admit(start + 62 * second), Ok(()));
        breaker.succeeded();
        assert_eq!(breaker.admit(start + 62 * second), Ok(()));
    }
}
