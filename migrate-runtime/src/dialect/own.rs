//! What a database holds of the parts of a table that it has no words of its own for: their texts for that
//! database. The room of each dialect takes away what its database has not.

use crate::schema::{
    Backend, Check, Deferrable, Generated, Index, IndexColumn, IndexKey, SqlText, Unique,
};

/// The text for that database alone.
pub(super) fn text(text: &SqlText, backend: Backend) -> Option<SqlText> {
    text.get(backend).map(|text| SqlText::only(backend, text))
}

/// `None` where the expression has no text for that database.
pub(super) fn generated(generated: &Generated, backend: Backend) -> Option<Generated> {
    let Generated { expression, stored } = generated;
    Some(Generated {
        expression: text(expression, backend)?,
        stored: *stored,
    })
}

/// `None` where the expression has no text for that database.
pub(super) fn check(check: &Check, backend: Backend) -> Option<Check> {
    let Check { name, expression } = check;
    Some(Check {
        name: name.clone(),
        expression: text(expression, backend)?,
    })
}

/// A unique constraint of a database where none is deferred, and two NULLs are never equal.
pub(super) fn plain_unique(unique: &Unique) -> Unique {
    let Unique {
        name,
        columns,
        include: _,
        nulls_not_distinct: _,
        deferrable: _,
    } = unique;
    Unique {
        name: name.clone(),
        columns: columns.clone(),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

/// `None` for an index with an expression or condition that has no text for that database.
pub(super) fn index(index: &Index, backend: Backend) -> Option<Index> {
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
    let part = |part: &IndexColumn| index_column(part, backend);
    Some(Index {
        name: name.clone(),
        columns: columns.iter().map(part).collect::<Option<_>>()?,
        unique: *unique,
        predicate: match predicate {
            Some(predicate) => Some(text(predicate, backend)?),
            None => None,
        },
        method: method.clone(),
        include: include.clone(),
        nulls_not_distinct: *nulls_not_distinct,
        storage: storage.clone(),
    })
}

fn index_column(column: &IndexColumn, backend: Backend) -> Option<IndexColumn> {
    let IndexColumn {
        key,
        order,
        nulls,
        collation,
        operator_class,
    } = column;
    Some(IndexColumn {
        key: match key {
            IndexKey::Column(name) => IndexKey::Column(name.clone()),
            IndexKey::Expression(expression) => IndexKey::Expression(text(expression, backend)?),
        },
        order: *order,
        nulls: *nulls,
        collation: collation.clone(),
        operator_class: operator_class.clone(),
    })
}

/// The same index without what PostgreSQL alone has.
pub(super) fn plain_index(mut index: Index) -> Index {
    index.include = Vec::new();
    index.nulls_not_distinct = false;
    index.storage = None;
    for part in &mut index.columns {
        part.nulls = None;
        part.operator_class = None;
    }
    index
}
