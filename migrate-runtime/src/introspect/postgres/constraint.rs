//! A constraint, from its row.

use super::numbers::Numbers;
use super::{is_true, remark, table_name};
use crate::connection::Row;
use crate::schema::{
    Attached, AttachedKind, Backend, Check, Deferrable, ForeignKey, Name, PrimaryKey,
    ReferentialAction, SqlText, Table, Unique,
};

pub(super) fn read(
    row: &Row,
    numbers: &Numbers,
    table: &mut Table,
    attached: &mut Vec<Attached>,
) -> Option<()> {
    let name = row.text(1)?;
    let own = |cell| numbers.names(row.text(0).as_deref(), row.text(cell).as_deref());
    let columns = own(3);
    match row.text(2)?.as_str() {
        "p" => {
            if is_covering(row) {
                attached.push(remark(
                    AttachedKind::CoveringKey,
                    &name,
                    table,
                    row.text(15),
                ));
            }
            table.primary_key = Some(PrimaryKey {
                name: Some(name.into()),
                columns,
            });
        }
        "u" => {
            table.uniques.push(Unique {
                name: Some(name.into()),
                columns,
                include: own(16),
                nulls_not_distinct: is_true(row, 14),
                deferrable: deferrable(row),
            });
        }
        "c" => {
            not_valid(row, &name, table, attached);
            table.checks.push(Check {
                name: Some(name.into()),
                expression: SqlText::only(Backend::Postgres, row.text(4)?),
            });
        }
        "f" => {
            not_valid(row, &name, table, attached);
            let key = foreign_key(row, numbers, name.into(), columns)?;
            table.foreign_keys.push(key);
        }
        "x" => {
            let definition = row.text(15)?;
            let definition = definition.strip_prefix("EXCLUDE ")?;
            table.checks.push(Check {
                name: Some(name.into()),
                expression: SqlText::only(Backend::Postgres, definition),
            });
        }
        _ => {}
    }
    Some(())
}

/// Whether an index of the constraint holds columns that are not part of it.
fn is_covering(row: &Row) -> bool {
    row.text(15).is_some()
}

fn not_valid(row: &Row, name: &str, table: &Table, attached: &mut Vec<Attached>) {
    if !is_true(row, 13) {
        attached.push(remark(AttachedKind::NotValidated, name, table, None));
    }
}

fn foreign_key(row: &Row, numbers: &Numbers, name: Name, columns: Vec<Name>) -> Option<ForeignKey> {
    Some(ForeignKey {
        name: Some(name),
        columns,
        target: table_name(row.text(5), row.text(6)?),
        target_columns: numbers.names(row.text(17).as_deref(), row.text(7).as_deref()),
        on_delete: action(row.text(8).as_deref()),
        on_update: action(row.text(9).as_deref()),
        deferrable: deferrable(row),
        match_full: row.text(10).as_deref() == Some("f"),
    })
}

fn action(letter: Option<&str>) -> ReferentialAction {
    match letter {
        Some("r") => ReferentialAction::Restrict,
        Some("c") => ReferentialAction::Cascade,
        Some("n") => ReferentialAction::SetNull,
        Some("d") => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn deferrable(row: &Row) -> Deferrable {
    match (is_true(row, 11), is_true(row, 12)) {
        (true, true) => Deferrable::InitiallyDeferred,
        (true, false) => Deferrable::InitiallyImmediate,
        (false, _) => Deferrable::No,
    }
}
