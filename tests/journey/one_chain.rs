//! One chain on every kind of database: the revisions of a bookshop, planned on one of them, bring the others
//! to the same schema and the same rows, and back to nothing.

use super::cases::renames;
use super::{Asked, Journey};
use crate::databases::each_of_its_own;
use migrate_runtime::migration::*;
use migrate_runtime::operation::{Operation, apply_all};
use migrate_runtime::schema::{Backend, Schema};
use std::cell::RefCell;

const SHOP: &[OperationDef] = &[
    create_enum("order_status", &["pending", "paid", "shipped", "cancelled"]),
    create_table(
        "categories",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("name", Varchar(100)).not_null(),
            column("parent_id", BigInt),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("categories_name_key", &["name"]),
        foreign_key(
            "categories_parent_id_fkey",
            &["parent_id"],
            "categories",
            &["id"],
        )
        .on_delete(SetNull),
    ]),
    create_table(
        "books",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("isbn", Varchar(17)).not_null(),
            column("title", Varchar(200)).not_null(),
            column("price", Decimal(10, 2)).not_null(),
            column("published_on", Date),
            column("stock", Integer).not_null().default(integer(0)),
            column("category_id", BigInt).not_null(),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("books_isbn_key", &["isbn"]),
        check("books_stock_check", "stock >= 0"),
        foreign_key(
            "books_category_id_fkey",
            &["category_id"],
            "categories",
            &["id"],
        )
        .on_delete(Restrict),
    ]),
    create_index("books_title_idx", "books", &["title"]),
    create_index("books_category_id_idx", "books", &["category_id"]),
    create_table(
        "customers",
        &[
            column("id", Uuid).not_null(),
            column("email", Varchar(255)).not_null(),
            column("country", Varchar(2)),
            column("joined_at", Timestamp(None))
                .not_null()
                .default(now()),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        unique("customers_email_key", &["email"]),
    ]),
    create_table(
        "orders",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("customer_id", Uuid).not_null(),
            column("status", Enum("order_status"))
                .not_null()
                .default(text("pending")),
            column("placed_at", Timestamp(None))
                .not_null()
                .default(now()),
        ],
    )
    .constraints(&[
        primary_key(&["id"]),
        foreign_key(
            "orders_customer_id_fkey",
            &["customer_id"],
            "customers",
            &["id"],
        )
        .on_delete(Restrict),
    ]),
    create_index(
        "orders_customer_id_placed_at_idx",
        "orders",
        &["customer_id", "placed_at"],
    ),
    create_table(
        "order_lines",
        &[
            column("order_id", BigInt).not_null(),
            column("book_id", BigInt).not_null(),
            column("quantity", Integer).not_null(),
        ],
    )
    .constraints(&[
        primary_key(&["order_id", "book_id"]),
        check("order_lines_quantity_check", "quantity > 0"),
        foreign_key(
            "order_lines_order_id_fkey",
            &["order_id"],
            "orders",
            &["id"],
        )
        .on_delete(Cascade),
        foreign_key("order_lines_book_id_fkey", &["book_id"], "books", &["id"]).on_delete(Restrict),
    ]),
    create_index("order_lines_book_id_idx", "order_lines", &["book_id"]),
];

/// What the models become, revision by revision.
const REVISIONS: &[&[OperationDef]] = &[
    &[
        rename_column("books", "title", "heading"),
        rename_index("books", "books_title_idx", "books_heading_idx"),
        alter_enum(
            "order_status",
            &["pending", "paid", "shipped", "cancelled", "refunded"],
        ),
    ],
    &[alter_column("customers", "country")
        .set_not_null()
        .set_default(text("XX"))],
    &[
        add_column(
            "books",
            column("in_print", Bool).not_null().default(boolean(true)),
        ),
        alter_column("books", "stock").set_type(BigInt),
        alter_column("orders", "status").set_default(text("paid")),
    ],
];

/// Work on rows, which nothing plans.
const BY_HAND: Migration = Migration::new("9999")
    .upgrade(&[
        run("restock", restock),
        backfill("books", "published_on", "'2026-01-25'"),
    ])
    .downgrade(&[run("sell", sell)]);

fn restock(connection: &mut RunConnection<'_>) -> RunResult {
    connection.execute("UPDATE books SET stock = stock + 10 WHERE isbn = '1'")?;
    Ok(())
}

fn sell(connection: &mut RunConnection<'_>) -> RunResult {
    connection.execute("UPDATE books SET stock = stock - 10 WHERE isbn = '1'")?;
    Ok(())
}

fn rows_of(backend: Backend) -> String {
    let id = match backend {
        Backend::Mysql => "x'67e5504410b1426f9247bb680e5fe0c8'",
        Backend::Sqlite | Backend::Postgres => "'67e55044-10b1-426f-9247-bb680e5fe0c8'",
    };
    format!(
        "INSERT INTO categories (name, parent_id) VALUES ('all', NULL); \
         INSERT INTO categories (name, parent_id) VALUES ('poems', 1); \
         INSERT INTO books (isbn, title, price, stock, category_id) VALUES \
         ('1', 'it''s — one', '12.50', 3, 2), ('2', 'two', '19.99', 0, 1); \
         INSERT INTO customers (id, email) VALUES ({id}, 'a@example.org'); \
         INSERT INTO orders (customer_id, status) VALUES ({id}, 'paid'), ({id}, 'shipped'); \
         INSERT INTO order_lines (order_id, book_id, quantity) VALUES (1, 1, 2), (1, 2, 1), (2, 2, 5)"
    )
}

/// What there is to see of the rows, in words that all databases share.
fn seen(journey: &mut Journey, at_head: bool) -> Vec<String> {
    let heading = if at_head { "heading" } else { "title" };
    let mut seen = Vec::new();
    for query in [
        "SELECT id, name, parent_id FROM categories ORDER BY id",
        &format!(
            "SELECT id, isbn, {heading}, CAST(price AS CHAR(5)), stock, category_id FROM books ORDER BY id"
        ),
        "SELECT email, country FROM customers",
        "SELECT id, CAST(status AS CHAR(9)) FROM orders ORDER BY id",
        "SELECT order_id, book_id, quantity FROM order_lines ORDER BY order_id, book_id",
        "SELECT COUNT(*) FROM orders JOIN customers ON customers.id = customer_id",
    ] {
        let rows = journey.rows(query);
        seen.extend(rows.into_iter().map(|row| row.trim_end().to_owned()));
    }
    seen
}

fn lower(list: &[OperationDef]) -> Vec<Operation> {
    list.iter().map(OperationDef::lower).collect()
}

/// The models of each revision.
fn models() -> Vec<Schema> {
    let mut schema = Schema::new();
    apply_all(&mut schema, &lower(SHOP)).unwrap();
    let mut models = vec![schema.clone()];
    for operations in REVISIONS {
        apply_all(&mut schema, &lower(operations)).unwrap();
        models.push(schema.clone());
    }
    models
}

/// Plans the chain on a database, on the way up.
fn planned(journey: &mut Journey) {
    for (number, models) in models().iter().enumerate() {
        let asked = match number {
            1 => renames(&["books.title:heading"]),
            _ => Asked::default(),
        };
        let revision = journey.migrate(models, &asked);
        revision.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
        if number == 0 {
            let backend = journey.session().backend();
            journey.run(&rows_of(backend));
        }
    }
    journey.write_by_hand(BY_HAND);
    journey.upgrade().unwrap();
}

/// The rows on the way: with the first revision, at the head, and back at the first.
fn travelled(mut journey: Journey) -> [Vec<String>; 3] {
    let models = models();
    journey.upgrade_to("0001").unwrap();
    let backend = journey.session().backend();
    journey.run(&rows_of(backend));
    let first = seen(&mut journey, false);
    journey.upgrade().unwrap();
    journey.assert_settled(models.last().unwrap());
    let head = seen(&mut journey, true);
    journey.downgrade_to("0001").unwrap();
    let back = seen(&mut journey, false);
    journey.downgrade_to("base").unwrap();
    assert!(
        journey
            .introspected()
            .tables
            .keys()
            .all(|name| name.name.as_str().starts_with("__migrate"))
    );
    // And once more, from nothing.
    journey.upgrade().unwrap();
    journey.assert_settled(models.last().unwrap());
    [first, head, back]
}

#[test]
fn what_is_planned_on_one_database_runs_on_all() {
    let all: RefCell<Vec<[Vec<String>; 3]>> = RefCell::new(Vec::new());
    each_of_its_own(|database| {
        let mut planner = Journey::on(database);
        planned(&mut planner);
        each_of_its_own(|other| {
            all.borrow_mut().push(travelled(planner.again_on(other)));
        });
    });
    let all = all.into_inner();
    for other in &all {
        assert_eq!(other, &all[0]);
    }
    let [first, head, back] = all[0].clone().map(|rows| rows.join("\n"));
    insta::assert_snapshot!(format!("first\n{first}\n\nhead\n{head}\n\nback\n{back}"));
}
