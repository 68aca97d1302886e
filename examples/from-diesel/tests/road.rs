//! A database that diesel's migrations made, with rows in it, and a new one: both end at the head.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use blog_from_diesel::models::{Mood, NewUser, Post, titles};
use blog_from_diesel::schema::{posts, users};
use blog_from_diesel::{SCHEMA, models::User};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

fn agrees(conn: &mut SqliteConnection) {
    let check = migrate_runtime::check(conn, &SCHEMA).unwrap();
    assert!(check.is_clean(), "{check:?}");
}

#[test]
fn an_old_database_keeps_its_rows() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    let old = include_str!("../migrations/20240101000000_first/up.sql");
    conn.batch_execute(old).unwrap();
    conn.batch_execute(
        "INSERT INTO users (email) VALUES ('a@b.c');
         INSERT INTO posts (user_id, title, mood) VALUES (1, 'Hello', 'good');",
    )
    .unwrap();
    migrate_runtime::upgrade(&mut conn, &SCHEMA).unwrap();
    agrees(&mut conn);
    assert_eq!(titles(&mut conn, "a@b.c").unwrap(), ["Hello"]);
    let post: Post = posts::table.first(&mut conn).unwrap();
    assert_eq!((post.mood, post.published), (Mood::Good, false));
}

#[test]
fn a_new_database_needs_the_revisions_only() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    migrate_runtime::upgrade(&mut conn, &SCHEMA).unwrap();
    agrees(&mut conn);
    let new = NewUser { email: "a@b.c" };
    let insert = diesel::insert_into(users::table).values(&new);
    insert.execute(&mut conn).unwrap();
    let user: User = users::table.first(&mut conn).unwrap();
    let posts = Post::belonging_to(&user).load::<Post>(&mut conn).unwrap();
    assert!(posts.is_empty());
}
