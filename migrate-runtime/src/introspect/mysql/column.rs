//! A column.

use super::{Context, remark};
use crate::connection::Row;
use crate::dialect::mysql::literal;
use crate::dialect::mysql::spelling::Spelling;
use crate::schema::{Backend, Column, DefaultValue, Generated, SqlText, SqlType, Table};
use std::collections::BTreeSet;

/// `json` are the columns, with their tables, that MariaDB keeps JSON in.
pub(super) fn read(
    row: &Row,
    table: &mut Table,
    json: &BTreeSet<(String, String)>,
    context: &mut Context<'_>,
) -> Option<()> {
    let name = row.text(1)?;
    let reported = row.text(3)?;
    let collation = row.text(8);
    let is_json = reported == "longtext"
        && collation.as_deref() == Some("utf8mb4_bin")
        && json.contains(&(table.name.name.as_str().to_owned(), name.clone()));
    let ty = if is_json {
        "json".to_owned()
    } else {
        plain_type(&reported)
    };
    let spelling = Spelling::parse(&ty);
    let extra = row.text(6).unwrap_or_default();
    let lower = extra.to_ascii_lowercase();
    let mut column = Column::new(name.as_str(), SqlType::native(Backend::Mysql, ty));
    column.nullable = row.text(4).as_deref() != Some("NO");
    column.auto_increment = lower.contains("auto_increment");
    column.generated = generated(row, &lower, context.server.flavor.mariadb);
    if column.generated.is_none() {
        let value = default(
            row.text(5),
            &spelling,
            &lower,
            context.server.flavor.mariadb,
        );
        column.default = with_on_update(value, &extra).map(|text| DefaultValue::Sql(own(text)));
    }
    column.collation = collation.filter(|collation| !is_json && collation != context.collation);
    column.comment = row.text(9).filter(|comment| !comment.is_empty());
    if lower.contains("invisible") {
        let words = "INVISIBLE of column";
        let detail = remark(words, &format!("{}.{name}", table.name), &table.name, None);
        context.attached.push(detail);
    }
    table.columns.push(column);
    Some(())
}

/// The type without the width of a whole number, which means nothing: `int(11)` is `int`.
fn plain_type(reported: &str) -> String {
    let spelling = Spelling::parse(reported);
    if spelling.is_whole_number() || spelling.base() == "year" {
        spelling.key()
    } else {
        reported.to_owned()
    }
}

fn generated(row: &Row, extra: &str, mariadb: bool) -> Option<Generated> {
    // `DEFAULT_GENERATED` is MySQL's word for a default that is an expression.
    let stored = extra.contains("stored generated") || extra.contains("persistent");
    if !stored && !extra.contains("virtual generated") {
        return None;
    }
    let expression = row.text(7)?;
    Some(Generated {
        expression: own(if mariadb {
            expression
        } else {
            unescaped(&expression)
        }),
        stored,
    })
}

/// What stands behind `DEFAULT`, as SQL. MariaDB reports that; MySQL reports the value of a constant
/// without its quotes, and marks expressions.
fn default(
    reported: Option<String>,
    spelling: &Spelling,
    extra: &str,
    mariadb: bool,
) -> Option<String> {
    let reported = reported?;
    if mariadb {
        return (reported != "NULL").then_some(reported);
    }
    let is_time = reported
        .to_ascii_uppercase()
        .starts_with("CURRENT_TIMESTAMP");
    if is_time && matches!(spelling.base(), "datetime" | "timestamp") {
        return Some(reported);
    }
    if extra.contains("default_generated") {
        return Some(format!("({})", unescaped(&reported)));
    }
    let is_bare = spelling.is_numeric() || spelling.base() == "bit" || reported.starts_with("0x");
    Some(if is_bare {
        reported
    } else {
        literal::quoted(&reported)
    })
}

/// `on update current_timestamp(6)` is part of what a migration says of a default.
fn with_on_update(default: Option<String>, extra: &str) -> Option<String> {
    let lower = extra.to_ascii_lowercase();
    let Some(at) = lower.find("on update ") else {
        return default;
    };
    let call = extra[at + "on update ".len()..]
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let default = default.unwrap_or_else(|| "NULL".to_owned());
    Some(format!("{default} ON UPDATE {call}"))
}

/// An expression in the words of MySQL's `information_schema`, which escapes the quotes of its strings.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("\\'", "'").replace("\\\\", "\\")
}

pub(super) fn own(text: impl Into<String>) -> SqlText {
    SqlText::only(Backend::Mysql, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql(reported: &str, ty: &str, extra: &str) -> Option<String> {
        default(
            Some(reported.to_owned()),
            &Spelling::parse(ty),
            extra,
            false,
        )
    }

    /// As its manual and its own tests show them.
    #[test]
    fn defaults_in_the_words_of_mysql() {
        assert_eq!(mysql("5", "int", "").as_deref(), Some("5"));
        assert_eq!(mysql("it's", "varchar(9)", "").as_deref(), Some("'it''s'"));
        assert_eq!(mysql("", "varchar(9)", "").as_deref(), Some("''"));
        assert_eq!(mysql("b'101'", "bit(3)", "").as_deref(), Some("b'101'"));
        assert_eq!(
            mysql("2020-01-01 00:00:00", "datetime", "").as_deref(),
            Some("'2020-01-01 00:00:00'")
        );
        let now = mysql("CURRENT_TIMESTAMP(6)", "datetime(6)", "default_generated");
        assert_eq!(now.as_deref(), Some("CURRENT_TIMESTAMP(6)"));
        let uuid = mysql(
            r"concat(_utf8mb4\'a\',uuid())",
            "char(40)",
            "default_generated",
        );
        assert_eq!(uuid.as_deref(), Some("(concat(_utf8mb4'a',uuid()))"));
        let updated = with_on_update(uuid, "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)");
        assert_eq!(
            updated.as_deref(),
            Some("(concat(_utf8mb4'a',uuid())) ON UPDATE CURRENT_TIMESTAMP(6)")
        );
        assert_eq!(
            with_on_update(None, "on update current_timestamp()").as_deref(),
            Some("NULL ON UPDATE current_timestamp()")
        );
    }
}
