//! What the rows say to a new rule, and to what an upgrade drops.

use super::server::Database;
use crate::runner::rows::{answers, destroyed};

#[test]
fn rows_that_break_a_new_rule_are_counted() {
    let Some(mut database) = Database::new() else {
        return;
    };
    insta::assert_snapshot!(answers(&mut database), @r#"
    values of (email) that are in people more than once: 1
      SELECT "email", count(*) FROM "users" WHERE "email" IS NOT NULL GROUP BY "email" HAVING count(*) > 1
    values of ((abs(id)), age) that are in people more than once: 0
      SELECT (abs(id)), "age", count(*) FROM "users" WHERE (abs(id)) IS NOT NULL AND "age" IS NOT NULL AND (age > 0) GROUP BY (abs(id)), "age" HAVING count(*) > 1
    values of (id) that are in people more than once: 0
      SELECT "id", count(*) FROM "users" WHERE "id" IS NOT NULL GROUP BY "id" HAVING count(*) > 1
    rows of people that break age >= 0: 1
      SELECT * FROM "users" WHERE NOT (age >= 0)
    rows of people that refer to no row of teams: 2
      SELECT c.* FROM "users" AS c WHERE c."team" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "teams" AS p WHERE p."id" = c."team")
    rows of people whose mail does not fit VARCHAR(5): 3
      SELECT * FROM "users" WHERE length("email") > 5
    rows of people whose age does not fit SMALLINT: 1
      SELECT * FROM "users" WHERE ("age" < -32768 OR "age" > 32767)
    rows of users that hold 'sad', 'it''s' in mood: 3
      SELECT * FROM "users" WHERE CAST("mood" AS TEXT) IN ('sad', 'it''s')
    rows of people that refer to no row of clubs: 4
      SELECT c.* FROM "users" AS c WHERE c."team" IS NOT NULL
    "#);
    assert_eq!(
        destroyed(&mut database),
        ["column users.mood 4 false", "table teams 1 false"]
    );
}
