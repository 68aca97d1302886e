//! The portable schema behind what a server reports, for writing models.
//!
//! The values of an `enum` column become an enum type, which `physical` writes back into the column; an
//! index that a foreign key made for itself goes, for the foreign key of a model makes it again.

use super::normalize::is_made_for_a_foreign_key;
use super::spelling::Spelling;
use crate::schema::{Backend, Column, EnumType, Name, Schema, SqlType};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn schema(mut schema: Schema) -> Schema {
    let names = EnumNames::of(&schema);
    for table in schema.tables.values_mut() {
        let kept = std::mem::take(&mut table.indexes);
        table.indexes = (kept.into_iter())
            .filter(|index| !is_made_for_a_foreign_key(index, table))
            .collect();
        let name = table.name.name.clone();
        for column in &mut table.columns {
            let Some(values) = values(column) else {
                continue;
            };
            let enum_name = names.name(&name, &column.name);
            column.ty = SqlType::Enum(enum_name.clone());
            let enum_type = EnumType {
                name: enum_name.clone(),
                values,
            };
            schema.enums.insert(enum_name, enum_type);
        }
    }
    schema
}

/// The values of an enum column that Rust has variants for: at least one, each of its own.
fn values(column: &Column) -> Option<Vec<String>> {
    let SqlType::Native(text) = &column.ty else {
        return None;
    };
    let values = Spelling::parse(text.get(Backend::Mysql)?).values()?;
    (!values.is_empty()).then_some(values)
}

/// What the enum types are called: as the column, where all columns of that name have the same values,
/// else as the table and the column.
struct EnumNames(BTreeSet<Name>);

impl EnumNames {
    fn of(schema: &Schema) -> Self {
        let mut all: BTreeMap<Name, BTreeSet<Vec<String>>> = BTreeMap::new();
        for column in schema.tables.values().flat_map(|table| &table.columns) {
            if let Some(values) = values(column) {
                all.entry(column.name.clone()).or_default().insert(values);
            }
        }
        let clashes = all.into_iter().filter(|(_, lists)| lists.len() > 1);
        Self(clashes.map(|(name, _)| name).collect())
    }

    fn name(&self, table: &Name, column: &Name) -> Name {
        if self.0.contains(column) {
            format!("{table}_{column}").into()
        } else {
            column.clone()
        }
    }
}
