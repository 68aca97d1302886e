//! What an application does around each revision.

use super::chains::{chain, column, traced};
use crate::databases::each;
use migrate_runtime::migration::*;
use migrate_runtime::model::SchemaDef;
use migrate_runtime::runner::{AppliedStep, Direction, Event, Hooks, Migrator, RunError};

static CHAIN: SchemaDef = chain(&[traced!("a",), traced!("b", "a")]);

/// Writes down what it saw, and refuses after one of them.
struct Audit {
    refuses: &'static str,
}

impl Audit {
    fn write(when: &str, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        let way = match step.direction {
            Direction::Upgrade => "up",
            Direction::Downgrade => "down",
        };
        let sql = format!(
            "INSERT INTO audit (what) VALUES ('{when} {way} {}')",
            step.revision
        );
        Ok(connection.execute(&sql)?)
    }
}

impl Hooks for Audit {
    fn before(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        Self::write("before", step, connection)
    }

    fn after(&mut self, step: &AppliedStep, connection: &mut RunConnection<'_>) -> RunResult {
        Self::write("after", step, connection)?;
        if step.revision == self.refuses {
            return Err("not on a Friday".into());
        }
        Ok(())
    }
}

#[test]
fn hooks_act_in_the_transaction_of_the_revision() {
    each(|database| {
        database
            .session()
            .batch("CREATE TABLE audit (what VARCHAR(40))")
            .unwrap();
        let is_transactional = database.session().backend() != Backend::Mysql;
        let mut migrator = Migrator::new(&CHAIN).hooks(Audit { refuses: "b" });
        let refused = migrator
            .upgrade(&mut *database.session(), "head")
            .unwrap_err();
        assert!(matches!(&refused, RunError::Hook { .. }), "{refused}");
        assert_eq!(
            refused.to_string(),
            "the hook after revision b failed: not on a Friday"
        );
        let a = ["before up a", "after up a"];
        let b = ["before up b", "after up b"];
        let all = |parts: &[&[&str]]| parts.concat().join(", ");
        let audit = |database: &mut dyn crate::databases::Database| {
            column(database, "SELECT what FROM audit").join(", ")
        };
        let trace = column(database, "SELECT step FROM trace ORDER BY at").join(" ");
        if is_transactional {
            assert_eq!((audit(database), &*trace), (all(&[&a]), "+a"));
        } else {
            assert_eq!((audit(database), &*trace), (all(&[&a, &b]), "+a +b"));
        }
        let current = Migrator::new(&CHAIN)
            .current(&mut *database.session())
            .unwrap();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0].id, "a");

        // Once it agrees, the rest of the revision is done, and nothing of it twice.
        let mut migrator = Migrator::new(&CHAIN)
            .hooks(Audit { refuses: "" })
            .progress(|_: &Event<'_>| {});
        migrator.upgrade(&mut *database.session(), "head").unwrap();
        let trace = column(database, "SELECT step FROM trace ORDER BY at").join(" ");
        assert_eq!(trace, "+a +b");
        migrator.downgrade(&mut *database.session(), "a").unwrap();
        let down = "before down b, after down b";
        assert!(audit(database).ends_with(down), "{}", audit(database));
    });
}
