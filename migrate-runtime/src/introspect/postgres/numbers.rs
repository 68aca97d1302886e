//! Columns by their numbers, which is how constraints and indexes name them.

use super::column;
use crate::connection::Row;
use crate::schema::Name;
use std::collections::BTreeMap;

/// The columns of each table, by the table's number in the catalog, in the order of their own.
pub(super) struct Numbers(BTreeMap<String, Vec<Numbered>>);

/// A column.
pub(super) struct Numbered {
    number: i16,
    pub(super) name: Name,
    pub(super) has_own_collation: bool,
}

impl Numbers {
    /// From the rows of columns, in order.
    pub(super) fn read(columns: &[Row]) -> Self {
        let mut tables: BTreeMap<String, Vec<Numbered>> = BTreeMap::new();
        for row in columns {
            if let (Some(table), Some(name)) = (row.text(0), row.text(1)) {
                tables.entry(table).or_default().push(Numbered {
                    number: column::place(row),
                    name: name.into(),
                    has_own_collation: column::has_own_collation(row),
                });
            }
        }
        Self(tables)
    }

    /// The column of a table that has the number.
    pub(super) fn column(&self, table: Option<&str>, number: i16) -> Option<&Numbered> {
        let columns = table.and_then(|table| self.0.get(table))?;
        let found = columns.binary_search_by_key(&number, |column| column.number);
        found.ok().map(|index| &columns[index])
    }

    /// The names of columns of a table that the catalog writes as `{1,3}`.
    pub(super) fn names(&self, table: Option<&str>, numbers: Option<&str>) -> Vec<Name> {
        numbers
            .unwrap_or_default()
            .trim_matches(['{', '}'])
            .split(',')
            .filter_map(|number| self.column(table, number.parse().ok()?))
            .map(|column| column.name.clone())
            .collect()
    }
}
