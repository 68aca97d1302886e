//! Rows of the catalogue, section 8 and 9.

mod laws;

use super::*;

/// Reads `a b<a c<a,b d<c>e` : `<` parents, `>` dependencies, `=` label.
fn graph(text: &str) -> Result<Graph, GraphError> {
    Graph::new(text.split_whitespace().map(|word| {
        let split = |text: &str| -> Vec<String> {
            text.split(',')
                .filter(|id| !id.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (word, label) = word.split_once('=').unwrap_or((word, ""));
        let (word, depends_on) = word.split_once('>').unwrap_or((word, ""));
        let (id, parents) = word.split_once('<').unwrap_or((word, ""));
        Revision {
            id: id.to_owned(),
            parents: split(parents),
            depends_on: split(depends_on),
            branch_labels: split(label),
        }
    }))
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

fn check(map: &str, cases: &[(&str, &str, &str, &str)]) {
    let graph = graph(map).unwrap();
    for (id, at, command, expected) in cases {
        assert_eq!(
            outcome(&graph, at, command).trim(),
            *expected,
            "{id}: {{{at}}} {command}"
        );
    }
}

const LINEAR: &str = "a b<a c<b d<c e<d";
const BRANCHED: &str = "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2";
const MERGED: &str = "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2 e<d1,d2 f<e";

#[test]
fn linear() {
    check(
        LINEAR,
        &[
            ("R01", "", "upgrade c", "+a +b +c → c"),
            ("R02", "c", "upgrade e", "+d +e → e"),
            ("R03", "a", "upgrade +1", "+b → b"),
            ("R03", "a", "upgrade +2", "+b +c → c"),
            ("R04", "b", "upgrade +3", "+c +d +e → e"),
            (
                "R08",
                "b",
                "upgrade +5",
                "relative revision +5 didn't produce 5 migrations, only 3",
            ),
            ("R09", "e", "downgrade c", "-e -d → c"),
            ("R10", "c", "downgrade base", "-c -b -a →"),
            ("R12", "e", "downgrade -3", "-e -d -c → b"),
            ("R13", "d", "downgrade a+2", "-d → c"),
            ("R14", "d", "downgrade c-2", "-d -c -b → a"),
            (
                "R15",
                "b",
                "downgrade -5",
                "relative revision -5 didn't produce 5 migrations, only 2",
            ),
            (
                "",
                "",
                "downgrade -1",
                "the database is at base: nothing to undo",
            ),
            (
                "R15",
                "b",
                "downgrade +2",
                "'+2' is not a direction for downgrade",
            ),
            ("R16", "", "downgrade base", "→"),
            ("R17", "a", "downgrade a", "→ a"),
            ("R17", "e", "downgrade e", "→ e"),
            (
                "R18",
                "",
                "downgrade b",
                "destination b is not a valid downgrade target from current head(s) (none: nothing is applied)",
            ),
            ("R21", "e", "upgrade head", "→ e"),
            ("R22", "c", "upgrade a", "→ c"),
            ("R24", "", "upgrade a:c", "range a:c is not allowed here"),
            ("", "b", "upgrade -1", "'-1' is not a direction for upgrade"),
            ("", "", "upgrade heads", "+a +b +c +d +e → e"),
            ("", "", "upgrade base+2", "+a +b → b"),
            ("", "c", "downgrade -3", "-c -b -a →"),
            (
                "",
                "zz",
                "upgrade head",
                "Can't locate revision identified by 'zz', which the database names as applied",
            ),
            (
                "V08",
                "a c",
                "upgrade head",
                "revision a overlaps with revision c, which comes after it",
            ),
            (
                "V08",
                "",
                "stamp a b",
                "revision a overlaps with revision b, which comes after it",
            ),
            ("", "c", "stamp e", "→ e"),
            ("", "c", "stamp base", "→"),
        ],
    );
}

#[test]
fn branched() {
    check(
        BRANCHED,
        &[
            ("R30", "b", "upgrade d1", "+c1 +d1 → d1"),
            ("R31", "a", "upgrade heads", "+b +c1 +c2 +d1 +d2 → d1 d2"),
            (
                "R32",
                "a",
                "upgrade head",
                "Multiple head revisions are present for given argument 'head': d1, d2",
            ),
            ("R38", "d1 d2", "downgrade a", "-d2 -d1 -c2 -c1 -b → a"),
            ("R39", "d1 d2", "downgrade base+2", "-d2 -d1 -c2 -c1 → b"),
            ("R40", "d1 d2", "downgrade c2branch@base+2", "-d2 -c2 → d1"),
            (
                "R42",
                "d1 d2",
                "downgrade -1",
                "'-1' is ambiguous: the database is at d1, d2",
            ),
            ("R43", "d1 d2", "downgrade c1branch@-1", "-d1 → c1 d2"),
            ("R48", "d1 d2", "downgrade c1branch@head-1", "-d1 → c1 d2"),
            ("R49", "d1 c2", "downgrade c2", "→ c2 d1"),
            ("R49", "d1 c2", "downgrade d1", "→ c2 d1"),
            ("R50", "d1 c2", "stamp b", "→ b"),
            ("R51", "d1 c2", "stamp c1branch@base", "→ c2"),
            ("R52", "d1 c2", "stamp c2branch@head", "→ d1 d2"),
            ("", "b", "upgrade c2branch@+1", "+c2 → c2"),
            ("", "", "upgrade c2branch@+1", "+a → a"),
            ("", "d1", "upgrade c2branch@+2", "+c2 +d2 → d1 d2"),
            (
                "",
                "b",
                "upgrade +1",
                "ambiguous walk: '+1' could go on from b to any of c1, c2",
            ),
            (
                "",
                "d1 c2",
                "upgrade +1",
                "'+1' is ambiguous: the database is at c2, d1",
            ),
            (
                "N06",
                "",
                "upgrade c1branch@d2",
                "revision d2 is not a member of branch 'c1branch'",
            ),
            ("N07", "", "upgrade x@d2", "no such branch: 'x'"),
            ("", "", "stamp d1 d2", "→ d1 d2"),
        ],
    );
}

#[test]
fn merged() {
    check(
        MERGED,
        &[
            ("R55", "f", "downgrade b", "-f -e -d2 -d1 -c2 -c1 → b"),
            ("R57", "e", "stamp c2", "→ c2"),
            ("R57", "e", "stamp a", "→ a"),
            ("", "d1", "upgrade head", "+c2 +d2 +e +f → f"),
            ("", "e", "downgrade -1", "-e → d1 d2"),
            ("", "f", "downgrade d1", "-f -e → d1 d2"),
            ("", "f", "downgrade -2", "-f -e → d1 d2"),
            ("", "d1 d2", "downgrade d1@-1", "-d1 → c1 d2"),
            (
                "",
                "f",
                "downgrade -9",
                "'-9' is ambiguous: from f, -2 leads to before a merge, where d1 and d2 are both the last; nothing was undone",
            ),
        ],
    );
}

#[test]
fn r55_the_rows_after_undoing_a_merge() {
    let graph = graph(MERGED).unwrap();
    let plan = plan_downgrade(&graph, &rows("f"), "b").unwrap();
    let merge = plan.steps.iter().find(|step| step.revision == "e").unwrap();
    assert_eq!((&merge.delete, &merge.insert), (&rows("e"), &rows("d1 d2")));
}

#[test]
fn odd_shapes() {
    check(
        "a1 b1<a1 c1<b1 a2 b2<a2 c2<b2 d1<c1,c2 d2<c2 d3<c2",
        &[
            ("R62", "d2 b1", "upgrade d1", "+c1 +d1 → d1 d2"),
            ("R65", "d3 d1", "upgrade d2", "+d2 → d1 d2 d3"),
            (
                "",
                "",
                "upgrade +1",
                "ambiguous walk: '+1' could go on from base to any of a1, a2",
            ),
        ],
    );
    let twins = "a b1<a b2<a b3<a c1<b1,b2,b3 c2<b1,b2,b3 d1<c1 d2<c2";
    check(
        twins,
        &[
            (
                "R66",
                "a",
                "upgrade heads",
                "+b1 +b2 +b3 +c1 +c2 +d1 +d2 → d1 d2",
            ),
            ("R69", "", "stamp heads", "→ d1 d2"),
            ("R69", "d1 d2", "stamp heads", "→ d1 d2"),
        ],
    );
    let plan = plan_upgrade(&graph(twins).unwrap(), &rows("a"), "heads").unwrap();
    let after: Vec<String> = plan.steps.iter().map(|step| step.rows.join(" ")).collect();
    assert_eq!(
        after,
        ["b1", "b1 b2", "b1 b2 b3", "c1", "c1 c2", "c2 d1", "d1 d2"]
    );
    let diamond = graph("a b1<a c1<b1 b2<a d<c1,b2").unwrap();
    assert_eq!(diamond.sorted(), ["a", "b1", "b2", "c1", "d"], "R70");
}

#[test]
fn dependencies() {
    check(
        "a1 a2<a1 a3<a2 b1 b2<b1 c1 c2<c1 c3<c2 amerge<a3 bmerge<b1,b2 cmerge<c3 d1>a3,b2,c1",
        &[(
            "R77",
            "amerge d1 b1 cmerge",
            "downgrade d1@base",
            "-d1 → amerge b2 cmerge",
        )],
    );
    check(
        "a1 a2 a3 b1 b2 c1 c2 c3 amerge<a1,a2,a3 bmerge<b1,b2 cmerge<c1,c2,c3 d1>a3,b2,c1",
        &[
            (
                "R76",
                "amerge bmerge cmerge d1",
                "downgrade b2",
                "-bmerge → amerge b1 cmerge d1",
            ),
            (
                "R77",
                "amerge d1 b1 cmerge",
                "downgrade d1@base",
                "-d1 → amerge b1 b2 cmerge",
            ),
        ],
    );
    check(
        "a1 a2<a1 a3<a2>b1 b1 b2<b1>a2 b3<b2",
        &[("R78", "a3 b2", "downgrade b1", "-b2 → a3")],
    );
    check(
        "a1 a2<a1 a3<a2 b1 b2<b1>a3 b3<b2 b4<b3>a3",
        &[
            ("R80", "b4", "downgrade b3", "-b4 → b3"),
            ("", "b4", "downgrade -1", "-b4 → b3"),
            ("", "", "upgrade b2", "+a1 +a2 +a3 +b1 +b2 → b2"),
        ],
    );
    check(
        "a1 b1>a1 bmerge<a1,b1",
        &[
            ("R81", "a1", "upgrade b1", "+b1 → b1"),
            ("R81", "b1", "upgrade bmerge", "+bmerge → bmerge"),
            ("R81", "bmerge", "downgrade a1", "-bmerge → b1"),
            ("R81", "bmerge", "downgrade b1", "-bmerge → b1"),
        ],
    );
    check(
        "a b<a c1<b=c1branch d1<c1 c2<b=c2branch d2<c2>c1",
        &[
            ("R82", "d1 d2", "downgrade c2branch@b", "-d2 -c2 → d1"),
            ("R83", "d1 d2", "downgrade c1branch@b", "-d2 -d1 -c1 → c2"),
        ],
    );
    let graph = graph("account=acc networking>acc").unwrap();
    assert_eq!(graph.heads(), ["account", "networking"], "R84");
    assert_eq!(graph.effective_heads(), ["networking"], "R84");
}

#[test]
fn broken_maps() {
    let cases = [
        ("R88", "a<a", "self-loop is detected in revisions (a)"),
        (
            "R88",
            "a b<a,b c<b",
            "self-loop is detected in revisions (b)",
        ),
        (
            "R89",
            "a>a",
            "dependency self-loop is detected in revisions (a)",
        ),
        (
            "",
            "a<c b<a c<b d<c",
            "cycle is detected in revisions (a, b, c)",
        ),
        ("", "a b<a>c c<b", "cycle is detected in revisions (b, c)"),
        (
            "",
            "a b<x",
            "revision x, which revision b revises, is not present",
        ),
        (
            "N14",
            "a b<a>x",
            "revision x, which revision b depends on, is not present",
        ),
        ("R93", "a a", "revision a is present more than once"),
        (
            "R95",
            "a=l b=l",
            "branch name 'l' in revision b is already used by revision a",
        ),
        (
            "",
            "a b<a=a",
            "branch name 'a' in revision b is already used by revision a",
        ),
    ];
    for (id, map, expected) in cases {
        assert_eq!(graph(map).unwrap_err().to_string(), expected, "{id} {map}");
    }
}

#[test]
fn ids_and_branches() {
    let map = "2020_a 2020_b<2020_a 2021_c<2020_b=abranch 2022_d<2020_b 2023_e<2022_d=ebranch";
    let graph = graph(map).unwrap();
    let cases = [
        ("N03", "2021", "2021_c"),
        (
            "N03",
            "2020",
            "Multiple revisions start with '2020': 2020_a, 2020_b",
        ),
        ("N02", "qpr", "Can't locate revision identified by 'qpr'"),
        (
            "N02",
            "ebranch@sos",
            "Can't locate revision identified by 'sos'",
        ),
        ("N05", "abranch@head", "2021_c"),
        ("N05", "abranch@heads", "2021_c"),
        ("N05", "abranch@base", ""),
        ("N05", "ebranch@2022_d", "2022_d"),
        ("N05", "ebranch@ebranch", "2023_e"),
        ("N05", "2023_e@2022", "2022_d"),
        (
            "N06",
            "ebranch@2021",
            "revision 2021_c is not a member of branch 'ebranch'",
        ),
        ("N07", "x@2022_d", "no such branch: 'x'"),
        (
            "",
            "-1",
            "Multiple head revisions are present for given argument '-1': 2021_c, 2023_e",
        ),
        ("", "ebranch@head-1", "2022_d"),
        (
            "",
            "2023_e-9",
            "relative revision 2023_e-9 didn't produce 9 migrations, only 4",
        ),
        ("", "", "'' makes no sense as a target: it is empty"),
        (
            "",
            "a@b@c",
            "'a@b@c' makes no sense as a target: more than one '@'",
        ),
        (
            "",
            "head+",
            "'head+' makes no sense as a target: a number must follow '+' or '-'",
        ),
        (
            "",
            "+0",
            "'+0' makes no sense as a target: a number must follow '+' or '-'",
        ),
    ];
    for (id, target, expected) in cases {
        let found = match resolve(&graph, &[], target) {
            Ok(resolved) => resolved.ids.join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{id} {target}");
    }
}

#[test]
fn r29_ranges() {
    let graph = graph(LINEAR).unwrap();
    let cases = [
        ("b:d", "b c d"),
        (":c", "a b c"),
        ("b:", "b c d e"),
        ("current:", "b c d e"),
        ("b:+2", "b c d"),
        ("-1:current", "a b"),
        ("-9:", "a b c d e"),
        (
            "-9:current",
            "relative revision current-9 didn't produce 9 migrations, only 2",
        ),
        ("d:b", "d is not an ancestor of b"),
        (
            "b",
            "'b' makes no sense as a target: history range requires [start]:[end], [start]:, or :[end]",
        ),
    ];
    for (text, expected) in cases {
        let found = match range(&graph, &rows("b"), text) {
            Ok(ids) => ids.join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn n18_merges() {
    let graph = graph(BRANCHED).unwrap();
    let merge = |targets: &[&str]| match merge_parents(&graph, targets, false) {
        Ok(ids) => ids.join(" "),
        Err(error) => error.to_string(),
    };
    assert_eq!(merge(&[]), "d1 d2");
    assert_eq!(merge(&["heads"]), "d1 d2");
    assert_eq!(merge(&["d2", "d1"]), "d1 d2");
    assert_eq!(merge(&["d1", "d1"]), "duplicate head revision d1");
    assert_eq!(merge(&["d1", "c2"]), "revision c2 is not a head revision");
    assert_eq!(merge(&["d1"]), "nothing to merge: there is one head only");
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
