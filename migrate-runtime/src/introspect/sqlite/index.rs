//! An index, from its stored statement.

use crate::dialect::sqlite::ddl::{CreateIndex, IndexPart, IndexPartKey};
use crate::schema::{Backend, Index, IndexColumn, IndexKey, Name, SortOrder, SqlText, Table};

pub(super) fn read(name: &str, statement: &CreateIndex, table: &Table) -> Index {
    Index {
        name: name.into(),
        columns: statement
            .parts
            .iter()
            .map(|part| index_column(part, table))
            .collect(),
        unique: statement.unique,
        predicate: statement
            .predicate
            .as_ref()
            .map(|text| SqlText::only(Backend::Sqlite, text)),
        method: None,
        include: Vec::new(),
        nulls_not_distinct: false,
        storage: None,
    }
}

fn index_column(part: &IndexPart, table: &Table) -> IndexColumn {
    let IndexPart {
        key,
        collation,
        descending,
    } = part;
    IndexColumn {
        key: match key {
            IndexPartKey::Column(name) => index_key(name, table),
            IndexPartKey::Expression(text) => {
                IndexKey::Expression(SqlText::only(Backend::Sqlite, text))
            }
        },
        order: if *descending {
            SortOrder::Descending
        } else {
            SortOrder::Ascending
        },
        nulls: None,
        collation: collation.as_ref().map(|name| name.as_str().to_owned()),
        operator_class: None,
    }
}

/// A column, as its table spells it. A name that is none of its columns is the rowid or a string in
/// double quotes: an expression, for us.
fn index_key(name: &Name, table: &Table) -> IndexKey {
    let column = table
        .columns
        .iter()
        .find(|column| column.name.as_str().eq_ignore_ascii_case(name.as_str()));
    match column {
        Some(column) => IndexKey::Column(column.name.clone()),
        None => IndexKey::Expression(SqlText::only(
            Backend::Sqlite,
            crate::dialect::sqlite::ddl::quote(name.as_str()),
        )),
    }
}
