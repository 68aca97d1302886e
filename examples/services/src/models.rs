//! What the shop keeps.

use diesel::prelude::*;
use migrate_runtime::Model;

/// Something to sell.
#[derive(Debug, Model, Queryable, Selectable)]
#[diesel(table_name = products)]
pub struct Product {
    /// Its number.
    #[model(auto_increment)]
    pub id: i64,
    /// What it says on the shelf.
    #[model(max_length = 100)]
    pub name: String,
}
