//! Folds a chain in const evaluation: its graph, every upgrade, and the proof of every downgrade.
//!
//! The compiler keeps what a `static` or `const` came to until something changes that it was made of. So a
//! long chain is folded in two: a beginning, which reads the first migrations only, and the rest. What is
//! edited is the last migration nearly always, and then only the rest is folded again.

use super::chain;
use super::heads;
use super::key::Numbers;
use super::line;
use super::message::Message;
use super::outside;
use super::replaced;
use super::replay::Replay;
use super::state::State;
use super::subjects::Subjects;
use super::verdict::{ChainVerdict, Verdict};
use crate::migration::Migration;
use crate::model::TableDef;

/// A chain folded to its end state. `M`, `O` and `S` come from [`sizes`](super::sizes).
#[derive(Debug, Clone, Copy)]
pub struct Folded<const M: usize, const O: usize, const S: usize> {
    pub(super) state: State<O, S>,
    pub(super) migrations: &'static [Migration],
    problem: Message,
    /// What models are not compared with.
    pub(super) unknown: Subjects,
    /// What the migrations behind the beginning are about.
    since: Subjects,
    /// The last phase of the replay.
    phase: u32,
}

impl<const M: usize, const O: usize, const S: usize> Folded<M, O, S> {
    const fn nothing(migrations: &'static [Migration]) -> Self {
        let mut since = Subjects::NOTHING;
        since.set_all();
        Self {
            state: State::new(),
            migrations,
            problem: Message::new(),
            unknown: Subjects::NOTHING,
            since,
            phase: 0,
        }
    }

    /// What is wrong with the chain.
    pub const fn verdict(&self) -> ChainVerdict {
        ChainVerdict::broken(self.problem)
    }

    /// Whether a model agrees with the chain, as a beginning.
    pub const fn agrees(&self, model: &TableDef) -> bool {
        self.phase > 0 && self.compare(model, true).is_clean()
    }

    /// The verdict of one model, given whether it agreed with the beginning.
    pub const fn judge(&self, model: &TableDef, agreed: bool, checked: bool) -> Verdict {
        if agreed && !self.since.touches(model) {
            return Verdict::clean();
        }
        self.compare(model, checked)
    }
}

/// Folds the first migrations of a chain in the order of their files, where that goes well. Whether it is their
/// order in the graph is seen when all are there.
pub const fn beginning<const M: usize, const O: usize, const S: usize>(
    migrations: &'static [Migration],
    checked: bool,
) -> Folded<M, O, S> {
    if !checked {
        return Folded::nothing(migrations);
    }
    let mut replay = Replay::new((State::new(), 0), migrations, Message::new());
    let mut i = 0;
    while i < M {
        replay.migrate(i);
        if !replay.problems.is_empty() {
            return Folded::nothing(migrations);
        }
        i += 1;
    }
    Folded {
        state: replay.state,
        phase: replay.journal.phase,
        ..Folded::nothing(migrations)
    }
}

/// Folds a chain, of which a beginning may be folded already.
///
/// `migrations` begins with those of included libraries, for each of which `libraries` names the chain.
/// `stems` are the names of the files without `.rs`, joined by `/`, with what `schema!` takes for the id in each, and
/// `head` is the text of `HEAD`. Without `checked` nothing is folded and nothing is wrong: the tool builds
/// what does not agree yet.
pub const fn fold<
    const M: usize,
    const O: usize,
    const S: usize,
    const BM: usize,
    const BO: usize,
    const BS: usize,
>(
    beginning: &Folded<BM, BO, BS>,
    migrations: &'static [Migration],
    libraries: &[&str],
    (stems, ids): (&str, &[Numbers]),
    head: &str,
    checked: bool,
) -> Folded<M, O, S> {
    if !checked {
        return Folded::nothing(migrations);
    }
    let mut problems = Message::new();
    let mut hidden = [false; M];
    let order = if libraries.is_empty() && line::is_line(migrations, ids, head) {
        line::order()
    } else {
        let mut graph: State<O, S> = State::new();
        chain::enter(&mut graph, migrations, libraries, stems, &mut problems);
        hidden = replaced::hide(&mut graph, migrations, libraries.len());
        let order: chain::Order<M> =
            chain::order(&graph, migrations, libraries, &hidden, &mut problems);
        // Where the graph is broken, its ends are others than they will be.
        if problems.is_empty() || heads::has_conflict(head) {
            let included = libraries.len();
            problems.add(&heads::problem(&graph, migrations, included, &order, head));
        }
        order.all
    };
    let mut state = State::new();
    let mut since = Subjects::NOTHING;
    let mut i = 0;
    if beginning.phase > 0 && problems.is_empty() && line::begins(&order, &hidden, BM) {
        state = beginning.state.grown();
        i = BM;
    } else {
        since.set_all();
    }
    let is_graph = problems.is_empty();
    outside::problems(migrations, &mut problems);
    let mut replay = Replay::new((state, beginning.phase), migrations, problems);
    if !is_graph {
        replay.unknown.set_all();
    }
    while i < M && !replay.unknown.is_all() {
        if hidden[order[i]] {
            i += 1;
            continue;
        }
        if order[i] < libraries.len() {
            // Its downgrade was proven where it was written.
            replay.upgrade(order[i]);
        } else {
            if !migrations[order[i]].replaces.is_empty() {
                replay.prove_replaced::<M>(order[i], libraries.len());
            }
            replay.migrate(order[i]);
        }
        since.add_all(migrations[order[i]].upgrade);
        i += 1;
    }
    replay.problems.finish();
    Folded {
        state: replay.state,
        migrations,
        problem: replay.problems,
        unknown: replay.unknown,
        since,
        phase: replay.journal.phase,
    }
}

#[cfg(test)]
mod tests {
    use super::{Folded, Numbers, beginning, fold};
    use crate::migration::{
        BigInt, Migration, OperationDef, add_column, column, create_table, drop_column, drop_table,
    };

    const fn migration(
        id: &'static str,
        parents: &'static [&'static str],
        upgrade: &'static [OperationDef],
        downgrade: &'static [OperationDef],
    ) -> Migration {
        (Migration::new(id).revises(parents))
            .upgrade(upgrade)
            .downgrade(downgrade)
    }

    const A: Migration = migration(
        "a",
        &[],
        &[create_table("t", &[column("id", BigInt)])],
        &[drop_table("t")],
    );
    const B: Migration = migration(
        "b",
        &["a"],
        &[add_column("t", column("b", BigInt))],
        &[drop_column("t", "b")],
    );
    const C: Migration = migration(
        "c",
        &["a"],
        &[add_column("t", column("c", BigInt))],
        &[drop_column("t", "c")],
    );
    const D: Migration = migration("d", &["b", "c"], &[], &[]);
    const IDS: &[Numbers] = &[(1, 0x61, 0), (1, 0x62, 0), (1, 0x63, 0), (1, 0x64, 0)];

    /// The chain, of which the first three files are folded before.
    fn in_two(migrations: &'static [Migration]) -> Folded<4, 16, 65> {
        let first: Folded<3, 16, 65> = beginning(&migrations[..3], true);
        fold(&first, migrations, &[], ("a/b/c/d", IDS), "d", true)
    }

    #[test]
    fn branches_and_merges_are_folded_in_two() {
        let folded = in_two(&[A, B, C, D]);
        assert_eq!(folded.verdict().message(), "");
        assert!(!folded.since.is_all());
    }

    #[test]
    fn what_is_out_of_order_is_folded_as_a_whole() {
        const C_AFTER_D: Migration = migration(
            "c",
            &["d"],
            &[add_column("t", column("c", BigInt))],
            &[drop_column("t", "c")],
        );
        const D_AFTER_B: Migration = migration("d", &["b"], &[], &[]);
        let first: Folded<3, 16, 65> = beginning(&[A, B, C_AFTER_D], true);
        let ids = ("a/b/c/d", IDS);
        let folded: Folded<4, 16, 65> =
            fold(&first, &[A, B, C_AFTER_D, D_AFTER_B], &[], ids, "c", true);
        assert_eq!(folded.verdict().message(), "");
        assert!(folded.since.is_all());
    }
}
