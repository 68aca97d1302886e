//! SQLite: spelling, quoting, what it holds for a portable schema and how its schemas are compared.

pub(crate) mod ddl;
pub(crate) mod default;
mod normalize;
mod physical;
mod strings;
#[cfg(test)]
mod tests;
pub(crate) mod types;
mod unsayable;

pub use ddl::DdlError;

use super::{Capabilities, Dialect, Unsupported};
use crate::schema::{Backend, DefaultValue, Name, Schema, SqlType};

/// The dialect of SQLite.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn backend(&self) -> Backend {
        Backend::Sqlite
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities {
            transactional_ddl: true,
            alter_in_place: false,
            restates_columns: false,
            uniques_are_indexes: false,
            enum_types: false,
            comments: false,
            unsigned_integers: false,
            decimals: false,
            concurrent_indexes: false,
            schema_wide_indexes: true,
            longest_name: None,
        }
    }

    fn version_query(&self) -> &'static str {
        "SELECT 'SQLite ' || sqlite_version()"
    }

    fn quote(&self, name: &Name) -> String {
        ddl::quote(name.as_str())
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

    fn unsayable(&self, stored_sql: &str) -> Vec<(String, String)> {
        unsayable::facts(stored_sql)
    }

    fn physical(&self, schema: &Schema) -> Schema {
        physical::schema(schema)
    }

    fn normalize(&self, schema: &Schema) -> Schema {
        normalize::schema(schema)
    }
}
