//! How the values of a column become those of another type.

use crate::dialect::postgres::spelling::Spelling;

/// What `USING` says; `None` where the server converts by itself.
///
/// A timestamp without time zone is taken for one in UTC, whatever the zone of the session. An enum
/// type, on either side, has casts from and to text only.
pub(super) fn using(column: &str, from: &str, to: &str, has_enum: bool) -> Option<String> {
    let (from, to) = (Spelling::parse(from), Spelling::parse(to));
    let cast = || Some(format!("{column}::{}", to.key()));
    if from.is_array() || to.is_array() {
        return array(column, &from, &to, has_enum);
    }
    if from.base() == to.base() || (from.is_numeric() && to.is_numeric()) {
        return None;
    }
    if has_enum && !to.is_string() {
        return Some(format!("{column}::text::{}", to.key()));
    }
    match (from.base(), to.base()) {
        ("bytea", _) if to.is_string() => Some(format!("convert_from({column}, 'UTF8')")),
        (_, "bytea") if from.is_string() => Some(format!("convert_to({column}, 'UTF8')")),
        ("uuid", "bytea") => Some(format!("uuid_send({column})")),
        ("bytea", "uuid") => Some(format!("encode({column}, 'hex')::uuid")),
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => {
            Some(format!("{column} AT TIME ZONE 'UTC'"))
        }
        ("date", "timestamp with time zone") => {
            Some(format!("{column}::timestamp AT TIME ZONE 'UTC'"))
        }
        ("timestamp with time zone", "date") => {
            Some(format!("({column} AT TIME ZONE 'UTC')::date"))
        }
        ("date", "timestamp without time zone")
        | ("timestamp without time zone", "date")
        | ("json", "jsonb")
        | ("jsonb", "json") => None,
        ("boolean", "smallint" | "bigint" | "numeric" | "real" | "double precision") => {
            Some(format!("{column}::integer::{}", to.key()))
        }
        (
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision",
            "boolean",
        ) => Some(format!("{column} <> 0")),
        // Any value has a text.
        _ if to.is_string() => None,
        _ => cast(),
    }
}

fn array(column: &str, from: &Spelling, to: &Spelling, has_enum: bool) -> Option<String> {
    match (from.element(), to.element()) {
        (Some(old), Some(new)) => {
            let by_itself = old.base() == new.base()
                || (old.is_numeric() && new.is_numeric())
                || (old.is_string() && new.is_string());
            if by_itself {
                None
            } else if has_enum {
                Some(format!("{column}::text[]::{}", to.key()))
            } else {
                Some(format!("{column}::{}", to.key()))
            }
        }
        (None, Some(_)) if !from.is_string() => Some(format!("ARRAY[{column}]::{}", to.key())),
        _ if to.is_string() => None,
        _ => Some(format!("{column}::{}", to.key())),
    }
}
