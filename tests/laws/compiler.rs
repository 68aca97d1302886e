//! The compiler's check against the owned diff: each calls models and chain equal where the other does.

use crate::runner::chains::{chain, memory};
use migrate_runtime::check::{ChainVerdict, Folded, Verdict, beginning, fold, sizes};
use migrate_runtime::command::check;
use migrate_runtime::connection::session;
use migrate_runtime::diff::diff;
use migrate_runtime::migration::Migration;
use migrate_runtime::model::TableDef;
use migrate_runtime::operation::{Operation, apply_all, inverse_all};
use migrate_runtime::runner::Migrator;
use migrate_runtime::schema::{
    Column, DefaultValue, Deferrable, Name, PrimaryKey, ReferentialAction, Schema, SortOrder,
    SqlText, SqlType, Table, Value,
};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::schemas::{any_schema, every_rename};
use super::{constant, no_hints, random_cases};

/// Room for what two migrations of the random schemas make.
const OBJECTS: usize = 256;
const SLOTS: usize = 4 * OBJECTS + 1;

/// A chain folded as a whole, and in two: its first migration, and the second on top of that.
struct Chain {
    whole: Folded<2, OBJECTS, SLOTS>,
    first: Folded<1, OBJECTS, { SLOTS + 2 }>,
    both: Folded<2, OBJECTS, SLOTS>,
}

impl Chain {
    /// What is wrong with it: the same in both ways.
    fn verdict(&self) -> ChainVerdict {
        let verdict = self.whole.verdict();
        assert_eq!(verdict.message(), self.both.verdict().message());
        verdict
    }

    /// The verdict of a model: the same in both ways.
    fn compare(&self, model: &TableDef) -> Verdict {
        let verdict = self.whole.compare(model, true);
        let in_two = self.both.judge(model, self.first.agrees(model), true);
        assert_eq!(verdict.message(), in_two.message());
        verdict
    }

    fn unowned(&self, models: &[TableDef]) -> ChainVerdict {
        let verdict = self.whole.unowned(models, &[], 0, true);
        let in_two = self.both.unowned(models, &[], 0, true);
        assert_eq!(verdict.message(), in_two.message());
        verdict
    }
}

/// Two migrations: one that makes `from`, and one between `from` and another schema.
fn migrations(
    from: &Schema,
    upgrade: &[Operation],
    downgrade: Option<&[Operation]>,
) -> &'static [Migration] {
    let create = diff(&Schema::new(), from, &no_hints());
    let first = Migration::new("1").upgrade(constant::operations(&create));
    let second = Migration::new("2")
        .revises(&["1"])
        .upgrade(constant::operations(upgrade));
    let only_up = "only the way up is of interest";
    Vec::leak(match downgrade {
        None => vec![first.irreversible(only_up), second.irreversible(only_up)],
        Some(downgrade) => {
            let drop = inverse_all(&create, &Schema::new()).unwrap();
            vec![
                first.downgrade(constant::operations(&drop)),
                second.downgrade(constant::operations(downgrade)),
            ]
        }
    })
}

/// The way from one schema to another, with every rename there can be, and back.
fn there_and_back(from: &Schema, to: &Schema) -> (Vec<Operation>, Vec<Operation>) {
    let upgrade = diff(from, to, &every_rename(from, to));
    let downgrade = inverse_all(&upgrade, from).unwrap();
    (upgrade, downgrade)
}

/// Declared as the effect of SQL, which nobody can look into.
fn declared(changes: Vec<Operation>) -> Vec<Operation> {
    vec![Operation::Sql {
        sql: SqlText::default(),
        changes,
    }]
}

/// In a thread of its own: the arrays of the fold live on the stack.
fn folded(migrations: &'static [Migration]) -> Box<Chain> {
    // "1" and "2", as `schema!` hands them over.
    const IDS: &[(usize, u64, u64)] = &[(1, 0x31, 0), (1, 0x32, 0)];
    assert!(sizes(migrations).objects <= OBJECTS);
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let none = beginning::<0, 0, 1>(&[], true);
            let first = beginning(&migrations[..1], true);
            let ids = ("1/2", IDS);
            Box::new(Chain {
                whole: fold(&none, migrations, &[], ids, "2", true),
                both: fold(&first, migrations, &[], ids, "2", true),
                first,
            })
        })
        .unwrap()
        .join()
        .unwrap()
}

/// What `check` says in a build that the compiler does not check.
fn is_refused_by_the_tool(migrations: &'static [Migration]) -> bool {
    let schema = chain(migrations);
    let mut connection = memory();
    let found = check(&mut session(&mut connection), &mut Migrator::new(&schema)).unwrap();
    (found.differences.iter()).any(|difference| difference.word() == "refused")
}

/// Whether a value is used in the migration that adds it: what follows is not looked at.
fn uses_too_early(chain: &Chain) -> bool {
    (chain.verdict().message()).contains("before the transaction that added it")
}

/// What the compiler says of the models, and whether it says anything of a table.
fn said(chain: &Chain, models: &Schema) -> Vec<String> {
    let models = constant::models(models);
    let mut said: Vec<String> = (models.iter())
        .map(|model| chain.compare(model).message().to_owned())
        .collect();
    said.push(chain.unowned(models).message().to_owned());
    said.retain(|message| !message.is_empty());
    said
}

/// Whether compiler and diff call the end of a chain and models the same.
fn agree(chain: &Chain, end: &Schema, models: &Schema) -> Result<(), TestCaseError> {
    let said = said(chain, models);
    let differences = diff(end, models, &no_hints());
    prop_assert_eq!(
        said.is_empty(),
        differences.is_empty(),
        "the compiler: {}\nthe diff: {:#?}",
        said.join("\n"),
        differences
    );
    Ok(())
}

/// The chain from one schema to another, folded in both ways.
fn both_folded(
    from: &Schema,
    upgrade: &[Operation],
    downgrade: Option<&[Operation]>,
) -> Result<(Box<Chain>, Schema), TestCaseError> {
    let mut end = from.clone();
    apply_all(&mut end, upgrade).unwrap();
    let folded = folded(migrations(from, upgrade, downgrade));
    let verdict = folded.verdict();
    prop_assume!(!uses_too_early(&folded));
    prop_assert_eq!(verdict.message(), "");
    Ok((folded, end))
}

/// Damages a list of operations: leaves one out, repeats one, or moves one.
fn damage(operations: &mut Vec<Operation>, how: u8, which: usize, where_to: usize) {
    if operations.is_empty() {
        return;
    }
    let (which, count) = (which % operations.len(), operations.len());
    match how {
        0 => drop(operations.remove(which)),
        1 => operations.insert(where_to % (count + 1), operations[which].clone()),
        2 => {
            let moved = operations.remove(which);
            operations.insert(where_to % count, moved);
        }
        3 => operations.truncate(which),
        _ => operations.swap(which, where_to % count),
    }
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
    #![proptest_config(random_cases(256))]

    #[test]
    fn the_compiler_and_the_diff_call_the_same_schemas_equal(
        from in any_schema(),
        to in any_schema(),
        other in any_schema(),
        opaque in any::<bool>(),
    ) {
        let (mut upgrade, mut downgrade) = there_and_back(&from, &to);
        if opaque {
            (upgrade, downgrade) = (declared(upgrade), declared(downgrade));
        }
        let (chain, end) = both_folded(&from, &upgrade, Some(&downgrade))?;
        agree(&chain, &end, &to)?;
        agree(&chain, &end, &other)?;
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
        let (upgrade, downgrade) = there_and_back(&from, &to);
        let (chain, end) = both_folded(&from, &upgrade, Some(&downgrade))?;
        for what in 0..NUDGES {
            let mut models = to.clone();
            nudge(models.table_mut(name).unwrap(), what);
            agree(&chain, &end, &models).map_err(|error| {
                TestCaseError::fail(format!("difference {what} of {name}: {error}"))
            })?;
        }
    }

    #[test]
    fn the_compiler_refuses_the_steps_that_apply_refuses(
        from in any_schema(),
        to in any_schema(),
        damages in prop::collection::vec((0u8..5, any::<usize>(), any::<usize>()), 1..3),
    ) {
        let (mut upgrade, _) = there_and_back(&from, &to);
        for (how, which, where_to) in damages {
            damage(&mut upgrade, how, which, where_to);
        }
        let applied = apply_all(&mut from.clone(), &upgrade);
        let folded = folded(migrations(&from, &upgrade, None));
        prop_assume!(!uses_too_early(&folded));
        let verdict = folded.verdict();
        prop_assert_eq!(
            verdict.is_broken(),
            applied.is_err(),
            "the compiler: {}\napply: {:?}\n{:#?}",
            verdict.message(),
            applied,
            upgrade
        );
    }

    #[test]
    fn the_compiler_proves_the_downgrades_that_lead_back(
        from in any_schema(),
        to in any_schema(),
        damages in prop::collection::vec((0u8..5, any::<usize>(), any::<usize>()), 0..3),
        opaque in any::<bool>(),
    ) {
        let (mut upgrade, mut downgrade) = there_and_back(&from, &to);
        for (how, which, where_to) in damages {
            damage(&mut downgrade, how, which, where_to);
        }
        if opaque {
            (upgrade, downgrade) = (declared(upgrade), declared(downgrade));
        }
        let mut back = from.clone();
        apply_all(&mut back, &upgrade).unwrap();
        let rest = apply_all(&mut back, &downgrade).map(|()| diff(&back, &from, &no_hints()));
        let migrations = migrations(&from, &upgrade, Some(&downgrade));
        let folded = folded(migrations);
        let verdict = folded.verdict();
        prop_assert_eq!(verdict.is_broken(), is_refused_by_the_tool(migrations), "{}", verdict.message());
        prop_assume!(!uses_too_early(&folded));
        prop_assert_eq!(
            verdict.is_broken(),
            !matches!(&rest, Ok(rest) if rest.is_empty()),
            "the compiler: {}\nthe diff: {:#?}\n{:#?}\n{:#?}",
            verdict.message(),
            rest,
            upgrade,
            downgrade
        );
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
        let (chain, end) = both_folded(&nameless(&from), &[], None)?;
        let models = if models_too { nameless(&to) } else { to };
        agree(&chain, &end, &models)?;
        agree(&chain, &end, &from)?;
    }

    #[test]
    fn the_compiler_and_the_diff_see_the_same_enum_values(schema in any_schema()) {
        let (chain, end) = both_folded(&schema, &[], None)?;
        for name in schema.enums.keys() {
            let mut models = schema.clone();
            let there = models.enums.get_mut(name).unwrap();
            there.values.reverse();
            agree(&chain, &end, &models)?;
            there_is_one_more(&mut models, name);
            agree(&chain, &end, &models)?;
        }
    }
}

fn there_is_one_more(schema: &mut Schema, name: &Name) {
    let there = schema.enums.get_mut(name).unwrap();
    there.values.push("more".to_owned());
}
