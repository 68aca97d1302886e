//! create products
//!
//! Revision: 20260301_090000
//! Revises:  nothing
//! Created:  2026-03-01 09:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260301_090000")
    .revises(&[])
    .upgrade(&[create_table(
        "products",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("name", Varchar(100)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"])])])
    .downgrade(&[drop_table("products")]);
