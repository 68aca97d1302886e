//! The type of every field, chosen before anything is written: a foreign key has that of its target.
//!
//! In: an introspected schema. Out: for each column the portable type whose Rust type the field has, and
//! whether the database's own spelling must be said beside it. The aim is what a person would choose:
//! never a type too narrow for what the column may hold, and no attribute where the type says it all.

use super::table::same;
use crate::dialect::Dialect;
use crate::schema::{Column, ForeignKey, Name, Schema, SqlType, Table, TableName};
use std::collections::BTreeMap;

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// What the field holds.
    pub(super) value: SqlType,
    /// The declaration, where the portable type would make another one.
    pub(super) spelled: bool,
}

/// The types of all fields.
#[derive(Debug)]
pub(super) struct Choices(BTreeMap<(TableName, Name), Choice>);

impl Choices {
    pub(super) fn new(schema: &Schema, dialect: &dyn Dialect) -> Self {
        let widths = has_widths(schema, dialect);
        let mut choices = Self(BTreeMap::new());
        for table in schema.tables.values() {
            for column in &table.columns {
                let value = value_type(column, dialect, widths);
                let choice = Choice {
                    spelled: false,
                    value,
                };
                choices.0.insert(place(table, column), choice);
            }
        }
        let links = links(schema);
        if widths {
            choices.narrow_keys(&links);
        }
        choices.follow_targets(&links);
        choices.spell(schema, &links, dialect);
        choices
    }

    pub(super) fn get(&self, table: &Table, column: &Column) -> Option<&Choice> {
        self.0.get(&place(table, column))
    }

    /// The table as its model would be without a spelled type.
    fn portable(&self, table: &Table) -> Table {
        let mut portable = table.clone();
        for (column, there) in portable.columns.iter_mut().zip(&table.columns) {
            if let Some(value) = self.value(table, there) {
                column.ty = value.clone();
            }
        }
        portable
    }

    fn value(&self, table: &Table, column: &Column) -> Option<&SqlType> {
        self.get(table, column).map(|choice| &choice.value)
    }

    fn set(&mut self, table: &Table, column: &Column, value: SqlType) {
        if let Some(choice) = self.0.get_mut(&place(table, column)) {
            choice.value = value;
        }
    }

    /// A numbered key that all references take for an `i32` is one.
    fn narrow_keys(&mut self, links: &[Link<'_>]) {
        let keys: Vec<_> = links
            .iter()
            .filter(|link| link.to.1.auto_increment)
            .collect();
        for link in &keys {
            let (table, column) = link.to;
            let all = keys.iter().filter(|other| other.to == link.to);
            let narrow = all
                .map(|other| self.value(other.from.0, other.from.1))
                .all(|value| value == Some(&SqlType::Integer));
            if narrow {
                self.set(table, column, SqlType::Integer);
            }
        }
    }

    /// Numbers that refer to numbers have their width. A target may refer further on.
    fn follow_targets(&mut self, links: &[Link<'_>]) {
        // A chain of references is no longer than there are references; a circle ends there, too.
        for _ in 0..links.len() {
            let mut changed = false;
            for Link { from, to } in links {
                let (Some(own), Some(target)) =
                    (self.value(from.0, from.1), self.value(to.0, to.1).cloned())
                else {
                    continue;
                };
                if *own != target
                    && is_integer(own)
                    && is_integer(&target)
                    && !from.1.auto_increment
                {
                    self.set(from.0, from.1, target);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn spell(&mut self, schema: &Schema, links: &[Link<'_>], dialect: &dyn Dialect) {
        for table in schema.tables.values() {
            let there = compared(table.clone(), dialect);
            let portable = compared(self.portable(table), dialect);
            for (column, (a, b)) in table.columns.iter().zip(there.iter().zip(&portable)) {
                let same =
                    (&a.ty, a.nullable, a.auto_increment) == (&b.ty, b.nullable, b.auto_increment);
                // A key that may be NULL is nothing that a portable type has.
                let nullable_key = column.nullable && is_key_part(table, column);
                // A way of numbering of the database's own, which compares as numbering.
                let numbered = column.auto_increment
                    && spelling(column, dialect).is_some_and(|spelling| {
                        matches!(dialect.parse_type(spelling), SqlType::Native(_))
                    });
                if let Some(choice) = self.0.get_mut(&place(table, column)) {
                    choice.spelled = !same || nullable_key || numbered;
                }
            }
        }
        for Link { from, to } in links {
            let [own, target] = [from, to].map(|side| self.value(side.0, side.1));
            let alike = own
                .zip(target)
                .is_none_or(|(own, target)| comparable(own, target));
            if !alike && let Some(choice) = self.0.get_mut(&place(from.0, from.1)) {
                // Two kinds that only SQLite compares; a spelled type is not compared.
                choice.spelled = true;
            }
        }
    }
}

/// The columns of a table as the dialect compares them.
fn compared(mut table: Table, dialect: &dyn Dialect) -> Vec<Column> {
    table.stored_sql = None;
    let mut schema = Schema::new();
    schema.insert(table);
    let schema = dialect.normalize(&dialect.physical(&schema));
    let tables = schema.tables.into_values();
    tables.flat_map(|table| table.columns).collect()
}

fn place(table: &Table, column: &Column) -> (TableName, Name) {
    (table.name.clone(), column.name.clone())
}

fn spelling<'a>(column: &'a Column, dialect: &dyn Dialect) -> Option<&'a str> {
    match &column.ty {
        SqlType::Native(text) => Some(text.get(dialect.backend()).unwrap_or_default()),
        _ => None,
    }
}

/// Whether the authors of the schema told narrow integers from wide ones. Where they did, `INTEGER` is the
/// narrow one; where all are called `INTEGER`, any of them may hold eight bytes.
fn has_widths(schema: &Schema, dialect: &dyn Dialect) -> bool {
    let mut columns = schema.tables.values().flat_map(|table| &table.columns);
    columns.any(|column| {
        spelling(column, dialect)
            .is_some_and(|spelling| matches!(dialect.parse_type(spelling), SqlType::BigInt))
    })
}

fn value_type(column: &Column, dialect: &dyn Dialect, widths: bool) -> SqlType {
    let Some(spelling) = spelling(column, dialect) else {
        return column.ty.clone();
    };
    match dialect.parse_type(spelling) {
        SqlType::Integer if widths && !column.auto_increment => SqlType::Integer,
        _ => dialect.value_type(spelling),
    }
}

/// A column and the one it refers to.
struct Link<'a> {
    from: (&'a Table, &'a Column),
    to: (&'a Table, &'a Column),
}

fn links(schema: &Schema) -> Vec<Link<'_>> {
    let by_name: BTreeMap<String, &Table> = (schema.tables.values())
        .map(|table| (table.name.to_string().to_lowercase(), table))
        .collect();
    let mut links = Vec::new();
    for table in schema.tables.values() {
        for key in &table.foreign_keys {
            let Some(target) = by_name.get(&key.target.to_string().to_lowercase()) else {
                continue;
            };
            let columns = key.columns.iter().zip(target_columns(key, target));
            links.extend(columns.filter_map(|(from, to)| {
                let from = (table, column(table, from)?);
                let to = (*target, column(target, to)?);
                Some(Link { from, to })
            }));
        }
    }
    links
}

fn target_columns<'a>(key: &'a ForeignKey, target: &'a Table) -> &'a [Name] {
    if key.target_columns.is_empty() {
        target.primary_key.as_ref().map_or(&[], |key| &key.columns)
    } else {
        &key.target_columns
    }
}

fn column<'a>(table: &'a Table, name: &Name) -> Option<&'a Column> {
    table.columns.iter().find(|column| same(&column.name, name))
}

fn is_key_part(table: &Table, column: &Column) -> bool {
    let mut key = table.primary_key.iter().flat_map(|key| &key.columns);
    key.any(|name| same(name, &column.name))
}

const fn is_integer(ty: &SqlType) -> bool {
    matches!(ty, SqlType::SmallInt | SqlType::Integer | SqlType::BigInt)
}

/// As the compiler's rule for foreign keys: the same kind, and of numbers the same width.
fn comparable(a: &SqlType, b: &SqlType) -> bool {
    let is_text =
        |ty: &SqlType| matches!(ty, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_));
    let is_float = |ty: &SqlType| matches!(ty, SqlType::Float | SqlType::Double);
    a == b || is_text(a) && is_text(b) || is_float(a) && is_float(b)
}
