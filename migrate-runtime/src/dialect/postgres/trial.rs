//! A value, tried on an empty copy of its table. All of it is rolled back, inside a transaction or outside.

use super::{quote, quote_path, types};
use crate::dialect::{Dialect, Postgres, Trial};
use crate::schema::{Column, Name, TableName};

const SCRATCH: &str = "pg_temp.__migrate_scratch";

/// `None` where a new column has no type here.
pub(super) fn of_value(
    table: &TableName,
    new: &[&Column],
    column: &Name,
    value: &str,
) -> Option<Trial> {
    let mut copy = vec![format!(
        "CREATE TEMPORARY TABLE __migrate_scratch (LIKE {})",
        quote_path(table)
    )];
    for new in new {
        copy.push(format!(
            "ALTER TABLE {SCRATCH} ADD COLUMN {} {}",
            quote(new.name.as_str()),
            types::spell(&new.ty).ok()?
        ));
    }
    // A comment at the end of the value must not hide the bracket.
    let update = format!(
        "UPDATE {SCRATCH} AS {} SET {} = ({value}\n)",
        quote(table.name.as_str()),
        quote(column.as_str())
    );
    let execute = |sql: &String| format!("EXECUTE {};", Postgres.literal(sql));
    let copy: Vec<String> = copy.iter().map(execute).collect();
    let block = format!(
        "DECLARE problem text := ''; BEGIN BEGIN {} \
         BEGIN {} EXCEPTION WHEN OTHERS THEN problem := SQLERRM; END; \
         RAISE EXCEPTION USING ERRCODE = 'MGR01'; EXCEPTION WHEN OTHERS THEN NULL; END; \
         PERFORM pg_catalog.set_config('migrate.answers', problem, false); END",
        copy.join(" "),
        execute(&update),
    );
    Some(Trial {
        statement: format!("DO {}", Postgres.literal(&block)),
        answer: "SELECT current_setting('migrate.answers')".to_owned(),
    })
}
