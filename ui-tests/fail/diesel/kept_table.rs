//! A `table!` that the user keeps, and a model that does not fit it.
mod schema {
    diesel::table! {
        users (id) {
            id -> BigInt,
            name -> Text,
            age -> Nullable<Integer>,
            #[sql_name = "born"]
            birthday -> Nullable<Text>,
            score -> Integer,
        }
    }
}

mod zoo {
    diesel::table! {
        pets (id) {
            id -> BigInt,
            name -> Text,
            weight -> Nullable<Double>,
            #[sql_name = "born-on"]
            born -> Date,
        }
    }
}

#[derive(migrate_runtime::Model)]
#[model(unlisted, diesel_table = zoo::pets, column("weight", Double))]
struct Pet {
    id: i64,
    name: String,
}

/// Stored by diesel's traits, implemented by hand.
struct Score;

impl migrate_runtime::model::ColumnType for Score {
    const TYPE: migrate_runtime::migration::TypeDef = migrate_runtime::migration::Integer;
}

/// The name alone is wrong: nothing is missing.
#[derive(migrate_runtime::Model)]
#[model(unlisted, diesel_table = zoo::pets)]
struct Renamed {
    id: i64,
    name: String,
    weight: Option<f64>,
    #[model(column = "birth_date")]
    born: chrono::NaiveDate,
}

#[derive(migrate_runtime::Model)]
#[diesel(table_name = schema::users)]
#[model(unlisted)]
struct User {
    id: i32,
    name: Option<String>,
    age: Option<i64>,
    #[model(column = "birth_date")]
    birthday: Option<String>,
    #[diesel(sql_type = Integer)]
    score: Score,
    bio: String,
    homepage: Option<url::Url>,
}

mod url {
    #[derive(Debug, migrate_runtime::ColumnType)]
    pub struct Url(String);
}

mod uuid {
    diesel::table! {
        uuids (id) {
            id -> BigInt,
            url -> Nullable<Text>,
            uuid -> Text,
        }
    }
}

/// Columns that are called as what the fields' types are found by.
#[derive(migrate_runtime::Model)]
#[model(unlisted, diesel_table = uuid::uuids)]
struct Quiet {
    id: i64,
    url: Option<url::Url>,
    uuid: String,
}

#[derive(migrate_runtime::Model)]
#[model(unlisted, diesel_table = schema::no_such_table)]
struct Gone {
    id: i64,
    name: String,
}

fn main() {}
