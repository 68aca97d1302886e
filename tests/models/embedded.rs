//! Structs that lend their columns to models.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use migrate_runtime::Model;
use migrate_runtime::model::Embedded;

mod schema {
    diesel::table! {
        shops (id) {
            id -> BigInt,
            street -> Text,
            zip -> Nullable<Text>,
            name -> Text,
        }
    }
}

use schema::shops;

#[derive(Debug, PartialEq, Model, Queryable, Selectable, Insertable)]
#[diesel(table_name = shops)]
#[model(embedded)]
pub(crate) struct Address {
    #[model(max_length = 80)]
    pub(crate) street: String,
    pub(crate) zip: Option<String>,
}

#[derive(Debug, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = shops)]
#[model(diesel_table = shops, index(zip, name), unlisted)]
pub(crate) struct Shop {
    pub(crate) id: i64,
    #[diesel(embed)]
    pub(crate) address: Address,
    pub(crate) name: String,
}

#[test]
fn an_embedded_struct_gives_its_columns_in_place() {
    let columns: Vec<&str> = Shop::TABLE
        .columns
        .iter()
        .map(|column| column.column.name)
        .collect();
    assert_eq!(columns, ["id", "street", "zip", "name"]);
    assert_eq!(Address::COLUMNS.len(), 2);
    assert!(Shop::TABLE.columns[2].column.nullable);
    assert_eq!(Shop::TABLE.indexes[0].name, "shops_zip_name_idx");
}

#[test]
fn diesel_embeds_it_too() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    conn.batch_execute("CREATE TABLE shops (id INTEGER PRIMARY KEY, street, zip, name)")
        .unwrap();
    let shop = || Shop {
        id: 1,
        address: Address {
            street: "High Street 1".into(),
            zip: None,
        },
        name: "Corner".into(),
    };
    diesel::insert_into(shops::table)
        .values(shop())
        .execute(&mut conn)
        .unwrap();
    let loaded = shops::table
        .select(Shop::as_select())
        .first(&mut conn)
        .unwrap();
    assert_eq!(loaded, shop());
}
