//! Whether a view or trigger can do without what is dropped: in goes the object, out comes the step that
//! asks SQLite, which resolves names better than any reading of words.

use crate::dialect::Dialect;
use crate::dialect::sqlite::ddl::{TokenKind, tokenize};
use crate::schema::{Attached, Name};
use crate::sql::Step;

use super::attached;

/// The step that ends the plan if the object does not compile without `what`.
pub(super) fn step(object: &Attached, what: &str, dialect: &dyn Dialect) -> Step {
    let user = attached::describe(object);
    Step::Compiles {
        query: query(object, dialect),
        problem: format!("{what} is dropped, which {user} uses"),
        hint: format!("drop the {user} before, with `sql(\"…\")`, and create it again behind"),
    }
}

/// A query for the statement that reads the view, or sets off the trigger.
fn query(object: &Attached, dialect: &dyn Dialect) -> String {
    let Some(table) = &object.table else {
        let select = format!("SELECT 1 FROM {}", dialect.quote(&object.name));
        return format!("SELECT {}", dialect.literal(&select));
    };
    let name = dialect.quote_table(table);
    match event(object).as_str() {
        "delete" => format!("SELECT {}", dialect.literal(&format!("DELETE FROM {name}"))),
        "insert" => {
            let insert = format!("INSERT INTO {name} DEFAULT VALUES");
            format!("SELECT {}", dialect.literal(&insert))
        }
        // Of all columns, so that it sets off `UPDATE OF` any.
        _ => format!(
            "SELECT {} || group_concat('\"' || replace(name, '\"', '\"\"') || '\" = NULL', ', ') \
             FROM pragma_table_xinfo({}) WHERE hidden = 0",
            dialect.literal(&format!("UPDATE {name} SET ")),
            dialect.literal(Name::as_str(&table.name))
        ),
    }
}

/// The word for what sets a trigger off.
fn event(trigger: &Attached) -> String {
    let sql = trigger.sql.as_deref().unwrap_or_default();
    let words = tokenize(sql).unwrap_or_default().into_iter();
    let mut words = words
        .filter(|token| token.kind == TokenKind::Word)
        .map(|token| token.text(sql).to_ascii_lowercase());
    let events = ["delete", "insert", "update"];
    (words.find(|word| events.contains(&word.as_str()))).unwrap_or_default()
}
