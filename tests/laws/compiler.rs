//! The compiler's check against the owned diff: each calls models and chain equal where the other does.

use migrate_runtime::check::{Folded, fold, sizes};
use migrate_runtime::diff::diff;
use migrate_runtime::migration::Migration;
use migrate_runtime::operation::{Operation, apply_all};
use migrate_runtime::schema::{
    Column, DefaultValue, Deferrable, Name, PrimaryKey, ReferentialAction, Schema, SortOrder,
    SqlText, SqlType, Table, Value,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::schemas::{any_schema, every_rename};
use super::{constant, no_hints};

/// Room for what two migrations of the random schemas make.
const OBJECTS: usize = 400;
type Chain = Folded<2, OBJECTS, { 4 * OBJECTS + 1 }>;

/// Two migrations: one that makes `from`, one that makes `to` of it, with every rename there can be.
fn chain(from: &Schema, to: &Schema, opaque: bool) -> (Vec<Operation>, &'static [Migration]) {
    let first = diff(&Schema::new(), from, &no_hints());
    let mut second = diff(from, to, &every_rename(from, to));
    if opaque {
        second = vec![Operation::Sql {
            sql: SqlText::default(),
            changes: second,
        }];
    }
    let migrations = vec![
        Migration::new("1").upgrade(constant::operations(&first)),
        Migration::new("2")
            .revises(&["1"])
            .upgrade(constant::operations(&second)),
    ];
    let operations = first.into_iter().chain(second).collect();
    (operations, Vec::leak(migrations))
}

fn folded(migrations: &'static [Migration]) -> Box<Chain> {
    assert!(sizes(migrations).objects <= OBJECTS);
    Box::new(fold(migrations, &["1", "2"], "2", true))
}

/// What the compiler says of the models, and whether it says anything of a table.
fn said(chain: &Chain, models: &Schema) -> Vec<String> {
    let models = constant::models(models);
    let mut said: Vec<String> = (models.iter())
        .map(|model| chain.compare(model, true).message().to_owned())
        .collect();
    said.push(chain.unowned(models, true).message().to_owned());
    said.retain(|message| !message.is_empty());
    said
}

fn agree(from: &Schema, to: &Schema, models: &Schema, opaque: bool) -> Result<(), TestCaseError> {
    let (operations, migrations) = chain(from, to, opaque);
    let mut end = Schema::new();
    apply_all(&mut end, &operations).unwrap();
    let folded = folded(migrations);
    let verdict = folded.verdict();
    prop_assert_eq!(verdict.message(), "");
    let said = said(&folded, models);
    let differences = diff(&end, models, &no_hints());
    prop_assert_eq!(
        said.is_empty(),
        differences.is_empty(),
        "the compiler: {}\nthe diff: {:#?}",
        said.join("\n"),
        differences
    );
    Ok(())
}

/// Changes one thing in one table, or nothing where it has no such thing.
fn nudge(table: &mut Table, what: usize) {
    let column: Option<&mut Column> = table.columns.last_mut();
    match (what, column) {
        (0, Some(column)) => column.ty = SqlType::Decimal(9, 2),
        (1, Some(column)) => column.nullable = !column.nullable,
        (2, Some(column)) => {
            column.default = Some(DefaultValue::Value(Value::Float("0.5".to_owned())));
        }
        (3, Some(column)) => column.auto_increment = !column.auto_increment,
        (4, Some(column)) => column.collation = Some("NOCASE".to_owned()),
        (5, Some(column)) => column.comment = Some("nudged".to_owned()),
        (6, Some(column)) => column.default = Some(DefaultValue::Sql("1".into())),
        (7, Some(column)) => column.name = "nudged".into(),
        (8, _) => table.comment = Some("nudged".to_owned()),
        (9, _) => table.options.sqlite_strict = !table.options.sqlite_strict,
        (10, _) => table.options.mysql_engine = Some("InnoDB".to_owned()),
        (11, _) => table.columns.push(Column::new("fresh", SqlType::Text)),
        (12, _) => {
            table.columns.pop();
        }
        (13, _) => {
            let columns: Vec<Name> = vec!["id".into()];
            table.primary_key = Some(PrimaryKey {
                name: Some("a_name".into()),
                columns,
            });
        }
        (14, _) => table.primary_key = None,
        (15, _) => table.columns.reverse(),
        _ => nudge_members(table, what),
    }
}

fn nudge_members(table: &mut Table, what: usize) {
    let (unique, check) = (table.uniques.first_mut(), table.checks.first_mut());
    let (key, index) = (table.foreign_keys.first_mut(), table.indexes.first_mut());
    match (what, unique, check, key, index) {
        (16, Some(unique), ..) => unique.name = None,
        (17, Some(unique), ..) => unique.name = Some("other".into()),
        (18, Some(unique), ..) => unique.deferrable = Deferrable::InitiallyDeferred,
        (19, Some(unique), ..) => unique.nulls_not_distinct = true,
        (20, Some(unique), ..) => unique.columns.reverse(),
        (21, _, Some(check), ..) => check.name = None,
        (22, _, Some(check), ..) => check.expression = "1 = 1".into(),
        (23, _, Some(check), ..) => check.name = Some("other".into()),
        (24, _, _, Some(key), _) => key.name = None,
        (25, _, _, Some(key), _) => key.on_delete = ReferentialAction::SetNull,
        (26, _, _, Some(key), _) => key.on_update = ReferentialAction::Cascade,
        (27, _, _, Some(key), _) => key.deferrable = Deferrable::InitiallyImmediate,
        (28, _, _, Some(key), _) => key.target = "elsewhere".into(),
        (29, _, _, _, Some(index)) => index.unique = !index.unique,
        (30, _, _, _, Some(index)) => index.name = "other_idx".into(),
        (31, _, _, _, Some(index)) => index.columns[0].order = SortOrder::Descending,
        (32, _, _, _, Some(index)) => index.predicate = Some("1 = 1".into()),
        (33, _, _, _, Some(index)) => index.method = Some("hash".to_owned()),
        (34, _, _, _, Some(index)) => index.include = vec!["id".into()],
        (35, _, _, _, Some(index)) => index.columns.reverse(),
        (36, ..) => table.indexes.clear(),
        (37, ..) => table.foreign_keys.clear(),
        (38, ..) => table.uniques.clear(),
        (39, ..) => table.checks.clear(),
        _ => {}
    }
}

const NUDGES: usize = 41;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_compiler_and_the_diff_call_the_same_schemas_equal(
        from in any_schema(),
        to in any_schema(),
        other in any_schema(),
        opaque in any::<bool>(),
    ) {
        agree(&from, &to, &to, opaque)?;
        agree(&from, &to, &other, opaque)?;
    }

    #[test]
    fn the_compiler_and_the_diff_see_the_same_single_differences(
        from in any_schema(),
        to in any_schema(),
        which in any::<prop::sample::Index>(),
    ) {
        let names: Vec<_> = to.tables.keys().cloned().collect();
        prop_assume!(!names.is_empty());
        let name = &names[which.index(names.len())];
        for what in 0..NUDGES {
            let mut models = to.clone();
            nudge(models.table_mut(name).unwrap(), what);
            agree(&from, &to, &models, false).map_err(|error| {
                TestCaseError::fail(format!("difference {what} of {name}: {error}"))
            })?;
        }
    }

    #[test]
    fn constraints_without_names_are_told_apart_by_what_they_say(
        from in any_schema(),
        to in any_schema(),
        models_too in any::<bool>(),
    ) {
        let nameless = |schema: &Schema| {
            let mut schema = schema.clone();
            for table in schema.tables.values_mut() {
                table.uniques.iter_mut().for_each(|unique| unique.name = None);
                table.checks.iter_mut().for_each(|check| check.name = None);
                table.foreign_keys.iter_mut().for_each(|key| key.name = None);
                // Two that say the same are one to the compiler; the diff counts them.
                table.uniques.sort();
                table.uniques.dedup();
                table.foreign_keys.sort();
                table.foreign_keys.dedup();
            }
            schema
        };
        let chain = nameless(&from);
        let models = if models_too { nameless(&to) } else { to };
        agree(&Schema::new(), &chain, &models, false)?;
        agree(&Schema::new(), &chain, &from, false)?;
    }

    #[test]
    fn the_compiler_and_the_diff_see_the_same_enum_values(schema in any_schema()) {
        for name in schema.enums.keys() {
            let mut models = schema.clone();
            let there = models.enums.get_mut(name).unwrap();
            there.values.reverse();
            agree(&Schema::new(), &schema, &models, false)?;
            there_is_one_more(&mut models, name);
            agree(&Schema::new(), &schema, &models, false)?;
        }
    }
}

fn there_is_one_more(schema: &mut Schema, name: &Name) {
    let there = schema.enums.get_mut(name).unwrap();
    there.values.push("more".to_owned());
}
