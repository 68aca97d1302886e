//! PostgreSQL: spelling, quoting, what it holds for a portable schema and how its schemas are compared.

pub(crate) mod default;
mod exclusion;
pub(crate) mod expression;
mod normalize;
mod physical;
pub(crate) mod spelling;
#[cfg(test)]
mod tests;
mod trial;
pub(crate) mod types;

pub(crate) use normalize::kept;

use super::{Capabilities, Dialect, Trial, Unsupported};
use crate::schema::{Backend, Column, DefaultValue, Name, Schema, SqlType, TableName};

/// The dialect of PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub struct Postgres;

impl Dialect for Postgres {
    fn backend(&self) -> Backend {
        Backend::Postgres
    }

    fn capabilities(&self) -> &'static Capabilities {
        &Capabilities {
            transactional_ddl: true,
            alter_in_place: true,
            restates_columns: false,
            uniques_are_indexes: false,
            enum_types: true,
            comments: true,
            unsigned_integers: false,
            decimals: true,
            concurrent_indexes: true,
            schema_wide_indexes: true,
            longest_name: Some(63),
        }
    }

    fn version_query(&self) -> &'static str {
        "SELECT 'PostgreSQL ' || pg_catalog.current_setting('server_version')"
    }

    fn quote(&self, name: &Name) -> String {
        quote(name.as_str())
    }

    fn big_table(&self, table: &TableName) -> Option<String> {
        // 10 MB are a hundred thousand rows of usual size, of which an index takes a fraction of a second.
        Some(format!(
            "SELECT pg_catalog.pg_size_pretty(size) FROM pg_catalog.pg_table_size(pg_catalog.to_regclass({})) \
             AS size WHERE size >= 10485760",
            self.literal(&quote_path(table))
        ))
    }

    fn try_value(
        &self,
        table: &TableName,
        new: &[&Column],
        column: &Name,
        value: &str,
    ) -> Option<Trial> {
        trial::of_value(table, new, column, value)
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

    fn normalize(&self, schema: &Schema) -> Schema {
        normalize::schema(schema)
    }
}

/// A name in double quotes. Always: what is a reserved word changes from version to version.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `schema.name`, each part quoted.
pub(crate) fn quote_path(name: &TableName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema.as_str()), quote(name.name.as_str())),
        None => quote(name.name.as_str()),
    }
}

/// Whether a name is another one without quotes: capitals, blanks, signs.
pub(crate) fn needs_quotes(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        || !name
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}
