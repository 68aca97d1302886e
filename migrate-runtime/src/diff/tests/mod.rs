//! Operations between small schemas.

mod keys;

use super::*;
use crate::operation::describe;
use crate::schema::{
    Column, Deferrable, ForeignKey, Generated, Index, Name, ReferentialAction, SqlType, Table,
};

fn table(name: &str) -> Table {
    Table::new(name)
        .with_column(Column::new("id", SqlType::BigInt).not_null())
        .with_primary_key(["id"])
}

fn reference(name: &str, columns: &[&str], target: &str, target_columns: &[&str]) -> ForeignKey {
    let names = |list: &[&str]| list.iter().map(|name| Name::from(*name)).collect();
    ForeignKey {
        name: Some(name.into()),
        columns: names(columns),
        target: target.into(),
        target_columns: names(target_columns),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

fn schema(tables: impl IntoIterator<Item = Table>) -> Schema {
    let mut schema = Schema::new();
    for table in tables {
        schema.insert(table);
    }
    schema
}

fn lines(from: &Schema, to: &Schema, hints: &RenameHints) -> String {
    let lines: Vec<String> = diff(from, to, hints).iter().map(describe).collect();
    lines.join("\n")
}

#[test]
fn only_the_key_that_closes_a_circle_waits() {
    let mut a = table("a").with_column(Column::new("b_id", SqlType::BigInt));
    a.foreign_keys
        .push(reference("a_b_id_fkey", &["b_id"], "b", &["id"]));
    let mut b = table("b").with_column(Column::new("a_id", SqlType::BigInt));
    b.foreign_keys
        .push(reference("b_a_id_fkey", &["a_id"], "a", &["id"]));
    let mut c = table("c").with_column(Column::new("a_id", SqlType::BigInt));
    c.foreign_keys
        .push(reference("c_a_id_fkey", &["a_id"], "a", &["id"]));
    let to = schema([c, a, b]);
    insta::assert_snapshot!(lines(&Schema::new(), &to, &RenameHints::default()), @r"
    added table b (id, a_id)
    added table a (id, b_id)
    added table c (id, a_id)
    added b CONSTRAINT b_a_id_fkey FOREIGN KEY (a_id) REFERENCES a (id)
    ");
    insta::assert_snapshot!(lines(&to, &Schema::new(), &RenameHints::default()), @r"
    removed b CONSTRAINT b_a_id_fkey
    removed table c
    removed table a
    removed table b
    ");
}

#[test]
fn what_names_a_renamed_value_goes_before_it_and_comes_back_after() {
    let side = |value: &str| {
        let ty = SqlType::Enum("mood".into());
        let mut table = table("users").with_column(Column::new("mood", ty));
        let mut index = Index::new("users_mood_idx", ["mood"]);
        index.predicate = Some(format!("mood = '{value}'").as_str().into());
        table.indexes.push(index);
        for (name, expression) in [
            ("users_mood", format!("mood <> '{value}'")),
            // Of something else, and the same afterwards.
            ("users_note", "note <> 'ok'".to_owned()),
        ] {
            table.checks.push(crate::schema::Check {
                name: Some(name.into()),
                expression: expression.as_str().into(),
            });
        }
        let mut schema = schema([table]);
        let name = Name::from("mood");
        let values = vec![value.to_owned(), "sad".to_owned()];
        let mood = crate::schema::EnumType {
            name: name.clone(),
            values,
        };
        schema.enums.insert(name, mood);
        schema
    };
    let renamed = |from: &str, to: &str| RenameHints {
        enum_values: vec![("mood".into(), from.to_owned(), to.to_owned())],
        ..RenameHints::default()
    };
    insta::assert_snapshot!(lines(&side("ok"), &side("fine"), &renamed("ok", "fine")), @r"
    removed users_mood_idx on users
    removed users CONSTRAINT users_mood
    changed enum mood (fine, sad); ok is now fine
    added users CONSTRAINT users_mood CHECK (mood <> 'fine')
    added users_mood_idx on users (mood) WHERE mood = 'fine'
    ");
}

#[test]
fn a_renamed_column_takes_its_index_along_and_its_check_comes_again() {
    let side = |column: &str| {
        let mut table = table("users").with_column(Column::new(column, SqlType::Integer));
        table
            .indexes
            .push(Index::new(format!("users_{column}_idx"), [column]));
        table.checks.push(crate::schema::Check {
            name: Some("users_age".into()),
            expression: format!("{column} >= 0").as_str().into(),
        });
        schema([table])
    };
    let hints = RenameHints {
        columns: vec![("users".into(), "age".into(), "years".into())],
        ..RenameHints::default()
    };
    insta::assert_snapshot!(lines(&side("age"), &side("years"), &hints), @r"
    removed users CONSTRAINT users_age
    renamed users.age to years
    renamed index users_age_idx to users_years_idx on users
    added users CONSTRAINT users_age CHECK (years >= 0)
    ");
}

#[test]
fn another_generated_expression_is_another_column() {
    let side = |expression: &str| {
        let mut column = Column::new("b", SqlType::Integer);
        column.generated = Some(Generated {
            expression: expression.into(),
            stored: true,
        });
        let mut table = table("t")
            .with_column(Column::new("a", SqlType::Integer))
            .with_column(column);
        table.indexes.push(Index::new("t_b_idx", ["b"]));
        schema([table])
    };
    insta::assert_snapshot!(lines(&side("a * 2"), &side("a * 3"), &RenameHints::default()), @r"
    removed t_b_idx on t
    removed t.b
    added t.b INTEGER NULL GENERATED (a * 3) STORED
    added t_b_idx on t (b)
    ");
}

#[test]
fn generated_columns_go_in_the_order_of_their_old_names() {
    let made_of = |name: &str, expression: &str| {
        let mut column = Column::new(name, SqlType::Integer);
        column.generated = Some(Generated {
            expression: expression.into(),
            stored: true,
        });
        column
    };
    let from = schema([table("t")
        .with_column(Column::new("b", SqlType::Integer))
        .with_column(made_of("a", "b + 1"))
        .with_column(made_of("E", "a + 1"))]);
    let to = schema([table("t").with_column(Column::new("e", SqlType::Integer))]);
    let hints = RenameHints {
        columns: vec![("t".into(), "b".into(), "e".into())],
        ..RenameHints::default()
    };
    insta::assert_snapshot!(lines(&from, &to, &hints), @r"
    removed t.E
    removed t.a
    renamed t.b to e
    ");
}

#[test]
fn a_column_is_generated_no_longer_before_its_source_changes_its_type() {
    let mut made = Column::new("d", SqlType::Integer);
    made.generated = Some(Generated {
        expression: "b + 1".into(),
        stored: true,
    });
    let from = schema([table("t")
        .with_column(Column::new("b", SqlType::Integer))
        .with_column(made)]);
    let to = schema([table("t")
        .with_column(Column::new("b", SqlType::Text))
        .with_column(Column::new("d", SqlType::Integer))]);
    insta::assert_snapshot!(lines(&from, &to, &RenameHints::default()), @r"
    changed t.d: not generated
    changed t.b: TEXT
    ");
}

#[test]
fn pairs_of_a_foreign_key_have_no_order() {
    let side = |columns: &[&str], targets: &[&str]| {
        let mut p = table("p")
            .with_column(Column::new("x", SqlType::Integer))
            .with_column(Column::new("y", SqlType::Integer));
        p.indexes.push(Index {
            unique: true,
            ..Index::new("p_x_y", ["x", "y"])
        });
        let mut c = table("c")
            .with_column(Column::new("a", SqlType::Integer))
            .with_column(Column::new("b", SqlType::Integer));
        c.foreign_keys
            .push(reference("c_fkey", columns, "p", targets));
        schema([p, c])
    };
    let from = side(&["a", "b"], &["x", "y"]);
    assert_eq!(
        diff(
            &from,
            &side(&["b", "a"], &["y", "x"]),
            &RenameHints::default()
        ),
        []
    );
    assert_ne!(
        diff(
            &from,
            &side(&["b", "a"], &["x", "y"]),
            &RenameHints::default()
        ),
        []
    );
}

#[test]
fn an_ambiguous_change_prints_the_flags_that_decide_it() {
    let side =
        |column: &str| schema([table("users").with_column(Column::new(column, SqlType::Text))]);
    let (from, to) = (side("name"), side("full_name"));
    let none = RenameHints::default();
    let error = resolve(&from, &to, &none, &RenameFlags::default(), None).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"column users.name is gone and full_name (same type, same place, same default and nullability, a similar name) is new: renamed, or dropped and added");
    insta::assert_snapshot!(crate::Explain::hints(&error).join("\n"), @r"
    --rename users.name:full_name   keeps the values
    --drop users.name   drops the values
    ");
    let flags = RenameFlags {
        renames: vec!["users.name:full_name".to_owned()],
        drops: vec![],
    };
    let hints = resolve(&from, &to, &none, &flags, None).unwrap();
    assert_eq!(lines(&from, &to, &hints), "renamed users.name to full_name");
    let flags = RenameFlags {
        renames: vec![],
        drops: vec!["users.name".to_owned()],
    };
    let hints = resolve(&from, &to, &none, &flags, None).unwrap();
    assert_eq!(hints, none);
    let asked = resolve(
        &from,
        &to,
        &none,
        &RenameFlags::default(),
        Some(&mut |_| Some(Answer::Rename(0))),
    );
    assert_eq!(asked.unwrap().columns.len(), 1);
    // One that was followed already says nothing.
    let old = RenameHints {
        columns: vec![("users".into(), "name".into(), "full_name".into())],
        ..RenameHints::default()
    };
    assert_eq!(
        resolve(&to, &to, &old, &RenameFlags::default(), None).unwrap(),
        none
    );
}

#[test]
fn a_flag_that_fits_nothing_is_an_error() {
    let side =
        |column: &str| schema([table("users").with_column(Column::new(column, SqlType::Text))]);
    let flags = RenameFlags {
        renames: vec!["users.nam:full_name".to_owned()],
        drops: vec![],
    };
    let error = resolve(
        &side("name"),
        &side("full_name"),
        &RenameHints::default(),
        &flags,
        None,
    );
    insta::assert_snapshot!(error.unwrap_err(), @"--rename users.nam:full_name: columns of users that are gone: name; columns that are new: full_name");
    let flags = RenameFlags {
        renames: vec![],
        drops: vec!["users.id".to_owned()],
    };
    let error = resolve(
        &side("name"),
        &side("name"),
        &RenameHints::default(),
        &flags,
        None,
    );
    insta::assert_snapshot!(error.unwrap_err(), @"--drop users.id: it is still in the models");
}

#[test]
fn names_that_are_swapped_are_renamed_by_way_of_a_third() {
    let side = |a: SqlType, b: SqlType| {
        schema([table("t")
            .with_column(Column::new("a", a))
            .with_column(Column::new("b", b))])
    };
    let pairs = |pairs: &[(&str, &str)]| RenameHints {
        columns: (pairs.iter())
            .map(|(old, new)| ("t".into(), (*old).into(), (*new).into()))
            .collect(),
        ..RenameHints::default()
    };
    let (from, to) = (
        side(SqlType::Text, SqlType::Integer),
        side(SqlType::Integer, SqlType::Text),
    );
    let swap = pairs(&[("a", "b"), ("b", "a")]);
    insta::assert_snapshot!(lines(&from, &to, &swap), @r"
    renamed t.b to renamed_1
    renamed t.a to b
    renamed t.renamed_1 to a
    ");
    // What the models say once it was followed is old.
    let none = RenameFlags::default();
    assert_eq!(resolve(&from, &to, &swap, &none, None).unwrap(), swap);
    assert_eq!(
        resolve(&to, &to, &swap, &none, None).unwrap(),
        RenameHints::default()
    );
    // Flags are said once, so they are followed even where nothing shows that it was not.
    let flags = RenameFlags {
        renames: vec!["t.a:b".to_owned(), "t.b:a".to_owned()],
        drops: vec![],
    };
    let same = side(SqlType::Text, SqlType::Text);
    let hints = resolve(&same, &same, &RenameHints::default(), &flags, None).unwrap();
    assert_eq!(diff(&same, &same, &hints).len(), 3);
    // A chain of names needs no third.
    let to = schema([table("t")
        .with_column(Column::new("b", SqlType::Text))
        .with_column(Column::new("c", SqlType::Integer))]);
    insta::assert_snapshot!(lines(&from, &to, &pairs(&[("a", "b"), ("b", "c")])), @r"
    renamed t.b to c
    renamed t.a to b
    ");
}

#[test]
fn names_with_dots_and_blanks_are_renamed_as_the_hint_says() {
    let side = |column: &str| {
        schema([table("Order Items").with_column(Column::new(column, SqlType::Text))])
    };
    let (from, to) = (side("Item.No"), side("item_no"));
    let none = RenameHints::default();
    let error = resolve(&from, &to, &none, &RenameFlags::default(), None).unwrap_err();
    let said = crate::Explain::hints(&error).join("\n");
    insta::assert_snapshot!(said, @r"
    --rename 'Order Items.Item.No:item_no'   keeps the values
    --drop 'Order Items.Item.No'   drops the values
    ");
    let flags = RenameFlags {
        renames: vec!["Order Items.Item.No:item_no".to_owned()],
        drops: vec![],
    };
    let hints = resolve(&from, &to, &none, &flags, None).unwrap();
    assert_eq!(
        lines(&from, &to, &hints),
        "renamed Order Items.Item.No to item_no"
    );
    let flags = RenameFlags {
        renames: vec![],
        drops: vec!["Order Items.Item.No".to_owned()],
    };
    assert_eq!(resolve(&from, &to, &none, &flags, None).unwrap(), none);
}

#[test]
fn tables_are_swapped_and_names_that_differ_in_case_only_make_room() {
    let a = || table("a").with_column(Column::new("x", SqlType::Text));
    let named = |name: &str, mut table: Table| {
        table.name = name.into();
        table
    };
    let from = schema([a(), table("b")]);
    let to = schema([named("b", a()), table("a")]);
    let tables = |pairs: &[(&str, &str)]| RenameHints {
        tables: (pairs.iter())
            .map(|(old, new)| ((*old).into(), (*new).into()))
            .collect(),
        ..RenameHints::default()
    };
    insta::assert_snapshot!(lines(&from, &to, &tables(&[("a", "b"), ("b", "a")])), @r"
    renamed table b to renamed_1
    renamed table a to b
    renamed table renamed_1 to a
    ");
    let to = schema([named("B", a())]);
    insta::assert_snapshot!(lines(&from, &to, &tables(&[("a", "B")])), @r"
    renamed table b to renamed_1
    renamed table a to B
    removed table renamed_1
    ");
    // Case alone is no question.
    let to = schema([named("A", a()), table("b")]);
    let hints = resolve(
        &from,
        &to,
        &RenameHints::default(),
        &RenameFlags::default(),
        None,
    );
    assert_eq!(lines(&from, &to, &hints.unwrap()), "renamed table a to A");
}

#[test]
fn several_ambiguous_changes_have_their_flags_beneath() {
    let side = |one: &str, other: &str| {
        schema([
            table("users").with_column(Column::new(one, SqlType::Text)),
            table("orders").with_column(Column::new(other, SqlType::Integer)),
        ])
    };
    let (from, to) = (side("name", "count"), side("full_name", "amount"));
    let none = RenameHints::default();
    let error = resolve(&from, &to, &none, &RenameFlags::default(), None).unwrap_err();
    insta::assert_snapshot!(error.to_string(), @r"
    2 renames are undecided:
    column users.name is gone and full_name (same type, same place, same default and nullability, a similar name) is new: renamed, or dropped and added
      --rename users.name:full_name   keeps the values
      --drop users.name   drops the values
    column orders.count is gone and amount (same type, same place, same default and nullability, a similar name) is new: renamed, or dropped and added
      --rename orders.count:amount   keeps the values
      --drop orders.count   drops the values
    ");
    assert_eq!(
        crate::Explain::hints(&error),
        ["give one flag for each of them"]
    );
}
