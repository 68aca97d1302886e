//! Notes in a SQLite file. The models are plain structs, the queries are rusqlite's, and this crate does not
//! depend on diesel: migrate brings the file to the head of the chain when it is opened.

use migrate_runtime::schema::Backend;
use migrate_runtime::{Migrator, Model, SqlEnum};
use rusqlite::Connection;
use std::error::Error;

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [Note, Tag],
    migrations = "migrations",
}

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
pub enum Kind {
    /// To be remembered.
    Memo,
    /// To be done.
    Task,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Model)]
#[model(table = "notes")]
pub struct Note {
    /// Its number.
    #[model(auto_increment)]
    pub id: i64,
    /// What it is for.
    #[model(default = "memo")]
    pub kind: Kind,
    /// What it says.
    #[model(max_length = 500, check("text <> ''"))]
    pub text: String,
    /// Whether it is done with.
    #[model(default = false, index)]
    pub done: bool,
}

/// A word on a note.
#[derive(Debug, Clone, PartialEq, Eq, Model)]
#[model(table = "tags", primary_key(note_id, word))]
pub struct Tag {
    /// The note.
    #[model(references = Note, on_delete = "cascade")]
    pub note_id: i64,
    /// The word.
    pub word: String,
}

/// Opens the file, as this version of the program wants it.
///
/// # Errors
/// If it cannot be opened, or a migration fails.
pub fn open(path: &str) -> Result<Connection, Box<dyn Error>> {
    let mut session = migrate_runtime::connection::open(Backend::Sqlite, path)?;
    Migrator::new(&SCHEMA).upgrade(&mut *session, "head")?;
    Ok(Connection::open(path)?)
}

/// Writes a note with its tags.
///
/// # Errors
/// What SQLite says.
pub fn add(
    connection: &mut Connection,
    kind: Kind,
    text: &str,
    tags: &[&str],
) -> rusqlite::Result<i64> {
    let transaction = connection.transaction()?;
    transaction.execute(
        "INSERT INTO notes (kind, text) VALUES (?1, ?2)",
        (kind.value(), text),
    )?;
    let id = transaction.last_insert_rowid();
    for tag in tags {
        transaction.execute(
            "INSERT INTO tags (note_id, word) VALUES (?1, ?2)",
            (id, tag),
        )?;
    }
    transaction.commit()?;
    Ok(id)
}

/// The notes that are not done with, with that tag or with any.
///
/// # Errors
/// What SQLite says.
pub fn open_notes(connection: &Connection, tag: Option<&str>) -> rusqlite::Result<Vec<Note>> {
    let mut query = connection.prepare(
        "SELECT id, kind, text, done FROM notes WHERE NOT done
         AND (?1 IS NULL OR id IN (SELECT note_id FROM tags WHERE word = ?1)) ORDER BY id",
    )?;
    let rows = query.query_map([tag], |row| {
        let kind: String = row.get("kind")?;
        Ok(Note {
            id: row.get("id")?,
            kind: Kind::from_value(&kind).unwrap_or(Kind::Memo),
            text: row.get("text")?,
            done: row.get("done")?,
        })
    })?;
    rows.collect()
}
