//! diesel's queries over several models, with no `joinable!` and no `allow_tables_to_appear_in_same_query!`.

use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;
use migrate_runtime::Model;

#[derive(Debug, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = writers)]
#[model(unlisted)]
struct Writer {
    id: i64,
    name: String,
    #[model(references = Writer)]
    teacher_id: Option<i64>,
}

#[derive(
    Debug, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable, Associations,
)]
#[diesel(table_name = novels, belongs_to(Writer))]
#[model(unlisted)]
struct Novel {
    id: i64,
    writer_id: i64,
    title: String,
}

#[derive(Debug, PartialEq, Model, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = reviews)]
#[model(unlisted)]
struct Review {
    id: i64,
    #[model(references = Novel)]
    novel_id: Option<i64>,
    // Two keys lead to writers: neither is joined without an `on`.
    #[model(references = Writer)]
    by_id: i64,
    #[model(references = Writer)]
    approved_by_id: Option<i64>,
}

/// A table of the test's own, beside those of the derives.
mod kept {
    diesel::table! {
        prizes (id) {
            id -> BigInt,
            novel_id -> BigInt,
            name -> Text,
        }
    }
    diesel::joinable!(prizes -> super::novels (novel_id));
    use super::novels;
    diesel::allow_tables_to_appear_in_same_query!(prizes, novels);
}

fn database() -> SqliteConnection {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    for sql in [
        "CREATE TABLE writers (id BIGINT PRIMARY KEY, name TEXT NOT NULL, teacher_id BIGINT)",
        "CREATE TABLE novels (id BIGINT PRIMARY KEY, writer_id BIGINT NOT NULL, title TEXT NOT NULL)",
        "CREATE TABLE reviews (id BIGINT PRIMARY KEY, novel_id BIGINT, by_id BIGINT NOT NULL, approved_by_id BIGINT)",
        "CREATE TABLE prizes (id BIGINT PRIMARY KEY, novel_id BIGINT NOT NULL, name TEXT NOT NULL)",
        "INSERT INTO writers VALUES (1, 'Ann', NULL), (2, 'Bob', 1)",
        "INSERT INTO novels VALUES (10, 1, 'First'), (11, 2, 'Second')",
        "INSERT INTO reviews VALUES (20, 10, 2, 1), (21, NULL, 1, NULL)",
        "INSERT INTO prizes VALUES (30, 11, 'Gold')",
    ] {
        diesel::sql_query(sql).execute(&mut connection).unwrap();
    }
    connection
}

#[test]
fn a_child_is_joined_to_its_parent_and_back() {
    let mut connection = database();
    let up: Vec<(String, String)> = novels::table
        .inner_join(writers::table)
        .order(novels::id)
        .select((novels::title, writers::name))
        .load(&mut connection)
        .unwrap();
    assert_eq!(
        up,
        [
            ("First".into(), "Ann".into()),
            ("Second".into(), "Bob".into())
        ]
    );
    let down: Vec<(Writer, Option<Novel>)> = writers::table
        .left_join(novels::table)
        .order(writers::id)
        .select((Writer::as_select(), Option::<Novel>::as_select()))
        .load(&mut connection)
        .unwrap();
    assert_eq!(down.len(), 2);
    assert_eq!(down[0].1.as_ref().map(|novel| novel.id), Some(10));
}

#[test]
fn three_tables_in_one_query_over_a_nullable_key() {
    let reviewed: Vec<(i64, String)> = reviews::table
        .inner_join(novels::table.inner_join(writers::table))
        .select((reviews::id, writers::name))
        .load(&mut database())
        .unwrap();
    assert_eq!(reviewed, [(20, "Ann".into())]);
}

#[test]
fn two_keys_to_one_parent_are_joined_with_an_on() {
    let by: Vec<String> = reviews::table
        .inner_join(writers::table.on(reviews::by_id.eq(writers::id)))
        .order(reviews::id)
        .select(writers::name)
        .load(&mut database())
        .unwrap();
    assert_eq!(by, ["Bob", "Ann"]);
}

#[test]
fn a_table_is_joined_to_itself_by_an_alias() {
    let teachers = diesel::alias!(writers as teachers);
    let taught: Vec<(String, String)> = writers::table
        .inner_join(teachers.on(writers::teacher_id.eq(teachers.field(writers::id).nullable())))
        .inner_join(novels::table)
        .select((writers::name, teachers.field(writers::name)))
        .load(&mut database())
        .unwrap();
    assert_eq!(taught, [("Bob".into(), "Ann".into())]);
}

#[test]
fn subqueries_boxed_queries_and_belonging_to() {
    let mut connection = database();
    let with_reviews = novels::table
        .filter(
            novels::id
                .nullable()
                .eq_any(reviews::table.select(reviews::novel_id)),
        )
        .select(novels::title);
    let titles: Vec<String> = with_reviews.into_boxed().load(&mut connection).unwrap();
    assert_eq!(titles, ["First"]);

    let ann: Writer = writers::table
        .filter(diesel::dsl::exists(
            novels::table.filter(
                novels::writer_id
                    .eq(writers::id)
                    .and(novels::title.eq("First")),
            ),
        ))
        .select(Writer::as_select())
        .first(&mut connection)
        .unwrap();
    let hers = Novel::belonging_to(&ann)
        .select(Novel::as_select())
        .load(&mut connection)
        .unwrap();
    assert_eq!(hers.len(), 1);
}

#[test]
fn a_table_that_the_user_keeps_is_joined_by_the_users_own_words() {
    let prized: Vec<(String, String)> = kept::prizes::table
        .inner_join(novels::table)
        .select((kept::prizes::name, novels::title))
        .load(&mut database())
        .unwrap();
    assert_eq!(prized, [("Gold".into(), "Second".into())]);
}
