//! How long to wait for somebody who is in the way, and when to try again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, Instant};

/// How long a migration whose tables are in use is tried again.
#[derive(Default)]
pub(super) struct Patience {
    since: Option<Instant>,
    attempts: u32,
}

impl Patience {
    /// The pause before the next attempt; `None` where the time is up.
    pub(super) fn pause(&mut self, limit: Duration) -> Option<Duration> {
        const FIRST: Duration = Duration::from_millis(500);
        const LONGEST: Duration = Duration::from_secs(8);
        let since = *self.since.get_or_insert_with(Instant::now);
        let left = limit.checked_sub(since.elapsed())?;
        let pause = FIRST.saturating_mul(1 << self.attempts.min(8)).min(LONGEST);
        self.attempts += 1;
        (!left.is_zero()).then(|| jittered(pause).min(left))
    }
}

/// Half of it to all of it, so that those who wait do not come at once.
pub(super) fn jittered(pause: Duration) -> Duration {
    let percent = RandomState::new().build_hasher().finish() % 50;
    pause * (50 + u32::try_from(percent).unwrap_or_default()) / 100
}
