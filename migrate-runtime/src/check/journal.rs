//! Saved copies of objects that a phase of the fold changes, so that it can be compared and taken back.
//!
//! A migration has two phases: its upgrade, and its downgrade, which is tried and taken back. An object
//! is saved once in each phase, before its first change; what was made in the phase itself is not.

use super::state::{Mark, NONE, Object, Saved, State};

#[derive(Debug, Clone, Copy)]
struct Save {
    id: usize,
    object: Object,
}

/// The copies of one phase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saves<const O: usize> {
    list: [Option<Save>; O],
    count: usize,
}

impl<const O: usize> Saves<O> {
    const fn new() -> Self {
        Self {
            list: [None; O],
            count: 0,
        }
    }

    /// The number of a saved object, and what it was.
    pub(super) const fn get(&self, at: usize) -> Option<(usize, &Object)> {
        match &self.list[at] {
            Some(Save { id, object }) => Some((*id, object)),
            None => None,
        }
    }
}

/// The copies of both phases of the migration that is folded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journal<const O: usize> {
    pub(super) phase: u32,
    /// The migration, by its place in the list of files.
    pub(super) by: usize,
    pub(super) start: Mark,
    pub(super) turn: Mark,
    /// As they were before the upgrade.
    pub(super) before: Saves<O>,
    /// As they were between upgrade and downgrade.
    between: Saves<O>,
    /// Entries in the index that the downgrade made.
    entered: [u32; O],
    entries: usize,
}

impl<const O: usize> Journal<O> {
    /// Phases are counted on from those that the state has seen.
    pub(super) const fn new(start: Mark, phase: u32) -> Self {
        Self {
            phase,
            by: NONE,
            start,
            turn: start,
            before: Saves::new(),
            between: Saves::new(),
            entered: [0; O],
            entries: 0,
        }
    }

    /// Begins the upgrade of a migration. Phases of upgrades are odd.
    pub(super) const fn begin(&mut self, by: usize, start: Mark) {
        self.by = by;
        self.phase += 1 + self.phase % 2;
        self.start = start;
        self.before.count = 0;
        self.between.count = 0;
        self.entries = 0;
    }

    /// Begins the downgrade.
    pub(super) const fn turn(&mut self, turn: Mark) {
        self.phase += 1;
        self.turn = turn;
    }

    const fn is_down(&self) -> bool {
        self.phase > 0 && self.phase.is_multiple_of(2)
    }

    /// Saves an object that is about to be changed.
    pub(super) const fn save<const S: usize>(&mut self, state: &mut State<O, S>, id: usize) {
        let (saves, limit) = if self.is_down() {
            (&mut self.between, self.turn.count)
        } else {
            (&mut self.before, self.start.count)
        };
        let object = state.get(id);
        if id >= limit || object.saved.phase == self.phase {
            return;
        }
        saves.list[saves.count] = Some(Save {
            id,
            object: *object,
        });
        state.get_mut(id).saved = Saved {
            phase: self.phase,
            at: saves.count,
        };
        saves.count += 1;
    }

    /// Notes an entry in the index.
    pub(super) const fn entered(&mut self, slot: usize) {
        if self.is_down() && slot != NONE {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the index has fewer entries"
            )]
            let slot = slot as u32;
            self.entered[self.entries] = slot;
            self.entries += 1;
        }
    }

    /// Takes the downgrade back.
    pub(super) const fn rewind<const S: usize>(&self, state: &mut State<O, S>) {
        state.truncate(self.turn);
        let mut i = self.entries;
        while i > 0 {
            i -= 1;
            state.leave(self.entered[i] as usize);
        }
        let mut i = 0;
        while i < self.between.count {
            if let Some((id, object)) = self.between.get(i) {
                state.restore(id, object);
            }
            i += 1;
        }
    }

    /// An object as it was before the upgrade.
    pub(super) const fn object_before<'a, const S: usize>(
        &'a self,
        state: &'a State<O, S>,
        id: usize,
    ) -> &'a Object {
        let mut object = state.get(id);
        if object.saved.phase == self.phase
            && let Some((_, saved)) = self.between.get(object.saved.at)
        {
            object = saved;
        }
        if object.saved.phase + 1 == self.phase
            && let Some((_, saved)) = self.before.get(object.saved.at)
        {
            object = saved;
        }
        object
    }

    /// Whether an object was there before the upgrade.
    pub(super) const fn was_alive<const S: usize>(&self, state: &State<O, S>, id: usize) -> bool {
        if id >= self.start.count {
            return false;
        }
        let object = self.object_before(state, id);
        object.alive && (object.table == NONE || self.object_before(state, object.table).alive)
    }

    /// The number of the object that was changed as the `at`th: those of the upgrade first. Of one that
    /// both changed, the second time is none.
    pub(super) const fn changed(&self, at: usize) -> Option<usize> {
        if at < self.before.count {
            return match self.before.get(at) {
                Some((id, _)) => Some(id),
                None => None,
            };
        }
        match self.between.get(at - self.before.count) {
            Some((id, object)) if object.saved.phase + 1 != self.phase => Some(id),
            _ => None,
        }
    }

    /// Whether the upgrade or the downgrade changed an object.
    pub(super) const fn is_changed<const S: usize>(&self, state: &State<O, S>, id: usize) -> bool {
        state.get(id).saved.phase + 1 >= self.phase
    }

    /// How many there are to ask [`Self::changed`] for.
    pub(super) const fn changes(&self) -> usize {
        self.before.count + self.between.count
    }
}
