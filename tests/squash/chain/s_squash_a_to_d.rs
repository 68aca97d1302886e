//! squash a to d
//!
//! In the place of:
//! - a create users
//! - b add posts
//! - c the first user
//! - d index posts
//!
//! Revision: s
//! Revises:  nothing
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: for you to say. Reversible: for you to say.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("s")
    .revises(&[])
    .branch_labels(&["blog"])
    .replaces(&["a", "b", "c", "d"])
    .upgrade(&[
        create_table(
            "users",
            &[
                column("id", BigInt).not_null(),
                column("name", Varchar(80)).not_null(),
            ],
        )
        .constraints(&[primary_key(&["id"])]),
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
        // c: the first user
        run("first user", of_c::add),
        // d: index posts
        create_index("posts_user_idx", "posts", &["user_id"]),
        add_column("users", column("age", Integer)),
    ])
    .downgrade(&[
        // DESTRUCTIVE: the values of users.age are lost
        // d: index posts
        drop_column("users", "age"),
        drop_index("posts_user_idx", "posts"),
        // c: the first user
        run("first user", of_c::remove),
        // DESTRUCTIVE: all rows of posts are lost
        drop_table("posts"),
        // DESTRUCTIVE: all rows of users are lost
        drop_table("users"),
    ]);

/// What c runs.
mod of_c {
    use migrate_runtime::migration::*;

    const ID: i64 = 7;

    /// Somebody has to be there.
    pub(super) fn add(conn: &mut RunConnection<'_>) -> RunResult {
        conn.execute(&format!(
            "INSERT INTO users (id, name) VALUES ({ID}, 'ada')"
        ))?;
        Ok(())
    }

    pub(super) fn remove(conn: &mut RunConnection<'_>) -> RunResult {
        conn.execute(&format!("DELETE FROM users WHERE id = {ID}"))?;
        Ok(())
    }
}
