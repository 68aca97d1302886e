//! Ranges that are not squashed, and what is said of them. Nothing is written then.

use super::squash;
use migrate_runtime::migration::*;
use migrate_runtime::{Error, ErrorKind};

const fn table(id: &'static str, revises: &'static [&'static str]) -> Migration {
    Migration::new(id)
        .revises(revises)
        .upgrade(&[])
        .downgrade(&[])
}

fn refused(migrations: &[Migration], range: &str) -> String {
    let error: Error = squash(migrations, range).unwrap_err();
    assert_ne!(error.kind(), ErrorKind::Internal, "{error}");
    assert!(
        !error.hints().is_empty() || error.to_string().contains("ancestor"),
        "{error}"
    );
    error.to_string()
}

#[test]
fn what_others_stand_on_stays() {
    let line = [table("a", &[]), table("b", &["a"]), table("c", &["b"])];
    for (range, expected) in [
        ("a:a", "a:a is one revision: there is nothing to squash"),
        (
            "base:a",
            "base:a is one revision: there is nothing to squash",
        ),
        ("c:a", "c is not an ancestor of a"),
        ("base:x", "Can't locate revision identified by 'x'"),
    ] {
        assert_eq!(refused(&line, range), expected);
    }
    let branch = [&line[..], &[table("d", &["b"])]].concat();
    assert_eq!(
        refused(&branch, "base:c"),
        "revision d begins a branch at b, in the middle of base:c"
    );
    assert_eq!(
        refused(&branch, "base:heads"),
        "d and c are both the last of base:heads"
    );
    let needed = [&line[..], &[table("d", &[]).depends_on(&["b"])]].concat();
    assert_eq!(
        refused(&needed, "base:c"),
        "revision d depends on b, in the middle of base:c"
    );
    let merge = [
        &line[..],
        &[table("x", &[]), table("m", &["c", "x"]), table("n", &["m"])],
    ]
    .concat();
    assert_eq!(
        refused(&merge, "b:n"),
        "revision m, in the middle of b:n, also follows x, which is outside of it"
    );
    // The whole of it is a range.
    let squashed = squash(&merge, "base:n").unwrap();
    assert_eq!(squashed.replaced, ["a", "b", "c", "x", "m", "n"]);
    assert!(squash(&needed, "a:b").is_ok());
}

#[test]
fn what_runs_outside_of_a_transaction_stays_by_itself() {
    const CHAIN: [Migration; 3] = [
        Migration::new("a")
            .upgrade(&[create_table("t", &[column("id", Integer).not_null()])])
            .downgrade(&[drop_table("t")]),
        Migration::new("b")
            .revises(&["a"])
            .outside_transaction()
            .upgrade(&[create_index("t_id", "t", &["id"]).concurrently()])
            .downgrade(&[drop_index("t_id", "t").concurrently()]),
        Migration::new("c")
            .revises(&["b"])
            .outside_transaction()
            .upgrade(&[sql("VACUUM")])
            .downgrade(&[]),
    ];
    assert_eq!(
        refused(&CHAIN, "base:c"),
        "revision c runs outside of a transaction, and its sql cannot be a part of another revision"
    );
    assert_eq!(
        refused(&CHAIN, "b:c"),
        "revision b runs outside of a transaction, and its create_index cannot be a part of another revision"
    );
    // The index of a table that is made in the same revision keeps nobody waiting.
    let squashed = squash(&CHAIN, "base:b").unwrap();
    assert!(
        !squashed.revision.text.contains("concurrently"),
        "{}",
        squashed.revision.text
    );
}

#[test]
fn what_cannot_be_taken_back_says_why() {
    const CHAIN: [Migration; 3] = [
        table("a", &[]),
        table("b", &["a"])
            .upgrade(&[sql("SELECT 1")])
            .irreversible("the values are gone"),
        table("c", &["b"]),
    ];
    let text = squash(&CHAIN, "base:c").unwrap().revision.text;
    assert!(
        text.contains(".irreversible(\"b: the values are gone\")"),
        "{text}"
    );
}
