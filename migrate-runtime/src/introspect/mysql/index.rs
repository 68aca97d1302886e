//! Indexes and the constraints that are indexes: the primary key, unique constraints.

use super::column::{own, unescaped};
use super::{Context, remark};
use crate::connection::Row;
use crate::dialect::mysql::index_part;
use crate::schema::{
    Deferrable, Index, IndexColumn, IndexKey, Name, PrimaryKey, SortOrder, Table, Unique,
};

/// The name that every primary key has.
const PRIMARY: &str = "PRIMARY";

/// A part of an index; the parts come in their order.
pub(super) fn read(row: &Row, table: &mut Table, context: &mut Context<'_>) -> Option<()> {
    let name = row.text(1)?;
    let is_first = row.integer(2)? == 1;
    if name == PRIMARY {
        let column = row.text(4)?;
        let key = table.primary_key.get_or_insert_with(|| PrimaryKey {
            name: None,
            columns: Vec::new(),
        });
        key.columns.push(column.as_str().into());
        if let Some(length) = row.integer(6) {
            let detail = format!("{column}({length})");
            let remark = remark("prefix of primary key", &detail, &table.name, None);
            context.attached.push(remark);
        }
        return Some(());
    }
    let kind = row.text(7)?.to_ascii_lowercase();
    if is_first {
        details(row, &name, &kind, table, context);
        table.indexes.push(Index {
            unique: row.integer(3) == Some(0),
            method: matches!(kind.as_str(), "fulltext" | "spatial").then(|| kind.clone()),
            ..Index::new(name.as_str(), Vec::<Name>::new())
        });
    }
    let index = table.indexes.last_mut()?;
    let has_length = index.method.is_none();
    index
        .columns
        .push(part(row, has_length, context.server.flavor.mariadb)?);
    Some(())
}

/// What no migration says of an index.
fn details(row: &Row, name: &str, kind: &str, table: &Table, context: &mut Context<'_>) {
    let mut note = |words, sql| context.attached.push(remark(words, name, &table.name, sql));
    if let Some(comment) = row.text(8).filter(|comment| !comment.is_empty()) {
        note("comment of index", Some(comment));
    }
    if row.text(9).as_deref() == Some("YES") {
        note("INVISIBLE of index", None);
    }
    if !matches!(kind, "btree" | "fulltext" | "spatial" | "rtree") {
        note("USING of index", Some(kind.to_owned()));
    }
}

fn part(row: &Row, has_length: bool, mariadb: bool) -> Option<IndexColumn> {
    // A spatial index has a length that nobody gave it.
    let length = row.integer(6).filter(|_| has_length);
    let length = length.and_then(|length| u32::try_from(length).ok());
    let key = match (row.text(4), length) {
        (Some(column), Some(length)) => {
            IndexKey::Expression(own(index_part::spell(&column, length)))
        }
        (Some(column), None) => IndexKey::Column(column.into()),
        (None, _) => {
            let expression = row.text(10)?;
            IndexKey::Expression(own(if mariadb {
                expression
            } else {
                unescaped(&expression)
            }))
        }
    };
    let mut part = IndexColumn::new(key);
    if row.text(5).as_deref() == Some("D") {
        part.order = SortOrder::Descending;
    }
    Some(part)
}

/// The table with the unique indexes that are constraints as such: those on columns.
pub(super) fn settled(mut table: Table) -> Table {
    let (uniques, indexes): (Vec<Index>, Vec<Index>) =
        (table.indexes.into_iter()).partition(|index| index.unique && columns(index).is_some());
    table.indexes = indexes;
    table.uniques = uniques
        .into_iter()
        .map(|index| Unique {
            columns: columns(&index).unwrap_or_default(),
            name: Some(index.name),
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        })
        .collect();
    table
}

/// The columns of an index that is on nothing else, in ascending order.
fn columns(index: &Index) -> Option<Vec<Name>> {
    let plain = |part: &IndexColumn| match (&part.key, part.order) {
        (IndexKey::Column(name), SortOrder::Ascending) => Some(name.clone()),
        _ => None,
    };
    index.columns.iter().map(plain).collect()
}
