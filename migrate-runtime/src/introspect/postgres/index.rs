//! An index, from its row and those of its columns that need more words than a name.

use super::numbers::{Numbered, Numbers};
use super::{is_true, remark};
use crate::connection::Row;
use crate::schema::{
    Attached, AttachedKind, Backend, Index, IndexColumn, IndexKey, Name, NullsOrder, SortOrder,
    SqlText, Table,
};
use std::collections::BTreeMap;

/// The bits of `pg_index.indoption`.
const DESCENDING: i64 = 1;
const NULLS_FIRST: i64 = 2;

/// The columns of indexes that need more words than a name, by the index's number in the catalog and their place.
pub(super) struct Unusual<'r>(BTreeMap<String, Places<'r>>);

type Places<'r> = BTreeMap<usize, &'r Row>;

impl<'r> Unusual<'r> {
    pub(super) fn read(rows: &'r [Row]) -> Self {
        let mut indexes: BTreeMap<String, Places<'_>> = BTreeMap::new();
        for row in rows {
            let place = row.text(1).and_then(|place| place.parse().ok());
            if let (Some(index), Some(place)) = (row.text(0), place) {
                indexes.entry(index).or_default().insert(place, row);
            }
        }
        Self(indexes)
    }
}

pub(super) fn read(
    row: &Row,
    numbers: &Numbers,
    unusual: &Unusual<'_>,
    table: &mut Table,
    attached: &mut Vec<Attached>,
) -> Option<()> {
    let name = Name::from(row.text(1)?);
    if !is_true(row, 7) {
        // Left behind by a CREATE INDEX CONCURRENTLY that failed: it enforces and speeds up nothing.
        let kind = AttachedKind::InvalidIndex;
        attached.push(remark(kind, name.as_str(), table, None));
        return Some(());
    }
    if let Some(space) = row.text(12) {
        let kind = AttachedKind::IndexTablespace;
        attached.push(remark(kind, name.as_str(), table, Some(space)));
    }
    let words = unusual.0.get(&row.text(2)?);
    let (columns, include) = parts(row, numbers, words)?;
    table.indexes.push(Index {
        name,
        columns,
        unique: is_true(row, 3),
        predicate: row.text(5).map(own),
        method: row.text(4).filter(|method| method != "btree"),
        include,
        nulls_not_distinct: is_true(row, 6),
        storage: row.text(8),
    });
    Some(())
}

/// What it is of, and the columns that it only holds.
fn parts(
    row: &Row,
    numbers: &Numbers,
    words: Option<&Places<'_>>,
) -> Option<(Vec<IndexColumn>, Vec<Name>)> {
    let table = row.text(0);
    let (mut keys, mut include) = (Vec::new(), Vec::new());
    let (columns, options) = (row.text(10)?, row.text(11)?);
    let count = usize::try_from(row.integer(9)?).ok()?;
    let mut options = options.split(' ').filter_map(|bits| bits.parse().ok());
    for (place, number) in (1..).zip(columns.split(' ')) {
        let column = numbers.column(table.as_deref(), number.parse().ok()?);
        if place > count {
            include.push(column?.name.clone());
        } else {
            let words = words.and_then(|words| words.get(&place)).copied();
            keys.push(part(column, words, options.next().unwrap_or(0))?);
        }
    }
    Some((keys, include))
}

fn part(column: Option<&Numbered>, words: Option<&Row>, bits: i64) -> Option<IndexColumn> {
    let descending = bits & DESCENDING != 0;
    let nulls_first = bits & NULLS_FIRST != 0;
    let collation = match (words, column) {
        (Some(words), _) => words.text(4),
        // Any other one would need more words.
        (None, Some(column)) => column.has_own_collation.then(|| "default".to_owned()),
        (None, None) => None,
    };
    Some(IndexColumn {
        key: match column {
            Some(column) => IndexKey::Column(column.name.clone()),
            None => IndexKey::Expression(own(words?.text(2)?)),
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
        collation,
        operator_class: words.and_then(|words| words.text(3)),
    })
}

fn own(text: String) -> SqlText {
    SqlText::only(Backend::Postgres, text)
}
