//! A database with tables and no record of revisions: which revision does it look like?
//!
//! In go the chain and what the database holds, out comes, for each table, between which revisions the
//! chain has it as it is there. Nothing is decided: that is for whoever knows where the tables came from.

use crate::autogenerate::drift;
use crate::dialect::Dialect;
use crate::operation::apply;
use crate::runner::{Chains, lower};
use crate::schema::{Name, Schema, SqlType, TableName};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A database with tables that nobody recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unrecorded {
    /// Its tables, by name.
    pub tables: Vec<UnrecordedTable>,
    /// The last revision at which the chain has all of them as they are, and no others.
    pub fits: Option<String>,
    /// The highest revisions that the log says are applied, though the version table does not.
    pub logged: Vec<String>,
}

/// One of its tables.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnrecordedTable {
    /// Its name.
    pub name: String,
    /// What the chain says of it.
    pub known: Likeness,
}

/// How a table goes with the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    /// No revision has a table of that name.
    Unknown,
    /// The chain has one, and it is never like this.
    Different,
    /// From one revision to another one the chain has it like this.
    Between {
        /// The first.
        first: String,
        /// The last; the same where only one has it so.
        last: String,
    },
}

/// How many tables a sentence names.
const SHOWN: usize = 30;

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            tables,
            fits: _,
            logged,
        } = self;
        write!(
            f,
            "the database has tables, and no record of the revisions that made them"
        )?;
        if !logged.is_empty() {
            write!(f, " (its log says: {})", logged.join(", "))?;
        }
        let width = tables.iter().map(|table| table.name.len()).max();
        let width = width.unwrap_or_default();
        for UnrecordedTable { name, known } in tables.iter().take(SHOWN) {
            write!(f, "\n  {name:width$}  ")?;
            match known {
                Likeness::Unknown => write!(f, "in no revision")?,
                Likeness::Different => write!(f, "different in every revision")?,
                Likeness::Between { first, last } if first == last => {
                    write!(f, "as at revision {first}")?;
                }
                Likeness::Between { first, last } => {
                    write!(f, "as at revisions {first} to {last}")?;
                }
            }
        }
        if tables.len() > SHOWN {
            write!(f, "\n  and {} more", tables.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl Unrecorded {
    /// What to do next.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut hints = Vec::new();
        let is = |known: fn(&Likeness) -> bool| self.tables.iter().any(|it| known(&it.known));
        if !self.logged.is_empty() {
            let logged = self.logged.join(" ");
            hints.push(format!(
                "if the version table was emptied by accident: cargo migrate stamp {logged}"
            ));
        }
        if let Some(fits) = self.fits.as_ref().filter(|fits| self.logged != [&***fits]) {
            hints.push(format!(
                "all of them are as at revision {fits}: cargo migrate stamp {fits}"
            ));
        } else if self.logged.is_empty() && is(|known| *known != Likeness::Unknown) {
            hints.push(
                "if you know the revision that they are at: cargo migrate stamp REVISION"
                    .to_owned(),
            );
        }
        if is(|known| !matches!(known, Likeness::Between { .. })) {
            hints.push(
                "to take over what no revision describes: cargo migrate models --from-database --adopt"
                    .to_owned(),
            );
        }
        if is(|known| *known == Likeness::Unknown) {
            hints.push(
                "tables of somebody else: schema! { …, ignore = [\"their_*\"] }, or once: cargo migrate upgrade"
                    .to_owned(),
            );
        }
        hints
    }
}

/// Holds the tables of a database against every revision.
pub(super) fn compare(
    chains: &Chains,
    database: &Schema,
    logged: Vec<String>,
    dialect: &dyn Dialect,
) -> Unrecorded {
    let mut found = Search::default();
    for migration in chains.order() {
        found.next(migration.id, &lower(migration.upgrade), database, dialect);
    }
    let tables = database.tables.keys().map(|name| UnrecordedTable {
        name: name.to_string(),
        known: found.likeness(name),
    });
    Unrecorded {
        tables: tables.collect(),
        fits: found.fits,
        logged,
    }
}

/// What is known behind some revisions of the chain.
#[derive(Default)]
struct Search {
    schema: Schema,
    /// The tables that the chain ever had.
    seen: BTreeSet<TableName>,
    /// Those that are like in the database now.
    alike: BTreeSet<TableName>,
    /// The first and the last revision of each table that was.
    between: BTreeMap<TableName, (String, String)>,
    fits: Option<String>,
}

impl Search {
    fn next(
        &mut self,
        revision: &str,
        operations: &[crate::operation::Operation],
        database: &Schema,
        dialect: &dyn Dialect,
    ) {
        let before = self.schema.clone();
        for operation in operations {
            // What does not fit the chain is the compiler's matter.
            let _ = apply(&mut self.schema, operation);
        }
        self.seen.extend(self.schema.tables.keys().cloned());
        let names: Vec<TableName> = database.tables.keys().cloned().collect();
        for name in names {
            if changed(&before, &self.schema, &name) {
                if is_alike(&self.schema, database, &name, dialect) {
                    self.alike.insert(name.clone());
                    // Like again behind other revisions: those are meant that come last.
                    let first = revision.to_owned();
                    self.between.insert(name.clone(), (first.clone(), first));
                } else {
                    self.alike.remove(&name);
                }
            }
            if self.alike.contains(&name)
                && let Some((_, last)) = self.between.get_mut(&name)
            {
                revision.clone_into(last);
            }
        }
        let has_all = !self.schema.tables.is_empty()
            && (self.schema.tables.keys()).all(|table| self.alike.contains(table));
        let is_all = (database.tables.keys())
            .all(|table| self.alike.contains(table) || !self.seen.contains(table));
        if has_all && is_all {
            self.fits = Some(revision.to_owned());
        }
    }

    fn likeness(&self, name: &TableName) -> Likeness {
        match self.between.get(name) {
            Some((first, last)) => Likeness::Between {
                first: first.clone(),
                last: last.clone(),
            },
            None if self.seen.contains(name) => Likeness::Different,
            None => Likeness::Unknown,
        }
    }
}

fn changed(before: &Schema, after: &Schema, name: &TableName) -> bool {
    before.table(name) != after.table(name)
        || enums_of(before, name)
            .iter()
            .any(|name| before.enums.get(name) != after.enums.get(name))
}

fn is_alike(chain: &Schema, database: &Schema, name: &TableName, dialect: &dyn Dialect) -> bool {
    let (Some(_), Some(_)) = (chain.table(name), database.table(name)) else {
        return false;
    };
    let enums = enums_of(chain, name);
    let (chain, database) = (only(chain, name, &enums), only(database, name, &enums));
    drift(&chain, &database, dialect).is_empty()
}

/// The enum types of a table's columns.
fn enums_of(schema: &Schema, name: &TableName) -> BTreeSet<Name> {
    let columns = schema.table(name).into_iter().flat_map(|it| &it.columns);
    columns
        .filter_map(|column| match &column.ty {
            SqlType::Enum(name) => Some(name.clone()),
            SqlType::Array(inner) => match &**inner {
                SqlType::Enum(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// A schema of one table.
fn only(schema: &Schema, name: &TableName, enums: &BTreeSet<Name>) -> Schema {
    let tables = schema.tables.get_key_value(name).into_iter();
    let types = schema
        .enums
        .iter()
        .filter(|(name, _)| enums.contains(*name));
    Schema {
        tables: tables.map(|(k, v)| (k.clone(), v.clone())).collect(),
        enums: types.map(|(k, v)| (k.clone(), v.clone())).collect(),
        attached: Vec::new(),
    }
}
