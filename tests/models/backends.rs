//! One model, three backends: what is portable compiles for each, and every value comes back from the bytes
//! that diesel would send.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use diesel::backend::Backend;
use diesel::deserialize::FromSql;
use diesel::dsl::SqlTypeOf;
use diesel::mysql::{Mysql, MysqlType, MysqlValue};
use diesel::pg::{Pg, PgMetadataLookup, PgTypeMetadata, PgValue, TypeOidLookup};
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::sqlite::Sqlite;
use migrate_runtime::migration::{
    BigInt, TinyInt, TypeDef, UnsignedInteger, UnsignedSmallInt, UnsignedTinyInt,
};
use migrate_runtime::types::{Decimal, TimestampTz, Uuid};
use migrate_runtime::{ColumnType, Model, SqlEnum};
use std::num::NonZeroU32;

#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
enum Stage {
    Draft,
    Public,
}

#[derive(Debug, Clone, PartialEq, ColumnType)]
struct Slug(String);

#[derive(
    Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable, AsChangeset,
)]
#[diesel(table_name = shelves, check_for_backend(Sqlite, Pg, Mysql))]
#[model(unlisted)]
struct Shelf {
    id: i64,
    name: String,
}

#[derive(
    Debug,
    Clone,
    PartialEq,
    Model,
    Queryable,
    Selectable,
    Insertable,
    Identifiable,
    AsChangeset,
    Associations,
)]
#[diesel(table_name = portables, belongs_to(Shelf), check_for_backend(Sqlite, Pg, Mysql))]
#[model(unlisted)]
struct Portable {
    id: i64,
    shelf_id: i64,
    flag: bool,
    small: i16,
    medium: i32,
    real: f32,
    double: f64,
    #[model(max_length = 40)]
    name: String,
    bytes: Vec<u8>,
    date: NaiveDate,
    time: NaiveTime,
    at: NaiveDateTime,
    since: TimestampTz<DateTime<Utc>>,
    until: Option<TimestampTz<time::OffsetDateTime>>,
    uuid: Uuid,
    #[model(precision = 10, scale = 2)]
    price: Option<Decimal>,
    json: serde_json::Value,
    stage: Stage,
    next_stage: Option<Stage>,
    slug: Slug,
}

/// Numbers that diesel has on MySQL only are stored in the next wider type.
#[derive(Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable)]
#[diesel(table_name = counters, check_for_backend(Sqlite, Pg, Mysql))]
#[model(unlisted)]
struct Counter {
    id: i64,
    #[diesel(serialize_as = i16, deserialize_as = i16)]
    tiny: i8,
    #[diesel(serialize_as = i16, deserialize_as = i16)]
    byte: u8,
    #[diesel(serialize_as = i32, deserialize_as = i32)]
    short: u16,
    #[diesel(serialize_as = i64, deserialize_as = i64)]
    long: u32,
}

/// A model for PostgreSQL, built where SQLite is on as well.
#[derive(
    Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable, AsChangeset,
)]
#[diesel(table_name = natives, check_for_backend(Pg))]
#[model(unlisted)]
struct Native {
    id: i64,
    at: DateTime<Utc>,
    until: Option<time::OffsetDateTime>,
    tags: Vec<String>,
    stages: Option<Vec<Stage>>,
    uuid: uuid::Uuid,
}

/// A table of an existing project: `Timestamptz` is where a `DateTime` belongs, on PostgreSQL.
mod kept {
    diesel::table! {
        kept_natives (id) {
            id -> BigInt,
            at -> Timestamptz,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable)]
#[diesel(table_name = kept::kept_natives, check_for_backend(Pg))]
#[model(unlisted)]
struct KeptNative {
    id: i64,
    at: DateTime<Utc>,
}

fn portable() -> Portable {
    let date = NaiveDate::from_ymd_opt(2026, 1, 25).unwrap();
    let time = NaiveTime::from_hms_micro_opt(12, 30, 15, 250_001).unwrap();
    Portable {
        id: i64::MIN,
        shelf_id: 7,
        flag: true,
        small: i16::MIN,
        medium: i32::MAX,
        real: 0.5,
        double: 1e300,
        name: "añade".into(),
        bytes: vec![0, 255, 7],
        date,
        time,
        at: date.and_time(time),
        since: Utc.from_utc_datetime(&date.and_time(time)).into(),
        until: Some(time::macros::datetime!(2026-01-25 12:30:15.25 UTC).into()),
        uuid: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        price: Some(Decimal::new(-1450, 2)),
        json: serde_json::json!({ "a": [1, null] }),
        stage: Stage::Public,
        next_stage: Some(Stage::Draft),
        slug: Slug("a-slug".into()),
    }
}

/// Numbers enum types as they are asked for: the name is what the server would be asked.
#[derive(Default)]
struct Types(Vec<String>);

impl PgMetadataLookup for Types {
    fn lookup_type(&mut self, name: &str, schema: Option<&str>) -> PgTypeMetadata {
        self.0.push(format!("{}.{name}", schema.unwrap_or("?")));
        PgTypeMetadata::new(90_000, 90_001)
    }
}

struct Oid;

impl TypeOidLookup for Oid {
    fn lookup(&self) -> NonZeroU32 {
        NonZeroU32::new(1700).unwrap()
    }
}

fn sql<DB>(query: &impl QueryFragment<DB>) -> String
where
    DB: Backend + Default,
    DB::QueryBuilder: Default,
{
    let mut builder = DB::QueryBuilder::default();
    query.to_sql(&mut builder, &DB::default()).unwrap();
    diesel::query_builder::QueryBuilder::finish(builder)
}

/// A value of the type of another one.
fn read_like<St, DB: Backend, T: FromSql<St, DB>>(_: &T, value: Option<DB::RawValue<'_>>) -> T {
    T::from_nullable_sql(value).unwrap()
}

macro_rules! comes_back {
    ($backend:ty, $lookup:expr, $read:expr, $row:expr, [$($field:ident)*]) => {$({
        type St = SqlTypeOf<portables::$field>;
        let row = $row;
        let mut bytes = RawBytesBindCollector::<$backend>::new();
        diesel::query_builder::BindCollector::push_bound_value::<St, _>(
            &mut bytes,
            &row.$field,
            $lookup,
        )
        .unwrap();
        let read = $read;
        let value = bytes.binds[0].as_deref().map(|raw| read(raw, &bytes.metadata[0]));
        let back = read_like::<St, $backend, _>(&row.$field, value);
        // Bit for bit, numbers with a fraction too: in words they are what they are.
        assert_eq!(format!("{:?}", row.$field), format!("{back:?}"), "{}", stringify!($field));
    })*};
}

#[test]
fn every_portable_value_comes_back_from_postgres() {
    let mut types = Types::default();
    comes_back!(
        Pg, &mut types, |raw, _| PgValue::new(raw, &Oid), portable(),
        [id flag small medium real double name bytes date time at since until uuid price json
            stage next_stage slug]
    );
    assert_eq!(types.0, ["?.stage", "?.stage"]);
}

#[test]
fn every_portable_value_comes_back_from_mysql() {
    comes_back!(
        Mysql, &mut (), |raw, ty: &MysqlType| MysqlValue::new(raw, *ty), portable(),
        [id flag small medium real double name bytes date time at since until uuid price json
            stage next_stage slug]
    );
}

#[test]
fn a_uuid_of_mariadb_comes_back_from_its_text() {
    let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let value = MysqlValue::new(text.as_bytes(), MysqlType::String);
    let uuid: Uuid = FromSql::<SqlTypeOf<portables::uuid>, Mysql>::from_sql(value).unwrap();
    assert_eq!(uuid.to_string(), text);
}

#[test]
fn the_same_queries_are_written_for_each() {
    let row = portable();
    let query = portables::table
        .inner_join(shelves::table)
        .filter(portables::stage.eq(Stage::Public))
        .filter(portables::next_stage.eq(Stage::Draft))
        .filter(portables::since.le(row.since))
        .filter(portables::until.gt(row.until.unwrap()))
        .filter(portables::price.lt(Decimal::from(3)))
        .filter(portables::uuid.eq_any([row.uuid]))
        .filter(portables::slug.eq(Slug("x".into())))
        .select(shelves::name);
    let texts = [
        sql::<Sqlite>(&query),
        sql::<Pg>(&query),
        sql::<Mysql>(&query),
    ];
    for text in &texts {
        assert!(
            text.contains("INNER JOIN") && text.contains("next_stage"),
            "{text}"
        );
    }
    let insert = diesel::insert_into(portables::table).values(row);
    assert!(sql::<Pg>(&insert).contains("$20"));
    assert!(sql::<Mysql>(&insert).starts_with("INSERT INTO `portables`"));
}

#[test]
fn numbers_of_mysql_are_stored_in_wider_types() {
    let row = Counter {
        id: 1,
        tiny: i8::MIN,
        byte: u8::MAX,
        short: u16::MAX,
        long: u32::MAX,
    };
    let query = counters::table
        .filter(counters::tiny.eq(i16::from(row.tiny)))
        .filter(counters::long.eq(i64::from(row.long)))
        .select((counters::tiny, counters::short));
    let texts = [
        sql::<Sqlite>(&query),
        sql::<Pg>(&query),
        sql::<Mysql>(&query),
    ];
    for text in &texts {
        assert!(text.contains("short"), "{text}");
    }
    let insert = diesel::insert_into(counters::table).values(row);
    assert!(sql::<Pg>(&insert).contains("$5"));
    assert!(sql::<Mysql>(&insert).starts_with("INSERT INTO `counters`"));
    let types = Counter::TABLE.columns.iter().map(|column| column.column.ty);
    let types: Vec<TypeDef> = types.collect();
    let expected = [
        BigInt,
        TinyInt,
        UnsignedTinyInt,
        UnsignedSmallInt,
        UnsignedInteger,
    ];
    assert_eq!(types, expected);
}

#[test]
fn a_model_for_postgres_has_postgres_types() {
    let now = Utc.timestamp_opt(1_700_000_000, 0).unwrap();
    let query = natives::table
        .filter(natives::at.lt(now))
        .filter(natives::at.lt(diesel::dsl::now))
        .filter(natives::tags.contains(vec!["a"]))
        .filter(natives::stages.eq(vec![Stage::Draft]))
        .select(Native::as_select());
    assert!(sql::<Pg>(&query).contains("@>"));
    let kept = kept::kept_natives::table.filter(kept::kept_natives::at.lt(now));
    assert!(sql::<Pg>(&kept).contains("kept_natives"));
}

#[test]
fn a_point_in_time_is_the_same_column_with_and_without_the_wrapper() {
    assert_eq!(
        <TimestampTz<DateTime<Utc>> as ColumnType>::TYPE,
        <DateTime<Utc> as ColumnType>::TYPE
    );
    assert_eq!(
        portable().since.to_string(),
        "2026-01-25 12:30:15.250001 UTC"
    );
}

/// The same models on a server: what diesel sends is what it stores and finds again.
#[cfg(unix)]
mod on_postgres {
    use super::*;
    use crate::postgres::server::Database;
    use diesel_async::AsyncPgConnection;
    use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
    use migrate_runtime::connection::Session;
    use migrate_runtime::dialect::Postgres;
    use migrate_runtime::diff::{RenameHints, diff};
    use migrate_runtime::model::SchemaDef;
    use migrate_runtime::schema::Schema;
    use migrate_runtime::sql::render;

    const MODELS: SchemaDef = SchemaDef {
        chain: "tests",
        models: &[Shelf::TABLE, Portable::TABLE, Native::TABLE],
        unmanaged: &[],
        ignore: &[],
        version_table: None,
        include: &[],
        migrations: &[],
        head: "",
    };

    type Server = AsyncConnectionWrapper<AsyncPgConnection>;

    /// A database that the models made.
    fn database() -> Option<(Database, Server)> {
        let mut database = Database::new()?;
        let models = MODELS.model_schema();
        let operations = diff(&Schema::new(), &models, &RenameHints::default());
        for statement in render(&operations, &Schema::new(), &Postgres).unwrap() {
            database.batch(statement.sql()).unwrap();
        }
        let connection = Server::establish(&database.url).unwrap();
        Some((database, connection))
    }

    /// Whether the row is found by its own value.
    macro_rules! finds {
        ($connection:ident, $row:ident, [$($field:ident)*]) => {$(
            let found: i64 = portables::table
                .filter(portables::$field.eq($row.$field.clone()))
                .count()
                .get_result($connection)
                .unwrap();
            assert_eq!(found, 1, "{}", stringify!($field));
        )*};
    }

    #[test]
    fn every_portable_value_is_stored_and_found() {
        let Some((_database, mut connection)) = database() else {
            return;
        };
        let connection = &mut connection;
        let shelf = Shelf {
            id: 7,
            name: "low".into(),
        };
        (diesel::insert_into(shelves::table).values(&shelf))
            .execute(connection)
            .unwrap();
        let row = portable();
        (diesel::insert_into(portables::table).values(&row))
            .execute(connection)
            .unwrap();
        let loaded = portables::table.select(Portable::as_select());
        let loaded: Portable = loaded.first(connection).unwrap();
        assert_eq!(format!("{row:?}"), format!("{loaded:?}"));
        // Not by its JSON: PostgreSQL has no equality for `json`.
        finds!(connection, row, [id shelf_id flag small medium real double name bytes date time at
            since until uuid price stage next_stage slug]);
        let both: Vec<(Shelf, Portable)> = shelves::table
            .inner_join(portables::table)
            .select((Shelf::as_select(), Portable::as_select()))
            .load(connection)
            .unwrap();
        assert_eq!(both.len(), 1);
        let of_shelf = Portable::belonging_to(&shelf).select(portables::id);
        assert_eq!(of_shelf.load::<i64>(connection).unwrap(), [row.id]);
        let mut boxed = portables::table.select(portables::name).into_boxed();
        boxed = boxed.filter(portables::stage.eq_any([Stage::Public, Stage::Draft]));
        boxed = boxed.filter(portables::next_stage.is_not_null());
        assert_eq!(boxed.load::<String>(connection).unwrap(), [&*row.name]);
        let changed = Portable {
            stage: Stage::Draft,
            next_stage: None,
            price: None,
            until: None,
            ..row
        };
        let updated = diesel::update(portables::table.find(changed.id)).set(&changed);
        assert_eq!(updated.execute(connection).unwrap(), 1);
        let stages = portables::table.select(portables::stage);
        assert_eq!(stages.load::<Stage>(connection).unwrap(), [Stage::Draft]);
    }

    #[test]
    fn arrays_enums_and_points_in_time_of_the_server() {
        let Some((_database, mut connection)) = database() else {
            return;
        };
        let connection = &mut connection;
        let row = Native {
            id: 1,
            at: Utc.timestamp_opt(1_700_000_000, 0).unwrap(),
            until: Some(time::macros::datetime!(2026-01-25 12:30:15.25 UTC)),
            tags: vec!["a".into(), "b, \"c\"".into()],
            stages: Some(vec![Stage::Public, Stage::Draft]),
            uuid: uuid::Uuid::from_u128(7),
        };
        (diesel::insert_into(natives::table).values(&row))
            .execute(connection)
            .unwrap();
        let loaded = natives::table.select(Native::as_select());
        assert_eq!(loaded.load(connection).unwrap(), [row]);
        let count: i64 = natives::table
            .filter(natives::tags.contains(vec!["a"]))
            .filter(natives::stages.contains(vec![Stage::Draft]))
            .filter(natives::at.lt(diesel::dsl::now))
            .filter(natives::until.is_not_null())
            .count()
            .get_result(connection)
            .unwrap();
        assert_eq!(count, 1);
        (diesel::update(natives::table).set(natives::stages.eq(None::<Vec<Stage>>)))
            .execute(connection)
            .unwrap();
        let stages = natives::table.select(natives::stages);
        let stages: Vec<Option<Vec<Stage>>> = stages.load(connection).unwrap();
        assert_eq!(stages, [None]);
    }
}
