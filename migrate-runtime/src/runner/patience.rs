//! How long to wait for somebody who is in the way, and when to try again.

use super::error::RunError;
use super::event::{Event, Progress};
use crate::connection::Session;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::thread::sleep;
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

/// The longest pause between two attempts to take the lock.
const PAUSE: Duration = Duration::from_millis(500);

/// How long it is tried for before anybody is told.
const SAID_AFTER: Duration = Duration::from_secs(1);

/// Tries to take a lock, again and again, until it is taken or the time is up. In go what tries, and what
/// tells who has it.
pub(super) fn take_turns(
    session: &mut dyn Session,
    limit: Duration,
    progress: &mut dyn Progress,
    attempt: impl Fn(&mut dyn Session) -> Result<bool, RunError>,
    holder: impl Fn(&mut dyn Session) -> Option<String>,
) -> Result<(), RunError> {
    let began = Instant::now();
    let mut pause = Duration::from_millis(20);
    let mut is_said = false;
    while !attempt(session)? {
        let waited = began.elapsed();
        if waited >= SAID_AFTER && !is_said {
            let holder = holder(session);
            let holder = holder.as_deref();
            progress.event(&Event::Queued { holder });
            is_said = true;
        }
        let left = limit.saturating_sub(waited);
        if left.is_zero() {
            return Err(RunError::Locked {
                waited: limit,
                holder: holder(session),
            });
        }
        sleep(jittered(pause).min(left));
        pause = (pause * 2).min(PAUSE);
    }
    Ok(())
}
