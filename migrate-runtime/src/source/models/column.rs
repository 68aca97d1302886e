//! A field, from its column.

use super::Uses;
use super::attribute::{attribute, string};
use super::types::Choice;
use crate::dialect::Dialect;
use crate::operation::enum_of;
use crate::schema::{Backend, Column, DefaultValue, Generated, Name, SqlText, SqlType, Value};
use std::collections::BTreeMap;

/// A column with what its table says of it.
pub(super) struct FieldWriter<'a> {
    pub(super) dialect: &'a dyn Dialect,
    pub(super) column: &'a Column,
    /// The name of the field.
    pub(super) field: &'a str,
    /// The type of the field.
    pub(super) choice: &'a Choice,
    /// Whether the struct has diesel's derives.
    pub(super) has_diesel: bool,
    /// The Rust names of enum types.
    pub(super) enums: &'a BTreeMap<Name, String>,
    /// What constraints and indexes say on the field.
    pub(super) more: Vec<String>,
}

impl FieldWriter<'_> {
    /// The attributes and the field.
    pub(super) fn write(self, uses: &mut Uses) -> String {
        let Column {
            name,
            ty,
            nullable,
            default,
            generated,
            auto_increment,
            collation,
            comment,
        } = self.column;
        let mut items = Vec::new();
        if *name != self.field {
            items.push(format!("column = {}", string(name.as_str())));
        }
        if *auto_increment {
            items.push("auto_increment".to_owned());
        }
        let (rust, details) = self.rust_type(ty, uses);
        items.extend(details);
        items.extend(default.as_ref().and_then(|default| self.default(default)));
        items.extend(
            generated
                .as_ref()
                .and_then(|generated| self.generated(generated)),
        );
        if let Some(collation) = collation {
            items.push(format!("collate = {}", string(collation)));
        }
        if let Some(comment) = comment {
            items.push(format!("comment = {}", string(comment)));
        }
        items.extend(self.more.iter().cloned());
        let rust = if *nullable {
            format!("Option<{rust}>")
        } else {
            rust
        };
        let skipped = self.has_diesel && generated.is_some();
        let mut diesel = Vec::new();
        if skipped {
            diesel.push("skip_insertion".to_owned());
        }
        if self.has_diesel {
            diesel.extend(small_number(&self.choice.value, *nullable));
        }
        format!(
            "{}{}    pub {}: {rust},\n",
            attribute("    ", "diesel", &diesel),
            attribute("    ", "model", &items),
            self.field,
        )
    }

    /// The type of the field, and what its attributes add.
    fn rust_type(&self, ty: &SqlType, uses: &mut Uses) -> (String, Option<String>) {
        let Choice { value, spelled } = self.choice;
        let backend = self.dialect.backend();
        let detail = match ty {
            SqlType::Native(text) if *spelled => {
                let spelling = text.get(backend).unwrap_or_default();
                Some(format!("sql_type({backend} = {})", string(spelling)))
            }
            _ => type_detail(value),
        };
        let rust = rust_type(value, self.enums, uses);
        (self.for_diesel(value, rust), detail)
    }

    /// A point in time has no diesel type on MySQL, but in the wrapper for all databases.
    fn for_diesel(&self, value: &SqlType, rust: String) -> String {
        match (value, self.dialect.backend()) {
            (SqlType::TimestampTz(_), Backend::Mysql) if self.has_diesel => {
                format!("migrate_runtime::types::TimestampTz<{rust}>")
            }
            _ => rust,
        }
    }

    fn default(&self, default: &DefaultValue) -> Option<String> {
        if self.column.auto_increment || self.column.generated.is_some() {
            return None;
        }
        let portable = match default {
            DefaultValue::Sql(text) => {
                let text = text.get(self.dialect.backend())?;
                self.dialect.parse_default(text, &self.choice.value)?
            }
            other => other.clone(),
        };
        Some(match portable {
            DefaultValue::Value(Value::Bool(value)) => format!("default = {value}"),
            DefaultValue::Value(Value::Integer(value)) => format!("default = {value}"),
            DefaultValue::Value(Value::Float(value)) => format!("default = {}", float(&value)),
            DefaultValue::Value(Value::Text(value)) => format!("default = {}", string(&value)),
            DefaultValue::Now => "default = now".to_owned(),
            DefaultValue::Today => "default = today".to_owned(),
            DefaultValue::Uuid => "default = uuid".to_owned(),
            DefaultValue::Sql(text) => format!("default_sql = {}", self.sql(&text)?),
        })
    }

    fn generated(&self, generated: &Generated) -> Option<String> {
        let Generated { expression, stored } = generated;
        let how = if *stored { "stored" } else { "virtual" };
        Some(format!("generated = {}, {how}", self.sql(expression)?))
    }

    fn sql(&self, text: &SqlText) -> Option<String> {
        text.get(self.dialect.backend()).map(string)
    }
}

/// The diesel type of a number that diesel has on one database only, and so does not take by itself.
fn small_number(ty: &SqlType, nullable: bool) -> Option<String> {
    let of = |name: &str| format!("diesel::sql_types::{name}");
    let within = |outer: &str, inner: &str| format!("{}<{inner}>", of(outer));
    let ty = match ty {
        SqlType::TinyInt => of("TinyInt"),
        SqlType::UnsignedTinyInt => within("Unsigned", &of("TinyInt")),
        SqlType::UnsignedSmallInt => within("Unsigned", &of("SmallInt")),
        SqlType::UnsignedInteger => within("Unsigned", &of("Integer")),
        SqlType::UnsignedBigInt => within("Unsigned", &of("BigInt")),
        _ => return None,
    };
    let ty = if nullable {
        within("Nullable", &ty)
    } else {
        ty
    };
    Some(format!("sql_type = {ty}"))
}

/// A literal that Rust takes for a float.
fn float(number: &str) -> String {
    if number.contains(['.', 'e', 'E']) {
        number.to_owned()
    } else {
        format!("{number}.0")
    }
}

/// What the Rust type alone does not say.
fn type_detail(ty: &SqlType) -> Option<String> {
    match ty {
        SqlType::Varchar(length) => Some(format!("max_length = {length}")),
        SqlType::Char(length) => Some(format!("sql_type = Char({length})")),
        SqlType::Decimal(precision, scale) => {
            Some(format!("precision = {precision}, scale = {scale}"))
        }
        SqlType::Jsonb => Some("sql_type = Jsonb".to_owned()),
        SqlType::Time(Some(digits))
        | SqlType::Timestamp(Some(digits))
        | SqlType::TimestampTz(Some(digits)) => Some(format!("precision = {digits}")),
        _ => None,
    }
}

fn rust_type(ty: &SqlType, enums: &BTreeMap<Name, String>, uses: &mut Uses) -> String {
    if let SqlType::Array(element) = ty {
        return format!("Vec<{}>", rust_type(element, enums, uses));
    }
    if let Some(name) = enum_of(ty).and_then(|name| enums.get(name)) {
        return name.clone();
    }
    let mut chrono = |name| {
        uses.chrono.insert(name);
        name
    };
    let name = match ty {
        SqlType::Bool => "bool",
        SqlType::TinyInt => "i8",
        SqlType::SmallInt => "i16",
        SqlType::Integer => "i32",
        SqlType::BigInt => "i64",
        SqlType::UnsignedTinyInt => "u8",
        SqlType::UnsignedSmallInt => "u16",
        SqlType::UnsignedInteger => "u32",
        SqlType::UnsignedBigInt => "u64",
        SqlType::Float => "f32",
        SqlType::Double => "f64",
        SqlType::Decimal(..) => "migrate_runtime::types::Decimal",
        SqlType::Binary => "Vec<u8>",
        SqlType::Date => chrono("NaiveDate"),
        SqlType::Time(_) => chrono("NaiveTime"),
        SqlType::Timestamp(_) => chrono("NaiveDateTime"),
        SqlType::TimestampTz(_) => {
            chrono("Utc");
            chrono("DateTime");
            "DateTime<Utc>"
        }
        SqlType::Uuid => "migrate_runtime::types::Uuid",
        SqlType::Json | SqlType::Jsonb => "serde_json::Value",
        SqlType::Text
        | SqlType::Varchar(_)
        | SqlType::Char(_)
        | SqlType::Enum(_)
        | SqlType::Array(_)
        | SqlType::Native(_) => "String",
    };
    name.to_owned()
}
