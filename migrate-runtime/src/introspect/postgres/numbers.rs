//! Columns by their numbers, which is how a constraint names them.

use super::column;
use crate::connection::Row;
use crate::schema::Name;
use std::collections::BTreeMap;

/// The columns of each table, by the table's number in the catalog, in the order of their own.
pub(super) struct Numbers(BTreeMap<String, Vec<(i16, Name)>>);

impl Numbers {
    /// From the rows of columns, in order.
    pub(super) fn read(columns: &[Row]) -> Self {
        let mut tables: BTreeMap<String, Vec<(i16, Name)>> = BTreeMap::new();
        for row in columns {
            if let (Some(table), Some(name)) = (row.text(0), row.text(1)) {
                let named = (column::place(row), Name::from(name));
                tables.entry(table).or_default().push(named);
            }
        }
        Self(tables)
    }

    /// The names of columns of a table that the catalog writes as `{1,3}`.
    pub(super) fn names(&self, table: Option<&str>, numbers: Option<&str>) -> Vec<Name> {
        let Some(columns) = table.and_then(|table| self.0.get(table)) else {
            return Vec::new();
        };
        numbers
            .unwrap_or_default()
            .trim_matches(['{', '}'])
            .split(',')
            .filter_map(|number| number.parse::<i16>().ok())
            .filter_map(|number| {
                let found = columns.binary_search_by_key(&number, |(number, _)| *number);
                found.ok().map(|index| columns[index].1.clone())
            })
            .collect()
    }
}
