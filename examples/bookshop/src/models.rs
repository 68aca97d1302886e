//! The tables of the shop: ordinary diesel structs that also derive `Model`.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use migrate_runtime::types::{Decimal, Uuid};
use migrate_runtime::{Model, SqlEnum};

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
pub enum OrderStatus {
    /// Not paid yet.
    Pending,
    /// Paid, not on its way yet.
    Paid,
    /// On its way.
    Shipped,
    /// Given up.
    Cancelled,
}

/// Somebody who writes books.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = authors)]
pub struct Author {
    #[model(auto_increment)]
    pub id: i64,
    #[model(max_length = 200, index)]
    pub name: String,
    pub born_on: Option<NaiveDate>,
}

/// A shelf; shelves stand within others.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = categories)]
pub struct Category {
    #[model(auto_increment)]
    pub id: i64,
    #[model(max_length = 100, unique)]
    pub name: String,
    #[model(references = Category, on_delete = "set null")]
    pub parent_id: Option<i64>,
}

/// A book that is, or was, for sale.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = books)]
#[model(check(name = "books_stock_check", "stock >= 0"))]
pub struct Book {
    #[model(auto_increment)]
    pub id: i64,
    #[model(max_length = 17, unique)]
    pub isbn: String,
    #[model(max_length = 200, index)]
    pub title: String,
    #[model(precision = 10, scale = 2)]
    pub price: Decimal,
    pub published_on: Option<NaiveDate>,
    #[model(default = 0)]
    pub stock: i32,
    #[model(references = Category, on_delete = "restrict", index)]
    pub category_id: i64,
}

/// Who wrote what.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = book_authors, primary_key(book_id, author_id))]
pub struct BookAuthor {
    #[model(references = Book, on_delete = "cascade")]
    pub book_id: i64,
    #[model(references = Author, on_delete = "cascade", index)]
    pub author_id: i64,
}

/// Somebody who buys books.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = customers)]
pub struct Customer {
    pub id: Uuid,
    #[model(max_length = 255, unique)]
    pub email: String,
    #[model(max_length = 200)]
    pub name: String,
    #[model(default = now)]
    pub joined_at: NaiveDateTime,
}

/// One visit to the till.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = orders)]
#[model(index(customer_id, placed_at))]
pub struct Order {
    pub id: Uuid,
    #[model(references = Customer, on_delete = "restrict")]
    pub customer_id: Uuid,
    #[model(default = "pending")]
    pub status: OrderStatus,
    #[model(default = now)]
    pub placed_at: NaiveDateTime,
}

/// A number of copies of one book in an order.
#[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = order_lines, primary_key(order_id, book_id))]
#[model(check(name = "order_lines_quantity_check", "quantity > 0"))]
pub struct OrderLine {
    #[model(references = Order, on_delete = "cascade")]
    pub order_id: Uuid,
    #[model(references = Book, on_delete = "restrict", index)]
    pub book_id: i64,
    pub quantity: i32,
    #[model(precision = 10, scale = 2)]
    pub unit_price: Decimal,
}
