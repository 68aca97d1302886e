//! What must hold for every chain and every range of it.

use super::{compiled, squash};
use crate::laws::schemas::{any_schema, every_rename, sorted};
use crate::laws::{constant, random_cases};
use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::migration::{Migration, OperationDef};
use migrate_runtime::operation::{Operation, apply_all};
use migrate_runtime::schema::{Schema, SqlText};
use proptest::prelude::*;

const IDS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// The steps from each schema to the next, by renames where it says so, with SQL behind those that it says.
fn chain(schemas: &[Schema], renames: [bool; 5], opaque: [bool; 5]) -> Vec<Migration> {
    let mut migrations = Vec::new();
    for (at, two) in schemas.windows(2).enumerate() {
        let (from, to) = (&two[0], &two[1]);
        let way = |from: &Schema, to: &Schema| {
            let mut hints = RenameHints::default();
            if renames[at] {
                hints = every_rename(from, to);
            }
            let mut steps = diff(from, to, &hints);
            let mut reached = from.clone();
            if apply_all(&mut reached, &steps).is_err() {
                steps = diff(from, to, &RenameHints::default());
            }
            steps
        };
        let said = |sign: &str| Operation::Sql {
            sql: SqlText {
                any: Some(format!("{sign}{}", IDS[at])),
                ..SqlText::default()
            },
            changes: Vec::new(),
        };
        let (mut up, mut down) = (way(from, to), way(to, from));
        if opaque[at] {
            up.push(said("+"));
            down.insert(0, said("-"));
        }
        migrations.push(
            Migration::new(IDS[at])
                .upgrade(constant::operations(&up))
                .downgrade(constant::operations(&down)),
        );
    }
    for at in 1..migrations.len() {
        migrations[at].revises = std::slice::from_ref(&IDS[at - 1]);
    }
    migrations
}

fn after(schema: &Schema, operations: &[OperationDef]) -> Schema {
    let mut schema = schema.clone();
    let operations: Vec<Operation> = operations.iter().map(OperationDef::lower).collect();
    apply_all(&mut schema, &operations).unwrap();
    schema
}

fn opaque_of(operations: &[OperationDef]) -> String {
    let all = operations.iter().map(OperationDef::lower);
    let texts = all.filter_map(|it| match it {
        Operation::Sql { sql, .. } => sql.any,
        _ => None,
    });
    texts.collect()
}

proptest! {
    #![proptest_config(random_cases(96))]

    #[test]
    fn both_ways_lead_to_the_same_schema(
        between in prop::collection::vec(any_schema(), 5),
        renames in any::<[bool; 5]>(),
        opaque in any::<[bool; 5]>(),
        first in 0_usize..4,
        length in 2_usize..6,
    ) {
        let mut schemas = vec![Schema::new()];
        schemas.extend(between);
        let migrations = chain(&schemas, renames, opaque);
        let mut folded = vec![Schema::new()];
        for migration in &migrations {
            folded.push(after(&folded[folded.len() - 1], migration.upgrade));
        }
        let last = (first + length - 1).min(4);
        let squashed = squash(&migrations, &format!("{}:{}", IDS[first], IDS[last]));
        let squashed = match squashed {
            Ok(squashed) => squashed,
            // Said before anything is written.
            Err(error) if error.to_string().contains("in one transaction") => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let range = &migrations[first..=last];
        let replaces: Vec<&str> = range.iter().map(|it| it.id).collect();
        let squashed = compiled(&squashed);
        prop_assert_eq!(squashed.replaces, &replaces[..]);

        let end = after(&folded[first], squashed.upgrade);
        prop_assert_eq!(sorted(&end), sorted(&folded[last + 1]));
        let back = after(&end, squashed.downgrade.unwrap());
        let way: Vec<Operation> = (range.iter().rev())
            .flat_map(|it| it.downgrade.unwrap())
            .map(OperationDef::lower)
            .collect();
        let mut start = folded[last + 1].clone();
        apply_all(&mut start, &way).unwrap();
        prop_assert_eq!(sorted(&back), sorted(&start));

        let texts = |down: bool| -> String {
            let of = |it: &Migration| opaque_of(if down { it.downgrade.unwrap() } else { it.upgrade });
            if down { range.iter().rev().map(of).collect() } else { range.iter().map(of).collect() }
        };
        prop_assert_eq!(opaque_of(squashed.upgrade), texts(false));
        prop_assert_eq!(opaque_of(squashed.downgrade.unwrap()), texts(true));
        // From nothing, with nothing that only its author understands, tables are made as they are.
        if first == 0 && !opaque[..=last].contains(&true) {
            let made = diff(&Schema::new(), &folded[last + 1], &RenameHints::default());
            prop_assert_eq!(squashed.upgrade.len(), constant::operations(&made).len());
        }
    }
}
