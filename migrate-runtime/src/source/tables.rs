//! The tables of a schema for diesel's query builder, as the text of a module.
//!
//! In: a schema, the dialect that reads its native types, and which tables are wanted. Out: `mod tables`
//! with a `diesel::table!` for each, the joins between them, and their enum types as they are now. A data
//! migration holds them, so that it goes on compiling when the models change.

use super::literal;
use super::models::names::{field_name, is_identifier, module_name, struct_name};
use crate::dialect::Dialect;
use crate::schema::{
    Backend, Column, EnumType, ForeignKey, Name, Schema, SqlType, Table, TableName,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The most columns that a `table!` of the runtime's diesel has.
const COLUMNS: usize = 32;

/// Writes the module.
pub(crate) fn tables_module(
    schema: &Schema,
    dialect: &dyn Dialect,
    wanted: &[TableName],
    runtime: &str,
) -> String {
    let writer = Writer::new(schema, dialect, wanted, runtime);
    let mut parts = vec![writer.enums()];
    parts.extend(writer.chosen.iter().map(|table| writer.table(table)));
    parts.push(writer.joins());
    parts.retain(|part| !part.is_empty());
    let body: String = parts.join("\n").lines().map(indented).collect();
    let mut left_out = String::new();
    for table in &writer.wide {
        // Writing to a string does not fail.
        let _ = writeln!(
            left_out,
            "/// Without {}: it has more than {COLUMNS} columns.",
            quoted(&table.name)
        );
    }
    format!(
        "/// The tables as they are before this revision. Later changes of the models do not reach them.\n\
         {left_out}#[allow(dead_code, unused_imports, unreachable_pub, missing_docs)]\n\
         mod tables {{\n{body}}}\n"
    )
}

fn indented(line: &str) -> String {
    if line.is_empty() {
        "\n".to_owned()
    } else {
        format!("    {line}\n")
    }
}

/// A name in a comment of one line.
fn quoted(name: &TableName) -> String {
    format!("`{}`", literal::comment_lines(&name.to_string()).join(" "))
}

struct Writer<'a> {
    schema: &'a Schema,
    dialect: &'a dyn Dialect,
    runtime: &'a str,
    chosen: Vec<&'a Table>,
    /// Tables that do not fit into diesel, and that nobody asked for by name.
    wide: Vec<&'a Table>,
    modules: BTreeMap<&'a TableName, String>,
    enums: BTreeMap<&'a Name, String>,
}

impl<'a> Writer<'a> {
    fn new(
        schema: &'a Schema,
        dialect: &'a dyn Dialect,
        wanted: &[TableName],
        runtime: &'a str,
    ) -> Self {
        let all = schema.tables.values();
        let (chosen, wide): (Vec<_>, Vec<_>) = all
            .filter(|table| wanted.is_empty() || wanted.contains(&table.name))
            .partition(|table| table.columns.len() <= COLUMNS || !wanted.is_empty());
        let chosen: Vec<&Table> = (chosen.into_iter())
            .filter(|table| !table.columns.is_empty())
            .collect();
        let mut used = BTreeSet::new();
        let modules = (chosen.iter())
            .map(|table| (&table.name, module_name(&table.name.name, &mut used)))
            .collect();
        let mut used = BTreeSet::new();
        let columns = chosen.iter().flat_map(|table| &table.columns);
        let needed: BTreeSet<&Name> = columns.filter_map(|column| enum_name(&column.ty)).collect();
        let enums = (schema.enums.keys())
            .filter(|name| needed.contains(name))
            .map(|name| (name, struct_name(name, &mut used)))
            .collect();
        Self {
            schema,
            dialect,
            runtime,
            chosen,
            wide,
            modules,
            enums,
        }
    }

    fn enums(&self) -> String {
        let written = self.enums.iter().filter_map(|(name, ident)| {
            let definition = self.schema.enums.get(*name)?;
            Some(self.sql_enum(definition, ident))
        });
        written.collect::<Vec<_>>().join("\n")
    }

    fn sql_enum(&self, definition: &EnumType, ident: &str) -> String {
        let EnumType { name, values } = definition;
        let runtime = self.runtime;
        let name = literal::string(name.as_str());
        let mut text = format!(
            "#[derive(Debug, Clone, Copy, PartialEq, Eq, {runtime}::SqlEnum)]\n\
             #[sql_enum(name = {name}, crate = {runtime})]\n\
             pub enum {ident} {{\n"
        );
        let mut used = BTreeSet::new();
        for value in values {
            let variant = variant(value, &mut used);
            let value = literal::string(value);
            let _ = writeln!(text, "    #[sql_enum(value = {value})]\n    {variant},");
        }
        text.push_str("}\n");
        text
    }

    fn table(&self, table: &Table) -> String {
        let Some(module) = self.modules.get(&table.name) else {
            return String::new();
        };
        let columns = fields(table, module);
        let types: Vec<DieselType> = (columns.iter())
            .map(|(column, _)| self.diesel_type(&column.ty))
            .collect();
        let mut text = "diesel::table! {\n    use diesel::sql_types::*;\n".to_owned();
        let imports: BTreeSet<String> = (types.iter()).filter_map(|ty| ty.import.clone()).collect();
        for import in imports {
            let _ = writeln!(text, "    use {import};");
        }
        text.push('\n');
        let own = table.name.name.as_str();
        if module != own {
            let _ = writeln!(text, "    #[sql_name = {}]", literal::string(own));
        }
        let schema = match &table.name.schema {
            Some(schema) if is_identifier(schema.as_str()) => format!("{schema}."),
            _ => String::new(),
        };
        let key = key(table);
        let field = |name: &&Name| {
            let found = columns.iter().find(|(column, _)| column.name == **name);
            found.map(|(_, field)| field.as_str())
        };
        let key: Vec<&str> = key.iter().filter_map(field).collect();
        let _ = writeln!(text, "    {schema}{module} ({}) {{", key.join(", "));
        for ((column, field), ty) in columns.iter().zip(&types) {
            if column.name != *field.as_str() {
                let name = literal::string(column.name.as_str());
                let _ = writeln!(text, "        #[sql_name = {name}]");
            }
            let ty = if column.nullable && !is_key(table, &column.name) {
                format!("Nullable<{}>", ty.name)
            } else {
                ty.name.clone()
            };
            let _ = writeln!(text, "        {field} -> {ty},");
        }
        text.push_str("    }\n}\n");
        text
    }

    fn diesel_type(&self, ty: &SqlType) -> DieselType {
        let plain = |name: &str| DieselType {
            name: name.to_owned(),
            import: None,
        };
        let own = |name: &str| DieselType {
            name: name.to_owned(),
            import: Some(format!("{}::types::{name}", self.runtime)),
        };
        match ty {
            SqlType::Bool => plain("Bool"),
            // As the next larger one: diesel has the others on MySQL only.
            SqlType::TinyInt | SqlType::UnsignedTinyInt | SqlType::SmallInt => plain("SmallInt"),
            SqlType::Integer | SqlType::UnsignedSmallInt => plain("Integer"),
            SqlType::BigInt | SqlType::UnsignedInteger | SqlType::UnsignedBigInt => plain("BigInt"),
            SqlType::Float => plain("Float"),
            SqlType::Double => plain("Double"),
            SqlType::Decimal(_, _) if cfg!(feature = "decimal") => own("DecimalSqlType"),
            SqlType::Decimal(_, _) => plain("Numeric"),
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => plain("Text"),
            SqlType::Binary => plain("Binary"),
            SqlType::Date => plain("Date"),
            SqlType::Time(_) => plain("Time"),
            SqlType::Timestamp(_) => plain("Timestamp"),
            // diesel has none for all: the function asks for the connection of one backend.
            SqlType::TimestampTz(_) => match self.dialect.backend() {
                Backend::Sqlite => plain("TimestamptzSqlite"),
                Backend::Postgres => plain("Timestamptz"),
                Backend::Mysql => own("TimestampTzSqlType"),
            },
            SqlType::Uuid if cfg!(feature = "uuid") => own("UuidSqlType"),
            // Without the crate there is the text of it.
            SqlType::Uuid => plain("Text"),
            SqlType::Json => plain("Json"),
            SqlType::Jsonb => plain("Jsonb"),
            SqlType::Enum(name) => match self.enums.get(name) {
                Some(ident) => {
                    let name = format!("{ident}SqlType");
                    let import = Some(format!("super::{name}"));
                    DieselType { name, import }
                }
                None => plain("Text"),
            },
            SqlType::Array(element) => {
                let DieselType { name, import } = self.diesel_type(element);
                let name = format!("Array<{name}>");
                DieselType { name, import }
            }
            SqlType::Native(text) => {
                let spelling = text.get(self.dialect.backend()).unwrap_or_default();
                match self.dialect.value_type(spelling) {
                    // A spelling that says nothing: text is what every database makes of it.
                    SqlType::Native(_) => plain("Text"),
                    known => self.diesel_type(&known),
                }
            }
        }
    }

    /// `joinable!` where exactly one key leads to a parent, and the tables that are linked in one query.
    fn joins(&self) -> String {
        let mut keys: BTreeMap<(&str, &str), Vec<Option<String>>> = BTreeMap::new();
        let mut groups: Vec<BTreeSet<&str>> = Vec::new();
        for table in &self.chosen {
            for key in table
                .foreign_keys
                .iter()
                .filter(|key| key.target != table.name)
            {
                let (Some(child), Some(parent)) =
                    (self.modules.get(&table.name), self.modules.get(&key.target))
                else {
                    continue;
                };
                join_groups(&mut groups, child, parent);
                let pair = (child.as_str(), parent.as_str());
                keys.entry(pair)
                    .or_default()
                    .push(self.join_field(table, key));
            }
        }
        let mut text = String::new();
        for ((child, parent), fields) in &keys {
            let mutual = keys.contains_key(&(*parent, *child));
            if let ([Some(field)], false) = (fields.as_slice(), mutual) {
                let _ = writeln!(text, "diesel::joinable!({child} -> {parent} ({field}));");
            }
        }
        for group in groups {
            let group: Vec<&str> = group.into_iter().collect();
            let _ = writeln!(
                text,
                "diesel::allow_tables_to_appear_in_same_query!({});",
                group.join(", ")
            );
        }
        text
    }

    /// The field that diesel may join on by itself: it holds the parent's key, in the same type.
    fn join_field(&self, table: &Table, key: &ForeignKey) -> Option<String> {
        let [own] = key.columns.as_slice() else {
            return None;
        };
        let parent = self.schema.table(&key.target)?;
        let [target] = parent.primary_key.as_ref()?.columns.as_slice() else {
            return None;
        };
        if !key.target_columns.is_empty() && key.target_columns != [target.clone()] {
            return None;
        }
        let [from, to] = [(table, own), (parent, target)]
            .map(|(table, name)| Some(self.diesel_type(&table.column(name)?.ty).name));
        let module = self.modules.get(&table.name)?;
        let mut fields = fields(table, module).into_iter();
        let (_, field) = fields.find(|(column, _)| column.name == *own)?;
        (from.is_some() && from == to).then_some(field)
    }
}

/// The columns with their names in Rust.
fn fields<'t>(table: &'t Table, module: &str) -> Vec<(&'t Column, String)> {
    let mut used = BTreeSet::new();
    let columns = table.columns.iter();
    columns
        .map(|column| (column, field_name(&column.name, module, &mut used)))
        .collect()
}

/// A type as a `table!` spells it, and what it imports for that.
struct DieselType {
    name: String,
    import: Option<String>,
}

/// Puts two tables into one group, and their groups with them.
fn join_groups<'n>(groups: &mut Vec<BTreeSet<&'n str>>, one: &'n str, other: &'n str) {
    let mut joined = BTreeSet::from([one, other]);
    groups.retain(|group| {
        let apart = !group.contains(one) && !group.contains(other);
        if !apart {
            joined.extend(group);
        }
        apart
    });
    groups.push(joined);
}

/// What tells the rows apart: the primary key, or a unique constraint, or all columns.
fn key(table: &Table) -> Vec<&Name> {
    if let Some(key) = &table.primary_key {
        return key.columns.iter().collect();
    }
    match table.uniques.first() {
        Some(unique) => unique.columns.iter().collect(),
        None => table.columns.iter().map(|column| &column.name).collect(),
    }
}

fn is_key(table: &Table, column: &Name) -> bool {
    let key = table.primary_key.as_ref();
    key.is_some_and(|key| key.columns.contains(column))
}

fn enum_name(ty: &SqlType) -> Option<&Name> {
    match ty {
        SqlType::Enum(name) => Some(name),
        SqlType::Array(element) => enum_name(element),
        _ => None,
    }
}

/// The variant of a value: its words in capitals, none of `used`.
fn variant(value: &str, used: &mut BTreeSet<String>) -> String {
    let mut name = String::new();
    for word in super::name::slug(value).split('_') {
        let mut characters = word.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(characters);
    }
    if !is_identifier(&name) {
        name.insert_str(0, "Value");
    }
    let mut distinct = name.clone();
    let mut number = 2;
    while !used.insert(distinct.clone()) {
        distinct = format!("{name}{number}");
        number += 1;
    }
    distinct
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::dialect;

    #[test]
    fn a_point_in_time_is_the_type_of_the_backend() {
        let mut schema = Schema::new();
        let time = SqlType::TimestampTz(None);
        schema.insert(
            Table::new("events")
                .with_column(Column::new("id", SqlType::BigInt).not_null())
                .with_column(Column::new("at", time.clone()).not_null())
                .with_column(Column::new("ended_at", time))
                .with_primary_key(["id"]),
        );
        let written = |backend| {
            let text = tables_module(&schema, dialect(backend).unwrap(), &[], "migrate_runtime");
            let about = |line: &&str| line.contains("use ") || line.contains("at ->");
            let lines: Vec<&str> = text.lines().map(str::trim).filter(about).collect();
            lines.join("\n")
        };
        insta::assert_snapshot!(written(Backend::Sqlite), @r"
        use diesel::sql_types::*;
        at -> TimestamptzSqlite,
        ended_at -> Nullable<TimestamptzSqlite>,
        ");
        insta::assert_snapshot!(written(Backend::Postgres), @r"
        use diesel::sql_types::*;
        at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ");
    }
}
