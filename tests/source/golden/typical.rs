//! add books
//!
//! The shop opens on Monday.
//! Until then the table is empty.
//!
//! Revision: 20260125_120000
//! Revises:  20260120_100000
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: yes. Reversible: the schema, not the values.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_120000")
    .revises(&["20260120_100000"])
    .upgrade(&[
        create_table(
            "books",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("title", Varchar(255)).not_null(),
                column("price", Decimal(10, 2)).not_null(),
                column("created_at", Timestamp(None))
                    .not_null()
                    .default(now()),
                column("author_id", BigInt).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            unique("books_title_key", &["title"]),
            check("books_price_check", "price >= 0"),
            foreign_key("books_author_id_fkey", &["author_id"], "authors", &["id"])
                .on_delete(Cascade),
        ]),
        add_column("authors", column("bio", Text)),
        create_index("authors_bio_idx", "authors", &["bio"]),
        // DESTRUCTIVE: drops the values of authors.nickname
        drop_column("authors", "nickname"),
    ])
    .downgrade(&[
        add_column("authors", column("nickname", Text)),
        drop_index("authors_bio_idx", "authors"),
        drop_column("authors", "bio"),
        drop_table("books"),
    ]);
