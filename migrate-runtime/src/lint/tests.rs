//! What each rule says.

use super::*;
use crate::operation::ColumnChange;
use crate::schema::{
    Check, Column, Deferrable, EnumType, Generated, Index, SqlText, SqlType, Table, Unique,
};

fn before() -> Schema {
    let mut schema = Schema::new();
    schema.insert(
        Table::new("users")
            .with_column(Column::new("id", SqlType::BigInt).not_null())
            .with_column(Column::new("age", SqlType::BigInt)),
    );
    schema
}

fn alter(change: ColumnChange) -> Operation {
    Operation::AlterColumn {
        table: "users".into(),
        column: "age".into(),
        change,
    }
}

fn rules(operations: &[Operation]) -> Vec<(usize, &'static str)> {
    lint(operations, &before())
        .iter()
        .map(|finding| (finding.operation, finding.rule))
        .collect()
}

#[test]
fn what_loses_values_is_destructive() {
    let drop = Operation::DropColumn {
        table: "users".into(),
        column: "age".into(),
        if_exists: false,
    };
    let findings = lint(&[drop], &before());
    assert!(is_destructive(&findings));
    insta::assert_snapshot!(findings[0].message, @"the values of users.age are lost");
    let narrower = alter(ColumnChange {
        ty: Some(SqlType::Integer),
        ..ColumnChange::default()
    });
    let findings = lint(&[narrower], &before());
    assert!(!is_destructive(&findings), "the database refuses it");
    insta::assert_snapshot!(findings[0].message, @"fails if a value does not fit, users.age: not every BIGINT fits INTEGER");
    let rounded = alter(ColumnChange {
        ty: Some(SqlType::Date),
        ..ColumnChange::default()
    });
    assert!(is_destructive(&lint(&[rounded], &before())));
    let wider = alter(ColumnChange {
        ty: Some(SqlType::Text),
        ..ColumnChange::default()
    });
    assert_eq!(rules(&[wider]), []);
}

#[test]
fn a_value_of_an_enum_that_goes_is_refused_while_a_row_holds_it() {
    let mut before = before();
    let values = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    let status = EnumType {
        name: "status".into(),
        values: values(&["sent", "paid", "new"]),
    };
    before.enums.insert(status.name.clone(), status);
    let alter = Operation::AlterEnum {
        name: "status".into(),
        values: values(&["open"]),
        renames: vec![("new".to_owned(), "open".to_owned())],
    };
    let findings = lint(&[alter], &before);
    assert!(!is_destructive(&findings), "the operation refuses it");
    let messages: Vec<&str> = findings.iter().map(|it| it.message.as_str()).collect();
    insta::assert_snapshot!(messages.join("\n"), @r"
    fails while a row holds 'sent'; change those rows before
    fails while a row holds 'paid'; change those rows before
    ");
}

#[test]
fn another_order_of_the_values_of_an_enum_is_told() {
    let mut before = before();
    let values = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    let size = EnumType {
        name: "size".into(),
        values: values(&["small", "middle", "large"]),
    };
    before.enums.insert(size.name.clone(), size);
    let found = |to: &[&str], renames: &[(&str, &str)]| {
        let renames = renames
            .iter()
            .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
        let alter = Operation::AlterEnum {
            name: "size".into(),
            values: values(to),
            renames: renames.collect(),
        };
        let findings = lint(&[alter], &before);
        findings.iter().map(|it| it.rule).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&["large", "small", "middle"], &[]),
        ["enum-reordered"]
    );
    let renames = [("middle", "medium")];
    assert_eq!(
        found(&["tiny", "small", "medium", "large"], &renames),
        [""; 0]
    );
    assert_eq!(
        found(&["small", "large", "huge"], &[]),
        ["enum-value-removed"]
    );
}

#[test]
fn what_still_names_a_renamed_value_is_told() {
    let mut before = Schema::new();
    let values = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    let state = EnumType {
        name: "state".into(),
        values: values(&["open", "closed"]),
    };
    let generated = |value: &str| Generated {
        expression: format!("state = '{value}'").as_str().into(),
        stored: true,
    };
    let mut tickets = Table::new("tickets")
        .with_column(Column::new("state", SqlType::Enum("state".into())))
        .with_column(Column::new("is_open", SqlType::Bool));
    tickets.columns[1].generated = Some(generated("open"));
    tickets.checks.push(Check {
        name: Some("tickets_check".into()),
        expression: "state <> 'open' or true".into(),
    });
    let mut index = Index::new("tickets_open", ["state"]);
    index.predicate = Some("state = 'open'".into());
    tickets.indexes.push(index);
    before.insert(tickets);
    before.insert(Table::new("doors").with_column(Column::new("state", SqlType::Text)));
    before.enums.insert(state.name.clone(), state);
    let rename = Operation::AlterEnum {
        name: "state".into(),
        values: values(&["opened", "closed"]),
        renames: vec![("open".to_owned(), "opened".to_owned())],
    };
    let drop = Operation::DropCheck {
        table: "tickets".into(),
        name: "tickets_check".into(),
    };
    let alter = Operation::AlterColumn {
        table: "tickets".into(),
        column: "is_open".into(),
        change: ColumnChange {
            generated: Some(Some(generated("opened"))),
            ..ColumnChange::default()
        },
    };
    let found = |operations: &[Operation]| {
        let findings = lint(operations, &before);
        assert!(findings.iter().all(|it| it.rule == "enum-value-named"));
        let messages: Vec<String> = findings.into_iter().map(|it| it.message).collect();
        messages.join("\n")
    };
    insta::assert_snapshot!(found(std::slice::from_ref(&rename)), @r"
    tickets.is_open still speaks of 'open', which is 'opened' now
    the check tickets_check of tickets still speaks of 'open', which is 'opened' now
    the index tickets_open still speaks of 'open', which is 'opened' now
    ");
    insta::assert_snapshot!(found(&[rename, drop, alter]), @"the index tickets_open still speaks of 'open', which is 'opened' now");
}

#[test]
fn a_filled_column_may_become_not_null() {
    let tighten = alter(ColumnChange {
        nullable: Some(false),
        ..ColumnChange::default()
    });
    let fill = Operation::Backfill {
        table: "users".into(),
        column: "age".into(),
        value: SqlText::new("0"),
        condition: None,
    };
    assert_eq!(rules(std::slice::from_ref(&tighten)), [(0, "set-not-null")]);
    assert_eq!(rules(&[fill, tighten]), []);
}

#[test]
fn a_constraint_that_is_only_renamed_cannot_fail() {
    let unique = |name: &str, column: &str| Unique {
        name: Some(name.into()),
        columns: vec![column.into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::default(),
    };
    let add = |name, column| Operation::AddUnique {
        table: "users".into(),
        unique: unique(name, column),
        if_not_exists: false,
    };
    let drop = Operation::DropUnique {
        table: "users".into(),
        name: "people_age_key".into(),
    };
    let mut before = before();
    let mut users = before.tables.remove(&"users".into()).unwrap();
    users.uniques.push(unique("people_age_key", "age"));
    before.insert(users);
    let found = |operations: &[Operation]| lint(operations, &before).len();
    assert_eq!(found(&[drop.clone(), add("users_age_key", "age")]), 0);
    assert_eq!(found(&[drop.clone(), add("users_id_key", "id")]), 1);
    let fill = Operation::Backfill {
        table: "users".into(),
        column: "age".into(),
        value: SqlText::new("0"),
        condition: None,
    };
    assert_eq!(found(&[drop, fill, add("users_age_key", "age")]), 1);
}

#[test]
fn a_table_of_the_same_migration_has_no_rows() {
    let create = Operation::CreateTable {
        table: Table::new("orders"),
        if_not_exists: false,
    };
    let add = |table: &str| Operation::AddColumn {
        table: table.into(),
        column: Column::new("total", SqlType::Integer).not_null(),
        if_not_exists: false,
    };
    assert_eq!(
        rules(&[create, add("orders"), add("users")]),
        [(2, "add-required-column")]
    );
}

#[test]
fn types_narrow_by_range_length_and_precision() {
    let cases = [
        (SqlType::Integer, SqlType::BigInt, true),
        (SqlType::Integer, SqlType::UnsignedInteger, false),
        (SqlType::Varchar(10), SqlType::Varchar(20), true),
        (SqlType::Text, SqlType::Varchar(20), false),
        (SqlType::Decimal(10, 2), SqlType::Decimal(12, 4), true),
        (SqlType::Decimal(10, 2), SqlType::Decimal(10, 4), false),
        (SqlType::Timestamp(Some(3)), SqlType::Timestamp(None), true),
        (SqlType::Timestamp(None), SqlType::Timestamp(Some(3)), false),
        (SqlType::Text, SqlType::Integer, false),
    ];
    for (from, to, fits) in cases {
        assert_eq!(narrowing(&from, &to).is_none(), fits, "{from:?} to {to:?}");
    }
}
