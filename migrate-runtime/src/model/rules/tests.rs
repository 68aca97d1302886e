//! The rules one by one; what the compiler says of them is in `ui-tests`.

use super::super::{ModelColumn, TableDef};
use super::*;
use crate::migration::{
    BigInt, Bool, Char, ColumnDef, ConstraintDef, Date, Decimal, DefaultDef, Double, Enum, EnumDef,
    IndexDef, Integer, Json, SmallInt, SqlDef, Text, Time, Timestamp, TypeDef, UnsignedInteger,
    Uuid, Varchar, boolean, check, column, float, index, integer, now, options, primary_key,
    table_name, text, today, unique, uuid,
};

const MOOD: EnumDef = EnumDef {
    name: "mood",
    values: &["good", "bad"],
};

const fn of(column: ColumnDef) -> ModelColumn {
    ModelColumn {
        field: column.name,
        column,
        enum_type: match column.ty {
            Enum(_) => Some(MOOD),
            _ => None,
        },
        renamed_from: None,
    }
}

const fn table(columns: &'static [ModelColumn]) -> TableDef {
    TableDef {
        model: "Thing",
        name: table_name("things"),
        columns,
        constraints: &[],
        indexes: &[],
        comment: None,
        options: options(),
        renamed_from: None,
    }
}

fn default_of(ty: TypeDef, default: DefaultDef) -> Option<String> {
    let column = of(column("a", ty).default(default));
    default_problem(&column).map(|problem| problem.as_str().to_owned())
}

#[test]
fn defaults_fit_their_types() {
    for (ty, default) in [
        (Bool, boolean(true)),
        (SmallInt, integer(1)),
        (Double, integer(1)),
        (Double, float(0.5)),
        (Decimal(4, 2), text("0.50")),
        (Varchar(3), text("abc")),
        (Char(3), now()),
        (Text, uuid()),
        (Uuid, uuid()),
        (Json, text("{}")),
        (Date, today()),
        (Timestamp(None), now()),
        (Enum("mood"), text("bad")),
        (Bool, DefaultDef::Sql(SqlDef::new("random() > 0"))),
        (TypeDef::Native(SqlDef::new("inet")), text("::1")),
    ] {
        assert_eq!(default_of(ty, default), None, "{ty:?} {default:?}");
    }
}

#[test]
fn defaults_that_do_not_fit_are_refused() {
    for (ty, default) in [
        (Bool, integer(1)),
        (Integer, text("1")),
        (Integer, float(1.5)),
        (Text, integer(1)),
        (Date, now()),
        (Time(None), today()),
        (Uuid, now()),
        (TypeDef::Array(&Text), text("{}")),
        (Enum("mood"), integer(1)),
    ] {
        let problem = default_of(ty, default).unwrap_or_default();
        assert!(
            problem.contains("does not fit"),
            "{ty:?} {default:?}: {problem}"
        );
    }
    assert_eq!(
        default_of(Enum("mood"), text("god")).as_deref(),
        Some("`god` is not a value of the enum `mood`; it has `good`, `bad`")
    );
}

#[test]
fn a_length_is_for_texts_and_digits_are_for_decimals_and_times() {
    assert_eq!(with_max_length(Text, 3), Varchar(3));
    assert_eq!(with_max_length(Integer, 3), Integer);
    assert_eq!(with_precision(Decimal(0, 0), 10, Some(2)), Decimal(10, 2));
    assert_eq!(with_precision(Decimal(0, 0), 10, None), Decimal(10, 0));
    assert_eq!(with_precision(Time(None), 6, None), Time(Some(6)));
    assert_eq!(with_precision(Time(None), 10, None), Time(None));
    assert_eq!(with_precision(Time(None), 256, None), Time(None));
    assert_eq!(with_precision(Double, 10, Some(2)), Double);
    let has = |ty, precision, scale| has_precision(&of(column("a", ty)), precision, scale);
    assert!(has(Decimal(10, 2), 10, Some(2)));
    assert!(
        !has(Decimal(2, 3), 2, Some(3)),
        "more behind the point than in all"
    );
    assert!(!has(Decimal(0, 0), 0, None));
    assert!(has(Timestamp(Some(3)), 3, None));
    assert!(!has(Timestamp(None), 12, None));
    assert!(lacks_digits(&Decimal(0, 0)) && !lacks_digits(&Decimal(1, 0)));
    assert!(is_varchar(&of(column("a", Varchar(1)))));
    assert!(!is_varchar(&of(column("a", Text))));
}

const UNIQUE: IndexDef = {
    let mut index = index("orgs_code_idx", &["code"]);
    index.unique = true;
    index
};

static ORGS: TableDef = TableDef {
    constraints: const {
        &[
            primary_key(&["id"]),
            unique("orgs_a_b_key", &["a", "b"]),
            check("orgs_check", "a <> ''"),
        ]
    },
    indexes: const { &[UNIQUE] },
    ..table(
        const {
            &[
                of(column("id", BigInt).not_null()),
                of(column("a", Text)),
                of(column("b", Text)),
                of(column("code", Text)),
            ]
        },
    )
};

static USERS: TableDef = table(
    const {
        &[
            of(column("org_id", BigInt)),
            of(column("small_id", Integer).not_null()),
            of(column("a", Varchar(10))),
            of(column("b", Text)),
            of(column("number", UnsignedInteger)),
        ]
    },
);

#[test]
fn a_foreign_key_leads_to_a_key_of_its_types() {
    let problem = |from: &[&str], to: &[&str], sets_null| {
        key_problem(&USERS, from, &ORGS, to, sets_null).unwrap_or_default()
    };
    assert_eq!(problem(&["org_id"], &["id"], true), "");
    assert_eq!(problem(&["b", "a"], &["b", "a"], false), "");
    assert_eq!(problem(&["b"], &["code"], false), "");
    assert!(problem(&["b"], &["a"], false).contains("neither the primary key nor unique"));
    assert!(problem(&["small_id"], &["id"], false).contains("another type"));
    assert!(problem(&["number"], &["id"], false).contains("another type"));
    assert!(problem(&["a"], &["a", "b"], false).contains("different numbers of columns"));
    let not_null = key_problem(&USERS, &["small_id"], &USERS, &["small_id"], true);
    assert!(not_null.is_some_and(|problem| problem.contains("cannot be set to NULL")));
}

#[test]
fn a_model_with_an_error_of_its_own_is_left_alone() {
    let empty = table(&[]);
    assert_eq!(
        key_problem(&USERS, &["org_id"], &empty, &["id"], false),
        None
    );
    assert!(has_field(&[], "anything"));
}

#[test]
fn a_partial_index_is_no_key() {
    let partial: &'static [IndexDef] = Vec::leak(vec![IndexDef {
        predicate: Some(SqlDef::new("code <> ''")),
        ..UNIQUE
    }]);
    let target = TableDef {
        indexes: partial,
        ..ORGS
    };
    assert!(key_problem(&USERS, &["b"], &target, &["code"], false).is_some());
}

#[test]
fn primary_keys_are_columns_that_are_never_null() {
    assert_eq!(primary_key_problem(&ORGS, "id"), None);
    assert!(primary_key_problem(&ORGS, "a").is_some());
    assert!(primary_key_problem(&ORGS, "z").is_some());
    assert!(is_integer(&of(column("a", BigInt))) && !is_integer(&of(column("a", Text))));
}

#[test]
fn names_are_those_of_fields_or_columns() {
    const FIELDS: &[(&str, &str)] = &[("id", "id"), ("kind_", "kind")];
    assert_eq!(column_of(FIELDS, "kind_"), "kind");
    assert_eq!(column_of(FIELDS, "other"), "other");
    assert!(has_field(FIELDS, "kind") && has_field(FIELDS, "kind_"));
    assert!(!has_field(FIELDS, "kin") && !has_field(FIELDS, "kind__"));
    assert!(is_table(table_name("auth.users"), "auth.users"));
    assert!(!is_table(table_name("auth.users"), "users"));
    let text = no_such_column(&ORGS, "cod").map(|message| message.as_str().to_owned());
    let expected = "`Thing` has no column `cod`; it has `id`, `a`, `b`, `code`";
    assert_eq!(text.as_deref(), Some(expected));
    assert!(no_such_column(&ORGS, "code").is_none());
}

#[test]
fn a_name_is_taken_by_indexes_and_constraints_alike() {
    let twice = TableDef {
        constraints: Vec::<ConstraintDef>::leak(vec![unique("orgs_code_idx", &["code"])]),
        ..ORGS
    };
    assert!(is_taken_twice(&twice, "orgs_code_idx"));
    assert!(!is_taken_twice(&ORGS, "orgs_code_idx"));
}

#[test]
fn a_table_of_the_user_has_no_column_that_the_model_lacks() {
    assert!(unheld(&["id", "a"], &["id"], &ORGS, "schema::orgs").is_none());
    let message = unheld(
        &["id", "other", "x", "y"],
        &["id", "other"],
        &ORGS,
        "schema::orgs",
    )
    .unwrap();
    let first = message.as_str().lines().next();
    let expected = "columns of `schema::orgs` that the model does not have: `x`, `y`";
    assert_eq!(first, Some(expected));
}
