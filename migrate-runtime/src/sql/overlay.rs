//! The schema that operations are rendered against online: what the database holds, in the chain's words.
//!
//! In: the folded chain and the introspected database. Out: the objects of the *database*, each in the
//! portable form that the chain knows it by (so that an enum column is one, and not a TEXT with some
//! check), with the stored statements, triggers and views that only the database knows.

use crate::dialect::Dialect;
use crate::dialect::expression::canonical_rule;
use crate::operation::enum_of;
use crate::schema::{Check, Column, ForeignKey, Index, Name, Schema, Table, TableOptions, Unique};

/// Puts the chain's words to what the database holds.
pub fn overlay(chain: &Schema, database: &Schema, dialect: &dyn Dialect) -> Schema {
    let physical = dialect.physical(chain);
    let mut schema = Schema {
        tables: database.tables.clone(),
        // A type that only the database has may be one that the next operations take over.
        enums: (database.enums.iter().chain(&chain.enums))
            .map(|(name, enum_type)| (name.clone(), enum_type.clone()))
            .collect(),
        attached: database.attached.clone(),
    };
    for (name, ours) in &chain.tables {
        if let (Some(there), Some(held)) = (schema.tables.get_mut(name), physical.table(name)) {
            let differing = if dialect.capabilities().restates_columns {
                changed_by_others(held, there, dialect)
            } else {
                Vec::new()
            };
            *there = Merge {
                ours,
                held,
                dialect,
                differing,
            }
            .table(there);
        }
    }
    schema
}

/// A table of the chain, as it is and as the database would hold it.
struct Merge<'a> {
    ours: &'a Table,
    held: &'a Table,
    dialect: &'a dyn Dialect,
    /// Columns that somebody changed, where saying one again would undo that.
    differing: Vec<Differing>,
}

/// What of a column is not what the chain made it.
struct Differing {
    name: Name,
    ty: bool,
    nullable: bool,
    default: bool,
    generated: bool,
    collation: bool,
    comment: bool,
}

/// The columns of a table that are not what the chain made them.
fn changed_by_others(held: &Table, there: &Table, dialect: &dyn Dialect) -> Vec<Differing> {
    let normal = |table: &Table| {
        let mut alone = Schema::new();
        alone.insert(table.clone());
        let tables = dialect.normalize(&alone).tables.into_values();
        tables
            .flat_map(|table| table.columns)
            .collect::<Vec<Column>>()
    };
    // Most tables are as they were made.
    if held.columns == there.columns {
        return Vec::new();
    }
    let (ours, theirs) = (normal(held), normal(there));
    let differing = theirs.into_iter().filter_map(|there| {
        let ours = ours.iter().find(|ours| ours.name == there.name)?;
        (*ours != there).then(|| Differing {
            ty: ours.ty != there.ty,
            nullable: ours.nullable != there.nullable,
            default: ours.default != there.default,
            generated: ours.generated != there.generated,
            collation: ours.collation != there.collation,
            comment: ours.comment != there.comment,
            name: there.name,
        })
    });
    differing.collect()
}

impl Merge<'_> {
    fn table(&self, there: &Table) -> Table {
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes,
            comment: _,
            options,
            stored_sql,
        } = there;
        Table {
            name: name.clone(),
            columns: columns.iter().map(|column| self.column(column)).collect(),
            primary_key: primary_key.clone(),
            uniques: (uniques.iter())
                .filter(|unique| self.made_as_index(unique).is_none())
                .map(|unique| self.unique(unique))
                .collect(),
            checks: checks
                .iter()
                .filter_map(|check| self.check(check, checks))
                .collect(),
            foreign_keys: foreign_keys
                .iter()
                .map(|foreign_key| self.foreign_key(foreign_key))
                .collect(),
            indexes: (indexes.iter())
                .map(|index| self.index(index))
                .chain(
                    uniques
                        .iter()
                        .filter_map(|it| self.made_as_index(it))
                        .cloned(),
                )
                .collect(),
            comment: self.ours.comment.clone(),
            options: TableOptions {
                sqlite_strict: options.sqlite_strict,
                sqlite_without_rowid: options.sqlite_without_rowid,
                // Of a table that numbers itself, not of one that shall not.
                sqlite_no_autoincrement: if self.ours.columns.iter().any(|it| it.auto_increment) {
                    options.sqlite_no_autoincrement
                } else {
                    self.ours.options.sqlite_no_autoincrement
                },
                ..self.ours.options.clone()
            },
            stored_sql: stored_sql.clone(),
        }
    }

    fn column(&self, there: &Column) -> Column {
        let mut column = self.ours.column(&there.name).unwrap_or(there).clone();
        let differs = (self.differing.iter())
            .find(|it| it.name.as_str().eq_ignore_ascii_case(there.name.as_str()));
        let Some(Differing {
            name: _,
            ty,
            nullable,
            default,
            generated,
            collation,
            comment,
        }) = differs
        else {
            return column;
        };
        // The values of an enum type are the type's matter.
        if *ty && enum_of(&column.ty).is_none() {
            column.ty = there.ty.clone();
        }
        if *nullable {
            column.nullable = there.nullable;
        }
        if *default {
            column.default.clone_from(&there.default);
        }
        if *generated {
            column.generated.clone_from(&there.generated);
        }
        if *collation {
            column.collation.clone_from(&there.collation);
        }
        if *comment {
            column.comment.clone_from(&there.comment);
        }
        column
    }

    /// One that has only the name is what a run left that ended half way, or somebody made.
    fn index(&self, there: &Index) -> Index {
        let ours = self.ours.index(&there.name);
        ours.filter(|ours| *ours == there || self.normal(ours) == self.normal(there))
            .unwrap_or(there)
            .clone()
    }

    fn normal(&self, index: &Index) -> Schema {
        let mut alone = Table::new(self.ours.name.clone());
        alone.columns.clone_from(&self.ours.columns);
        alone.indexes = vec![index.clone()];
        let mut schema = Schema::new();
        schema.insert(alone);
        self.dialect.normalize(&self.dialect.physical(&schema))
    }

    /// Whether a constraint need not have the name that the chain has for it: where it has none, or where
    /// no statement takes it.
    fn is_found_by_form(&self, name: Option<&Name>) -> bool {
        name.is_none() || !self.dialect.capabilities().alter_in_place
    }

    /// The unique index that the chain made, of what the database calls a constraint.
    fn made_as_index(&self, there: &Unique) -> Option<&Index> {
        let is_told_apart = !self.dialect.capabilities().uniques_are_indexes;
        let ours = self.ours.index(there.name.as_ref()?)?;
        (ours.unique && !is_told_apart).then_some(ours)
    }

    fn unique(&self, there: &Unique) -> Unique {
        let same = |ours: &&Unique| is_named(ours.name.as_ref(), there.name.as_ref());
        let alike = |ours: &&Unique| {
            self.is_found_by_form(there.name.as_ref())
                && ours.columns.len() == there.columns.len()
                && (ours.columns.iter()).all(|column| there.columns.contains(column))
        };
        let ours = &self.ours.uniques;
        (ours.iter().find(same).or_else(|| ours.iter().find(alike)))
            .unwrap_or(there)
            .clone()
    }

    fn foreign_key(&self, there: &ForeignKey) -> ForeignKey {
        let same = |ours: &&ForeignKey| is_named(ours.name.as_ref(), there.name.as_ref());
        let alike = |ours: &&ForeignKey| {
            self.is_found_by_form(there.name.as_ref())
                && ours.columns == there.columns
                && ours.target == there.target
        };
        let ours = &self.ours.foreign_keys;
        (ours.iter().find(same).or_else(|| ours.iter().find(alike)))
            .unwrap_or(there)
            .clone()
    }

    /// `None` for a check that only stands for a column's type: it comes and goes with the type. It may
    /// have the name that a column or table had once, so it is found by what it says; but a check that somebody
    /// wrote may say the same, and is known by its name.
    fn check(&self, there: &Check, all: &[Check]) -> Option<Check> {
        let same_name = |held: &&Check| is_named(held.name.as_ref(), there.name.as_ref());
        let same_text = |held: &&Check| self.text(held) == self.text(there);
        let is_another = |ours: &Check| {
            (all.iter()).any(|other| is_named(ours.name.as_ref(), other.name.as_ref()))
        };
        let ours = &self.ours.checks;
        if let Some(ours) = ours.iter().find(same_name) {
            return Some(ours.clone());
        }
        if self.held.checks.iter().any(|held| same_name(&held)) {
            return None;
        }
        if self.is_found_by_form(there.name.as_ref())
            && let Some(ours) = ours.iter().find(|it| same_text(it) && !is_another(it))
        {
            return Some(ours.clone());
        }
        let of_type = self.held.checks.iter().any(|held| same_text(&held));
        (!of_type).then(|| there.clone())
    }

    fn text(&self, check: &Check) -> Option<String> {
        let backend = self.dialect.backend();
        let sql = check.expression.get(backend)?;
        Some(canonical_rule(backend, sql))
    }
}

fn is_named(ours: Option<&Name>, theirs: Option<&Name>) -> bool {
    ours.is_some() && ours == theirs
}
