//! Which table comes or goes first.
//!
//! Tables are created after those they refer to and dropped before them. Where foreign keys run in a
//! circle one of them cannot be there yet (or still), and only that one becomes an operation of its
//! own; a table that refers to itself needs nothing.

use std::collections::BTreeMap;

use super::foreign_key::Keys;
use crate::operation::{Operation, key};
use crate::schema::{ForeignKey, Schema, Table, TableName};

/// The tables of `to` that are new, and those of `from` that are gone, by name.
pub(super) fn created_and_dropped<'a>(
    from: &'a Schema,
    to: &'a Schema,
) -> (Vec<&'a Table>, Vec<&'a Table>) {
    let only_in = |one: &'a Schema, other: &'a Schema| {
        one.tables
            .values()
            .filter(|table| !other.tables.contains_key(&table.name))
            .collect()
    };
    (only_in(to, from), only_in(from, to))
}

/// Creates tables with their indexes; returns the foreign keys that must wait as well.
pub(super) fn create_tables(
    created: &[&Table],
    keys: &Keys<'_>,
) -> (Vec<Operation>, Vec<Operation>) {
    let (mut operations, mut waiting) = (Vec::new(), Vec::new());
    for Visited { table, closing } in parents_first(created) {
        let mut bare = table.clone();
        bare.stored_sql = None;
        let indexes = std::mem::take(&mut bare.indexes);
        let foreign_keys = std::mem::take(&mut bare.foreign_keys);
        let (ready, late): (Vec<_>, Vec<_>) = (foreign_keys.into_iter())
            .partition(|key| !closing.contains(&key) && is_ready(key, &bare, keys));
        bare.foreign_keys = ready;
        waiting.extend(
            late.into_iter()
                .map(|foreign_key| Operation::AddForeignKey {
                    table: table.name.clone(),
                    foreign_key,
                    if_not_exists: false,
                    not_valid: false,
                }),
        );
        sort_constraints(&mut bare);
        operations.push(Operation::CreateTable {
            table: bare,
            if_not_exists: false,
        });
        operations.extend(super::index::sorted(indexes).into_iter().map(|index| {
            Operation::CreateIndex {
                table: table.name.clone(),
                index,
                if_not_exists: false,
                concurrently: false,
            }
        }));
    }
    (operations, waiting)
}

/// Drops tables, the referring ones first. A foreign key that closes a circle is dropped before.
pub(super) fn drop_tables(dropped: &[&Table]) -> Vec<Operation> {
    let visited = parents_first(dropped);
    let mut operations = Vec::new();
    for Visited { table, closing } in &visited {
        operations.extend(closing.iter().filter_map(|key| {
            Some(Operation::DropForeignKey {
                table: table.name.clone(),
                name: key.name.clone()?,
            })
        }));
    }
    operations.extend(visited.iter().rev().map(|visited| Operation::DropTable {
        table: visited.table.name.clone(),
        if_exists: false,
    }));
    operations
}

/// Whether what a foreign key of a new table refers to is a key by then, and stays one: in a table that
/// is there before, in another new one, which is created before with its indexes, or in itself without.
fn is_ready(key: &ForeignKey, table: &Table, keys: &Keys<'_>) -> bool {
    if key.target == table.name {
        return key::is_key(table, &key.target_columns);
    }
    keys.hold(key)
}

/// The lists have no order of their own, so they get one.
fn sort_constraints(table: &mut Table) {
    table.uniques.sort();
    table.checks.sort();
    table.foreign_keys.sort();
}

/// A table in its place, with those of its foreign keys that refer to a later one.
struct Visited<'a> {
    table: &'a Table,
    closing: Vec<&'a ForeignKey>,
}

/// Depth first, by name: a table comes after those it refers to.
fn parents_first<'a>(tables: &[&'a Table]) -> Vec<Visited<'a>> {
    let mut walk = Walk {
        tables: tables.iter().map(|table| (&table.name, *table)).collect(),
        states: BTreeMap::new(),
        visited: Vec::new(),
    };
    for table in tables {
        walk.visit(table);
    }
    walk.visited
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Done,
}

struct Walk<'a> {
    tables: BTreeMap<&'a TableName, &'a Table>,
    states: BTreeMap<&'a TableName, State>,
    visited: Vec<Visited<'a>>,
}

impl<'a> Walk<'a> {
    fn visit(&mut self, table: &'a Table) {
        if self.states.contains_key(&table.name) {
            return;
        }
        self.states.insert(&table.name, State::Open);
        let mut keys: Vec<&'a ForeignKey> = table.foreign_keys.iter().collect();
        keys.sort();
        let mut closing = Vec::new();
        for key in keys.into_iter().filter(|key| key.target != table.name) {
            let Some(target) = self.tables.get(&key.target).copied() else {
                continue;
            };
            self.visit(target);
            if self.states.get(&target.name) == Some(&State::Open) {
                closing.push(key);
            }
        }
        self.states.insert(&table.name, State::Done);
        self.visited.push(Visited { table, closing });
    }
}
