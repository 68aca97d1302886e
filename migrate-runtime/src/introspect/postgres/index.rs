//! An index, from the rows of its columns.

use super::{is_true, remark};
use crate::connection::Row;
use crate::schema::{
    Attached, AttachedKind, Backend, Index, IndexColumn, IndexKey, Name, NullsOrder, SortOrder,
    SqlText, Table,
};

/// The bits of `pg_index.indoption`.
const DESCENDING: i64 = 1;
const NULLS_FIRST: i64 = 2;

pub(super) fn read(row: &Row, table: &mut Table, attached: &mut Vec<Attached>) -> Option<()> {
    let name = Name::from(row.text(1)?);
    if !is_true(row, 6) {
        // Left behind by a CREATE INDEX CONCURRENTLY that failed: it enforces and speeds up nothing.
        let known =
            (attached.iter()).any(|one| one.kind == AttachedKind::InvalidIndex && one.name == name);
        if !known {
            attached.push(remark(
                AttachedKind::InvalidIndex,
                name.as_str(),
                table,
                None,
            ));
        }
        return Some(());
    }
    let first = table.indexes.last().is_none_or(|last| last.name != name);
    if first {
        if let Some(space) = row.text(14) {
            let kind = AttachedKind::IndexTablespace;
            attached.push(remark(kind, name.as_str(), table, Some(space)));
        }
        table.indexes.push(Index {
            name,
            columns: Vec::new(),
            unique: is_true(row, 2),
            predicate: row.text(4).map(own),
            method: row.text(3).filter(|method| method != "btree"),
            include: Vec::new(),
            nulls_not_distinct: is_true(row, 5),
            storage: row.text(7),
        });
    }
    let index = table.indexes.last_mut()?;
    if is_true(row, 8) {
        index.include.push(row.text(9)?.into());
    } else {
        index.columns.push(part(row)?);
    }
    Some(())
}

fn part(row: &Row) -> Option<IndexColumn> {
    let bits = row.integer(11).unwrap_or(0);
    let descending = bits & DESCENDING != 0;
    let nulls_first = bits & NULLS_FIRST != 0;
    Some(IndexColumn {
        key: match row.text(9) {
            Some(column) => IndexKey::Column(column.into()),
            None => IndexKey::Expression(own(row.text(10)?)),
        },
        order: if descending {
            SortOrder::Descending
        } else {
            SortOrder::Ascending
        },
        nulls: (nulls_first != descending).then_some(if nulls_first {
            NullsOrder::First
        } else {
            NullsOrder::Last
        }),
        collation: row.text(13),
        operator_class: row.text(12),
    })
}

fn own(text: String) -> SqlText {
    SqlText::only(Backend::Postgres, text)
}
