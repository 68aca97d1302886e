//! From models to the owned schema: one total function.

use super::{ModelColumn, SchemaDef, TableDef};
use crate::diff::RenameHints;
use crate::operation::enum_of;
use crate::schema::{Schema, Table, TableName};
use std::collections::BTreeMap;

impl TableDef {
    /// The owned form.
    pub fn lower(&self) -> Table {
        let Self {
            model: _,
            name,
            columns,
            constraints,
            indexes,
            comment,
            options,
            renamed_from: _,
        } = *self;
        let mut table = Table::new(name.lower());
        table.columns = columns.iter().map(|column| column.column.lower()).collect();
        for constraint in constraints {
            constraint.lower_into(&mut table);
        }
        table.indexes = indexes.iter().map(|index| index.lower()).collect();
        table.comment = comment.map(str::to_owned);
        table.options = options.lower();
        table
    }
}

impl SchemaDef {
    /// The first table that two models claim, with the names of both.
    pub fn duplicate_table(&self) -> Option<(TableName, [&'static str; 2])> {
        let mut owners: BTreeMap<TableName, &'static str> = BTreeMap::new();
        (self.models.iter()).find_map(|model| {
            let table = model.name.lower();
            let first = owners.insert(table.clone(), model.model)?;
            Some((table, [first, model.model]))
        })
    }

    /// What the models say of renames: their `renamed_from`. One that was followed in an earlier
    /// revision is in the list as well; the diff leaves it out.
    pub fn rename_hints(&self) -> RenameHints {
        let mut hints = RenameHints::default();
        for model in self.models {
            let table = model.name.lower();
            if let Some(former) = model.renamed_from {
                hints.tables.push((former.into(), table.clone()));
            }
            for ModelColumn {
                column,
                renamed_from,
                ..
            } in model.columns
            {
                if let Some(former) = renamed_from {
                    hints
                        .columns
                        .push((table.clone(), (*former).into(), column.name.into()));
                }
            }
        }
        hints
    }

    /// What the models say the schema is. Of two models of the same table the last one counts;
    /// the compiler refuses them.
    pub fn model_schema(&self) -> Schema {
        let mut schema = Schema::new();
        for model in self.models {
            schema.insert(model.lower());
            for ModelColumn { enum_type, .. } in model.columns {
                if let Some(enum_type) = enum_type {
                    let enum_type = enum_type.lower();
                    schema.enums.insert(enum_type.name.clone(), enum_type);
                }
            }
        }
        schema
    }

    /// What the models say the schema is, with what the chain says of the tables that no model of this
    /// build owns, and of those that libraries made.
    pub fn model_schema_beside(&self, chain: &Schema, included: &Schema) -> Schema {
        let mut schema = self.model_schema();
        for name in included.enums.keys() {
            if let Some(there) = chain.enums.get(name) {
                schema.enums.insert(name.clone(), there.clone());
            }
        }
        let unmanaged = self.unmanaged.iter().map(|name| name.lower());
        for name in unmanaged.chain(included.tables.keys().cloned()) {
            let Some(table) = chain.table(&name) else {
                continue;
            };
            for name in table
                .columns
                .iter()
                .filter_map(|column| enum_of(&column.ty))
            {
                if let Some(there) = chain.enums.get(name) {
                    schema
                        .enums
                        .entry(name.clone())
                        .or_insert_with(|| there.clone());
                }
            }
            schema.insert(table.clone());
        }
        schema
    }
}
