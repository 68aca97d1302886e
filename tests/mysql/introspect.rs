//! What is read of a database that has everything.

use super::server::Database;
use migrate_runtime::connection::{DatabaseError, Row, RunAccess, Session};
use migrate_runtime::dialect::Mysql;
use migrate_runtime::introspect::introspect;
use migrate_runtime::schema::Backend;
use migrate_runtime::source::models::{ModelsOptions, models_source};

const EVERYTHING: &str = include_str!("schemas/everything.sql");

#[test]
fn models_of_everything_that_there_is() {
    let Some(mut database) = Database::new() else {
        return;
    };
    database.batch(EVERYTHING).unwrap();
    let schema = introspect(&mut database).unwrap();
    let models = models_source(&schema, &Mysql, &ModelsOptions::default());
    let mut text = models.source;
    for item in &models.inexpressible {
        text += &format!("\n// {}: {}: {}", item.table, item.object, item.reason);
    }
    insta::assert_snapshot!(text);
}

/// Counts the queries.
struct Counting<'d>(&'d mut Database, usize);

impl Session for Counting<'_> {
    fn backend(&self) -> Backend {
        self.0.backend()
    }

    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.1 += 1;
        self.0.batch(sql)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Row>, DatabaseError> {
        self.1 += 1;
        self.0.query(sql)
    }

    fn in_transaction(&mut self) -> bool {
        self.0.in_transaction()
    }

    fn run_access(&mut self) -> RunAccess<'_> {
        self.0.run_access()
    }
}

#[test]
fn the_number_of_queries_does_not_depend_on_the_number_of_tables() {
    let Some(mut database) = Database::new() else {
        return;
    };
    let mut counting = Counting(&mut database, 0);
    introspect(&mut counting).unwrap();
    let none = counting.1;
    let tables: Vec<String> = (0..30)
        .map(|number| {
            format!("CREATE TABLE t{number} (id int PRIMARY KEY, a int CHECK (a > 0), KEY (a))")
        })
        .collect();
    database.batch(&tables.join(";")).unwrap();
    let mut counting = Counting(&mut database, 0);
    assert_eq!(introspect(&mut counting).unwrap().tables.len(), 30);
    assert_eq!(counting.1, none);
    assert!(none <= 9, "{none}");
}
