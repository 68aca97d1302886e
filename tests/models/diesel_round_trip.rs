//! Every supported type through diesel, on SQLite: derived, inserted, loaded; each `Option`al too.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use migrate_runtime::types::{Decimal, Uuid};
use migrate_runtime::{ColumnType, Model, SqlEnum};

#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
#[sql_enum(rename_all = "kebab-case")]
pub(crate) enum Mood {
    VeryHappy,
    #[sql_enum(value = "so so")]
    SoSo,
}

#[derive(Debug, Clone, PartialEq, ColumnType)]
pub(crate) struct Email(String);

pub(crate) mod money {
    use migrate_runtime::ColumnType;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnType)]
    pub(crate) struct Cents {
        pub(crate) amount: i64,
    }

    #[derive(Debug, Clone, PartialEq, ColumnType)]
    pub(crate) struct Owner(pub(crate) super::Email);
}

#[derive(Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = samples, check_for_backend(diesel::sqlite::Sqlite))]
#[model(unlisted)]
pub(crate) struct Sample {
    pub(crate) id: i64,
    pub(crate) flag: bool,
    #[diesel(serialize_as = i16, deserialize_as = i16)]
    pub(crate) tiny: i8,
    pub(crate) small: i16,
    pub(crate) medium: i32,
    #[diesel(serialize_as = i16, deserialize_as = i16)]
    pub(crate) unsigned_tiny: u8,
    #[diesel(serialize_as = i32, deserialize_as = i32)]
    pub(crate) unsigned_small: u16,
    #[diesel(serialize_as = i64, deserialize_as = i64)]
    pub(crate) unsigned_medium: u32,
    pub(crate) real: f32,
    pub(crate) double: f64,
    #[model(max_length = 40)]
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) date: NaiveDate,
    pub(crate) time: NaiveTime,
    pub(crate) at: NaiveDateTime,
    pub(crate) at_utc: DateTime<Utc>,
    pub(crate) time_date: time::Date,
    pub(crate) time_time: time::Time,
    pub(crate) time_at: time::PrimitiveDateTime,
    pub(crate) time_at_utc: time::OffsetDateTime,
    pub(crate) uuid: Uuid,
    pub(crate) json: serde_json::Value,
    #[model(precision = 10, scale = 2)]
    pub(crate) price: Decimal,
    pub(crate) mood: Mood,
    pub(crate) email: Email,
    pub(crate) cents: money::Cents,
    pub(crate) owner: money::Owner,
    #[model(column = "table")]
    pub(crate) table_: i32,
    pub(crate) r#type: String,
}

#[derive(Debug, Clone, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = optionals, check_for_backend(diesel::sqlite::Sqlite))]
#[model(unlisted)]
pub(crate) struct Optional {
    pub(crate) id: i64,
    pub(crate) flag: Option<bool>,
    pub(crate) small: Option<i16>,
    pub(crate) medium: Option<i32>,
    pub(crate) big: Option<i64>,
    pub(crate) real: Option<f32>,
    pub(crate) double: Option<f64>,
    pub(crate) name: Option<String>,
    pub(crate) bytes: Option<Vec<u8>>,
    pub(crate) date: Option<NaiveDate>,
    pub(crate) time: Option<NaiveTime>,
    pub(crate) at: Option<NaiveDateTime>,
    pub(crate) at_utc: Option<DateTime<Utc>>,
    pub(crate) time_date: Option<time::Date>,
    pub(crate) time_time: Option<time::Time>,
    pub(crate) time_at: Option<time::PrimitiveDateTime>,
    pub(crate) time_at_utc: Option<time::OffsetDateTime>,
    pub(crate) uuid: Option<Uuid>,
    pub(crate) json: Option<serde_json::Value>,
    #[model(precision = 10, scale = 2)]
    pub(crate) price: Option<Decimal>,
    pub(crate) mood: Option<Mood>,
    pub(crate) email: Option<Email>,
    pub(crate) cents: Option<money::Cents>,
    pub(crate) owner: Option<money::Owner>,
}

/// A table of untyped columns: what is stored is what diesel binds.
fn connection(definition: migrate_runtime::model::TableDef) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(":memory:").expect("memory");
    let columns: Vec<String> = definition
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.column.name))
        .collect();
    let table = definition.name.name;
    conn.batch_execute(&format!(
        "CREATE TABLE \"{table}\" ({})",
        columns.join(", ")
    ))
    .expect("a table");
    conn
}

fn sample() -> Sample {
    let date = NaiveDate::from_ymd_opt(2026, 1, 25).expect("a valid literal");
    let clock = NaiveTime::from_hms_milli_opt(12, 30, 15, 250).expect("a valid literal");
    let time_date = time::macros::date!(2026 - 01 - 25);
    let time_time = time::macros::time!(12:30:15.25);
    let time_at = time::PrimitiveDateTime::new(time_date, time_time);
    Sample {
        id: i64::MAX,
        flag: true,
        tiny: i8::MIN,
        small: i16::MIN,
        medium: i32::MAX,
        unsigned_tiny: u8::MAX,
        unsigned_small: u16::MAX,
        unsigned_medium: u32::MAX,
        real: 0.5,
        double: 1e300,
        name: "añade".into(),
        bytes: vec![0, 255, 7],
        date,
        time: clock,
        at: date.and_time(clock),
        at_utc: Utc.from_utc_datetime(&date.and_time(clock)),
        time_date,
        time_time,
        time_at,
        time_at_utc: time_at.assume_utc(),
        uuid: Uuid::new_v4(),
        json: serde_json::json!({ "a": [1, null] }),
        price: "12345678.90".parse().expect("a valid literal"),
        mood: Mood::SoSo,
        email: Email("a@example.com".into()),
        cents: money::Cents { amount: 1450 },
        owner: money::Owner(Email("b@example.com".into())),
        table_: 3,
        r#type: "t".into(),
    }
}

fn full(sample: &Sample) -> Optional {
    Optional {
        id: 1,
        flag: Some(sample.flag),
        small: Some(sample.small),
        medium: Some(sample.medium),
        big: Some(sample.id),
        real: Some(sample.real),
        double: Some(sample.double),
        name: Some(sample.name.clone()),
        bytes: Some(sample.bytes.clone()),
        date: Some(sample.date),
        time: Some(sample.time),
        at: Some(sample.at),
        at_utc: Some(sample.at_utc),
        time_date: Some(sample.time_date),
        time_time: Some(sample.time_time),
        time_at: Some(sample.time_at),
        time_at_utc: Some(sample.time_at_utc),
        uuid: Some(sample.uuid),
        json: Some(sample.json.clone()),
        price: Some(sample.price.clone()),
        mood: Some(sample.mood),
        email: Some(sample.email.clone()),
        cents: Some(sample.cents),
        owner: Some(sample.owner.clone()),
    }
}

fn empty(id: i64) -> Optional {
    Optional {
        id,
        flag: None,
        small: None,
        medium: None,
        big: None,
        real: None,
        double: None,
        name: None,
        bytes: None,
        date: None,
        time: None,
        at: None,
        at_utc: None,
        time_date: None,
        time_time: None,
        time_at: None,
        time_at_utc: None,
        uuid: None,
        json: None,
        price: None,
        mood: None,
        email: None,
        cents: None,
        owner: None,
    }
}

#[test]
fn every_type_comes_back_as_it_went_in() {
    let mut conn = connection(Sample::TABLE);
    let sample = sample();
    diesel::insert_into(samples::table)
        .values(sample.clone())
        .execute(&mut conn)
        .unwrap();
    let loaded = samples::table
        .select(Sample::as_select())
        .first(&mut conn)
        .unwrap();
    assert_eq!(loaded, sample);
}

#[test]
fn every_type_comes_back_from_an_option_and_so_does_null() {
    let mut conn = connection(Optional::TABLE);
    let rows = [full(&sample()), empty(2)];
    for row in &rows {
        diesel::insert_into(optionals::table)
            .values(row)
            .execute(&mut conn)
            .unwrap();
    }
    let loaded: Vec<Optional> = optionals::table
        .order(optionals::id)
        .select(Optional::as_select())
        .load(&mut conn)
        .unwrap();
    assert_eq!(loaded, rows);
}

#[test]
fn columns_filter_by_the_rust_type() {
    let mut conn = connection(Sample::TABLE);
    let sample = sample();
    diesel::insert_into(samples::table)
        .values(sample.clone())
        .execute(&mut conn)
        .unwrap();
    let found: i64 = samples::table
        .filter(samples::uuid.eq(sample.uuid))
        .filter(samples::mood.eq(Mood::SoSo))
        .filter(samples::mood.ne_all([Mood::VeryHappy]))
        .filter(samples::email.eq(&sample.email))
        .filter(samples::price.eq(&sample.price))
        .filter(samples::cents.eq(money::Cents { amount: 1450 }))
        .filter((samples::medium - 1).eq(i32::MAX - 1))
        .filter(samples::table_.eq(3))
        .filter(samples::r#type.eq("t"))
        .count()
        .get_result(&mut conn)
        .unwrap();
    assert_eq!(found, 1);
}

#[test]
fn text_that_no_variant_has_is_an_error_that_names_it() {
    let mut conn = connection(Optional::TABLE);
    conn.batch_execute("INSERT INTO optionals (id, mood) VALUES (1, 'sad')")
        .unwrap();
    let error = optionals::table
        .select(optionals::mood)
        .first::<Option<Mood>>(&mut conn)
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("`sad` is not a value of the enum type `mood`"),
        "{error}"
    );
}

#[test]
fn a_uuid_is_text_and_is_read_from_a_blob_too() {
    let mut conn = connection(Optional::TABLE);
    let uuid: Uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    let row = Optional {
        uuid: Some(uuid),
        ..empty(1)
    };
    diesel::insert_into(optionals::table)
        .values(&row)
        .execute(&mut conn)
        .unwrap();
    conn.batch_execute(
        "INSERT INTO optionals (id, uuid) \
         SELECT 2, x'67e5504410b1426f9247bb680e5fe0c8' FROM optionals \
         WHERE uuid = '67e55044-10b1-426f-9247-bb680e5fe0c8'",
    )
    .unwrap();
    let loaded: Vec<Option<Uuid>> = optionals::table
        .select(optionals::uuid)
        .load(&mut conn)
        .unwrap();
    assert_eq!(loaded, [Some(uuid), Some(uuid)]);
}

#[test]
fn a_decimal_keeps_its_digits() {
    let mut conn = connection(Optional::TABLE);
    for (id, digits) in [
        (1, "0.10"),
        (2, "-123456789012345678901234567890.12"),
        (3, "7"),
    ] {
        let row = Optional {
            price: Some(digits.parse().unwrap()),
            ..empty(id)
        };
        diesel::insert_into(optionals::table)
            .values(&row)
            .execute(&mut conn)
            .unwrap();
        let loaded: Option<Decimal> = optionals::table
            .find(id)
            .select(optionals::price)
            .first(&mut conn)
            .unwrap();
        assert_eq!(loaded.unwrap().to_string(), digits);
    }
}
