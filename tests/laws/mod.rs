//! Laws: what must hold for every schema, on random small ones.

mod compiler;
pub(crate) mod constant;
pub(crate) mod live;
pub(crate) mod schemas;

use migrate_runtime::diff::{RenameHints, diff};
use migrate_runtime::operation::{Operation, apply, apply_all, inverse, inverse_all};
use migrate_runtime::schema::Schema;
use proptest::prelude::*;

use self::schemas::{any_schema, every_rename, shuffled, sorted, with_distinct_indexes};

fn no_hints() -> RenameHints {
    RenameHints::default()
}

/// Applies the operations one after another; a step that does not fit fails the law.
fn applied(from: &Schema, operations: &[Operation]) -> Schema {
    let mut schema = from.clone();
    for (at, operation) in operations.iter().enumerate() {
        if let Err(error) = apply(&mut schema, operation) {
            panic!("step {at} does not fit: {error}\n{operations:#?}\nfrom {from:#?}");
        }
    }
    schema
}

/// Other cases in every run; `PROPTEST_RNG_SEED` repeats one, `PROPTEST_CASES` asks for more.
pub(crate) fn random_cases(cases: u32) -> ProptestConfig {
    let said = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() {
            said.cases
        } else {
            cases
        },
        failure_persistence: None,
        ..said
    }
}

proptest! {
    #![proptest_config(random_cases(256))]

    #[test]
    fn a_schema_does_not_differ_from_itself(schema in any_schema()) {
        prop_assert_eq!(diff(&schema, &schema, &no_hints()), vec![]);
        prop_assert_eq!(diff(&schema, &shuffled(&schema), &no_hints()), vec![]);
    }

    #[test]
    fn the_operations_run_in_order_and_lead_to_the_other_schema(
        from in any_schema(),
        to in any_schema(),
    ) {
        let operations = diff(&from, &to, &no_hints());
        let end = applied(&from, &operations);
        prop_assert_eq!(sorted(&end), sorted(&to));
        prop_assert_eq!(diff(&end, &to, &no_hints()), vec![]);
    }

    #[test]
    fn order_of_insertion_does_not_matter(from in any_schema(), to in any_schema()) {
        let one = diff(&from, &to, &no_hints());
        let other = diff(&shuffled(&from), &to, &no_hints());
        prop_assert_eq!(one, other);
    }

    #[test]
    fn an_operation_and_its_inverse_cancel_out(from in any_schema(), to in any_schema()) {
        let mut schema = from.clone();
        for operation in diff(&from, &to, &no_hints()) {
            let before = schema.clone();
            let undo = inverse(&operation, &before).unwrap();
            apply(&mut schema, &operation).unwrap();
            let mut back = schema.clone();
            apply_all(&mut back, &undo).unwrap();
            prop_assert_eq!(sorted(&back), sorted(&before));
        }
    }

    #[test]
    fn the_downgrade_restores_what_the_upgrade_started_from(
        from in any_schema(),
        to in any_schema(),
    ) {
        let upgrade = diff(&from, &to, &no_hints());
        let downgrade = inverse_all(&upgrade, &from).unwrap();
        let back = applied(&applied(&from, &upgrade), &downgrade);
        prop_assert_eq!(sorted(&back), sorted(&from));
    }

    #[test]
    fn renamed_columns_arrive_under_their_new_names(from in any_schema(), to in any_schema()) {
        let hints = every_rename(&from, &to);
        let operations = diff(&from, &to, &hints);
        let end = applied(&from, &operations);
        prop_assert_eq!(sorted(&end), sorted(&to));
        let downgrade = inverse_all(&operations, &from).unwrap();
        prop_assert_eq!(sorted(&applied(&end, &downgrade)), sorted(&from));
    }

    /// On most databases an index name is one of the whole schema, and so is that of a constraint made of one.
    #[test]
    fn an_index_name_is_free_when_it_is_taken(from in any_schema(), to in any_schema(), renames: bool) {
        let (from, to) = (with_distinct_indexes(from), with_distinct_indexes(to));
        let hints = if renames { every_rename(&from, &to) } else { no_hints() };
        let upgrade = diff(&from, &to, &hints);
        let downgrade = inverse_all(&upgrade, &from).unwrap();
        let mut schema = from;
        for operation in upgrade.iter().chain(&downgrade) {
            apply(&mut schema, operation).unwrap();
            prop_assert_eq!(&with_distinct_indexes(schema.clone()), &schema);
            let mut names: Vec<_> = (schema.tables.values())
                .flat_map(|table| table.uniques.iter().map(|unique| &unique.name))
                .collect();
            names.sort();
            prop_assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{:?}", names);
        }
    }
}
