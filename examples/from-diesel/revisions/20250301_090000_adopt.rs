//! adopt what diesel's migrations made
//!
//! Revision: 20250301_090000
//! Revises:  nothing
//! Created:  2025-03-01 09:00:00 UTC
//! Destructive: no. Reversible: no.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20250301_090000")
    .revises(&[])
    .upgrade(&[
        create_table(
            "users",
            &[
                column("id", Integer).not_null().auto_increment(),
                column("email", Text).not_null(),
                column("settings", Text),
            ],
        )
        .constraints(&[primary_key(&["id"]), unique("users_email_key", &["email"])])
        .if_not_exists(),
        create_table(
            "posts",
            &[
                column("id", Integer).not_null().auto_increment(),
                column("user_id", Integer).not_null(),
                column("title", Text).not_null(),
                column("mood", Text).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            foreign_key("posts_user_id_fkey", &["user_id"], "users", &["id"]).on_delete(Cascade),
        ])
        .if_not_exists(),
        create_index("posts_user_id_idx", "posts", &["user_id"]).if_not_exists(),
    ])
    .irreversible("the tables were there before");
