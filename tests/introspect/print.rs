//! A schema as text, one line per object, for snapshots.

use std::fmt::Write as _;

use migrate_runtime::schema::{
    Backend, Column, DefaultValue, ForeignKey, Index, IndexKey, Name, Schema, SortOrder, SqlText,
    Table,
};

pub(super) fn schema(schema: &Schema) -> String {
    let mut lines = Vec::new();
    for table in schema.tables.values() {
        lines.extend(table_lines(table));
    }
    for object in &schema.attached {
        let on = object.table.as_ref().map(|table| format!(" on {table}"));
        let on = on.unwrap_or_default();
        lines.push(format!("{} {}{on}", object.kind.as_str(), object.name));
    }
    lines.join("\n")
}

fn table_lines(table: &Table) -> Vec<String> {
    let mut head = format!("table {}", table.name);
    if table.options.sqlite_strict {
        head += " STRICT";
    }
    if table.options.sqlite_without_rowid {
        head += " WITHOUT ROWID";
    }
    let mut lines = vec![head];
    lines.extend(table.columns.iter().map(column));
    if let Some(key) = &table.primary_key {
        lines.push(format!(
            "  primary key{} ({})",
            name(key.name.as_ref()),
            names(&key.columns)
        ));
    }
    for unique in &table.uniques {
        let columns = names(&unique.columns);
        lines.push(format!(
            "  unique{} ({columns})",
            name(unique.name.as_ref())
        ));
    }
    for check in &table.checks {
        let text = text(&check.expression);
        lines.push(format!("  check{} {text}", name(check.name.as_ref())));
    }
    lines.extend(table.foreign_keys.iter().map(foreign_key));
    lines.extend(table.indexes.iter().map(index));
    lines
}

fn column(column: &Column) -> String {
    let mut line = format!("  {} [{}]", column.name, column.ty.describe());
    if !column.nullable {
        line += " not null";
    }
    if let Some(DefaultValue::Sql(default)) = &column.default {
        write!(line, " default {}", text(default)).expect("a string takes all");
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "stored"
        } else {
            "virtual"
        };
        write!(line, " {kind} {}", text(&generated.expression)).expect("a string takes all");
    }
    if column.auto_increment {
        line += " auto-increment";
    }
    if let Some(collation) = &column.collation {
        write!(line, " collate {collation}").expect("a string takes all");
    }
    line
}

fn foreign_key(key: &ForeignKey) -> String {
    format!(
        "  foreign key{} ({}) -> {} ({}) on delete {} on update {} {:?}",
        name(key.name.as_ref()),
        names(&key.columns),
        key.target,
        names(&key.target_columns),
        key.on_delete.as_sql(),
        key.on_update.as_sql(),
        key.deferrable,
    )
}

fn index(index: &Index) -> String {
    let unique = if index.unique { "unique " } else { "" };
    let parts: Vec<String> = index
        .columns
        .iter()
        .map(|part| {
            let mut line = match &part.key {
                IndexKey::Column(name) => name.to_string(),
                IndexKey::Expression(expression) => format!("<{}>", text(expression)),
            };
            if let Some(collation) = &part.collation {
                write!(line, " collate {collation}").expect("a string takes all");
            }
            if part.order == SortOrder::Descending {
                line += " desc";
            }
            line
        })
        .collect();
    let predicate = index
        .predicate
        .as_ref()
        .map(|sql| format!(" where {}", text(sql)));
    format!(
        "  {unique}index {} ({}){}",
        index.name,
        parts.join(", "),
        predicate.unwrap_or_default()
    )
}

/// A name as SQL takes it.
pub(super) fn quoted(name: &Name) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}

fn name(name: Option<&Name>) -> String {
    name.map(|name| format!(" {name}")).unwrap_or_default()
}

fn names(names: &[Name]) -> String {
    names
        .iter()
        .map(Name::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn text(text: &SqlText) -> &str {
    text.get(Backend::Sqlite).unwrap_or("?")
}
