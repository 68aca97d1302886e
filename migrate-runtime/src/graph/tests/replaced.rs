//! Squashed revisions, with and without the files of what they replace.

use super::{graph, graph_at, outcome};
use crate::graph::{GraphError, resolve};

/// `s` replaces `a b c`, and `d` follows it.
const BOTH: &str = "a b<a c<b s!a,b,c d<s";
/// The same when the old files are gone.
const PRUNED: &str = "s!a,b,c d<s";

fn run(map: &str, at: &str, command: &str) -> String {
    match graph_at(map, at) {
        Ok(graph) => outcome(&graph, at, command),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_database_goes_on_where_it_is() {
    let cases: &[(&str, &str, &str)] = &[
        ("", "upgrade head", "+s +d → d"),
        ("s", "upgrade head", "+d → d"),
        ("c", "upgrade head", "+d → d"),
        ("c", "upgrade s", "→ s"),
        ("c", "downgrade base", "-s → "),
        ("d", "downgrade base", "-d -s → "),
        ("d", "downgrade -1", "-d → s"),
        ("d", "downgrade c", "-d → s"),
    ];
    for map in [BOTH, PRUNED] {
        for (at, command, expected) in cases {
            assert_eq!(
                run(map, at, command).trim(),
                expected.trim(),
                "{map}: {{{at}}} {command}"
            );
        }
    }
}

#[test]
fn one_that_stopped_in_the_middle_takes_the_old_way() {
    let cases = [
        ("a", "upgrade head", "+b +c +d → d"),
        ("b", "upgrade head", "+c +d → d"),
        ("b", "upgrade s", "+c → c"),
        ("b", "upgrade +1", "+c → c"),
        ("b", "downgrade -1", "-b → a"),
        ("b", "downgrade base", "-b -a →"),
    ];
    for (at, command, expected) in cases {
        assert_eq!(
            run(BOTH, at, command).trim(),
            expected,
            "{{{at}}} {command}"
        );
    }
    let pruned = run(PRUNED, "b", "upgrade head");
    assert_eq!(
        pruned,
        "the database is at b, in the middle of what s replaces, and the files from there to c are gone"
    );
    // The last file alone leads nowhere.
    assert!(run("c<b s!a,b,c", "a", "upgrade head").contains("in the middle of what s replaces"));
}

#[test]
fn what_was_replaced_is_not_on_the_map() {
    for map in [BOTH, PRUNED] {
        let graph = graph(map).unwrap();
        assert_eq!(graph.sorted(), ["s", "d"]);
        assert_eq!(graph.heads(), ["d"]);
        assert_eq!(graph.bases(), ["s"]);
        assert_eq!(graph.get("c").unwrap().id, "s");
        assert_eq!(resolve(&graph, &[], "c+1").unwrap().ids, ["d"]);
        let inside = resolve(&graph, &[], "b").unwrap_err();
        let (id, by) = ("b".to_owned(), "s".to_owned());
        assert_eq!(inside, GraphError::IsReplaced { id, by });
    }
}

#[test]
fn others_may_name_the_last_only() {
    for map in ["a b<a s!a,b d<b", "s!a,b d<b", "a b<a s!a,b x<s d<x>b"] {
        assert_eq!(graph(map).unwrap().heads(), ["d"], "{map}");
    }
    for (map, named) in [
        ("a b<a s!a,b d<a", "d names a"),
        ("s!a,b x d<x>a", "d names a"),
    ] {
        let error = graph(map).unwrap_err().to_string();
        assert!(
            error.contains(named) && error.contains("what s replaces"),
            "{error}"
        );
    }
}

#[test]
fn the_middle_of_a_chain_and_merges_in_it() {
    let middle = "a b<a c<b s<a!b,c d<s";
    assert_eq!(run(middle, "a", "upgrade head").trim(), "+s +d → d");
    assert_eq!(run(middle, "c", "downgrade -1").trim(), "-s → a");
    assert_eq!(run(middle, "b", "upgrade head").trim(), "+c +d → d");
    let diamond = "a b<a c<a m<b,c s!a,b,c,m d<s";
    assert_eq!(run(diamond, "b c", "upgrade head").trim(), "+m +d → d");
    assert_eq!(run(diamond, "c", "upgrade head").trim(), "+b +m +d → d");
    assert_eq!(run(diamond, "m", "upgrade head").trim(), "+d → d");
}

#[test]
fn what_was_squashed_is_squashed_again() {
    let files = "a b<a s!a,b c<s t!s,c d<t";
    for (map, at, expected) in [
        (files, "", "+t +d → d"),
        (files, "s", "+c +d → d"),
        (files, "b", "+c +d → d"),
        (files, "a", "+b +c +d → d"),
        (files, "c", "+d → d"),
        ("s!a,b c<s t!a,b,s,c d<t", "b", "+c +d → d"),
        ("t!a,b,s,c d<t", "c", "+d → d"),
    ] {
        assert_eq!(
            run(map, at, "upgrade head").trim(),
            expected,
            "{map}: {{{at}}}"
        );
    }
    let stopped = run("s!a,b c<s t!a,b,s,c d<t", "a", "upgrade head");
    assert!(
        stopped.contains("at a, in the middle of what s replaces"),
        "{stopped}"
    );
}

#[test]
fn maps_that_make_no_sense() {
    for map in ["a s<a!a", "s!s", "a b<a s<b!a,b", "s!t t!s"] {
        // Never a panic, and never a map with both.
        if let Ok(graph) = graph(map) {
            assert!(graph.len() <= 1, "{map}: {:?}", graph.sorted());
        }
    }
}
