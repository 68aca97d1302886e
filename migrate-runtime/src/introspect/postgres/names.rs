//! Names with the schema that the chain says.
//!
//! In: the chain, the models, and the schema that was read, in which what is in the connection's current schema has
//! no schema in its name. Where one of them says the schema all the same, the result does too.

use super::table_name;
use crate::connection::Session;
use crate::dialect::postgres::kept;
use crate::introspect::IntrospectError;
use crate::schema::{
    Attached, AttachedKind, EnumType, ForeignKey, Name, Schema, SqlType, Table, TableName,
};
use std::collections::BTreeSet;

/// Gives what is in the current schema the names that one of the schemas has for it, the first that knows it.
pub(in crate::introspect) fn spell(
    session: &mut dyn Session,
    known: [&Schema; 2],
    database: &mut Schema,
) -> Result<(), IntrospectError> {
    let names = known.map(names);
    if names.iter().all(|(full, _)| full.is_empty()) {
        return Ok(());
    }
    let rows = session.query("SELECT current_schema()::text")?;
    let Some(current) = rows.first().and_then(|row| row.text(0)) else {
        return Ok(());
    };
    let (mut here, mut bare) = (BTreeSet::new(), BTreeSet::new());
    for (full, without) in names {
        bare.extend(without.into_iter().map(|name| name.name));
        let of_current = (full.into_iter())
            .filter(|name| name.schema.as_ref().map(Name::as_str) == Some(&*current))
            .map(|name| name.name);
        here.extend(of_current.filter(|name| !bare.contains(name)));
    }
    if !here.is_empty() {
        Spelling { current, here }.schema(database);
    }
    Ok(())
}

/// The names of tables and enum types, with a schema and without.
fn names(schema: &Schema) -> (BTreeSet<TableName>, BTreeSet<TableName>) {
    let enums = schema.enums.keys().map(parse);
    let names = schema.tables.keys().cloned().chain(enums);
    names.map(as_kept).partition(|name| name.schema.is_some())
}

fn parse(name: &Name) -> TableName {
    TableName::parse(name.as_str())
}

fn as_kept(name: TableName) -> TableName {
    let TableName { schema, name } = name;
    TableName {
        schema: schema.as_ref().map(kept),
        name: kept(&name),
    }
}

/// The current schema, and what the chain names with it.
struct Spelling {
    current: String,
    here: BTreeSet<Name>,
}

impl Spelling {
    fn schema(&self, database: &mut Schema) {
        let Schema {
            tables,
            enums,
            attached,
        } = database;
        let read = std::mem::take(tables);
        tables.extend(read.into_values().map(|mut table| {
            self.table(&mut table);
            (table.name.clone(), table)
        }));
        let read = std::mem::take(enums);
        enums.extend(read.into_values().map(|EnumType { mut name, values }| {
            self.enum_name(&mut name);
            (name.clone(), EnumType { name, values })
        }));
        for one in attached {
            self.attached(one);
        }
    }

    fn name(&self, name: &mut TableName) {
        if name.schema.is_none() && self.here.contains(&name.name) {
            *name = table_name(Some(self.current.clone()), name.name.as_str().to_owned());
        }
    }

    fn enum_name(&self, name: &mut Name) {
        let mut full = parse(name);
        self.name(&mut full);
        *name = full.to_string().into();
    }

    fn table(&self, table: &mut Table) {
        self.name(&mut table.name);
        for column in &mut table.columns {
            self.ty(&mut column.ty);
        }
        for ForeignKey { target, .. } in &mut table.foreign_keys {
            self.name(target);
        }
    }

    fn ty(&self, ty: &mut SqlType) {
        match ty {
            SqlType::Enum(name) => self.enum_name(name),
            SqlType::Array(element) => self.ty(element),
            _ => {}
        }
    }

    fn attached(&self, attached: &mut Attached) {
        let Attached {
            kind,
            name,
            table,
            sql: _,
        } = attached;
        // Others have names of their own, which are no table's and no type's.
        if matches!(kind, AttachedKind::Detail(words) if words.ends_with(" of table") || words.ends_with(" of type"))
        {
            self.enum_name(name);
        }
        if let Some(table) = table {
            self.name(table);
        }
    }
}
