//! create posts
//!
//! Revision: 20260201_090000
//! Revises:  nothing
//! Created:  2026-02-01 09:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260201_090000")
    .revises(&[])
    .depends_on(&["accounts@20260101_090000"])
    .upgrade(&[
        create_table(
            "posts",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("author_id", BigInt).not_null(),
                column("body", Text).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("posts_author_id_fkey", &["author_id"], "users", &["id"])
                .on_delete(Cascade),
        ]),
        create_index("posts_author_id_idx", "posts", &["author_id"]),
    ])
    .downgrade(&[
        drop_index("posts_author_id_idx", "posts"),
        drop_table("posts"),
    ]);
