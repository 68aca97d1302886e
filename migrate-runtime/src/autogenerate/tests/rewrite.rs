//! What an application makes of the operations.

use super::{planned, schema, users};
use crate::autogenerate::{Flags, Rewrite};
use crate::operation::Operation;
use crate::schema::{Column, Index, SqlText, SqlType};

fn flags(rewrite: fn(Operation) -> Vec<Operation>) -> Flags {
    Flags {
        rewrite: Some(Rewrite(rewrite)),
        ..Flags::default()
    }
}

/// Others may write meanwhile, and somebody is told.
fn careful(mut operation: Operation) -> Vec<Operation> {
    if let Operation::CreateIndex { if_not_exists, .. } = &mut operation {
        *if_not_exists = true;
        let sql = SqlText::new("SELECT 1");
        let changes = Vec::new();
        return vec![Operation::Sql { sql, changes }, operation];
    }
    vec![operation]
}

#[test]
fn modifiers_and_steps_are_added_and_what_leads_elsewhere_is_refused() {
    let chain = schema([users()]);
    let mut with_index = users();
    with_index.indexes.push(Index::new("users_id_idx", ["id"]));
    let models = schema([with_index]);
    let plan = planned(&chain, &models, None, &flags(careful)).unwrap();
    let words: Vec<&str> = plan.upgrade.iter().map(Operation::word).collect();
    assert_eq!(words, ["sql", "create_index"]);
    assert!(plan.upgrade[1].adopts());

    let refused = planned(&chain, &models, None, &flags(|_| Vec::new())).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("the rewritten operations do not lead to what the models say: "),
        "{refused}"
    );
    let twice = |operation: Operation| vec![operation.clone(), operation];
    let models = schema([users().with_column(Column::new("age", SqlType::Integer))]);
    let refused = planned(&chain, &models, None, &flags(twice)).unwrap_err();
    assert!(refused.to_string().contains("age"), "{refused}");
}
