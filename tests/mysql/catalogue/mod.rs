//! The rows of the case catalogue for MySQL and MariaDB, by id: a failed or absent one fails the test.

mod defaults;
mod keys;
mod statements;
mod tables;
mod types;

use super::live::Live;
use super::server::Database;
use crate::catalogue::OF_ALL;
use crate::catalogue::server::{self, every_row_holds, goes, row, same};
use crate::catalogue::support::{check, int, named, reference, schema, t, unique, with};
use migrate_runtime::schema::{Backend, Column, EnumType, Schema, SqlType};

type Row = server::Row<Database>;

/// The rows for MySQL and MariaDB; those for all databases come before.
const OF_MYSQL: &[&str] = &[
    "T18", "T21", "T32", "T41", "T42", "Y38", "Y41", "Y42", "Y43", "Y45", "Y46", "Y47", "Y48",
    "Y50", "Y51", "Y53", "Y55", "D41", "D42", "D47", "D51", "D52", "D54", "D55", "D57", "D58",
    "G04", "C07", "K10", "I55", "I60", "I63", "B29", "B31", "B32", "B33", "B36", "V18",
];

#[test]
fn every_row_of_the_catalogue_holds() {
    every_row_holds(
        &[OF_ALL, OF_MYSQL].concat(),
        &[
            tables::ROWS,
            types::ROWS,
            defaults::ROWS,
            keys::ROWS,
            statements::ROWS,
        ],
    );
}

/// `t` in SQL as the models have it, its other columns given.
fn table_sql(columns: &str) -> String {
    let comma = if columns.is_empty() { "" } else { ", " };
    format!("CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY{comma}{columns})")
}

fn col(name: &str, ty: SqlType) -> Column {
    Column::new(name, ty)
}

/// `t` with a column `a` of that type.
fn one(ty: SqlType) -> Schema {
    schema([t([col("a", ty)])])
}

fn my(spelling: &str) -> SqlType {
    SqlType::native(Backend::Mysql, spelling)
}

/// `t` with a column of the enum type `mood`.
fn mood(values: &[&str]) -> Schema {
    let mut schema = one(SqlType::Enum("mood".into()));
    let mood = EnumType {
        name: "mood".into(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    schema.enums.insert(mood.name.clone(), mood);
    schema
}
