//! A column, from its row and the sequence that belongs to it.

use super::sequence::{Numbering, Sequences};
use super::{enum_name, is_true, remark};
use crate::connection::Row;
use crate::schema::{
    Attached, AttachedKind, Backend, Column, DefaultValue, Generated, SqlText, SqlType, Table,
};

/// Its number in the table.
pub(super) fn place(row: &Row) -> i16 {
    let number = row.text(12).and_then(|number| number.parse().ok());
    number.unwrap_or_default()
}

/// Whether its collation is one of its own, or of its type: not that of the database, and not none.
pub(super) fn has_own_collation(row: &Row) -> bool {
    is_true(row, 13)
}

/// What no migration says of it.
pub(super) fn details(row: &Row, table: &Table) -> Vec<Attached> {
    let kinds = [
        (14, "STORAGE of column"),
        (15, "STATISTICS of column"),
        (16, "COMPRESSION of column"),
    ];
    let name = row.text(1).unwrap_or_default();
    let said = kinds.map(|(cell, kind)| {
        let words = row.text(cell)?;
        let kind = AttachedKind::Detail(kind);
        Some(remark(kind, &name, table, Some(words)))
    });
    said.into_iter().flatten().collect()
}

pub(super) fn read(row: &Row, sequences: &Sequences<'_>) -> Option<Column> {
    let declared = row.text(2)?;
    let identity = row.text(9).unwrap_or_default();
    let sequence = sequences.of(&(row.text(0)?, place(row)));
    let numbering = Numbering::of(&identity, sequence, &declared);
    let mut column = Column::new(row.text(1)?, ty(row, &declared, &numbering));
    column.nullable = !is_true(row, 6);
    let expression = row
        .text(7)
        .map(|text| SqlText::only(Backend::Postgres, text));
    match row.text(8).unwrap_or_default().as_str() {
        "s" | "v" => {
            let stored = row.text(8).as_deref() == Some("s");
            column.generated = expression.map(|expression| Generated { expression, stored });
        }
        _ if matches!(numbering, Numbering::None) => {
            column.default = expression.map(DefaultValue::Sql);
        }
        _ => {}
    }
    column.auto_increment = !matches!(numbering, Numbering::None);
    column.collation = row.text(10);
    column.comment = row.text(11);
    Some(column)
}

fn ty(row: &Row, declared: &str, numbering: &Numbering) -> SqlType {
    if let Numbering::Serial(spelling) = numbering {
        return SqlType::native(Backend::Postgres, *spelling);
    }
    if let Numbering::Identity(clause) = numbering {
        return SqlType::native(Backend::Postgres, format!("{declared}{clause}"));
    }
    match row.text(4) {
        Some(name) => {
            let ty = SqlType::Enum(enum_name(row.text(3), name));
            if is_true(row, 5) {
                SqlType::Array(Box::new(ty))
            } else {
                ty
            }
        }
        None => SqlType::native(Backend::Postgres, declared),
    }
}
