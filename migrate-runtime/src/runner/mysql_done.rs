//! Whether MySQL or MariaDB refuses a statement because it was done already.
//!
//! Asked of the one statement that began before a run was killed, and of which nobody knows more. In go its
//! text and the error, out comes what the error says of it. An error that has other reasons as well, such as
//! a table that is not there, counts only where the statement itself takes away what is missed.

use crate::sql::mysql_words;

/// Whether the error says that what the statement makes is there, or that what it takes away is not.
pub(super) fn is_done(sql: &str, code: i64, message: &str) -> bool {
    let words = mysql_words(sql);
    let has = |word: &str| words.iter().any(|it| it == word);
    let renames = |what: fn(&str) -> bool| {
        let mut at = words
            .iter()
            .enumerate()
            .filter(|(_, word)| *word == "RENAME");
        // Behind it a table may have a name in quotation marks only.
        at.any(|(at, _)| what(words.get(at + 1).map_or("", String::as_str)))
    };
    match (words.first().map_or("", String::as_str), code) {
        // Database, table or view, routine, trigger, user, server, event.
        ("CREATE", 1007 | 1050 | 1304 | 1359 | 1396 | 1476 | 1537)
        // The same, index; sequence and view of MariaDB.
        | ("DROP", 1008 | 1051 | 1091 | 1305 | 1360 | 1396 | 1477 | 1539 | 4091 | 4092)
        // Table, user. That there is a table of the new name (1050) is said only while the old one is there.
        | ("RENAME", 1146 | 1396) => true,
        // An index. In a table that is made, two of one name.
        ("CREATE", 1061) => !has("TABLE"),
        // Column, index, primary key, constraint, check, partition.
        ("ALTER", 1060 | 1061 | 1068 | 1826 | 3822 | 1517) => has("ADD"),
        // A foreign key, to MariaDB.
        ("ALTER", 1005) => has("ADD") && message.contains("errno: 121"),
        ("ALTER", 1091) => has("DROP"),
        ("ALTER", 1054) => has("CHANGE") || renames(|what| what == "COLUMN"),
        ("ALTER", 1176) => renames(is_index),
        ("ALTER", 1146) => renames(|what| what != "COLUMN" && !is_index(what)),
        _ => false,
    }
}

fn is_index(what: &str) -> bool {
    matches!(what, "INDEX" | "KEY")
}

#[cfg(test)]
mod tests {
    use super::is_done;

    #[test]
    fn what_is_believed() {
        for (sql, code) in [
            ("create table t as select 1", 1050),
            ("-- why\nCREATE TABLE t (x int)", 1050),
            ("/* why */ # so\nCREATE VIEW v AS SELECT 1", 1050),
            ("/*!50001 CREATE VIEW v AS SELECT 1 */", 1050),
            ("CREATE UNIQUE INDEX i ON t (x)", 1061),
            (
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
                1359,
            ),
            ("CREATE USER u", 1396),
            ("DROP TABLE t", 1051),
            ("DROP VIEW v", 4092),
            ("DROP INDEX i ON t", 1091),
            ("RENAME TABLE a TO b", 1146),
            ("ALTER TABLE t ADD COLUMN x int", 1060),
            ("ALTER TABLE t ADD UNIQUE i (x)", 1061),
            (
                "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES u (x)",
                1826,
            ),
            ("ALTER TABLE t DROP COLUMN x", 1091),
            ("ALTER TABLE t RENAME COLUMN x TO y", 1054),
            ("ALTER TABLE t CHANGE x y int", 1054),
            ("ALTER TABLE t RENAME KEY x TO y", 1176),
            ("ALTER TABLE a RENAME TO b", 1146),
            ("ALTER TABLE `a` RENAME `b`", 1146),
        ] {
            assert!(is_done(sql, code, ""), "{sql}");
        }
        let key = "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES u (x)";
        assert!(is_done(
            key,
            1005,
            "Can't create table (errno: 121 \"Duplicate key\")"
        ));
        assert!(!is_done(
            key,
            1005,
            "Can't create table (errno: 150 \"incorrectly formed\")"
        ));
    }

    #[test]
    fn what_is_not() {
        for (sql, code) in [
            ("CREATE TABLE t AS SELECT * FROM missing", 1146),
            ("CREATE TABLE t AS SELECT missing FROM u", 1054),
            ("CREATE VIEW v AS SELECT missing FROM u", 1054),
            ("CREATE TABLE t (x int, x int)", 1060),
            ("CREATE TABLE t (x int, KEY i (x), KEY i (x))", 1061),
            ("CREATE INDEX i ON missing (x)", 1146),
            ("DROP INDEX i ON missing", 1146),
            ("RENAME TABLE a TO b", 1050),
            ("ALTER TABLE a RENAME TO b", 1050),
            ("ALTER TABLE t RENAME COLUMN x TO y", 1060),
            ("ALTER TABLE missing RENAME COLUMN x TO y", 1146),
            ("ALTER TABLE missing DROP COLUMN x", 1146),
            (
                "ALTER TABLE missing ADD COLUMN x int COMMENT 'RENAME it'",
                1146,
            ),
            ("ALTER TABLE t MODIFY missing int", 1054),
            ("ALTER TABLE t ADD CHECK (missing > 0)", 1054),
            ("ALTER USER missing IDENTIFIED BY 'x'", 1396),
            ("INSERT INTO missing VALUES (1)", 1146),
            ("TRUNCATE missing", 1146),
            ("", 1146),
        ] {
            assert!(!is_done(sql, code, ""), "{sql}");
        }
    }
}
