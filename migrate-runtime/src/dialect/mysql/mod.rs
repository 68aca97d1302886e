//! MySQL and MariaDB: spelling, quoting, what they hold for a portable schema and how their schemas are
//! compared.
//!
//! One dialect for both: what is spelled is understood by MySQL 8.0.19 and MariaDB 10.6 and everything
//! after them, and what a server reports is brought into one form when it is read.

pub(crate) mod default;
pub(crate) mod expression;
pub(crate) mod flavor;
pub(crate) mod index_part;
pub(crate) mod literal;
mod logical;
mod normalize;
mod physical;
pub(crate) mod spelling;
#[cfg(test)]
mod tests;
pub(crate) mod types;

use super::{Capabilities, Dialect, Unsupported};
use crate::schema::{Backend, DefaultValue, Name, Schema, SqlType};

/// The dialect of MySQL and MariaDB.
#[derive(Debug, Clone, Copy)]
pub struct Mysql;

impl Dialect for Mysql {
    fn backend(&self) -> Backend {
        Backend::Mysql
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities {
            transactional_ddl: false,
            alter_in_place: true,
            restates_columns: true,
            uniques_are_indexes: true,
            enum_types: false,
            comments: true,
            unsigned_integers: true,
            decimals: true,
            concurrent_indexes: false,
            schema_wide_indexes: false,
            longest_name: Some(64),
        }
    }

    fn version_query(&self) -> &'static str {
        "SELECT CONCAT(IF(VERSION() LIKE '%MariaDB%', '', 'MySQL '), VERSION())"
    }

    fn quote(&self, name: &Name) -> String {
        quote(name.as_str())
    }

    fn literal(&self, text: &str) -> String {
        literal::quoted(text)
    }

    fn length_of(&self, column: &str) -> String {
        format!("char_length({column})")
    }

    fn text_of(&self, column: &str) -> String {
        format!("CAST({column} AS CHAR)")
    }

    fn spell_type(&self, ty: &SqlType) -> Result<String, Unsupported> {
        types::spell(ty)
    }

    fn parse_type(&self, spelling: &str) -> SqlType {
        types::parse(spelling)
    }

    fn value_type(&self, spelling: &str) -> SqlType {
        types::value_type(spelling)
    }

    fn parse_default(&self, text: &str, ty: &SqlType) -> Option<DefaultValue> {
        default::parse(text, ty)
    }

    fn physical(&self, schema: &Schema) -> Schema {
        physical::schema(schema)
    }

    fn logical(&self, schema: Schema) -> Schema {
        logical::schema(schema)
    }

    fn normalize(&self, schema: &Schema) -> Schema {
        normalize::schema(schema)
    }
}

/// A name in backticks. Always: what is a reserved word changes from version to version.
pub(crate) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
