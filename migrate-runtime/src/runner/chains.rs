//! The chains of a schema: those of the libraries it includes, and its own. Each has its revisions and its
//! version rows; all of them are applied in one order.
//!
//! A revision comes after those that it revises and those that it depends on, `chain@revision` in another
//! chain. Of several that are ready, the one with the smallest id comes first: for the usual ids, the one
//! that was written first. The compiler's check folds in the same order.

use super::chain::{Chain, Revisions, lower, needs_elsewhere};
use super::error::RunError;
use super::history::HistoryTables;
use super::ledger::leave_out_ledgers;
use super::plan::Step;
use crate::autogenerate::{Ignore, IgnoreError};
use crate::connection::Session;
use crate::graph::{
    Direction, GraphError, Symbol, Target, plan_downgrade, plan_stamp, plan_upgrade,
};
use crate::introspect::introspect_before;
use crate::migration::Migration;
use crate::model::SchemaDef;
use crate::operation::apply;
use crate::schema::Schema;
use std::collections::BTreeMap;

/// The version rows of each chain: the applied revisions that no other applied one of the chain stands on.
pub(crate) type Rows = Vec<Revisions>;

/// All chains, those that are included before those that include them. The last is the schema's own.
#[derive(Debug)]
pub(crate) struct Chains {
    list: Vec<Chain>,
    /// Every revision with the place of its chain, in the order in which they are applied.
    order: Vec<(usize, &'static Migration)>,
    /// The patterns of `ignore`, of all of them.
    ignore: Vec<&'static str>,
    /// The bookkeeping.
    tables: HistoryTables,
}

impl Chains {
    /// Gathers and orders the chains of a schema.
    pub(crate) fn new(schema: &SchemaDef) -> Result<Self, GraphError> {
        Self::for_rows(schema, &BTreeMap::new())
    }

    /// Gathers and orders them for a database with these version rows, by the names of the chains.
    pub(super) fn for_rows(
        schema: &SchemaDef,
        rows: &BTreeMap<&str, Vec<String>>,
    ) -> Result<Self, GraphError> {
        let mut chains = Self {
            list: Vec::new(),
            order: Vec::new(),
            ignore: schema.ignore.to_vec(),
            tables: HistoryTables::of(schema),
        };
        for included in schema.include {
            chains.include(included, rows)?;
        }
        chains.add(Chain::for_rows(schema, false, of(schema, rows))?)?;
        chains.sort()?;
        Ok(chains)
    }

    fn include(
        &mut self,
        schema: &SchemaDef,
        rows: &BTreeMap<&str, Vec<String>>,
    ) -> Result<(), GraphError> {
        for included in schema.include {
            self.include(included, rows)?;
        }
        self.ignore.extend(schema.ignore);
        self.add(Chain::for_rows(schema, true, of(schema, rows))?)
    }

    /// Two libraries may include the same third one: that is one chain.
    fn add(&mut self, chain: Chain) -> Result<(), GraphError> {
        let Some(held) = self.list.iter().find(|held| held.name() == chain.name()) else {
            self.list.push(chain);
            return Ok(());
        };
        let ids = |chain: &Chain| chain.order().iter().map(|it| it.id).collect::<Vec<_>>();
        if chain.library().is_none() || ids(held) != ids(&chain) {
            return Err(GraphError::DuplicateChain {
                chain: chain.name().to_owned(),
            });
        }
        Ok(())
    }

    fn sort(&mut self) -> Result<(), GraphError> {
        let mut next = vec![0; self.list.len()];
        let mut placed = vec![Revisions::new(); self.list.len()];
        let total = self.list.iter().map(|chain| chain.order().len()).sum();
        while self.order.len() < total {
            let mut ready: Option<(&'static str, usize)> = None;
            for (place, chain) in self.list.iter().enumerate() {
                let Some(migration) = chain.order().get(next[place]) else {
                    continue;
                };
                let mut waits = false;
                for dependency in needs_elsewhere(migration) {
                    let (at, needed) = self.find(migration, dependency)?;
                    waits |= !placed[at].contains(needed.id);
                }
                if !waits && ready.is_none_or(|(id, _)| migration.id < id) {
                    ready = Some((migration.id, place));
                }
            }
            let Some((_, place)) = ready else {
                return Err(GraphError::Cycle {
                    ids: self.waiting(&next),
                });
            };
            let migration = self.list[place].order()[next[place]];
            self.order.push((place, migration));
            placed[place].insert(migration.id);
            next[place] += 1;
        }
        Ok(())
    }

    fn waiting(&self, next: &[usize]) -> Vec<String> {
        let firsts = self.list.iter().zip(next);
        firsts
            .filter_map(|(chain, &next)| Some(chain.title(chain.order().get(next)?.id)))
            .collect()
    }

    /// What `chain@revision` is.
    fn find(
        &self,
        of: &Migration,
        (chain, id): (&str, &str),
    ) -> Result<(usize, &'static Migration), GraphError> {
        let place = self.place(chain);
        let found = place.and_then(|place| Some((place, self.list[place].by_id_or_label(id)?)));
        found.ok_or_else(|| GraphError::MissingDependency {
            id: of.id.to_owned(),
            dependency: format!("{chain}@{id}"),
        })
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|chain| chain.name() == name)
    }

    /// What is left out of comparisons with the database.
    pub(crate) fn ignore(&self) -> Result<Ignore, IgnoreError> {
        Ignore::parse(self.ignore.iter().copied())
    }

    /// What the database holds beside a chain, as far as it is compared.
    pub(crate) fn observe(
        &self,
        session: &mut dyn Session,
        chain: &Schema,
    ) -> Result<Schema, RunError> {
        self.observe_before(session, chain, &Schema::new())
    }

    /// The same, with the names that models have for what the chain does not know yet.
    pub(crate) fn observe_before(
        &self,
        session: &mut dyn Session,
        chain: &Schema,
        models: &Schema,
    ) -> Result<Schema, RunError> {
        let ignore = self.ignore()?;
        ignore.refuse_declared(chain)?;
        let mut database = introspect_before(session, chain, models)?;
        ignore.leave_out(&mut database, chain);
        self.tables.leave_out(&mut database);
        leave_out_ledgers(&mut database, &[chain, models]);
        Ok(database)
    }

    /// The schema's own chain.
    pub(crate) fn own(&self) -> &Chain {
        &self.list[self.list.len() - 1]
    }

    /// Every chain, the included ones first.
    pub(crate) fn list(&self) -> &[Chain] {
        &self.list
    }

    /// The chain at a place.
    pub(super) fn chain(&self, place: usize) -> &Chain {
        &self.list[place]
    }

    /// Every revision with the place of its chain, in the order in which they are applied.
    pub(super) fn order_by_chain(&self) -> impl Iterator<Item = (usize, &'static Migration)> + '_ {
        self.order.iter().copied()
    }

    /// Every revision, in that order.
    pub(crate) fn order(&self) -> impl Iterator<Item = &'static Migration> + '_ {
        self.order.iter().map(|(_, migration)| *migration)
    }

    /// The same, with whether a revision is the schema's own and not a library's.
    pub(crate) fn order_by_owner(&self) -> impl Iterator<Item = (bool, &'static Migration)> + '_ {
        let own = self.list.len() - 1;
        let order = self.order.iter();
        order.map(move |(place, migration)| (*place == own, *migration))
    }

    /// The revisions of the included chains, in that order.
    pub(crate) fn included(&self) -> impl Iterator<Item = &'static Migration> + '_ {
        let own = self.list.len() - 1;
        let included = self.order.iter().filter(move |(place, _)| *place != own);
        included.map(|(_, migration)| *migration)
    }

    /// The heads of every chain, the own ones first, as people see them.
    pub(crate) fn heads(&self) -> Vec<String> {
        let heads = |chain: &Chain| -> Vec<String> {
            let heads = chain.graph().heads();
            heads.iter().map(|id| chain.title(id)).collect()
        };
        self.own_first()
            .flat_map(|place| heads(&self.list[place]))
            .collect()
    }

    /// The heads of the included chains that a new revision has to depend on: those that the revision
    /// it follows does not stand on already.
    #[cfg(feature = "autogenerate")]
    pub(crate) fn new_dependencies(&self, parents: &[String]) -> Vec<String> {
        let own = self.list.len() - 1;
        let parents = parents.iter().filter_map(|id| self.own().get(id));
        let below = parents.map(|parent| (own, parent)).collect();
        let nothing = vec![Revisions::new(); self.list.len()];
        // The chains are in order, so every dependency is there.
        let below = self.missing(&nothing, below).unwrap_or(nothing);
        let mut heads = Vec::new();
        for (chain, below) in self.list[..own].iter().zip(&below) {
            let new = chain.graph().heads().into_iter();
            heads.extend(
                new.filter(|id| !below.contains(id.as_str()))
                    .map(|id| chain.title(&id)),
            );
        }
        heads
    }

    /// Version rows as people see them, those of the own chain first.
    pub(super) fn titles(&self, rows: &Rows) -> Vec<String> {
        let titles = |place: usize| {
            let rows = rows[place].iter();
            rows.map(move |id| self.list[place].title(id))
        };
        self.own_first().flat_map(titles).collect()
    }

    /// The places of the chains, that of the own one first.
    pub(super) fn own_first(&self) -> impl Iterator<Item = usize> + use<> {
        let own = self.list.len() - 1;
        std::iter::once(own).chain(0..own)
    }

    /// The applied revisions, in order.
    pub(crate) fn applied<'c>(
        &'c self,
        rows: &Rows,
    ) -> impl Iterator<Item = &'static Migration> + use<'c> {
        let applied = self.all_applied(rows);
        let order = self.order.iter();
        let applied = order.filter(move |(place, it)| applied[*place].contains(it.id));
        applied.map(|(_, migration)| *migration)
    }

    /// The applied revisions of each chain.
    pub(super) fn all_applied(&self, rows: &Rows) -> Vec<Revisions> {
        let rows = self.list.iter().zip(rows);
        rows.map(|(chain, rows)| chain.with_ancestors(rows.iter().copied()))
            .collect()
    }

    /// The schema that the applied revisions lead to. An operation that does not fit is left out: the
    /// database holds what it holds, and what it does not say is not worth refusing an upgrade for.
    pub(crate) fn fold(&self, rows: &Rows) -> Schema {
        let mut schema = Schema::new();
        for migration in self.applied(rows) {
            for operation in lower(migration.upgrade) {
                let _ = apply(&mut schema, &operation);
            }
        }
        schema
    }

    /// The chain that a target is about, and the target in it. `None` where it names no chain.
    fn aim<'t>(&self, target: &'t str) -> (Option<usize>, &'t str) {
        if let Some((chain, rest)) = target.trim().split_once('@')
            && !self.own().graph().knows(chain)
            && let Some(place) = self.place(chain)
        {
            return (Some(place), rest);
        }
        (None, target)
    }

    /// What leads forward to a target: in the own chain, or in that of `chain@target`, with what the
    /// revisions need of other chains. `head` and `heads` are those of all chains.
    pub(super) fn plan_upgrade(&self, rows: &Rows, target: &str) -> Result<Vec<Step>, GraphError> {
        let own = self.list.len() - 1;
        let (named, rest) = self.aim(target);
        let mut waiting = Vec::new();
        let mut plan = |place: usize, target: &str| {
            let plan = plan_upgrade(self.list[place].graph(), &texts(&rows[place]), target)?;
            let steps = plan.steps.iter();
            let steps = steps.filter_map(|step| self.list[place].get(&step.revision));
            waiting.extend(steps.map(|migration| (place, migration)));
            Ok(())
        };
        plan(named.unwrap_or(own), rest)?;
        if named.is_none() && is_every(rest, &[Symbol::Head, Symbol::Heads]) {
            (0..own).try_for_each(|place| plan(place, "heads"))?;
        }
        let missing = self.missing(&self.all_applied(rows), waiting)?;
        Ok(self.steps(&missing, Direction::Upgrade))
    }

    /// What of these revisions and of all that they need is not applied.
    fn missing(
        &self,
        applied: &[Revisions],
        mut waiting: Vec<(usize, &'static Migration)>,
    ) -> Result<Vec<Revisions>, GraphError> {
        let mut missing = vec![Revisions::new(); self.list.len()];
        while let Some((place, migration)) = waiting.pop() {
            if applied[place].contains(migration.id) || !missing[place].insert(migration.id) {
                continue;
            }
            let chain = &self.list[place];
            waiting.extend(chain.needs(migration).map(|migration| (place, migration)));
            for dependency in needs_elsewhere(migration) {
                waiting.push(self.find(migration, dependency)?);
            }
        }
        Ok(missing)
    }

    /// What a database has that was brought to a target, in order.
    #[cfg(feature = "autogenerate")]
    pub(crate) fn up_to(&self, target: &str) -> Result<Vec<&'static Migration>, GraphError> {
        let nothing = vec![Revisions::new(); self.list.len()];
        Ok(self.applied(&self.plan_from(&nothing, target)?).collect())
    }

    /// The version rows of a database that was brought to a target.
    pub(super) fn plan_from(&self, nothing: &Rows, target: &str) -> Result<Rows, GraphError> {
        let stamped = self.plan_stamp(nothing, &[target])?;
        let chains = self.list.iter().zip(&stamped).enumerate();
        let reached = chains
            .flat_map(|(place, (chain, rows))| {
                let rows = rows.iter().filter_map(|id| chain.get(id));
                rows.map(move |migration| (place, migration))
            })
            .collect();
        let reached = self.missing(nothing, reached)?;
        let mut state = State::new(self, nothing.clone());
        for step in self.steps(&reached, Direction::Upgrade) {
            state.make(self, step);
        }
        Ok(state.rows)
    }

    /// What leads back to a target, with what stands on it in other chains. `base` is that of all chains.
    pub(super) fn plan_downgrade(
        &self,
        rows: &Rows,
        target: &str,
    ) -> Result<Vec<Step>, GraphError> {
        let own = self.list.len() - 1;
        let (named, rest) = self.aim(target);
        let applied = self.all_applied(rows);
        let mut waiting: Vec<(usize, &'static str)> = Vec::new();
        let place = named.unwrap_or(own);
        let plan = plan_downgrade(self.list[place].graph(), &texts(&rows[place]), rest)?;
        let steps = plan.steps.iter();
        let steps = steps.filter_map(|step| self.list[place].get(&step.revision));
        waiting.extend(steps.map(|migration| (place, migration.id)));
        if named.is_none() && is_every(rest, &[Symbol::Base]) {
            for (place, applied) in applied.iter().enumerate() {
                waiting.extend(applied.iter().map(|id| (place, *id)));
            }
        }
        let mut gone = vec![Revisions::new(); self.list.len()];
        while let Some((place, id)) = waiting.pop() {
            if !applied[place].contains(id) || !gone[place].insert(id) {
                continue;
            }
            let chain = &self.list[place];
            waiting.extend(chain.followers(id).map(|id| (place, id)));
            // In a chain alone everything was found already.
            let others = if self.list.len() > 1 {
                &self.order[..]
            } else {
                &[]
            };
            for &(other, migration) in others {
                let mut needed = needs_elsewhere(migration);
                if needed.any(|it| it == (chain.name(), id)) {
                    waiting.push((other, migration.id));
                }
            }
        }
        let mut steps = self.steps(&gone, Direction::Downgrade);
        steps.reverse();
        Ok(steps)
    }

    fn steps(&self, chosen: &[Revisions], direction: Direction) -> Vec<Step> {
        let order = self.order.iter();
        let chosen = order.filter(|(place, it)| chosen[*place].contains(it.id));
        chosen
            .map(|&(chain, migration)| Step {
                chain,
                migration,
                direction,
            })
            .collect()
    }

    /// The version rows after a stamp: of the chain that a target names, of the own one where it names
    /// none, and of all of them for `head`, `heads` and `base`.
    pub(super) fn plan_stamp(&self, rows: &Rows, targets: &[&str]) -> Result<Rows, GraphError> {
        let own = self.list.len() - 1;
        let mut aimed: Vec<Vec<&str>> = vec![Vec::new(); self.list.len()];
        for target in targets {
            let (named, rest) = self.aim(target);
            aimed[named.unwrap_or(own)].push(rest);
            if named.is_none() {
                let every = if is_every(rest, &[Symbol::Head, Symbol::Heads]) {
                    "heads"
                } else if is_every(rest, &[Symbol::Base]) {
                    "base"
                } else {
                    continue;
                };
                aimed[..own].iter_mut().for_each(|aimed| aimed.push(every));
            }
        }
        let stamped = self.list.iter().zip(rows).zip(aimed);
        stamped
            .map(|((chain, rows), aimed)| {
                if aimed.is_empty() {
                    return Ok(rows.clone());
                }
                Ok(chain.known(&plan_stamp(chain.graph(), &texts(rows), &aimed)?))
            })
            .collect()
    }
}

/// The version rows of a chain.
fn of<'r>(schema: &SchemaDef, rows: &'r BTreeMap<&str, Vec<String>>) -> &'r [String] {
    rows.get(schema.chain).map_or(&[], Vec::as_slice)
}

/// Whether a target is one of these symbols and nothing else: it is meant of every chain.
fn is_every(target: &str, symbols: &[Symbol]) -> bool {
    Target::parse(target).is_ok_and(|target| {
        target.branch.is_none() && target.offset.is_none() && symbols.contains(&target.symbol)
    })
}

fn texts(revisions: &Revisions) -> Vec<String> {
    revisions.iter().map(|&id| id.to_owned()).collect()
}

/// What is applied, step by step, and the version rows that say so.
#[derive(Debug, Clone)]
pub(crate) struct State {
    applied: Vec<Revisions>,
    rows: Rows,
}

impl State {
    /// The state that version rows mean.
    pub(super) fn new(chains: &Chains, rows: Rows) -> Self {
        Self {
            applied: chains.all_applied(&rows),
            rows,
        }
    }

    /// The version rows.
    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whether the step is made.
    pub(super) fn is_made(&self, step: Step) -> bool {
        let applied = self.applied[step.chain].contains(step.migration.id);
        applied == (step.direction == Direction::Upgrade)
    }

    /// Whether what a step stands on is there; not so where another process went the other way.
    pub(super) fn fits(&self, chains: &Chains, step: Step) -> bool {
        let (chain, applied) = (&chains.list[step.chain], &self.applied[step.chain]);
        match step.direction {
            Direction::Upgrade => {
                let mut below = chain.needs(step.migration);
                below.all(|below| applied.contains(below.id))
            }
            Direction::Downgrade => {
                let mut above = chain.followers(step.migration.id);
                !above.any(|above| applied.contains(above))
            }
        }
    }

    /// The version rows after a step.
    pub(super) fn rows_after(&self, chains: &Chains, step: Step) -> Rows {
        let id = step.migration.id;
        let chain = &chains.list[step.chain];
        let applied = &self.applied[step.chain];
        let mut all = self.rows.clone();
        let rows = &mut all[step.chain];
        match step.direction {
            Direction::Upgrade => {
                for below in chain.needs(step.migration) {
                    rows.remove(below.id);
                }
                rows.insert(id);
            }
            Direction::Downgrade => {
                rows.remove(id);
                let below = chain.needs(step.migration).map(|below| below.id);
                rows.extend(below.filter(|below| {
                    let mut followers = chain.followers(below);
                    followers.all(|other| other == id || !applied.contains(other))
                }));
            }
        }
        all
    }

    /// Makes a step.
    pub(super) fn make(&mut self, chains: &Chains, step: Step) {
        self.rows = self.rows_after(chains, step);
        let applied = &mut self.applied[step.chain];
        match step.direction {
            Direction::Upgrade => applied.insert(step.migration.id),
            Direction::Downgrade => applied.remove(step.migration.id),
        };
    }
}
