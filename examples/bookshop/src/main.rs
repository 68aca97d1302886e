//! Opens the shop: sells a book to a new customer and prints the shelves.

use bookshop::models::{
    Author, Book, BookAuthor, Category, Customer, Order, OrderLine, OrderStatus, authors,
    book_authors, books, categories, customers, order_lines, orders,
};
use bookshop::{SCHEMA, database_path};
use chrono::{NaiveDate, Utc};
use diesel::prelude::*;
use migrate_runtime::types::{Decimal, Uuid};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = database_path();
    let mut conn = SqliteConnection::establish(&path)?;
    let pending = migrate_runtime::pending(&mut conn, &SCHEMA)?;
    if !pending.is_empty() {
        return Err(format!(
            "{path} lacks {} migration(s); run: cargo migrate upgrade",
            pending.len()
        )
        .into());
    }
    conn.transaction(|conn| {
        stock_the_shelves(conn)?;
        sell_one(conn)
    })?;
    print_shelves(&mut conn)
}

/// Puts three books on the shelves of an empty shop.
fn stock_the_shelves(conn: &mut SqliteConnection) -> Result<(), Box<dyn Error>> {
    if books::table.count().get_result::<i64>(conn)? > 0 {
        return Ok(());
    }
    diesel::insert_into(categories::table)
        .values(vec![
            Category {
                id: 1,
                name: "Fiction".into(),
                parent_id: None,
            },
            Category {
                id: 2,
                name: "Science fiction".into(),
                parent_id: Some(1),
            },
        ])
        .execute(conn)?;
    diesel::insert_into(authors::table)
        .values(vec![
            Author {
                id: 1,
                name: "Ursula K. Le Guin".into(),
                born_on: date(1929, 10, 21),
            },
            Author {
                id: 2,
                name: "Jorge Luis Borges".into(),
                born_on: date(1899, 8, 24),
            },
            Author {
                id: 3,
                name: "Adolfo Bioy Casares".into(),
                born_on: date(1914, 9, 15),
            },
        ])
        .execute(conn)?;
    // By column, so that a new field of `Book` is no business of these lines.
    let book = |id: i64, isbn, title, price: &str, published_on: Option<NaiveDate>, shelf: i64| {
        Ok::<_, Box<dyn Error>>((
            books::id.eq(id),
            books::isbn.eq(isbn),
            books::title.eq(title),
            books::price.eq(price.parse::<Decimal>()?),
            books::published_on.eq(published_on),
            books::stock.eq(5),
            books::category_id.eq(shelf),
        ))
    };
    diesel::insert_into(books::table)
        .values(vec![
            book(
                1,
                "978-0-06-051275-1",
                "The Dispossessed",
                "9.99",
                date(1974, 5, 1),
                2,
            )?,
            book(
                2,
                "978-0-8021-3030-3",
                "Ficciones",
                "14.50",
                date(1944, 1, 1),
                1,
            )?,
            book(
                3,
                "978-987-1144-12-0",
                "Seis problemas",
                "12.00",
                date(1942, 1, 1),
                1,
            )?,
        ])
        .execute(conn)?;
    diesel::insert_into(book_authors::table)
        .values(vec![
            BookAuthor {
                book_id: 1,
                author_id: 1,
            },
            BookAuthor {
                book_id: 2,
                author_id: 2,
            },
            BookAuthor {
                book_id: 3,
                author_id: 2,
            },
            BookAuthor {
                book_id: 3,
                author_id: 3,
            },
        ])
        .execute(conn)?;
    Ok(())
}

/// Sells one copy of the best stocked book to a new customer.
fn sell_one(conn: &mut SqliteConnection) -> Result<(), Box<dyn Error>> {
    let book: Book = books::table
        .filter(books::stock.gt(0))
        .order((books::stock.desc(), books::id))
        .select(Book::as_select())
        .first(conn)?;
    let now = Utc::now().naive_utc();
    let customer = Customer {
        id: Uuid::new_v4(),
        email: format!("{}@example.com", uuid::Uuid::new_v4().simple()),
        name: "A reader".into(),
        joined_at: now,
    };
    let order = Order {
        id: Uuid::new_v4(),
        customer_id: customer.id,
        status: OrderStatus::Paid,
        placed_at: now,
    };
    let line = OrderLine {
        order_id: order.id,
        book_id: book.id,
        quantity: 1,
        unit_price: book.price.clone(),
    };
    diesel::insert_into(customers::table)
        .values(&customer)
        .execute(conn)?;
    diesel::insert_into(orders::table)
        .values(&order)
        .execute(conn)?;
    diesel::insert_into(order_lines::table)
        .values(&line)
        .execute(conn)?;
    diesel::update(books::table.find(book.id))
        .set(books::stock.eq(books::stock - 1))
        .execute(conn)?;
    Ok(())
}

/// Every book, with who wrote it and the shelf it stands on: joins over the keys of the models.
fn print_shelves(conn: &mut SqliteConnection) -> Result<(), Box<dyn Error>> {
    let shelves: Vec<(Book, String, String)> = books::table
        .inner_join(categories::table)
        .inner_join(book_authors::table.inner_join(authors::table))
        .order((books::title, authors::name))
        .select((Book::as_select(), authors::name, categories::name))
        .load(conn)?;
    for (book, author, category) in shelves {
        println!(
            "{:>3} x {:<20} {:>8}  {author}, in {category}",
            book.stock, book.title, book.price
        );
    }
    let sold: i64 = order_lines::table
        .inner_join(orders::table)
        .filter(orders::status.eq(OrderStatus::Paid))
        .count()
        .get_result(conn)?;
    println!("{sold} sold so far");
    Ok(())
}

fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}
