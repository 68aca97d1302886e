//! The program is started on a file that does not exist, and on one that does.

use std::process::Command;

fn notes(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_notes"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn notes_are_written_and_read() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes.db");
    let file = file.to_str().unwrap();
    assert_eq!(notes(&[file, "add", "buy bread", "home"]), "1\n");
    assert_eq!(notes(&[file, "add", "write the report", "work"]), "2\n");
    assert_eq!(notes(&[file]), "   1  buy bread\n   2  write the report\n");
    assert_eq!(notes(&[file, "work"]), "   2  write the report\n");
}

#[tokio::test]
async fn the_database_keeps_what_the_models_say() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes.db");
    let mut connection = notes::open(file.to_str().unwrap()).await.unwrap();
    let empty = notes::add(&mut connection, notes::Kind::Memo, "", &[]).await;
    empty.unwrap_err();
    let id = notes::add(&mut connection, notes::Kind::Memo, "a", &["t"]).await;
    let note = &notes::open_notes(&mut connection, Some("t")).await.unwrap()[0];
    assert_eq!((note.id, note.kind), (id.unwrap(), notes::Kind::Memo));
    sqlx::query("DELETE FROM notes WHERE id = ?1")
        .bind(note.id)
        .execute(&mut connection)
        .await
        .unwrap();
    let tags = sqlx::query_scalar("SELECT count(*) FROM tags");
    let tags: i64 = tags.fetch_one(&mut connection).await.unwrap();
    assert_eq!(tags, 0);
}
