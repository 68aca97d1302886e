//! The form in which two physical schemas of MySQL or MariaDB are compared.
//!
//! | what | compared as |
//! |---|---|
//! | names of columns, indexes and constraints | in small letters, as the server compares them |
//! | the name of a primary key | not at all: it is always `PRIMARY` |
//! | types | by their key ([`Spelling::key`]): no width of whole numbers, one name for each |
//! | defaults | as the values they store, see [`default::key`](super::default::key) |
//! | expressions | by their canonical text |
//! | a unique index on columns | as the unique constraint, which is the same thing there |
//! | the index that a foreign key made for itself | not at all |
//! | `RESTRICT` | as `NO ACTION`: nothing is deferred |
//! | `InnoDB`, `DYNAMIC` | as nothing said |
//! | columns of a unique constraint or foreign key | in one order |

use super::spelling::Spelling;
use super::{default, index_part, types};
use crate::dialect::expression::canonical;
use crate::dialect::normal::{self, sorted};
use crate::schema::{
    Backend, Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Index, IndexColumn,
    IndexKey, Name, PrimaryKey, ReferentialAction, Schema, SortOrder, SqlText, SqlType, Table,
    TableOptions, Unique,
};
use std::collections::BTreeMap;

pub(super) fn schema(from: &Schema) -> Schema {
    let Schema {
        tables,
        enums: _,
        attached,
    } = from;
    let mut schema = Schema {
        tables: BTreeMap::new(),
        enums: BTreeMap::new(),
        attached: attached.clone(),
    };
    for table in tables.values() {
        schema.insert(normal_table(table));
    }
    schema
}

fn normal_table(table: &Table) -> Table {
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
    } = table;
    let indexes = indexes
        .iter()
        .filter(|index| !is_made_for_a_foreign_key(index, table));
    let (also_unique, indexes): (Vec<Index>, Vec<Index>) = indexes
        .map(normal_index)
        .partition(|index| unique_of(index).is_some());
    Table {
        name: name.clone(),
        columns: columns
            .iter()
            .map(|column| normal_column(column, primary_key.as_ref()))
            .collect(),
        primary_key: primary_key
            .as_ref()
            .map(|key| normal::primary_key(key, folded)),
        uniques: sorted(
            (uniques.iter().map(|it| normal::unique(it, folded)))
                .chain(also_unique.iter().filter_map(unique_of)),
        ),
        checks: sorted(checks.iter().map(normal_check)),
        foreign_keys: sorted(foreign_keys.iter().map(normal_foreign_key)),
        indexes: sorted(indexes.into_iter()),
        comment: comment.clone().filter(|comment| !comment.is_empty()),
        options: normal_options(options),
        stored_sql: None,
    }
}

fn folded(name: &Name) -> Name {
    if name.as_str().chars().any(char::is_uppercase) {
        name.as_str().to_lowercase().into()
    } else {
        name.clone()
    }
}

/// Whether the server made the index itself, so that a foreign key has one: it bears the name of the key
/// or of its first column.
pub(super) fn is_made_for_a_foreign_key(index: &Index, table: &Table) -> bool {
    let plain = !index.unique && index.method.is_none() && index.predicate.is_none();
    let columns: Option<Vec<Name>> = index.columns.iter().map(plain_column).collect();
    let (true, Some(columns)) = (plain, columns) else {
        return false;
    };
    let name = folded(&index.name);
    table.foreign_keys.iter().any(|key| {
        let own = key.name.as_ref().map(folded);
        let first = key.columns.first().map(folded);
        key.columns.iter().map(folded).eq(columns.iter().cloned())
            && (own.as_ref() == Some(&name) || first.as_ref() == Some(&name))
    })
}

/// The column of a part that is no more than that, in ascending order.
fn plain_column(part: &IndexColumn) -> Option<Name> {
    match (&part.key, part.order) {
        (IndexKey::Column(name), SortOrder::Ascending) => Some(folded(name)),
        _ => None,
    }
}

/// The unique constraint that an index is.
fn unique_of(index: &Index) -> Option<Unique> {
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    let columns: Option<Vec<Name>> = index.columns.iter().map(plain_column).collect();
    Some(Unique {
        name: Some(folded(&index.name)),
        columns: sorted(columns?.into_iter()),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    })
}

fn normal_column(column: &Column, key: Option<&PrimaryKey>) -> Column {
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
    let spelling = types::spell(ty)
        .ok()
        .map(|spelling| Spelling::parse(&spelling));
    let is_key = key.is_some_and(|key| key.columns.iter().any(|part| folded(part) == folded(name)));
    Column {
        name: folded(name),
        default: default
            .as_ref()
            .filter(|_| !auto_increment)
            .and_then(|default| default::spell(default, ty))
            .and_then(|text| match &spelling {
                Some(spelling) => default::key(&text, spelling),
                None => Some(text),
            })
            .map(|text| DefaultValue::Sql(own(text))),
        ty: spelling.map_or_else(
            || ty.clone(),
            |spelling| SqlType::native(Backend::Mysql, spelling.key()),
        ),
        nullable: generated.is_some() || *nullable && !is_key && !auto_increment,
        generated: generated.as_ref().map(|generated| {
            let Generated { expression, stored } = generated;
            Generated {
                expression: normal_text(expression),
                stored: *stored,
            }
        }),
        auto_increment: *auto_increment,
        collation: collation.as_deref().map(normal_collation),
        comment: comment.clone().filter(|comment| !comment.is_empty()),
    }
}

/// `utf8` is what `utf8mb3` was called.
fn normal_collation(collation: &str) -> String {
    let lower = collation.to_ascii_lowercase();
    match lower.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => lower,
    }
}

/// As for collations.
fn normal_charset(charset: &str) -> String {
    let lower = charset.to_ascii_lowercase();
    if lower == "utf8" {
        "utf8mb3".to_owned()
    } else {
        lower
    }
}

fn normal_options(options: &TableOptions) -> TableOptions {
    let other_than = |text: &Option<String>, usual: &[&str]| {
        let lower = text.as_ref().map(|text| text.to_ascii_lowercase());
        lower.filter(|text| !usual.contains(&text.as_str()))
    };
    let collation = options.mysql_collation.as_deref().map(normal_collation);
    let charset = options.mysql_charset.as_deref().map(normal_charset);
    let of_collation = collation
        .as_deref()
        .and_then(|collation| collation.split('_').next())
        .map(str::to_owned);
    TableOptions {
        mysql_engine: other_than(&options.mysql_engine, &["innodb"]),
        mysql_charset: charset.or(of_collation),
        mysql_collation: collation,
        mysql_row_format: other_than(&options.mysql_row_format, &["dynamic", "default"]),
        ..TableOptions::default()
    }
}

fn normal_text(text: &SqlText) -> SqlText {
    match text.get(Backend::Mysql) {
        Some(sql) => own(canonical(Backend::Mysql, sql)),
        None => text.clone(),
    }
}

fn normal_check(check: &Check) -> Check {
    let Check { name, expression } = check;
    Check {
        name: name.as_ref().map(folded),
        expression: normal_text(expression),
    }
}

fn normal_foreign_key(foreign_key: &ForeignKey) -> ForeignKey {
    let ForeignKey {
        name,
        columns,
        target,
        target_columns,
        on_delete,
        on_update,
        deferrable,
        match_full,
    } = foreign_key;
    let (columns, target_columns) = normal::pairs(columns, target_columns, folded);
    ForeignKey {
        name: name.as_ref().map(folded),
        columns,
        target: target.clone(),
        target_columns,
        on_delete: normal_action(*on_delete),
        on_update: normal_action(*on_update),
        deferrable: *deferrable,
        match_full: *match_full,
    }
}

const fn normal_action(action: ReferentialAction) -> ReferentialAction {
    match action {
        ReferentialAction::Restrict => ReferentialAction::NoAction,
        other => other,
    }
}

fn normal_index(index: &Index) -> Index {
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
        name: folded(name),
        columns: columns.iter().map(normal_index_column).collect(),
        unique: *unique,
        predicate: predicate.as_ref().map(normal_text),
        method: method.clone(),
        include: include.clone(),
        nulls_not_distinct: *nulls_not_distinct,
        storage: storage.clone(),
    }
}

fn normal_index_column(column: &IndexColumn) -> IndexColumn {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = column;
    IndexColumn {
        key: match key {
            IndexKey::Column(name) => IndexKey::Column(folded(name)),
            IndexKey::Expression(expression) => normal_expression_part(expression),
        },
        order: *order,
        nulls: *nulls,
        collation: collation.clone(),
        operator_class: operator_class.clone(),
    }
}

/// The beginning of a column, in one spelling; or an expression.
fn normal_expression_part(expression: &SqlText) -> IndexKey {
    let prefix = expression.get(Backend::Mysql).and_then(index_part::prefix);
    IndexKey::Expression(match prefix {
        Some((column, length)) => own(index_part::spell(&column.to_lowercase(), length)),
        None => normal_text(expression),
    })
}

fn own(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Mysql, text)
}
