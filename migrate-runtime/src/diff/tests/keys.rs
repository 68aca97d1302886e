//! Keys that foreign keys refer to: none goes while one relies on it.

use super::{lines, reference, schema, table};
use crate::diff::{RenameHints, diff};
use crate::operation::{apply_all, inverse_all};
use crate::schema::{Column, Deferrable, Index, Schema, SqlType, Table, Unique};

fn unique(name: &str, column: &str) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: vec![column.into()],
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

fn unique_index(name: &str, column: &str) -> Index {
    Index {
        unique: true,
        ..Index::new(name, [column])
    }
}

/// A table of that name with a column `code`.
fn coded(name: &str) -> Table {
    table(name).with_column(Column::new("code", SqlType::Text))
}

/// A table of that name that refers to `p (code)`.
fn child(name: &str) -> Table {
    let mut child = table(name).with_column(Column::new("p", SqlType::Text));
    (child.foreign_keys).push(reference("to_p", &["p"], "p", &["code"]));
    child
}

/// The way there, which can be gone step by step, and so can the way back.
fn way(from: &Schema, to: &Schema, hints: &RenameHints) -> String {
    let operations = diff(from, to, hints);
    let mut end = from.clone();
    apply_all(&mut end, &operations).unwrap();
    assert_eq!(diff(&end, to, &RenameHints::default()), []);
    let back = inverse_all(&operations, from).unwrap();
    apply_all(&mut end, &back).unwrap();
    assert_eq!(diff(&end, from, &RenameHints::default()), []);
    lines(from, to, hints)
}

#[test]
fn a_new_table_waits_for_a_key_that_is_made_anew() {
    let p = |name: &str, deferrable| {
        let mut p = coded("p");
        p.uniques.push(Unique {
            deferrable,
            ..unique(name, "code")
        });
        p
    };
    let from = schema([p("p_code_key", Deferrable::InitiallyDeferred)]);
    let to = schema([p("p_code", Deferrable::No), child("c")]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    added table c (id, p)
    removed p CONSTRAINT p_code_key
    added p CONSTRAINT p_code UNIQUE (code)
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (code)
    ");
}

#[test]
fn what_refers_to_a_key_stays_when_that_is_renamed() {
    let p = |name: &str| {
        let mut p = coded("p");
        p.uniques.push(unique(name, "code"));
        p
    };
    let from = schema([p("p_code_key"), child("c")]);
    let to = schema([p("p_code"), child("c"), child("d")]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    added table d (id, p)
    renamed constraint p_code_key to p_code on p
    ");
}

#[test]
fn a_constraint_is_made_anew_where_its_name_is_needed_by_another() {
    let keyed = |name: &str, key: &str| {
        let mut table = coded(name);
        table.uniques.push(unique(key, "code"));
        table
    };
    // Names of keys are those of a whole schema: neither of the two can be renamed first.
    let from = schema([keyed("a", "one"), keyed("b", "two")]);
    let to = schema([keyed("a", "two"), keyed("b", "one")]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed a CONSTRAINT one
    removed b CONSTRAINT two
    added a CONSTRAINT two UNIQUE (code)
    added b CONSTRAINT one UNIQUE (code)
    ");
    // In one table neither can take the name of the other.
    let both = |one: &str, other: &str| {
        let mut table = coded("a").with_column(Column::new("label", SqlType::Text));
        table.uniques = vec![unique(one, "code"), unique(other, "label")];
        table
    };
    let (from, to) = (schema([both("one", "two")]), schema([both("two", "one")]));
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed a CONSTRAINT one
    removed a CONSTRAINT two
    added a CONSTRAINT one UNIQUE (label)
    added a CONSTRAINT two UNIQUE (code)
    ");
}

#[test]
fn a_new_table_waits_for_the_column_of_that_name() {
    let p = |one: &str, other: &str| {
        let mut p = table("p")
            .with_column(Column::new(one, SqlType::Text))
            .with_column(Column::new(other, SqlType::Text));
        p.uniques.push(unique("p_code_key", "code"));
        p
    };
    // What is called code afterwards is another column, and a key only then.
    let from = schema([p("code", "label")]);
    let to = schema([p("old_code", "code"), child("c")]);
    let hints = RenameHints {
        columns: vec![
            ("p".into(), "code".into(), "old_code".into()),
            ("p".into(), "label".into(), "code".into()),
        ],
        ..RenameHints::default()
    };
    insta::assert_snapshot!(way(&from, &to, &hints), @r"
    added table c (id, p)
    removed p CONSTRAINT p_code_key
    renamed p.code to old_code
    renamed p.label to code
    added p CONSTRAINT p_code_key UNIQUE (code)
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (code)
    ");
}

#[test]
fn a_foreign_key_goes_before_an_index_whose_name_is_needed_elsewhere() {
    let with = |mut table: Table, index: &str| {
        table.indexes.push(unique_index(index, "code"));
        table
    };
    let mut gone = child("gone");
    gone.foreign_keys[0].name = Some("gone_to_p".into());
    let mut own = with(coded("p"), "shared_idx");
    (own.foreign_keys).push(reference("p_to_p", &["code"], "p", &["code"]));
    let from = schema([own, child("c"), gone]);
    let mut p = coded("p");
    p.primary_key = None;
    let p = p.with_primary_key(["code"]);
    let to = schema([p, child("c"), with(coded("new"), "shared_idx")]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed c CONSTRAINT to_p
    removed p CONSTRAINT p_to_p
    removed table gone
    removed shared_idx on p
    added table new (id, code)
    added shared_idx on new UNIQUE (code)
    removed p PRIMARY KEY
    added p PRIMARY KEY (code)
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (code)
    ");
}

#[test]
fn an_index_whose_name_is_needed_elsewhere_is_made_anew_under_another() {
    let with = |mut table: Table, index: &str| {
        table.indexes.push(unique_index(index, "code"));
        table
    };
    let from = schema([with(coded("p"), "one_idx"), with(coded("q"), "two_idx")]);
    let to = schema([
        with(coded("p"), "two_idx"),
        with(coded("q"), "one_idx"),
        child("c"),
    ]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed one_idx on p
    removed two_idx on q
    added table c (id, p)
    added two_idx on p UNIQUE (code)
    added one_idx on q UNIQUE (code)
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (code)
    ");
    let to = schema([
        with(coded("p"), "p_idx"),
        with(coded("new"), "one_idx"),
        coded("q"),
    ]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed one_idx on p
    added table new (id, code)
    added one_idx on new UNIQUE (code)
    added p_idx on p UNIQUE (code)
    removed two_idx on q
    ");
}

#[test]
fn a_table_that_refers_to_an_index_of_its_own_has_the_index_first() {
    let mut p = coded("p");
    p.indexes.push(unique_index("p_code_idx", "code"));
    let p = p.with_column(Column::new("parent", SqlType::Text));
    let mut own = p.clone();
    (own.foreign_keys).push(reference("p_parent_fkey", &["parent"], "p", &["code"]));
    let to = schema([own]);
    insta::assert_snapshot!(way(&Schema::new(), &to, &RenameHints::default()), @r"
    added table p (id, code, parent)
    added p_code_idx on p UNIQUE (code)
    added p CONSTRAINT p_parent_fkey FOREIGN KEY (parent) REFERENCES p (code)
    ");
    insta::assert_snapshot!(way(&to, &Schema::new(), &RenameHints::default()), @"removed table p");
    let mut other = to.clone();
    other.table_mut(&"p".into()).unwrap().indexes[0].name = "p_code".into();
    insta::assert_snapshot!(way(&to, &other, &RenameHints::default()), @"renamed index p_code_idx to p_code on p");
}

#[test]
fn a_key_that_another_one_replaces_takes_its_foreign_keys_along() {
    let mut p = coded("p");
    p.uniques.push(unique("p_code_key", "code"));
    let from = schema([p.clone(), child("c")]);
    p.uniques.clear();
    p.primary_key = None;
    let to = schema([p.with_primary_key(["code"]), child("c")]);
    insta::assert_snapshot!(way(&from, &to, &RenameHints::default()), @r"
    removed c CONSTRAINT to_p
    removed p CONSTRAINT p_code_key
    removed p PRIMARY KEY
    added p PRIMARY KEY (code)
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (code)
    ");
}

#[test]
fn a_new_table_may_take_the_name_of_a_renamed_one_and_those_of_its_constraints() {
    let named = |name: &str, constraint: &str| {
        let mut table = coded(name);
        table.uniques.push(unique(constraint, "code"));
        table
    };
    let from = schema([named("p", "p_code_key"), child("c")]);
    let mut c = child("c");
    c.foreign_keys[0].target = "q".into();
    let to = schema([named("q", "q_code_key"), named("p", "p_code_key"), c]);
    let hints = RenameHints {
        tables: vec![("p".into(), "q".into())],
        ..RenameHints::default()
    };
    // There is a `p` afterwards, too, so that nobody follows a hint: the flags name it.
    insta::assert_snapshot!(way(&from, &to, &hints), @r"
    added table q (id, code)
    removed c CONSTRAINT to_p
    added c CONSTRAINT to_p FOREIGN KEY (p) REFERENCES q (code)
    ");
    let to = schema([named("q", "q_code_key"), named("r", "p_code_key")]);
    insta::assert_snapshot!(way(&schema([named("p", "p_code_key")]), &to, &hints), @r"
    renamed table p to q
    removed q CONSTRAINT p_code_key
    added table r (id, code)
    added q CONSTRAINT q_code_key UNIQUE (code)
    ");
}
