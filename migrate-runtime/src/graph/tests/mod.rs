//! Rows of the catalogue, sections 8 and 9: those that the map alone decides. `tests/catalogue/graph.rs` says where the
//! others are.

mod laws;
mod replaced;
mod rows;

use super::*;
use rows::{
    BRANCHED, BROKEN, LINEAR, MERGED, NAMED, RANGES, RANGES_OF_BRANCHES, Reading, TARGETS, TWINS,
    WALKS,
};

/// Reads `a b<a c<a,b d<c>e` : `<` parents, `>` dependencies, `=` label, `!` what it replaces.
fn graph(text: &str) -> Result<Graph, GraphError> {
    graph_at(text, "")
}

/// The same for a database with these rows.
fn graph_at(text: &str, at: &str) -> Result<Graph, GraphError> {
    let revisions = text.split_whitespace().map(|word| {
        let split = |text: &str| -> Vec<String> {
            text.split(',')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (word, replaces) = word.split_once('!').unwrap_or((word, ""));
        let (word, label) = word.split_once('=').unwrap_or((word, ""));
        let (word, depends_on) = word.split_once('>').unwrap_or((word, ""));
        let (id, parents) = word.split_once('<').unwrap_or((word, ""));
        Revision {
            id: id.to_owned(),
            parents: split(parents),
            depends_on: split(depends_on),
            branch_labels: split(label),
            replaces: split(replaces),
        }
    });
    Graph::for_rows(revisions, at.split_whitespace())
}

fn rows(text: &str) -> Vec<String> {
    let mut rows: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    rows.sort();
    rows
}

/// `-e -d → c`, or the error's sentence.
fn outcome(graph: &Graph, at: &str, command: &str) -> String {
    let (word, target) = command.split_once(' ').unwrap();
    let at = rows(at);
    let plan = match word {
        "upgrade" => plan_upgrade(graph, &at, target),
        "downgrade" => plan_downgrade(graph, &at, target),
        "stamp" => {
            let targets: Vec<&str> = target.split(' ').collect();
            return match plan_stamp(graph, &at, &targets) {
                Ok(rows) => format!("→ {}", rows.join(" ")),
                Err(error) => error.to_string(),
            };
        }
        other => panic!("no such command: {other}"),
    };
    match plan {
        Ok(plan) => {
            let sign = |step: &Step| match step.direction {
                Direction::Upgrade => format!("+{} ", step.revision),
                Direction::Downgrade => format!("-{} ", step.revision),
            };
            let steps: String = plan.steps.iter().map(sign).collect();
            format!("{steps}→ {}", plan.to().join(" "))
        }
        Err(error) => error.to_string(),
    }
}

/// The rows of the catalogue that the map alone decides.
const IDS: &str = "R01 R02 R03 R04 R08 R09 R10 R12 R13 R14 R15 R16 R17 R18 R21 R22 R24 R29 R30 R31 R32 R38 R39 R40 R42 \
    R43 R48 R49 R50 R51 R52 R55 R57 R62 R65 R66 R69 R70 R72 R74 R75 R76 R77 R78 R80 R81 R82 R83 R84 R87 R88 R89 R93 \
    R95 N02 N03 N05 N06 N07 N08 N14 N18 V08";

/// Those that are no line of a table.
const OTHERS: &[(&str, fn())] = &[
    ("R55", r55_the_rows_after_undoing_a_merge),
    ("R66", r66_the_rows_between_twins),
    ("R70", r70_a_diamond_is_sorted),
    ("R72", r72_a_large_map_is_sorted),
    ("R84", r84_heads_that_others_depend_on),
    ("N18", n18_merges),
];

#[test]
fn every_row_is_there() {
    let walks = WALKS.iter().flat_map(|(_, walks)| *walks);
    let readings = [BROKEN, TARGETS, RANGES, RANGES_OF_BRANCHES].concat();
    let there: BTreeSet<&str> = (walks.map(|(id, ..)| *id))
        .chain(readings.iter().map(|(id, ..)| *id))
        .chain(OTHERS.iter().map(|(id, _)| *id))
        .filter(|id| !id.is_empty())
        .collect();
    assert_eq!(there, IDS.split_whitespace().collect());
}

#[test]
fn what_commands_run() {
    for (map, walks) in WALKS {
        let graph = graph(map).unwrap();
        for (id, at, command, expected) in *walks {
            let found = outcome(&graph, at, command);
            assert_eq!(found.trim(), *expected, "{id}: {{{at}}} {command}");
        }
    }
}

#[test]
fn broken_maps() {
    for (id, map, expected) in BROKEN {
        let error = graph(map).unwrap_err();
        assert_eq!(error.to_string(), *expected, "{id} {map}");
    }
}

/// Reads texts and compares what comes of each, ids or the error's sentence.
fn read(readings: &[Reading], read: impl Fn(&str) -> Result<Vec<String>, GraphError>) {
    for (id, text, expected) in readings {
        let found = match read(text) {
            Ok(ids) => ids.join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, *expected, "{id} {text}");
    }
}

#[test]
fn ids_and_branches() {
    let graph = graph(NAMED).unwrap();
    read(TARGETS, |target| Ok(resolve(&graph, &[], target)?.ids));
    read(RANGES_OF_BRANCHES, |text| range(&graph, &[], text));
}

#[test]
fn ranges() {
    let graph = graph(LINEAR).unwrap();
    read(RANGES, |text| range(&graph, &rows("b"), text));
}

#[test]
fn r55_the_rows_after_undoing_a_merge() {
    let graph = graph(MERGED).unwrap();
    let plan = plan_downgrade(&graph, &rows("f"), "b").unwrap();
    let merge = plan.steps.iter().find(|step| step.revision == "e").unwrap();
    assert_eq!((&merge.delete, &merge.insert), (&rows("e"), &rows("d1 d2")));
}

#[test]
fn r66_the_rows_between_twins() {
    let plan = plan_upgrade(&graph(TWINS).unwrap(), &rows("a"), "heads").unwrap();
    let after: Vec<String> = plan.steps.iter().map(|step| step.rows.join(" ")).collect();
    assert_eq!(
        after,
        ["b1", "b1 b2", "b1 b2 b3", "c1", "c1 c2", "c2 d1", "d1 d2"]
    );
}

#[test]
fn r70_a_diamond_is_sorted() {
    let diamond = graph("a b1<a c1<b1 b2<a d<c1,b2").unwrap();
    assert_eq!(diamond.sorted(), ["a", "b1", "b2", "c1", "d"]);
}

#[test]
fn r84_heads_that_others_depend_on() {
    let graph = graph("account=acc networking>acc").unwrap();
    assert_eq!(graph.heads(), ["account", "networking"]);
    assert_eq!(graph.effective_heads(), ["networking"]);
}

#[test]
fn n18_merges() {
    let graph = graph(BRANCHED).unwrap();
    let merge = |targets: &[&str], splice| match merge_parents(&graph, targets, splice) {
        Ok(ids) => ids.join(" "),
        Err(error) => error.to_string(),
    };
    assert_eq!(merge(&[], false), "d1 d2");
    assert_eq!(merge(&["heads"], false), "d1 d2");
    assert_eq!(merge(&["d2", "d1"], false), "d1 d2");
    assert_eq!(merge(&["d1", "d1"], false), "duplicate head revision d1");
    assert_eq!(
        merge(&["d1", "c2"], false),
        "revision c2 is not a head revision"
    );
    assert_eq!(merge(&["d1", "c2"], true), "c2 d1");
    assert_eq!(
        merge(&["d1", "c1"], true),
        "revision d1 comes after c1 already: there is nothing to join"
    );
    assert_eq!(
        merge(&["d1"], false),
        "nothing to merge: there is one head only"
    );
}

/// What a new revision follows, and of which heads the compiler takes one only.
#[test]
fn where_a_new_revision_goes() {
    let graph = graph(BRANCHED).unwrap();
    let follows = |target, splice| match new_parents(&graph, target, splice) {
        Ok(ids) => ids.join(" "),
        Err(error) => error.to_string(),
    };
    assert_eq!(follows("c1branch@head", false), "d1");
    assert_eq!(follows("base", false), "");
    assert_eq!(follows("heads", false), "d1 d2");
    assert_eq!(follows("b", false), "revision b is not a head revision");
    assert_eq!(follows("b", true), "b");
    let unlabelled = |map| self::graph(map).unwrap().unlabelled_heads().join(" ");
    assert_eq!(unlabelled(BRANCHED), "");
    assert_eq!(unlabelled("a b<a c<a=x"), "b");
    assert_eq!(unlabelled("a b<a c<a d<c=x e"), "b e");
}

#[test]
fn r72_a_large_map_is_sorted() {
    let id = |n: usize| format!("{n:04}");
    let revisions = (0..3000_usize).rev().map(|n| {
        let parents = [n.checked_sub(1), n.checked_sub(7)];
        Revision::new(id(n), parents.into_iter().flatten().map(id))
    });
    let graph = Graph::new(revisions).unwrap();
    assert_eq!(graph.sorted(), (0..3000).map(id).collect::<Vec<_>>());
    assert_eq!(plan_upgrade(&graph, &[], "head").unwrap().steps.len(), 3000);
}
