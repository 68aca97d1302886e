//! Two schemas in the form they are compared in, but in the words of their authors.
//!
//! In: two schemas of one database. Out: both normalized, and then each name, type and expression as it
//! was written, the second schema's word first. What is equal when normalized has one word for both
//! sides, so nothing becomes different, and a message about a difference says `userId` and `DATETIME`
//! where the normalized form says `userid` and `TIMESTAMP`. Of tables that are equal nothing is said:
//! those that are equal before they are normalized are left out, those that are so after it stay as
//! they are. That is most of the work where little differs.

use super::Dialect;
use crate::schema::{
    Backend, Check, Column, DefaultValue, ForeignKey, Generated, Index, IndexColumn, IndexKey,
    Name, PrimaryKey, Schema, SqlText, SqlType, Table, TableName, Unique,
};
use std::collections::{BTreeMap, BTreeSet};

/// Both schemas, normalized and in their authors' words, without the tables that they have in common
/// and that have nothing to do with any difference.
pub fn compared(from: &Schema, to: &Schema, dialect: &dyn Dialect) -> (Schema, Schema) {
    let [mut from, mut to] = [from, to].map(|schema| dialect.physical(schema));
    let concerned = spoken_of(&from, &to, is_written_alike);
    from.tables.retain(|name, _| concerned.contains(name));
    to.tables.retain(|name, _| concerned.contains(name));
    let [mut from_normal, mut to_normal] = [&from, &to].map(|schema| dialect.normalize(schema));
    let spoken_of = spoken_of(&from_normal, &to_normal, Table::eq);
    let mut words = Words::new(dialect.backend());
    words.learn(&to, &to_normal, &spoken_of);
    words.learn(&from, &from_normal, &spoken_of);
    words.speak(&mut from_normal, &spoken_of);
    words.speak(&mut to_normal, &spoken_of);
    (from_normal, to_normal)
}

/// The tables that a difference may mention: those that are not the same, those they refer to, and those
/// that refer to them.
fn spoken_of(
    from: &Schema,
    to: &Schema,
    is_same: impl Fn(&Table, &Table) -> bool,
) -> BTreeSet<TableName> {
    let both = || from.tables.values().chain(to.tables.values());
    let of_from = from.tables.values().filter(|table| {
        let other = to.table(&table.name);
        !other.is_some_and(|other| is_same(table, other))
    });
    let new = (to.tables.values()).filter(|table| from.table(&table.name).is_none());
    let different: BTreeSet<&TableName> = of_from.chain(new).map(|table| &table.name).collect();
    if different.is_empty() {
        return BTreeSet::new();
    }
    let mut spoken_of = different.clone();
    for table in both() {
        for key in &table.foreign_keys {
            if different.contains(&table.name) {
                spoken_of.insert(&key.target);
            } else if different.contains(&key.target) {
                spoken_of.insert(&table.name);
            }
        }
    }
    spoken_of.into_iter().cloned().collect()
}

/// Whether two tables are the same before they are normalized, and so also after it: then what a
/// foreign key leaves to its target must be said, as that may differ. No dialect compares the name of a
/// primary key.
fn is_written_alike(one: &Table, other: &Table) -> bool {
    let Table {
        name,
        columns,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        indexes,
        comment,
        options,
        stored_sql: _,
    } = one;
    *name == other.name
        && *columns == other.columns
        && primary_key.as_ref().map(columns_of) == other.primary_key.as_ref().map(columns_of)
        && have_the_same(uniques, &other.uniques)
        && have_the_same(checks, &other.checks)
        && have_the_same(foreign_keys, &other.foreign_keys)
        && (foreign_keys.iter()).all(|key| !key.target_columns.is_empty())
        && have_the_same(indexes, &other.indexes)
        && *comment == other.comment
        && *options == other.options
}

const fn columns_of(key: &PrimaryKey) -> &[Name] {
    let PrimaryKey { name: _, columns } = key;
    columns.as_slice()
}

/// Whether the lists differ in their order at most.
fn have_the_same<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one == other
        || (one.len() == other.len()
            && one.iter().all(|item| other.contains(item))
            && other.iter().all(|item| one.contains(item)))
}

/// What a normalized word was. Columns and what they say are told apart by table.
#[derive(Debug)]
struct Words {
    backend: Backend,
    tables: BTreeMap<TableName, TableName>,
    columns: BTreeMap<(TableName, Name), Name>,
    types: BTreeMap<(TableName, Name, SqlType), SqlType>,
    defaults: BTreeMap<(TableName, Name, DefaultValue), DefaultValue>,
    collations: BTreeMap<String, String>,
    indexes: BTreeMap<Name, Name>,
    texts: BTreeMap<(TableName, SqlText), SqlText>,
}

impl Words {
    const fn new(backend: Backend) -> Self {
        Self {
            backend,
            tables: BTreeMap::new(),
            columns: BTreeMap::new(),
            types: BTreeMap::new(),
            defaults: BTreeMap::new(),
            collations: BTreeMap::new(),
            indexes: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    fn learn(&mut self, schema: &Schema, normal: &Schema, spoken_of: &BTreeSet<TableName>) {
        if spoken_of.is_empty() {
            return;
        }
        let mut written: BTreeMap<String, &Table> = BTreeMap::new();
        for table in schema.tables.values() {
            written.insert(folded(&table.name.name), table);
        }
        for table in (normal.tables.values()).filter(|table| spoken_of.contains(&table.name)) {
            if let Some(there) = written.get(&folded(&table.name.name)) {
                self.learn_table(there, table);
            }
        }
    }

    fn learn_table(&mut self, there: &Table, normal: &Table) {
        let table = &normal.name;
        self.tables
            .entry(table.clone())
            .or_insert_with(|| there.name.clone());
        for (column, normal) in there.columns.iter().zip(&normal.columns) {
            if folded(&column.name) == folded(&normal.name) {
                self.learn_column(table, column, normal);
            }
        }
        for index in &normal.indexes {
            let same = |other: &&Index| folded(&other.name) == folded(&index.name);
            if let Some(there) = there.indexes.iter().find(same) {
                let name = self.indexes.entry(index.name.clone());
                name.or_insert_with(|| there.name.clone());
            }
        }
        let mut originals: BTreeMap<String, Vec<&SqlText>> = BTreeMap::new();
        for text in texts(there) {
            originals.entry(squeezed(text)).or_default().push(text);
        }
        for text in texts(normal) {
            // Two that differ in blanks and brackets only are left as they are.
            if let Some([only]) = originals.get(&squeezed(text)).map(Vec::as_slice) {
                let key = (table.clone(), text.clone());
                self.texts.entry(key).or_insert_with(|| (*only).clone());
            }
        }
    }

    fn learn_column(&mut self, table: &TableName, there: &Column, normal: &Column) {
        let key = || (table.clone(), normal.name.clone());
        self.columns
            .entry(key())
            .or_insert_with(|| there.name.clone());
        let (table, name) = key();
        let ty = (table.clone(), name.clone(), normal.ty.clone());
        self.types.entry(ty).or_insert_with(|| there.ty.clone());
        if let (Some(there), Some(normal)) = (&there.default, &normal.default) {
            let default = (table, name, normal.clone());
            self.defaults
                .entry(default)
                .or_insert_with(|| there.clone());
        }
        if let (Some(there), Some(normal)) = (&there.collation, &normal.collation) {
            let collation = self.collations.entry(normal.clone());
            collation.or_insert_with(|| there.clone());
        }
    }

    fn speak(&self, schema: &mut Schema, spoken_of: &BTreeSet<TableName>) {
        for name in spoken_of {
            if let Some(table) = schema.tables.remove(name) {
                schema.insert(self.table(table));
            }
        }
    }

    fn table(&self, table: Table) -> Table {
        let Table {
            name,
            columns,
            primary_key,
            uniques,
            checks,
            foreign_keys,
            indexes,
            comment,
            options,
            stored_sql,
        } = table;
        Table {
            columns: (columns.into_iter())
                .map(|column| self.column(&name, column))
                .collect(),
            primary_key: primary_key.map(|key| {
                let PrimaryKey { name: own, columns } = key;
                PrimaryKey {
                    name: own,
                    columns: self.columns(&name, columns),
                }
            }),
            uniques: (uniques.into_iter())
                .map(|unique| self.unique(&name, unique))
                .collect(),
            checks: (checks.into_iter())
                .map(|check| self.check(&name, check))
                .collect(),
            foreign_keys: (foreign_keys.into_iter())
                .map(|key| self.foreign_key(&name, key))
                .collect(),
            indexes: (indexes.into_iter())
                .map(|index| self.index(&name, index))
                .collect(),
            comment,
            options,
            stored_sql,
            name: self.table_name(name),
        }
    }

    fn table_name(&self, name: TableName) -> TableName {
        self.tables.get(&name).cloned().unwrap_or(name)
    }

    fn columns(&self, table: &TableName, names: Vec<Name>) -> Vec<Name> {
        let word = |name| self.column_name(table, name);
        names.into_iter().map(word).collect()
    }

    fn column_name(&self, table: &TableName, name: Name) -> Name {
        let key = (table.clone(), name);
        self.columns.get(&key).cloned().unwrap_or(key.1)
    }

    fn text(&self, table: &TableName, text: SqlText) -> SqlText {
        let key = (table.clone(), text);
        self.plain(self.texts.get(&key).cloned().unwrap_or(key.1))
    }

    /// Both schemas are of one database: its text needs no name beside it.
    fn plain(&self, text: SqlText) -> SqlText {
        text.get(self.backend).map(SqlText::new).unwrap_or(text)
    }

    fn collation(&self, collation: Option<String>) -> Option<String> {
        collation.map(|name| self.collations.get(&name).cloned().unwrap_or(name))
    }

    fn column(&self, table: &TableName, column: Column) -> Column {
        let Column {
            name,
            ty,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = column;
        let ty = (table.clone(), name.clone(), ty);
        let default = default.map(|default| {
            let key = (table.clone(), name.clone(), default);
            match self.defaults.get(&key).cloned().unwrap_or(key.2) {
                DefaultValue::Sql(text) => DefaultValue::Sql(self.plain(text)),
                portable => portable,
            }
        });
        Column {
            ty: self.types.get(&ty).cloned().unwrap_or(ty.2),
            nullable,
            default,
            generated: generated.map(|generated| {
                let Generated { expression, stored } = generated;
                Generated {
                    expression: self.text(table, expression),
                    stored,
                }
            }),
            auto_increment,
            collation: self.collation(collation),
            comment,
            name: self.column_name(table, name),
        }
    }

    fn unique(&self, table: &TableName, unique: Unique) -> Unique {
        let Unique {
            name,
            columns,
            include,
            nulls_not_distinct,
            deferrable,
        } = unique;
        Unique {
            name,
            columns: self.columns(table, columns),
            include: self.columns(table, include),
            nulls_not_distinct,
            deferrable,
        }
    }

    fn check(&self, table: &TableName, check: Check) -> Check {
        let Check { name, expression } = check;
        Check {
            name,
            expression: self.text(table, expression),
        }
    }

    fn foreign_key(&self, table: &TableName, key: ForeignKey) -> ForeignKey {
        let ForeignKey {
            name,
            columns,
            target,
            target_columns,
            on_delete,
            on_update,
            deferrable,
            match_full,
        } = key;
        ForeignKey {
            name,
            columns: self.columns(table, columns),
            target_columns: self.columns(&target, target_columns),
            target: self.table_name(target),
            on_delete,
            on_update,
            deferrable,
            match_full,
        }
    }

    fn index(&self, table: &TableName, index: Index) -> Index {
        let Index {
            name,
            columns,
            unique,
            predicate,
            method,
            include,
            nulls_not_distinct,
            storage,
        } = index;
        Index {
            name: self.indexes.get(&name).cloned().unwrap_or(name),
            columns: (columns.into_iter())
                .map(|part| self.part(table, part))
                .collect(),
            unique,
            predicate: predicate.map(|text| self.text(table, text)),
            method,
            include: self.columns(table, include),
            nulls_not_distinct,
            storage,
        }
    }

    fn part(&self, table: &TableName, part: IndexColumn) -> IndexColumn {
        let IndexColumn {
            key,
            order,
            nulls,
            collation,
            operator_class,
        } = part;
        IndexColumn {
            key: match key {
                IndexKey::Column(name) => IndexKey::Column(self.column_name(table, name)),
                IndexKey::Expression(text) => IndexKey::Expression(self.text(table, text)),
            },
            order,
            nulls,
            collation: self.collation(collation),
            operator_class,
        }
    }
}

fn folded(name: &Name) -> String {
    name.as_str().to_lowercase()
}

/// The expressions of a table that are compared by what they say, defaults aside.
fn texts(table: &Table) -> impl Iterator<Item = &SqlText> {
    let generated = (table.columns.iter()).filter_map(|column| column.generated.as_ref());
    let generated = generated.map(|generated| &generated.expression);
    let checks = table.checks.iter().map(|check| &check.expression);
    let predicates = (table.indexes.iter()).filter_map(|index| index.predicate.as_ref());
    let parts = table.indexes.iter().flat_map(|index| &index.columns);
    let parts = parts.filter_map(|part| match &part.key {
        IndexKey::Expression(text) => Some(text),
        IndexKey::Column(_) => None,
    });
    generated.chain(checks).chain(predicates).chain(parts)
}

/// The text without what a canonical form adds, removes or changes the case of.
fn squeezed(text: &SqlText) -> String {
    let SqlText { any, overrides } = text;
    (any.as_deref().into_iter().chain(overrides.values()))
        .flat_map(|text| text.chars())
        .filter(|character| !character.is_whitespace() && !"()\"`[]".contains(*character))
        .flat_map(char::to_lowercase)
        .collect()
}
