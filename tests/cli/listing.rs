//! The commands that list revisions, on files alone: no build, no database.

use super::project::{Project, manifest};

/// A library that `init` has set up; what it holds is no Rust.
fn project(revisions: &[(&str, &str, &str)]) -> Project {
    let project = Project::new(&[("Cargo.toml", &manifest("listing")), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    project.write("src/lib.rs", "this is no Rust");
    for (id, message, calls) in revisions {
        let text = format!(
            "//! {message}\n//!\n//! Two lines that say\n//! why.\n//!\n//! Revision: {id}\n//! Created:  2026-01-25 12:00:00 UTC\n\n\
             use migrate_runtime::migration::*;\n\n\
             pub const MIGRATION: Migration = Migration::new(\"{id}\"){calls};\n"
        );
        project.write(&format!("migrations/{id}.rs"), &text);
    }
    project
}

/// `a`, then `b` and `c` (labelled) side by side, `m` joins them, `z` follows.
fn diamond() -> Project {
    project(&[
        ("a1", "first", ""),
        ("b1", "one side", ".revises(&[\"a1\"])"),
        (
            "c1",
            "the other",
            ".revises(&[\"a1\"]).branch_labels(&[\"billing\"])",
        ),
        ("m1", "join them", ".revises(&[\"b1\", \"c1\"])"),
        ("z1", "last", ".revises(&[\"m1\"]).depends_on(&[\"b1\"])"),
    ])
}

/// What is listed, or the error.
fn listed(project: &Project, arguments: &[&str]) -> String {
    let ran = project.migrate(arguments);
    if ran.code() == 0 {
        ran.stdout()
    } else {
        ran.stderr()
    }
}

#[test]
fn branches_part_and_join() {
    let project = diamond();
    insta::assert_snapshot!(listed(&project, &["history"]), @r"
    m1 -> z1 (head), last
    b1, c1 -> m1 (mergepoint), join them
    a1 -> c1 (billing), the other
    a1 -> b1, one side
    <base> -> a1 (branchpoint), first
    ");
    insta::assert_snapshot!(listed(&project, &["branches"]), @r"
    a1 (branchpoint), first
       -> b1, one side
       -> c1 (billing), the other
    ");
    insta::assert_snapshot!(listed(&project, &["heads", "-v"]), @r"
    z1 (head), last
        file     migrations/z1.rs
        revises  m1
        depends  b1
        created  2026-01-25 12:00:00 UTC

        Two lines that say
        why.
    ");
    let json = listed(&project, &["branches", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["id"], "a1");
    assert_eq!(json[0]["children"], serde_json::json!(["b1", "c1"]));
}

#[test]
fn a_straight_line_has_no_branches() {
    let project = project(&[("a1", "first", "")]);
    insta::assert_snapshot!(project.migrate(&["branches"]).transcript(), @r"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
    no revision is revised by several others
    ");
}

#[test]
fn a_range_is_a_part_of_the_history() {
    let project = diamond();
    let ids = |arguments: &[&str]| {
        let mut line = vec!["history"];
        line.extend(arguments);
        let ran = project.migrate(&line);
        assert_eq!(ran.code(), 0, "{arguments:?} {}", ran.transcript());
        let arrow = |line: &str| line.split(" -> ").nth(1).unwrap_or_default()[..2].to_owned();
        ran.stdout()
            .lines()
            .map(arrow)
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (arguments, expected) in [
        (&["b1:m1"][..], "m1 b1"),
        (&["b1:"], "z1 m1 b1"),
        (&[":b1"], "b1 a1"),
        (&["-r", "b1:m1"], "m1 b1"),
        (&["-r", "-1:"], "z1 m1"),
        (&["--rev-range=-1:head"], "z1 m1"),
        (&["m1:+1"], "z1 m1"),
        (&["base:head"], "z1 m1 c1 b1 a1"),
        (&["m:"], "z1 m1"),
    ] {
        assert_eq!(ids(arguments), expected, "{arguments:?}");
    }
    insta::assert_snapshot!(listed(&project, &["history", "b1"]), @r"
    error: 'b1' makes no sense as a target: history range requires [start]:[end], [start]:, or :[end]

    hint: a target is an id or the beginning of one, head, heads, base, +N, -N, REV+N, REV-N, or BRANCH@ before any of these
    ");
    insta::assert_snapshot!(listed(&project, &["history", "z1:a1"]), @r"
        error: z1 is not an ancestor of a1

        hint: a range is of one line, from the older revision to the newer: OLDER:NEWER
        ");
    insta::assert_snapshot!(listed(&project, &["history", "q:"]), @r"
    error: Can't locate revision identified by 'q'

    hint: `cargo migrate history` lists the revisions
    ");
}

#[test]
fn one_revision_is_shown_whole() {
    let project = diamond();
    insta::assert_snapshot!(project.migrate(&["show", "base"]).transcript(), @r"
    exit code: 0
    ----- stdout -----
    ----- stderr -----
      revision  base, before the first: there is no file to show
    ");
    insta::assert_snapshot!(project.migrate(&["show", "c"]).transcript(), @r#"
    exit code: 0
    ----- stdout -----
    //! the other
    //!
    //! Two lines that say
    //! why.
    //!
    //! Revision: c1
    //! Created:  2026-01-25 12:00:00 UTC

    use migrate_runtime::migration::*;

    pub const MIGRATION: Migration = Migration::new("c1").revises(&["a1"]).branch_labels(&["billing"]);
    ----- stderr -----
      revision  c1 (billing), the other
      file      migrations/c1.rs
    "#);
    insta::assert_snapshot!(listed(&project, &["history", ":a1", "-v"]), @r"
    <base> -> a1 (branchpoint), first
        file     migrations/a1.rs
        revises  <base>
        created  2026-01-25 12:00:00 UTC

        Two lines that say
        why.
    ");
}
