//! One piece of work for each of many databases, several at once: targets and the work go in, what became of
//! each comes out, in the order of the targets.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does the work for every target, whatever became of the others.
pub fn each<T: Sync, R: Send>(
    targets: &[T],
    at_once: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::new(Vec::new());
    let worker = || {
        while let Some((at, target)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            targets.get(at).map(|target| (at, target))
        } {
            let result = work(target);
            let mut done = done
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            done.push((at, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, targets.len().max(1)) {
            scope.spawn(worker);
        }
    });
    let mut done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::each;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[test]
    fn all_are_done_and_not_more_at_once_than_said() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let targets: Vec<usize> = (0..20).collect();
        let done = each(&targets, 3, |target| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            now.fetch_sub(1, Ordering::SeqCst);
            target * 2
        });
        assert_eq!(done, (0..20).map(|it| it * 2).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), 3);
    }

    #[test]
    fn nothing_and_nobody_are_fine() {
        assert_eq!(each(&[] as &[u8], 4, |_| 1), [0; 0]);
        assert_eq!(each(&[1], 0, |it| *it), [1]);
    }
}
