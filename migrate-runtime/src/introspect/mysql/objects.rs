//! Tables as such, and what is no table: views, sequences, triggers, routines, events.

use super::{Server, remark};
use crate::connection::Row;
use crate::schema::{Attached, AttachedKind, Table, TableName, TableOptions};

/// A view or a sequence, in the list of tables.
pub(super) fn beside_tables(row: &Row) -> Option<Attached> {
    let kind = match row.text(1)?.as_str() {
        "VIEW" | "SYSTEM VIEW" => AttachedKind::View,
        "SEQUENCE" => AttachedKind::Sequence,
        _ => return None,
    };
    Some(Attached {
        kind,
        name: row.text(0)?.into(),
        table: None,
        sql: None,
    })
}

/// A table without its columns.
pub(super) fn table(row: &Row, server: &Server, attached: &mut Vec<Attached>) -> Table {
    let text = row.text(0).unwrap_or_default();
    let name = TableName::new(text.as_str());
    let created = row.text(4).unwrap_or_default();
    let collation = row
        .text(3)
        .filter(|collation| *collation != server.collation);
    let charset = (collation.as_deref())
        .and_then(|collation| collation.split('_').next())
        .filter(|charset| *charset != server.charset)
        .map(str::to_owned);
    let mut table = Table::new(name.clone());
    table.comment = row.text(5).filter(|comment| !comment.is_empty());
    table.options = TableOptions {
        mysql_engine: row
            .text(2)
            .filter(|engine| !engine.eq_ignore_ascii_case("InnoDB")),
        mysql_charset: charset,
        mysql_collation: collation,
        mysql_row_format: option(&created, "row_format")
            .filter(|format| !format.eq_ignore_ascii_case("dynamic")),
        ..TableOptions::default()
    };
    let is_versioned = row.text(1).as_deref() == Some("SYSTEM VERSIONED");
    if is_versioned {
        attached.push(remark("SYSTEM VERSIONING of table", &text, &name, None));
    }
    if created.contains("partitioned") {
        attached.push(Attached {
            kind: AttachedKind::PARTITIONED,
            name: text.as_str().into(),
            table: Some(name.clone()),
            sql: None,
        });
    }
    let others = others(&created);
    if !others.is_empty() {
        attached.push(remark("options of table", &text, &name, Some(others)));
    }
    table
}

/// The value of an option: `row_format=COMPRESSED`.
fn option(created: &str, name: &str) -> Option<String> {
    created
        .split_whitespace()
        .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        .map(|value| value.trim_matches('"').to_owned())
}

/// The options that no migration says.
fn others(created: &str) -> String {
    created
        .split_whitespace()
        .filter(|word| *word != "partitioned" && !word.starts_with("row_format="))
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn read(row: &Row) -> Option<Attached> {
    let kind = match row.text(0)?.as_str() {
        "trigger" => AttachedKind::Trigger,
        "function" => AttachedKind::Function,
        "event" => AttachedKind::Event,
        _ => return None,
    };
    Some(Attached {
        kind,
        name: row.text(1)?.into(),
        table: row.text(2).map(TableName::new),
        sql: row.text(3),
    })
}
