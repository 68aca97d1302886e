//! The law of the main road, on real SQLite databases with rows: whatever the models were and became,
//! a revision is applied or refused with an explanation and nothing changed; applied, the second diff
//! is empty, no row is lost that need not be, and the downgrade restores schema and rows.

mod database;
mod parts;
mod schemas;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use self::database::{Rows, rows};
use self::schemas::{Case, case};
use crate::journey::{Asked, Journey};
use migrate_runtime::autogenerate::Flags;

/// Runs a case; `true` if the revision was applied.
fn travels(case: &Case, rows: &Rows) -> bool {
    let mut journey = Journey::new(rows.foreign_keys);
    let first = journey.migrate(&case.from, &Asked::default());
    if let Err(refusal) = first {
        panic!("the first schema: {}", refusal.text());
    }
    rows.fill(&mut journey, &case.from);
    let mut asked = Asked {
        renamed: case.renames.clone(),
        flags: Flags {
            ignore_drift: true,
            ..Flags::default()
        },
    };
    let result = journey.travel(&case.to, &asked);
    match result {
        Ok(_) => true,
        Err(crate::journey::Refusal::Plan(
            migrate_runtime::autogenerate::PlanError::RequiredColumns(columns),
        )) => {
            // The way out that the message names.
            asked.flags.fills = columns.iter().map(|column| format!("{column}=1")).collect();
            journey.travel(&case.to, &asked).is_ok()
        }
        Err(_) => false,
    }
}

/// The same cases in every run, so that a change is judged by itself; `PROPTEST_RNG_SEED` and
/// `PROPTEST_CASES` look further.
pub(crate) fn known_cases(cases: u32, max_shrink_iters: u32) -> ProptestConfig {
    let said = super::random_cases(cases);
    ProptestConfig {
        rng_seed: match said.rng_seed {
            RngSeed::Random => RngSeed::Fixed(2026),
            RngSeed::Fixed(seed) => RngSeed::Fixed(seed),
        },
        max_shrink_iters,
        ..said
    }
}

proptest! {
    #![proptest_config(known_cases(96, 20_000))]

    #[test]
    fn rows_survive_the_way_there_and_back(case in case(), rows in rows()) {
        travels(&case, &rows);
    }
}

/// The law would hold if everything were refused.
#[test]
fn most_revisions_are_applied() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let applied = (0..60)
        .filter(|_| {
            let case = case().new_tree(&mut runner).unwrap().current();
            let rows = rows().new_tree(&mut runner).unwrap().current();
            travels(&case, &rows)
        })
        .count();
    assert!(applied >= 30, "{applied} of 60");
}
