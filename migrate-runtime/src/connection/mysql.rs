//! MySQL and MariaDB: their values as cells, their queries collected.
//!
//! Values come in the binary format of the protocol. What has no form of its own here comes as bytes;
//! queries of this crate ask for text and numbers.

use super::backend::{MigrateBackend, sealed};
use super::collect::{BindData, ErasedBackend, collected};
use super::erased::{ErasedConnection, ErasedQuery};
use super::{Cell, RunAccess};
use crate::schema::Backend;
use diesel::connection::LoadConnection;
use diesel::deserialize::FromSql;
use diesel::mysql::data_types::MysqlTime;
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::query_builder::{CollectedQuery, MoveableBindCollector, QueryFragment};
use diesel::result::QueryResult;
use diesel::row::Field;
use diesel::sql_types::Datetime;

impl sealed::Sealed for Mysql {}

impl MigrateBackend for Mysql {
    const BACKEND: Backend = Backend::Mysql;

    fn cell<'f>(field: &impl Field<'f, Self>) -> Cell {
        field.value().map_or(Cell::Null, |value| cell(&value))
    }

    fn run_access<C>(connection: &mut C) -> RunAccess<'_>
    where
        C: LoadConnection<Backend = Self>,
    {
        RunAccess::mysql_connection(ErasedConnection::inside_transaction(connection))
    }
}

/// A value by the type that the server says it has.
fn cell(value: &MysqlValue<'_>) -> Cell {
    let bytes = value.as_bytes();
    let known = match value.value_type() {
        MysqlType::Tiny => start(bytes)
            .map(|it| i8::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::UnsignedTiny => start(bytes)
            .map(|it| u8::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::Short => start(bytes)
            .map(|it| i16::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::UnsignedShort => start(bytes)
            .map(|it| u16::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::Long => start(bytes)
            .map(|it| i32::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::UnsignedLong => start(bytes)
            .map(|it| u32::from_ne_bytes(it).into())
            .map(Cell::Integer),
        MysqlType::LongLong => start(bytes).map(i64::from_ne_bytes).map(Cell::Integer),
        // One that no i64 holds is written out.
        MysqlType::UnsignedLongLong => start(bytes).map(u64::from_ne_bytes).map(|number| {
            i64::try_from(number).map_or_else(|_| Cell::Text(number.to_string()), Cell::Integer)
        }),
        MysqlType::Float => start(bytes).map(|it| Cell::Real(f32::from_ne_bytes(it).into())),
        MysqlType::Double => start(bytes).map(f64::from_ne_bytes).map(Cell::Real),
        MysqlType::Numeric | MysqlType::String | MysqlType::Enum | MysqlType::Set => text(bytes),
        MysqlType::Date | MysqlType::Time | MysqlType::DateTime | MysqlType::Timestamp => {
            time(value).map(Cell::Text)
        }
        // `information_schema` has names in types of bytes, on MySQL.
        MysqlType::Blob => text(bytes),
        _ => None,
    };
    known.unwrap_or_else(|| Cell::Blob(bytes.to_vec()))
}

fn start<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.first_chunk().copied()
}

fn text(bytes: &[u8]) -> Option<Cell> {
    String::from_utf8(bytes.to_vec()).ok().map(Cell::Text)
}

/// As the server writes it.
fn time(value: &MysqlValue<'_>) -> Option<String> {
    let kind = value.value_type();
    let time = <MysqlTime as FromSql<Datetime, Mysql>>::from_sql(value.clone()).ok()?;
    let date = format!("{:04}-{:02}-{:02}", time.year, time.month, time.day);
    let fraction = match time.second_part {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    let clock = format!(
        "{:02}:{:02}:{:02}{fraction}",
        time.hour, time.minute, time.second
    );
    Some(match kind {
        MysqlType::Date => date,
        MysqlType::Time => clock,
        _ => format!("{date} {clock}"),
    })
}

impl ErasedBackend for Mysql {
    type Collected = CollectedQuery<BindData<Self>>;

    fn collect(
        query: &dyn QueryFragment<Self>,
        _: &mut ErasedConnection<'_, Self>,
    ) -> QueryResult<Self::Collected> {
        let query = ErasedQuery(query);
        let mut binds = <Self as diesel::backend::Backend>::BindCollector::default();
        query.collect_binds(&mut binds, &mut (), &Self)?;
        collected(&query, binds.moveable())
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, cell};
    use diesel::mysql::{MysqlType, MysqlValue};

    fn read(bytes: &[u8], ty: MysqlType) -> Cell {
        cell(&MysqlValue::new(bytes, ty))
    }

    #[test]
    fn values_by_their_type() {
        let big = (i64::MAX as u64 + 1).to_ne_bytes();
        for (bytes, ty, value) in [
            (&[255_u8; 8][..], MysqlType::Tiny, Cell::Integer(-1)),
            (&[255], MysqlType::UnsignedTiny, Cell::Integer(255)),
            (&(-2_i16).to_ne_bytes(), MysqlType::Short, Cell::Integer(-2)),
            (&[255; 2], MysqlType::UnsignedShort, Cell::Integer(65_535)),
            (&7_i32.to_ne_bytes(), MysqlType::Long, Cell::Integer(7)),
            (
                &[255; 4],
                MysqlType::UnsignedLong,
                Cell::Integer(4_294_967_295),
            ),
            (&[255; 8], MysqlType::LongLong, Cell::Integer(-1)),
            (
                &big,
                MysqlType::UnsignedLongLong,
                Cell::Text("9223372036854775808".into()),
            ),
            (&2.5_f32.to_ne_bytes(), MysqlType::Float, Cell::Real(2.5)),
            (&2.5_f64.to_ne_bytes(), MysqlType::Double, Cell::Real(2.5)),
            (b"1.50", MysqlType::Numeric, Cell::Text("1.50".into())),
            ("ü".as_bytes(), MysqlType::String, Cell::Text("ü".into())),
            (b"name", MysqlType::Blob, Cell::Text("name".into())),
        ] {
            assert_eq!(read(bytes, ty), value);
        }
    }

    #[test]
    fn what_is_not_known_or_broken_comes_as_bytes() {
        assert_eq!(read(&[255], MysqlType::Blob), Cell::Blob(vec![255]));
        assert_eq!(read(&[1], MysqlType::Long), Cell::Blob(vec![1]));
        assert_eq!(read(&[1], MysqlType::Bit), Cell::Blob(vec![1]));
        assert_eq!(read(&[1], MysqlType::DateTime), Cell::Blob(vec![1]));
    }
}
