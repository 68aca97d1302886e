//! add published to posts
//!
//! Revision: 20250401_090000
//! Revises:  20250301_090000
//! Created:  2025-04-01 09:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20250401_090000")
    .revises(&["20250301_090000"])
    .upgrade(&[add_column("posts", column("published", Bool).not_null().default(boolean(false)))])
    .downgrade(&[drop_column("posts", "published")]);
