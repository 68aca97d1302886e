//! the first user
//!
//! Revision: c
//! Revises:  b

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("c")
    .revises(&["b"])
    .upgrade(&[run("first user", add)])
    .downgrade(&[run("first user", remove)]);

const ID: i64 = 7;

/// Somebody has to be there.
fn add(conn: &mut RunConnection<'_>) -> RunResult {
    conn.execute(&format!(
        "INSERT INTO users (id, name) VALUES ({ID}, 'ada')"
    ))?;
    Ok(())
}

fn remove(conn: &mut RunConnection<'_>) -> RunResult {
    conn.execute(&format!("DELETE FROM users WHERE id = {ID}"))?;
    Ok(())
}
