//! Sections 8 and 9 of the catalogue: revisions, commands, version table. The rows that the map alone decides are in
//! a table of their own, `migrate-runtime/src/graph/tests`. A test holds one of the others by its name, `v01_…`, or is
//! a line of a table with it.

use std::path::Path;

const BY_NAME: &str = "R25 R26 R27 R93 R97 R99 N10 N15 N16 N22 V01 V03 V04 V05 V06 V07 V08 V10 V12 V14 V15 V16 V18 V19 V20";

/// The same commands on databases, where the map has been asked already.
const OF_THE_TABLE: &str = "R01 R02 R03 R04 R08 R09 R10 R12 R13 R14 R15 R16 R17 R18 R21 R22 R24 R30 R31 R32 R38 R40 \
    R42 R43 R49 R50 R51 R52 R55 R57 N03";

/// What there is nothing of here, and why.
const NOT_OURS: &[(&str, &str)] = &[
    (
        "N25",
        "a command after writing gets the file that there is; what has to be several revisions is planned as several",
    ),
    ("V13", "every revision has a transaction of its own: V14"),
];

#[test]
fn every_row_has_its_test() {
    let mut tests = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("."), &mut tests);
    let is_held = |id: &&str| {
        let name = format!("{}_", id.to_lowercase());
        let mut lines = tests.lines().map(str::trim);
        lines.any(|line| match line.strip_prefix("fn ") {
            Some(function) => function
                .split('(')
                .next()
                .unwrap_or_default()
                .contains(&name),
            None => line.contains(&format!("\"{id}\",")),
        })
    };
    let ids = [BY_NAME, OF_THE_TABLE].join(" ");
    let absent: Vec<&str> = ids.split_whitespace().filter(|id| !is_held(id)).collect();
    assert!(absent.is_empty(), "absent: {}", absent.join(" "));
    for (id, why) in NOT_OURS {
        assert!(!is_held(id), "{id} has a test, although {why}");
    }
}

fn read(directory: &Path, tests: &mut String) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, tests);
        } else if path.extension().is_some_and(|it| it == "rs")
            && !path.ends_with("catalogue/graph.rs")
        {
            tests.push_str(&std::fs::read_to_string(path).unwrap());
            tests.push('\n');
        }
    }
}
