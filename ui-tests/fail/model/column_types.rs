//! What is no newtype, and what is no enum of the database.
use migrate_runtime::{ColumnType, SqlEnum};

#[derive(ColumnType)]
struct Maybe(Option<String>);

#[derive(ColumnType)]
struct Two(String, String);

#[derive(ColumnType)]
struct Borrowed<'a>(&'a str);

#[derive(ColumnType)]
struct Bounded<T>(i64, std::marker::PhantomData<T>)
where
    T: Clone;

#[derive(ColumnType)]
enum NotANewtype {
    A,
}

#[derive(SqlEnum)]
enum WithData {
    A(i32),
}

#[derive(SqlEnum)]
enum Twice {
    A,
    #[sql_enum(value = "a")]
    B,
}

#[derive(SqlEnum)]
enum Nothing {}

#[derive(SqlEnum)]
struct NotAnEnum;

fn main() {}
