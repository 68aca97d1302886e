//! Which defaults fit which types.

use super::super::ModelColumn;
use super::contains;
use super::names::push_item;
use super::types::{Kind, kind};
use crate::check::Message;
use crate::migration::{DefaultDef, EnumDef, TypeDef};

/// What is wrong with the default of a column.
pub const fn default_problem(column: &ModelColumn) -> Option<Message> {
    let ModelColumn {
        field: _,
        column,
        enum_type,
        renamed_from: _,
    } = column;
    match &column.default {
        Some(default) => misfit(&column.ty, enum_type.as_ref(), default),
        None => None,
    }
}

const fn misfit(
    ty: &TypeDef,
    enum_type: Option<&EnumDef>,
    default: &DefaultDef,
) -> Option<Message> {
    let fits = match (kind(ty), default) {
        (Kind::Any, _) | (_, DefaultDef::Sql(_)) => true,
        (Kind::Bool, DefaultDef::Bool(_)) => true,
        (Kind::Integer, DefaultDef::Integer(_)) => true,
        (Kind::Number, DefaultDef::Integer(_) | DefaultDef::Float(_)) => true,
        // An exact number or a date is written as text where it has no literal of its own.
        (Kind::Decimal, DefaultDef::Integer(_) | DefaultDef::Float(_) | DefaultDef::Text(_)) => {
            true
        }
        (Kind::Text, DefaultDef::Text(_) | DefaultDef::Now | DefaultDef::Today) => true,
        (Kind::Text | Kind::Uuid, DefaultDef::Uuid) => true,
        (Kind::Uuid | Kind::Json, DefaultDef::Text(_)) => true,
        (Kind::Date, DefaultDef::Text(_) | DefaultDef::Today) => true,
        (Kind::Time, DefaultDef::Text(_) | DefaultDef::Now) => true,
        (Kind::Enum, DefaultDef::Text(value)) => match enum_type {
            Some(enum_type) if !contains(enum_type.values, value) => {
                return Some(not_a_value(value, enum_type));
            }
            _ => true,
        },
        _ => false,
    };
    if fits {
        None
    } else {
        let mut message = Message::new();
        message.push("the default does not fit the type of the column; ");
        message.push("for SQL say `default_sql = \"..\"`");
        Some(message)
    }
}

const fn not_a_value(value: &str, enum_type: &EnumDef) -> Message {
    let EnumDef { name, values } = enum_type;
    let mut message = Message::new();
    message.push("`");
    message.push(value);
    message.push("` is not a value of the enum `");
    message.push(name);
    message.push("`; it has");
    let mut i = 0;
    while i < values.len() {
        push_item(&mut message, values[i], i == 0);
        i += 1;
    }
    message
}
