//! Foreign keys and checks.

use super::column::{own, unescaped};
use super::{Context, remark};
use crate::connection::Row;
use crate::schema::{
    Attached, AttachedKind, Check, Deferrable, ForeignKey, Name, ReferentialAction, Table,
    TableName,
};
use std::collections::BTreeSet;

/// A column of a foreign key; the columns come in their order.
pub(super) fn foreign_key(row: &Row, table: &mut Table) -> Option<()> {
    let name = Name::from(row.text(1)?);
    let target = TableName {
        schema: row.text(4).map(Name::from),
        name: row.text(5)?.into(),
    };
    if row.integer(2)? == 1 {
        table.foreign_keys.push(ForeignKey {
            name: Some(name),
            columns: Vec::new(),
            target,
            target_columns: Vec::new(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
        });
    }
    let key = table.foreign_keys.last_mut()?;
    key.columns.push(row.text(3)?.into());
    key.target_columns.push(row.text(6)?.into());
    Some(())
}

/// What a foreign key does.
pub(super) fn actions(row: &Row, table: &mut Table) -> Option<()> {
    let name = Name::from(row.text(1)?);
    let key = (table.foreign_keys.iter_mut()).find(|key| key.name.as_ref() == Some(&name))?;
    key.on_delete = action(&row.text(2)?);
    key.on_update = action(&row.text(3)?);
    Some(())
}

/// One server says `RESTRICT` where nothing was said, the other `NO ACTION`; they do the same.
fn action(words: &str) -> ReferentialAction {
    match words {
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

pub(super) fn check(row: &Row, table: &mut Table, context: &mut Context<'_>) -> Option<()> {
    let name = row.text(1)?;
    let clause = row.text(2)?;
    let mariadb = context.server.flavor.mariadb;
    let of_column = row.text(3).as_deref() == Some("Column");
    let is_json = (table.columns.iter())
        .any(|column| column.name == *name && is_json_type(column) && of_column);
    if is_json && json_column(&clause).as_deref() == Some(name.as_str()) {
        return Some(());
    }
    if row.text(4).as_deref() == Some("NO") {
        let detail = remark("NOT ENFORCED of constraint", &name, &table.name, None);
        context.attached.push(detail);
    }
    if of_column {
        context.attached.push(Attached {
            kind: AttachedKind::ColumnCheck,
            name: format!("{}.{name}", table.name).into(),
            table: Some(table.name.clone()),
            sql: Some(clause.clone()),
        });
    }
    table.checks.push(Check {
        // That of a column bears the column's name, and is no constraint that could be dropped as such.
        name: (!of_column).then(|| name.into()),
        expression: own(if mariadb { clause } else { unescaped(&clause) }),
    });
    Some(())
}

fn is_json_type(column: &crate::schema::Column) -> bool {
    matches!(&column.ty, crate::schema::SqlType::Native(text)
        if text.get(crate::schema::Backend::Mysql) == Some("json"))
}

/// The columns, with their tables, that have the check MariaDB gives a column of type `JSON`.
pub(super) fn json_columns(checks: &[Row]) -> BTreeSet<(String, String)> {
    checks
        .iter()
        .filter(|row| row.text(3).as_deref() == Some("Column"))
        .filter_map(|row| Some((row.text(0)?, json_column(&row.text(2)?)?)))
        .collect()
}

fn json_column(clause: &str) -> Option<String> {
    let name = clause
        .strip_prefix("json_valid(`")?
        .strip_suffix("`)")?
        .replace("``", "`");
    Some(name)
}
