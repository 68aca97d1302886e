//! What is kept out of comparison for good: in go the patterns of `ignore` and what introspection
//! reported, out comes the schema without it.
//!
//! Only what the database has beyond the models can be left out whole. Of what they make, an aspect can
//! be left alone: the database is taken to have it as the chain says.

mod pattern;

pub use pattern::IgnoreError;

use self::pattern::{Aspect, Candidate, Pattern};
use super::drift::missing;
use crate::diff::{RenameHints, diff};
use crate::operation::mentions::mentions;
use crate::operation::{describe, enum_of};
use crate::schema::{Attached, Column, IndexKey, Name, Schema, Table, TableName};

/// The patterns of `ignore`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

impl Ignore {
    /// Reads patterns.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn parse<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, IgnoreError> {
        let patterns = patterns.into_iter().map(Pattern::parse);
        Ok(Self {
            patterns: patterns.collect::<Result<_, _>>()?,
        })
    }

    /// The schema of a database without what is ignored, to be compared with a chain.
    pub fn leave_out(&self, database: &mut Schema, chain: &Schema) {
        if self.patterns.is_empty() {
            return;
        }
        self.leave_alone(database, chain);
        self.remove(database);
    }

    /// Refuses patterns for what models or migrations make.
    ///
    /// # Errors
    /// The first of them, and what it is for.
    pub fn refuse_declared(&self, declared: &Schema) -> Result<(), IgnoreError> {
        let takes = |ignore: &Self| {
            let mut kept = declared.clone();
            ignore.remove(&mut kept);
            (kept != *declared).then_some(kept)
        };
        if self.patterns.is_empty() || takes(self).is_none() {
            return Ok(());
        }
        for pattern in &self.patterns {
            let alone = Self {
                patterns: vec![pattern.clone()],
            };
            if let Some(kept) = takes(&alone) {
                let operations = diff(declared, &kept, &RenameHints::default());
                return Err(IgnoreError::Declared {
                    pattern: pattern.text.clone(),
                    object: missing(&operations).map_or_else(String::new, |it| it.to_string()),
                });
            }
        }
        Ok(())
    }

    fn fits(&self, kind: &str, table: Option<&TableName>, name: &str) -> bool {
        let table = table.map(ToString::to_string);
        let candidate = Candidate {
            kind,
            table: table.as_deref(),
            name,
        };
        let mut whole = self.patterns.iter().filter(|it| it.aspect.is_none());
        whole.any(|pattern| pattern.fits(candidate))
    }

    fn remove(&self, schema: &mut Schema) {
        let Schema {
            tables,
            enums,
            attached,
        } = schema;
        let mut gone = Vec::new();
        tables.retain(|name, _| {
            let is_gone = self.fits("table", None, &name.to_string());
            if is_gone {
                gone.push(name.clone());
            }
            !is_gone
        });
        for table in tables.values_mut() {
            self.remove_from(table);
            table.foreign_keys.retain(|key| !gone.contains(&key.target));
        }
        enums.retain(|name, _| !self.fits("enum", None, name.as_str()));
        attached.retain(|object| {
            let Attached {
                kind,
                name,
                table,
                sql: _,
            } = object;
            let on = table.as_ref();
            !(self.fits(kind.as_str(), on, name.as_str()) || on.is_some_and(|on| gone.contains(on)))
        });
    }

    /// A column goes with all that speaks of it.
    fn remove_from(&self, table: &mut Table) {
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes,
            comment: _,
            options: _,
            stored_sql: _,
        } = table;
        let mut gone: Vec<Name> = Vec::new();
        columns.retain(|column| {
            let is_gone = self.fits("column", Some(name), column.name.as_str());
            if is_gone {
                gone.push(column.name.clone());
            }
            !is_gone
        });
        let stays = |columns: &[Name]| !columns.iter().any(|name| gone.contains(name));
        let is_gone = |kind: &str, own: Option<&Name>, or: String| {
            self.fits(kind, Some(name), own.map_or(&or, |own| own.as_str()))
        };
        if (primary_key.as_ref()).is_some_and(|key| !stays(&key.columns)) {
            *primary_key = None;
        }
        uniques.retain(|it| {
            let structure = describe::columns(&it.columns);
            let all_stay = stays(&it.columns) && stays(&it.include);
            all_stay && !is_gone("constraint", it.name.as_ref(), structure)
        });
        checks.retain(|it| {
            let structure = format!("({})", describe::text(&it.expression));
            !gone.iter().any(|name| mentions(&it.expression, name))
                && !is_gone("constraint", it.name.as_ref(), structure)
        });
        foreign_keys.retain(|it| {
            let structure = describe::columns(&it.columns);
            stays(&it.columns) && !is_gone("constraint", it.name.as_ref(), structure)
        });
        indexes.retain(|index| {
            let uses = |column: &Name| {
                let in_keys = index.columns.iter().any(|part| match &part.key {
                    IndexKey::Column(name) => name == column,
                    IndexKey::Expression(text) => mentions(text, column),
                });
                let in_predicate =
                    (index.predicate.as_ref()).is_some_and(|it| mentions(it, column));
                in_keys || in_predicate || index.include.contains(column)
            };
            !gone.iter().any(uses) && !self.fits("index", Some(name), index.name.as_str())
        });
    }

    /// Gives the database the chain's word where only an aspect is ignored.
    fn leave_alone(&self, database: &mut Schema, chain: &Schema) {
        for pattern in &self.patterns {
            let Some(aspect) = pattern.aspect else {
                continue;
            };
            for said in chain.tables.values() {
                if let Some(found) = same_table(database, &said.name) {
                    pattern.take_over(aspect, found, said);
                }
            }
        }
        // Where a type is taken over that the database has not.
        let columns = database.tables.values().flat_map(|table| &table.columns);
        for name in columns.filter_map(|column| enum_of(&column.ty)) {
            if let (false, Some(there)) = (database.enums.contains_key(name), chain.enums.get(name))
            {
                database.enums.insert(name.clone(), there.clone());
            }
        }
    }
}

impl Pattern {
    fn take_over(&self, aspect: Aspect, found: &mut Table, said: &Table) {
        let name = said.name.to_string();
        let table = Candidate {
            kind: "table",
            table: None,
            name: &name,
        };
        if aspect == Aspect::Comment && self.fits(table) {
            found.comment.clone_from(&said.comment);
        }
        for column in &said.columns {
            let candidate = Candidate {
                kind: "column",
                table: Some(&name),
                name: column.name.as_str(),
            };
            let same = |it: &&mut Column| alike(&it.name, &column.name);
            if self.fits(candidate)
                && let Some(found) = found.columns.iter_mut().find(same)
            {
                take_over(found, column, aspect);
            }
        }
    }
}

/// The table of that name, in any case.
fn same_table<'s>(schema: &'s mut Schema, name: &TableName) -> Option<&'s mut Table> {
    let exact = schema.tables.contains_key(name);
    (schema.tables.values_mut()).find(|table| {
        table.name == *name
            || !exact && table.name.schema == name.schema && alike(&table.name.name, &name.name)
    })
}

fn alike(one: &Name, other: &Name) -> bool {
    one.as_str().eq_ignore_ascii_case(other.as_str())
}

fn take_over(found: &mut Column, said: &Column, aspect: Aspect) {
    match aspect {
        Aspect::Type => found.ty = said.ty.clone(),
        Aspect::Default => found.default.clone_from(&said.default),
        Aspect::Nullable => found.nullable = said.nullable,
        Aspect::Collation => found.collation.clone_from(&said.collation),
        Aspect::Comment => found.comment.clone_from(&said.comment),
    }
}
