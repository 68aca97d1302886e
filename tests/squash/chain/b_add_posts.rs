//! add posts
//!
//! Revision: b
//! Revises:  a

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("b")
    .revises(&["a"])
    .branch_labels(&["blog"])
    .upgrade(&[
        create_table(
            "posts",
            &[
                column("id", BigInt).not_null(),
                column("user_id", BigInt).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("posts_user_fk", &["user_id"], "users", &["id"]),
        ]),
        backfill("users", "name", "''"),
        alter_column("users", "name").set_not_null(),
    ])
    .downgrade(&[
        alter_column("users", "name").drop_not_null(),
        drop_table("posts"),
    ]);
