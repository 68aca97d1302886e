//! What makes columns a key that foreign keys can refer to, and who does.

use super::error::in_use;
use super::{ApplyError, Rules, constraint};
use crate::operation::Object;
use crate::schema::{Index, IndexKey, Name, Schema, Table, TableName};

/// Whether those columns, in whatever order, are the table's primary key or unique in it.
pub(crate) fn is_key(table: &Table, columns: &[Name]) -> bool {
    count(table, columns) > 0
}

/// Refuses to take a key away that a foreign key relies on; `columns` are those of the key, which the
/// table still has. A database may hold what no chain knows, so only a chain is asked.
pub(super) fn is_free(
    schema: &Schema,
    table: &TableName,
    columns: Option<&[Name]>,
    (operation, object): (&'static str, Object),
    rules: Rules,
) -> Result<(), ApplyError> {
    let (Some(columns), Some(there), Rules::Chain) = (columns, schema.table(table), rules) else {
        return Ok(());
    };
    if count(there, columns) > 1 {
        return Ok(());
    }
    for other in schema.tables.values() {
        let relies = (other.foreign_keys.iter())
            .find(|key| key.target == *table && same(&key.target_columns, columns));
        if let Some(key) = relies {
            let user = constraint::foreign_key_object(&other.name, key);
            return Err(in_use(operation, object, user));
        }
    }
    Ok(())
}

/// The columns of an index that makes them a key.
pub(crate) fn of_index(index: &Index) -> Option<Vec<Name>> {
    let column = |key: &IndexKey| match key {
        IndexKey::Column(name) => Some(name.clone()),
        IndexKey::Expression(_) => None,
    };
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    index.columns.iter().map(|part| column(&part.key)).collect()
}

/// How often those columns are a key of the table.
fn count(table: &Table, columns: &[Name]) -> usize {
    let keys = table.primary_key.iter().map(|key| &key.columns);
    let uniques = table.uniques.iter().map(|unique| &unique.columns);
    let indexes = table.indexes.iter().filter_map(of_index);
    keys.chain(uniques).filter(|key| same(key, columns)).count()
        + indexes.filter(|key| same(key, columns)).count()
}

/// Whether two keys are on the same columns, in whatever order.
pub(crate) fn same(one: &[Name], other: &[Name]) -> bool {
    one.len() == other.len() && one.iter().all(|column| other.contains(column))
}
