//! Known values: if one of these fails, databases in production would refuse the next deploy.

use super::{checksum, encode};
use crate::migration::*;

fn lowered(operations: &[OperationDef]) -> Vec<crate::operation::Operation> {
    operations.iter().map(OperationDef::lower).collect()
}

fn written(operations: &[OperationDef]) -> String {
    String::from_utf8(encode(&lowered(operations))).unwrap()
}

const USERS: &[OperationDef] = &[
    create_table(
        "users",
        &[
            column("id", BigInt).not_null().auto_increment(),
            column("email", Varchar(255)).not_null(),
        ],
    )
    .constraints(&[primary_key(&["id"]), unique("users_email_key", &["email"])]),
    create_index("users_email_idx", "users", &["email"]),
];

#[test]
fn encoding_of_a_table() {
    let expected = concat!(
        "[create_table(table=definition(name=table(name=5:users;);columns=[",
        "column(name=2:id;type=big_int();auto_increment=t;),",
        "column(name=5:email;type=varchar(length=#255;);),];",
        "primary_key=primary_key(columns=[2:id,];);",
        "uniques=[unique(name=15:users_email_key;columns=[5:email,];),];);),",
        "create_index(table=table(name=5:users;);",
        "index=index(name=15:users_email_idx;columns=[by(key=5:email;),];);),]",
    );
    assert_eq!(written(USERS), expected);
}

#[test]
fn encoding_of_changes() {
    let operations = &[
        alter_column("users", "bio").set_not_null().drop_default(),
        alter_column("users", "age")
            .set_type(BigInt)
            .set_default(integer(7)),
        sql("UPDATE users SET bio = ''").or_for(Postgres, "SELECT 1"),
        rename_column("users", "bio", "about"),
        drop_column("users", "age").if_exists(),
    ];
    let expected = concat!(
        "[alter_column(table=table(name=5:users;);column=3:bio;change=change(nullable=f;default=[];);),",
        "alter_column(table=table(name=5:users;);column=3:age;",
        "change=change(type=big_int();default=[value(is=#7;),];);),",
        "sql(sql=sql(any=25:UPDATE users SET bio = '';for=[[postgres,8:SELECT 1,],];);),",
        "rename_column(table=table(name=5:users;);from=3:bio;to=5:about;),",
        "drop_column(table=table(name=5:users;);column=3:age;if_exists=t;),]",
    );
    assert_eq!(written(operations), expected);
}

#[test]
fn known_checksums() {
    assert_eq!(
        checksum(&[]),
        "1:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    );
    assert_eq!(
        checksum(&lowered(USERS)),
        "1:aea4efe07c8ae801642d8929aae40d9edc62e7a457c455876bb10927e5677a17"
    );
}

#[test]
fn what_is_said_differs_from_what_is_removed() {
    let said = |operation: OperationDef| checksum(&lowered(&[operation]));
    assert_ne!(
        said(alter_column("t", "c").drop_not_null()),
        said(alter_column("t", "c").set_not_null())
    );
    assert_ne!(
        said(alter_column("t", "c").drop_default()),
        said(alter_column("t", "c"))
    );
    // Lengths keep neighbours apart: ("ab", "c") is not ("a", "bc").
    assert_ne!(
        said(rename_column("t", "ab", "c")),
        said(rename_column("t", "a", "bc"))
    );
}

#[test]
fn a_function_enters_with_its_name_only() {
    #[expect(clippy::unnecessary_wraps, reason = "the type of a `run` function")]
    fn one(_: &mut RunConnection<'_>) -> RunResult {
        Ok(())
    }
    fn other(_: &mut RunConnection<'_>) -> RunResult {
        Err("no".into())
    }
    assert_eq!(
        checksum(&lowered(&[run("fill", one)])),
        checksum(&lowered(&[run("fill", other)]))
    );
    assert_ne!(
        checksum(&lowered(&[run("fill", one)])),
        checksum(&lowered(&[run("fill_more", one)]))
    );
}
