//! merge
//!
//! Revision: 20260125_115958
//! Revises:  20260120_100000, 20260121_100000
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_115958")
    .revises(&["20260120_100000", "20260121_100000"])
    .upgrade(&[])
    .downgrade(&[]);
