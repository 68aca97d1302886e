//! Notes in a SQLite file. The models are plain structs, the queries are sqlx's, and this crate does not
//! depend on diesel: migrate brings the file to the head of the chain when it is opened.

use migrate_runtime::schema::Backend;
use migrate_runtime::{Migrator, Model, SqlEnum};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, FromRow, SqliteConnection};
use std::error::Error;

migrate_runtime::schema! {
    pub const SCHEMA;
    models = [Note, Tag],
    migrations = "migrations",
}

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum, sqlx::Type)]
#[sqlx(rename_all = "snake_case")]
pub enum Kind {
    /// To be remembered.
    Memo,
    /// To be done.
    Task,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Model, FromRow)]
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
pub async fn open(path: &str) -> Result<SqliteConnection, Box<dyn Error>> {
    let mut session = migrate_runtime::connection::open(Backend::Sqlite, path)?;
    Migrator::new(&SCHEMA).upgrade(&mut *session, "head")?;
    let options = SqliteConnectOptions::new().filename(path);
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// Writes a note with its tags.
///
/// # Errors
/// What SQLite says.
pub async fn add(
    connection: &mut SqliteConnection,
    kind: Kind,
    text: &str,
    tags: &[&str],
) -> sqlx::Result<i64> {
    let mut transaction = connection.begin().await?;
    let id: i64 = sqlx::query_scalar("INSERT INTO notes (kind, text) VALUES (?1, ?2) RETURNING id")
        .bind(kind)
        .bind(text)
        .fetch_one(&mut *transaction)
        .await?;
    for tag in tags {
        sqlx::query("INSERT INTO tags (note_id, word) VALUES (?1, ?2)")
            .bind(id)
            .bind(tag)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(id)
}

/// The notes that are not done with, with that tag or with any.
///
/// # Errors
/// What SQLite says.
pub async fn open_notes(
    connection: &mut SqliteConnection,
    tag: Option<&str>,
) -> sqlx::Result<Vec<Note>> {
    sqlx::query_as(
        "SELECT id, kind, text, done FROM notes WHERE NOT done
         AND (?1 IS NULL OR id IN (SELECT note_id FROM tags WHERE word = ?1)) ORDER BY id",
    )
    .bind(tag)
    .fetch_all(connection)
    .await
}
