//! create notes
//!
//! Revision: 20260125_120000
//! Revises:  -
//! Created:  2026-01-25 12:00:00 UTC
//! Destructive: no. Reversible: yes.

use migrate_runtime::migration::*;

pub const MIGRATION: Migration = Migration::new("20260125_120000")
    .revises(&[])
    .upgrade(&[
        create_enum("kind", &["memo", "task"]),
        create_table(
            "notes",
            &[
                column("id", BigInt).not_null().auto_increment(),
                column("kind", Enum("kind")).not_null().default(text("memo")),
                column("text", Varchar(500)).not_null(),
                column("done", Bool).not_null().default(boolean(false)),
            ],
        )
        .constraints(&[
            primary_key(&["id"]),
            check("notes_text_check", "text <> ''"),
        ]),
        create_index("notes_done_idx", "notes", &["done"]),
        create_table(
            "tags",
            &[
                column("note_id", BigInt).not_null(),
                column("word", Text).not_null(),
            ],
        )
        .constraints(&[
            primary_key(&["note_id", "word"]),
            foreign_key("tags_note_id_fkey", &["note_id"], "notes", &["id"]).on_delete(Cascade),
        ]),
    ])
    .downgrade(&[drop_table("tags"), drop_table("notes"), drop_enum("kind")]);
