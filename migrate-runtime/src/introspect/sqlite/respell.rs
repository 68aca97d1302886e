//! One spelling for each name: that of the table or column itself, wherever it is mentioned.
//!
//! SQLite does not tell `Users` from `users`; operations do, so a foreign key to `USERS` must be known as
//! one to `users`, or a rename would pass it by.

use crate::schema::{ForeignKey, Name, Schema, TableName, Unique};
use std::collections::BTreeMap;

/// The tables and their columns, by their names in small letters.
type Spellings = BTreeMap<String, (TableName, BTreeMap<String, Name>)>;

pub(super) fn respell(schema: &mut Schema) {
    let spellings: Spellings = (schema.tables.values())
        .map(|table| {
            let columns = table.columns.iter().map(|column| &column.name);
            let columns = columns.map(|name| (folded(name), name.clone())).collect();
            (folded(&table.name.name), (table.name.clone(), columns))
        })
        .collect();
    for table in schema.tables.values_mut() {
        let Some((_, own)) = spellings.get(&folded(&table.name.name)) else {
            continue;
        };
        for Unique { columns, .. } in &mut table.uniques {
            spell_all(columns, own);
        }
        for ForeignKey {
            columns,
            target,
            target_columns,
            ..
        } in &mut table.foreign_keys
        {
            spell_all(columns, own);
            if let Some((name, theirs)) = spellings.get(&folded(&target.name)) {
                target.clone_from(name);
                spell_all(target_columns, theirs);
            }
        }
    }
}

fn spell_all(names: &mut [Name], spellings: &BTreeMap<String, Name>) {
    for name in names {
        if let Some(spelling) = spellings.get(&folded(name)) {
            name.clone_from(spelling);
        }
    }
}

fn folded(name: &Name) -> String {
    name.as_str().to_ascii_lowercase()
}
