//! index posts
//!
//! Revision: d
//! Revises:  c

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("d")
    .revises(&["c"])
    .upgrade(&[
        create_index("posts_user_idx", "posts", &["user_id"]),
        add_column("users", column("age", Integer)),
    ])
    .downgrade(&[
        drop_column("users", "age"),
        drop_index("posts_user_idx", "posts"),
    ]);
