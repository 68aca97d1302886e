//! Columns in words, for the messages of the compiler: the wording of `operation::describe`.

use super::message::Message;
use crate::migration::{ColumnDef, DefaultDef, SqlDef, TableNameDef, TypeDef};

/// How many bytes two names have alike at their beginnings and at their ends.
pub(super) const fn shared_ends(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let shorter = if one.len() < other.len() {
        one.len()
    } else {
        other.len()
    };
    let mut first = 0;
    while first < shorter && one[first] == other[first] {
        first += 1;
    }
    let mut last = 0;
    while first + last < shorter && one[one.len() - 1 - last] == other[other.len() - 1 - last] {
        last += 1;
    }
    first + last
}

pub(super) const fn table(message: &mut Message, name: TableNameDef) {
    if let Some(schema) = name.schema {
        message.push(schema);
        message.push(".");
    }
    message.push(name.name);
}

/// `TEXT NOT NULL DEFAULT 'x'`.
pub(super) const fn column(message: &mut Message, column: &ColumnDef) {
    let ColumnDef {
        name: _,
        ty,
        nullable,
        default,
        generated,
        auto_increment,
        collation,
        comment,
    } = *column;
    column_type(message, ty);
    message.push(if nullable { " NULL" } else { " NOT NULL" });
    if let Some(default) = default {
        message.push(" DEFAULT ");
        value(message, default);
    }
    if let Some(generated) = generated {
        message.push(" GENERATED (");
        sql(message, generated.expression);
        message.push(if generated.stored {
            ") STORED"
        } else {
            ") VIRTUAL"
        });
    }
    if auto_increment {
        message.push(" AUTO_INCREMENT");
    }
    if let Some(collation) = collation {
        message.push(" COLLATE ");
        message.push(collation);
    }
    if let Some(comment) = comment {
        message.push(" COMMENT '");
        message.push(comment);
        message.push("'");
    }
}

/// `'text'`, or that there is none.
pub(super) const fn quoted(message: &mut Message, text: Option<&str>) {
    match text {
        Some(text) => {
            message.push("'");
            message.push(text);
            message.push("'");
        }
        None => message.push("none"),
    }
}

pub(super) const fn names(message: &mut Message, names: &[&str]) {
    message.push("(");
    let mut i = 0;
    while i < names.len() {
        if i > 0 {
            message.push(", ");
        }
        message.push(names[i]);
        i += 1;
    }
    message.push(")");
}

pub(super) const fn sql(message: &mut Message, text: SqlDef) {
    let texts = [
        ("", text.any),
        ("sqlite: ", text.sqlite),
        ("postgres: ", text.postgres),
        ("mysql: ", text.mysql),
    ];
    let mut first = true;
    let mut i = 0;
    while i < texts.len() {
        if let (label, Some(text)) = texts[i] {
            if !first {
                message.push(" / ");
            }
            first = false;
            message.push(label);
            message.push(text);
        }
        i += 1;
    }
}

const fn value(message: &mut Message, default: DefaultDef) {
    match default {
        DefaultDef::Bool(value) => message.push(if value { "TRUE" } else { "FALSE" }),
        DefaultDef::Integer(value) => message.push_number(value),
        // A const function cannot write a number with a fraction.
        DefaultDef::Float(_) => message.push("a number"),
        DefaultDef::Text(value) => {
            message.push("'");
            message.push(value);
            message.push("'");
        }
        DefaultDef::Now => message.push("now"),
        DefaultDef::Today => message.push("today"),
        DefaultDef::Uuid => message.push("uuid"),
        DefaultDef::Sql(text) => sql(message, text),
    }
}

const fn column_type(message: &mut Message, ty: TypeDef) {
    let (word, digits) = match ty {
        TypeDef::Bool => ("BOOLEAN", None),
        TypeDef::TinyInt => ("TINYINT", None),
        TypeDef::SmallInt => ("SMALLINT", None),
        TypeDef::Integer => ("INTEGER", None),
        TypeDef::BigInt => ("BIGINT", None),
        TypeDef::UnsignedTinyInt => ("TINYINT UNSIGNED", None),
        TypeDef::UnsignedSmallInt => ("SMALLINT UNSIGNED", None),
        TypeDef::UnsignedInteger => ("INTEGER UNSIGNED", None),
        TypeDef::UnsignedBigInt => ("BIGINT UNSIGNED", None),
        TypeDef::Float => ("FLOAT", None),
        TypeDef::Double => ("DOUBLE", None),
        TypeDef::Decimal(precision, scale) => {
            message.push("DECIMAL(");
            message.push_number(precision as i64);
            message.push(", ");
            message.push_number(scale as i64);
            message.push(")");
            return;
        }
        TypeDef::Text => ("TEXT", None),
        TypeDef::Varchar(length) => ("VARCHAR", Some(length as i64)),
        TypeDef::Char(length) => ("CHAR", Some(length as i64)),
        TypeDef::Binary => ("BINARY", None),
        TypeDef::Date => ("DATE", None),
        TypeDef::Time(digits) => ("TIME", widen(digits)),
        TypeDef::Timestamp(digits) => ("TIMESTAMP", widen(digits)),
        TypeDef::TimestampTz(digits) => ("TIMESTAMPTZ", widen(digits)),
        TypeDef::Uuid => ("UUID", None),
        TypeDef::Json => ("JSON", None),
        TypeDef::Jsonb => ("JSONB", None),
        TypeDef::Enum(name) => {
            message.push("ENUM ");
            (name, None)
        }
        TypeDef::Array(element) => {
            column_type(message, *element);
            ("[]", None)
        }
        TypeDef::Native(spelling) => return sql(message, spelling),
    };
    message.push(word);
    if let Some(digits) = digits {
        message.push("(");
        message.push_number(digits);
        message.push(")");
    }
}

const fn widen(digits: Option<u8>) -> Option<i64> {
    match digits {
        Some(digits) => Some(digits as i64),
        None => None,
    }
}
