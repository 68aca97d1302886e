//! PostgreSQL: its values as cells, its queries collected.
//!
//! Values come in the binary format of the protocol. What has no form of its own here comes as bytes;
//! queries of this crate ask for text.

use super::backend::{MigrateBackend, sealed};
use super::collect::{BindData, ErasedBackend, collected};
use super::erased::{ErasedConnection, ErasedQuery};
use super::{Cell, RunAccess};
use crate::schema::Backend;
use diesel::connection::LoadConnection;
use diesel::pg::{
    FailedToLookupTypeError, Pg, PgMetadataCacheKey, PgMetadataLookup, PgTypeMetadata,
};
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::{Field, Row};
use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;

impl sealed::Sealed for Pg {}

impl MigrateBackend for Pg {
    const BACKEND: Backend = Backend::Postgres;

    fn cell<'f>(field: &impl Field<'f, Self>) -> Cell {
        let Some(value) = field.value() else {
            return Cell::Null;
        };
        cell(value.get_oid().get(), value.as_bytes())
    }

    fn run_access<C>(connection: &mut C) -> RunAccess<'_>
    where
        C: LoadConnection<Backend = Self>,
    {
        RunAccess::postgres_connection(ErasedConnection::inside_transaction(connection))
    }
}

/// A value by the number of its type, as `pg_type.dat` fixes it.
fn cell(oid: u32, bytes: &[u8]) -> Cell {
    let value = match oid {
        // bool: as the server writes it in text
        16 => bytes
            .first()
            .map(|&bit| Cell::Text(if bit == 0 { "f" } else { "t" }.to_owned())),
        // int8, int2, int4, oid
        20 => bytes
            .try_into()
            .ok()
            .map(i64::from_be_bytes)
            .map(Cell::Integer),
        21 => bytes
            .try_into()
            .ok()
            .map(i16::from_be_bytes)
            .map(|it| Cell::Integer(it.into())),
        23 => bytes
            .try_into()
            .ok()
            .map(i32::from_be_bytes)
            .map(|it| Cell::Integer(it.into())),
        26 => bytes
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
            .map(|it| Cell::Integer(it.into())),
        // float4, float8
        700 => bytes
            .try_into()
            .ok()
            .map(f32::from_be_bytes)
            .map(|it| Cell::Real(it.into())),
        701 => bytes
            .try_into()
            .ok()
            .map(f64::from_be_bytes)
            .map(Cell::Real),
        // char, name, text, json, unknown, bpchar, varchar
        18 | 19 | 25 | 114 | 705 | 1042 | 1043 => text(bytes),
        // void: what `SELECT a_function()` returns
        2278 => Some(Cell::Null),
        _ => None,
    };
    value.unwrap_or_else(|| Cell::Blob(bytes.to_vec()))
}

fn text(bytes: &[u8]) -> Option<Cell> {
    String::from_utf8(bytes.to_vec()).ok().map(Cell::Text)
}

impl ErasedBackend for Pg {
    type Collected = CollectedQuery<BindData<Self>>;

    /// Types without a fixed number are asked of the server: the first pass finds out which.
    fn collect(
        query: &dyn QueryFragment<Self>,
        connection: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected> {
        let query = ErasedQuery(query);
        let mut types = Types::default();
        let mut binds = <Self as diesel::backend::Backend>::BindCollector::default();
        query.collect_binds(&mut binds, &mut types, &Self)?;
        if types.resolve(connection)? {
            binds = <Self as diesel::backend::Backend>::BindCollector::default();
            query.collect_binds(&mut binds, &mut types, &Self)?;
        }
        collected(&query, binds.moveable())
    }
}

/// A type by its schema, if that was said, and its name.
type TypeName = (Option<String>, String);

/// The numbers of a type and of its arrays, where the server knows it.
type Numbers = Option<(u32, u32)>;

/// The types that a query names.
#[derive(Default)]
struct Types {
    known: BTreeMap<TypeName, Numbers>,
    /// Whether they were asked for. Before that any number does: values hold those of their elements.
    are_resolved: bool,
}

impl Types {
    /// Asks for the numbers; `false` if there is nothing to ask.
    fn resolve(&mut self, connection: &mut ErasedConnection<'_, Pg>) -> QueryResult<bool> {
        for ((schema, name), numbers) in &mut self.known {
            *numbers = numbers_of(connection, schema.as_deref(), name)?;
        }
        self.are_resolved = true;
        Ok(!self.known.is_empty())
    }
}

/// A name without a schema means what it means in a statement: `search_path` decides.
fn numbers_of(
    connection: &mut ErasedConnection<'_, Pg>,
    schema: Option<&str>,
    name: &str,
) -> QueryResult<Numbers> {
    let literal = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let condition = match schema {
        Some(schema) => format!(
            "typname = {} AND typnamespace = \
             (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {})",
            literal(name),
            literal(schema)
        ),
        None => format!(
            "oid = pg_catalog.to_regtype(pg_catalog.quote_ident({}))",
            literal(name)
        ),
    };
    let sql = format!("SELECT oid, typarray FROM pg_catalog.pg_type WHERE {condition}");
    let mut rows = connection.load(diesel::sql_query(sql))?;
    let Some(row) = rows.next().transpose()? else {
        return Ok(None);
    };
    let number = |at: usize| match row.get(at).map(|field| Pg::cell(&field)) {
        Some(Cell::Integer(number)) => u32::try_from(number).ok(),
        _ => None,
    };
    Ok(number(0).zip(number(1)))
}

impl PgMetadataLookup for Types {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        let key = (schema.map(str::to_owned), name.to_owned());
        let numbers = *self.known.entry(key).or_default();
        if !self.are_resolved {
            return PgTypeMetadata::new(1, 1);
        }
        let key = PgMetadataCacheKey::new(schema.map(Cow::Borrowed), Cow::Borrowed(name));
        PgTypeMetadata::from_result(
            numbers.ok_or_else(|| FailedToLookupTypeError::new(key.into_owned())),
        )
    }

    fn as_any<'a>(&mut self) -> &mut (dyn Any + 'a)
    where
        Self: 'a,
    {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, cell};

    #[test]
    fn values_by_the_number_of_their_type() {
        assert_eq!(cell(16, &[1]), Cell::Text("t".to_owned()));
        assert_eq!(cell(21, &[255, 254]), Cell::Integer(-2));
        assert_eq!(cell(23, &[0, 0, 1, 0]), Cell::Integer(256));
        assert_eq!(cell(26, &[255; 4]), Cell::Integer(4_294_967_295));
        assert_eq!(cell(20, &[255; 8]), Cell::Integer(-1));
        assert_eq!(cell(701, &2.5_f64.to_be_bytes()), Cell::Real(2.5));
        assert_eq!(cell(25, "ü".as_bytes()), Cell::Text("ü".to_owned()));
    }

    #[test]
    fn what_is_not_known_or_broken_comes_as_bytes() {
        assert_eq!(cell(17, &[0, 255]), Cell::Blob(vec![0, 255]));
        assert_eq!(cell(23, &[1]), Cell::Blob(vec![1]));
        assert_eq!(cell(25, &[255]), Cell::Blob(vec![255]));
        assert_eq!(cell(16, &[]), Cell::Blob(vec![]));
    }
}
