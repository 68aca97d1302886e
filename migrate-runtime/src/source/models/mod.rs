//! Model structs of a database that exists already.
//!
//! In: an introspected [`Schema`] and its dialect. Out: Rust source with one struct per table, which
//! lowers to a schema that the dialect compares as equal, and a list of what no model can say. Names
//! are written only where the naming convention would make others. Nothing here reads a database.

mod attribute;
mod column;
mod constraint;
mod enums;
pub(super) mod names;
mod table;
mod types;

use crate::dialect::Dialect;
use crate::schema::{Attached, AttachedKind, Name, Schema, TableName};
use std::collections::{BTreeMap, BTreeSet};
use table::TableWriter;
use types::Choices;

/// What to write, and for whom.
#[derive(Debug, Clone)]
pub struct ModelsOptions {
    /// The tables to write models of; none: all.
    pub tables: Vec<TableName>,
    /// The most columns that a table of the user's diesel has (32, unless a larger feature is on).
    /// A table with more gets a model without diesel's derives.
    pub diesel_columns: usize,
}

impl Default for ModelsOptions {
    fn default() -> Self {
        Self {
            tables: Vec::new(),
            diesel_columns: 32,
        }
    }
}

/// The models of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelsSource {
    /// The Rust source.
    pub source: String,
    /// The names of the structs, in the order of the source: what `schema!` lists.
    pub models: Vec<String>,
    /// What the models do not say; it stays in the database and shows up as drift.
    pub inexpressible: Vec<Inexpressible>,
    /// Tables of which the model says everything.
    pub expressible: usize,
    /// All tables asked for.
    pub total: usize,
}

/// Something of a database that no model can say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Inexpressible {
    /// The table it belongs to, or the object itself.
    pub table: TableName,
    /// What it is: `the table`, `foreign key (a) → p (b)`.
    pub object: String,
    /// Why, and what to do about it.
    pub reason: String,
}

/// Writes the models of a database.
pub fn models_source(
    schema: &Schema,
    dialect: &dyn Dialect,
    options: &ModelsOptions,
) -> ModelsSource {
    write(&dialect.logical(schema.clone()), dialect, options)
}

fn write(schema: &Schema, dialect: &dyn Dialect, options: &ModelsOptions) -> ModelsSource {
    let wanted = |name: &TableName| options.tables.is_empty() || options.tables.contains(name);
    let tables: Vec<_> = schema
        .tables
        .values()
        .filter(|table| wanted(&table.name))
        .collect();
    let mut inexpressible = Vec::new();
    let plan = Plan::new(schema, dialect, &tables, &mut inexpressible);
    let mut bodies = Vec::new();
    let mut models = Vec::new();
    let mut uses = Uses {
        enums: !plan.enums.is_empty(),
        ..Uses::default()
    };
    for (name, rust) in &plan.enums {
        bodies.extend((schema.enums.get(name)).map(|enum_type| enums::write(enum_type, rust)));
    }
    for table in &tables {
        let Some(names) = plan.tables.get(&table.name) else {
            continue;
        };
        let writer = TableWriter::new(&plan, schema, dialect, options, table, names);
        bodies.push(writer.write(&mut uses, &mut inexpressible));
        models.push(names.model.clone());
    }
    let attached = (schema.attached.iter())
        .filter(|object| object.table.as_ref().is_none_or(wanted))
        // A shadow table goes with its virtual table.
        .filter(|object| {
            ![AttachedKind::ShadowTable, AttachedKind::ColumnCheck].contains(&object.kind)
        });
    let (details, objects): (Vec<_>, Vec<_>) = attached.partition(|one| one.kind.is_detail());
    inexpressible.extend(details.into_iter().map(detail));
    let incomplete: BTreeSet<&TableName> = inexpressible.iter().map(|item| &item.table).collect();
    let expressible = tables
        .iter()
        .filter(|table| !incomplete.contains(&table.name))
        .count();
    inexpressible.extend(objects.into_iter().map(|object| Inexpressible {
        table: TableName::new(object.name.clone()),
        object: format!("the {}", object.kind.as_str()),
        reason: "it belongs to no model; it is kept as it is".to_owned(),
    }));
    ModelsSource {
        source: uses.head() + &bodies.join("\n"),
        models,
        expressible,
        total: tables.len(),
        inexpressible,
    }
}

/// What belongs to a table, and no model says.
fn detail(attached: &Attached) -> Inexpressible {
    let Attached {
        kind,
        name,
        table,
        sql,
    } = attached;
    let words = (sql.as_ref()).map_or_else(String::new, |sql| format!(" ({sql})"));
    Inexpressible {
        table: (table.clone()).unwrap_or_else(|| TableName::new(name.clone())),
        object: match table {
            Some(table) if table.to_string() == name.as_str() => {
                format!("{}{words}", kind.as_str())
            }
            _ => format!("{} {name}{words}", kind.as_str()),
        },
        reason: "no model says it; it is kept as it is".to_owned(),
    }
}

/// The Rust names of a table.
#[derive(Debug)]
struct TableNames {
    /// Its struct.
    model: String,
    /// Its diesel module.
    module: String,
    /// The fields of its columns.
    fields: BTreeMap<Name, String>,
}

/// All names, chosen before anything is written, since models refer to each other.
#[derive(Debug)]
struct Plan {
    tables: BTreeMap<TableName, TableNames>,
    /// The Rust names of enum types.
    enums: BTreeMap<Name, String>,
    types: Choices,
}

impl Plan {
    fn new(
        schema: &Schema,
        dialect: &dyn Dialect,
        tables: &[&crate::schema::Table],
        inexpressible: &mut Vec<Inexpressible>,
    ) -> Self {
        let (mut models, mut modules) = (BTreeSet::new(), BTreeSet::new());
        let mut plan = Self {
            tables: BTreeMap::new(),
            enums: BTreeMap::new(),
            types: Choices::new(schema, dialect),
        };
        for table in tables {
            if let Some(reason) = table::obstacle(table, schema) {
                inexpressible.push(Inexpressible {
                    table: table.name.clone(),
                    object: "the table".to_owned(),
                    reason,
                });
                continue;
            }
            let module = names::module_name(&table.name.name, &mut modules);
            let mut used = BTreeSet::new();
            let fields = table
                .columns
                .iter()
                .map(|column| {
                    let field = names::field_name(&column.name, &module, &mut used);
                    (column.name.clone(), field)
                })
                .collect();
            let names = TableNames {
                model: names::struct_name(&table.name.name, &mut models),
                module,
                fields,
            };
            plan.tables.insert(table.name.clone(), names);
        }
        plan.enums = enums::named(schema, tables, &mut models);
        plan
    }

    /// The table of that name, whatever the case of its letters where the database ignores it.
    fn find(&self, name: &TableName) -> Option<(&TableName, &TableNames)> {
        self.tables.get_key_value(name).or_else(|| {
            let wanted = name.to_string().to_lowercase();
            self.tables
                .iter()
                .find(|(name, _)| name.to_string().to_lowercase() == wanted)
        })
    }
}

impl TableNames {
    /// The field of a column, whatever the case of its letters.
    fn field(&self, column: &Name) -> Option<&str> {
        let wanted = column.as_str().to_lowercase();
        self.fields
            .get(column)
            .or_else(|| {
                let mut fields = self.fields.iter();
                fields
                    .find(|(name, _)| name.as_str().to_lowercase() == wanted)
                    .map(|(_, field)| field)
            })
            .map(String::as_str)
    }
}

/// What the written structs need to have imported.
#[derive(Debug, Default)]
struct Uses {
    chrono: BTreeSet<&'static str>,
    diesel: bool,
    enums: bool,
}

impl Uses {
    fn head(&self) -> String {
        let mut lines = vec![
            "//! The models of an existing database, as `cargo migrate models --from-database` wrote them."
                .to_owned(),
            String::new(),
        ];
        let chrono: Vec<&str> = self.chrono.iter().copied().collect();
        match chrono.as_slice() {
            [] => {}
            [only] => lines.push(format!("use chrono::{only};")),
            several => lines.push(format!("use chrono::{{{}}};", several.join(", "))),
        }
        if self.diesel {
            lines.push("use diesel::prelude::*;".to_owned());
        }
        lines.push(if self.enums {
            "use migrate_runtime::{Model, SqlEnum};".to_owned()
        } else {
            "use migrate_runtime::Model;".to_owned()
        });
        lines.push(String::new());
        lines.push(String::new());
        lines.join("\n")
    }
}
