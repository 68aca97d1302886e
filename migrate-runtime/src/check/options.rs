//! Which table options differ, in words.

use super::equal;
use crate::migration::TableOptionsDef;

/// One option that is not the same on both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct OptionDifference {
    /// As the attribute of a model spells it.
    pub(super) name: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
}

/// The next difference from place `at` on, which moves past it.
pub(super) const fn difference(
    from: &TableOptionsDef,
    to: &TableOptionsDef,
    at: &mut usize,
) -> Option<OptionDifference> {
    if same(from, to) {
        return None;
    }
    let (from, to) = (words(from), words(to));
    while *at < from.len() {
        let ((name, from), (_, to)) = (from[*at], to[*at]);
        *at += 1;
        if !equal::text(from, to) {
            return Some(OptionDifference { name, from, to });
        }
    }
    None
}

/// Whether all options are the same.
pub(super) const fn same(a: &TableOptionsDef, b: &TableOptionsDef) -> bool {
    let TableOptionsDef {
        sqlite_strict,
        sqlite_without_rowid,
        sqlite_no_autoincrement,
        postgres_unlogged,
        postgres_tablespace,
        mysql_engine,
        mysql_charset,
        mysql_collation,
        mysql_row_format,
    } = a;
    *sqlite_strict == b.sqlite_strict
        && *sqlite_without_rowid == b.sqlite_without_rowid
        && *sqlite_no_autoincrement == b.sqlite_no_autoincrement
        && *postgres_unlogged == b.postgres_unlogged
        && equal::optional_text(*postgres_tablespace, b.postgres_tablespace)
        && equal::optional_text(*mysql_engine, b.mysql_engine)
        && equal::optional_text(*mysql_charset, b.mysql_charset)
        && equal::optional_text(*mysql_collation, b.mysql_collation)
        && equal::optional_text(*mysql_row_format, b.mysql_row_format)
}

const fn words(options: &TableOptionsDef) -> [(&'static str, &'static str); 9] {
    let TableOptionsDef {
        sqlite_strict,
        sqlite_without_rowid,
        sqlite_no_autoincrement,
        postgres_unlogged,
        postgres_tablespace,
        mysql_engine,
        mysql_charset,
        mysql_collation,
        mysql_row_format,
    } = *options;
    [
        ("sqlite(strict)", flag(sqlite_strict)),
        ("sqlite(without_rowid)", flag(sqlite_without_rowid)),
        ("sqlite(no_autoincrement)", flag(sqlite_no_autoincrement)),
        ("postgres(unlogged)", flag(postgres_unlogged)),
        ("postgres(tablespace)", word(postgres_tablespace)),
        ("mysql(engine)", word(mysql_engine)),
        ("mysql(charset)", word(mysql_charset)),
        ("mysql(collation)", word(mysql_collation)),
        ("mysql(row_format)", word(mysql_row_format)),
    ]
}

const fn flag(set: bool) -> &'static str {
    if set { "set" } else { "not set" }
}

const fn word(value: Option<&'static str>) -> &'static str {
    match value {
        Some(value) => value,
        None => "not set",
    }
}
