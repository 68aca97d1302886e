//! Folds a chain in const evaluation: its graph, every upgrade, and the proof of every downgrade.

use super::chain;
use super::heads;
use super::key::Numbers;
use super::line;
use super::message::Message;
use super::outside;
use super::replay::Replay;
use super::state::State;
use super::unknown::Unknown;
use super::verdict::ChainVerdict;
use crate::migration::Migration;

/// A chain folded to its end state. `M`, `O` and `S` come from [`sizes`](super::sizes).
#[derive(Debug, Clone, Copy)]
pub struct Folded<const M: usize, const O: usize, const S: usize> {
    pub(super) state: State<O, S>,
    pub(super) migrations: &'static [Migration],
    problem: Message,
    /// What models are not compared with.
    pub(super) unknown: Unknown,
}

/// Folds a chain.
///
/// `migrations` begins with those of included libraries, for each of which `libraries` names the chain.
/// `stems` are the names of the files without `.rs`, joined by `/`, with what `schema!` takes for the id in each, and
/// `head` is the text of `HEAD`. Without `checked` nothing is folded and nothing is wrong: the tool builds
/// what does not agree yet.
pub const fn fold<const M: usize, const O: usize, const S: usize>(
    migrations: &'static [Migration],
    libraries: &[&str],
    (stems, ids): (&str, &[Numbers]),
    head: &str,
    checked: bool,
) -> Folded<M, O, S> {
    let mut state = State::new();
    if !checked {
        return Folded {
            state,
            migrations,
            problem: Message::new(),
            unknown: Unknown::NOTHING,
        };
    }
    let mut problems = Message::new();
    let order = if libraries.is_empty() && line::is_line(migrations, ids, head) {
        line::order()
    } else {
        chain::enter(&mut state, migrations, libraries, stems, &mut problems);
        let order: chain::Order<M> = chain::order(&state, migrations, libraries, &mut problems);
        // Where the graph is broken, its ends are others than they will be.
        if problems.is_empty() || heads::has_conflict(head) {
            let included = libraries.len();
            problems.add(&heads::problem(&state, migrations, included, &order, head));
        }
        order.all
    };
    let is_graph = problems.is_empty();
    outside::problems(migrations, &mut problems);
    let mut replay = Replay::new(state, migrations, problems);
    if !is_graph {
        replay.unknown.set_all();
    }
    let mut i = 0;
    while i < M && !replay.unknown.is_all() {
        if order[i] < libraries.len() {
            // Its downgrade was proven where it was written.
            replay.upgrade(order[i]);
        } else {
            replay.migrate(order[i]);
        }
        i += 1;
    }
    replay.problems.finish();
    Folded {
        state: replay.state,
        migrations,
        problem: replay.problems,
        unknown: replay.unknown,
    }
}

impl<const M: usize, const O: usize, const S: usize> Folded<M, O, S> {
    /// What is wrong with the chain.
    pub const fn verdict(&self) -> ChainVerdict {
        ChainVerdict::broken(self.problem)
    }
}
