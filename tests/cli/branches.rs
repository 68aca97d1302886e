//! Branches on the command line: begun, gone on with, listed, joined; and what the compiler makes of them.

use super::project::{Project, USERS, filters, manifest};

/// A package that no command builds, with these revisions in a line.
fn line(ids: &[&str]) -> Project {
    let project = Project::new(&[("Cargo.toml", &manifest("branches")), ("src/lib.rs", "")]);
    project.migrate(&["init"]).success();
    project.write("src/lib.rs", "this is no Rust");
    for id in ids {
        revision(&project, id, &[]);
    }
    project
}

#[track_caller]
fn revision(project: &Project, id: &str, more: &[&str]) -> String {
    let arguments = [&["revision", "--rev-id", id, "-m", id], more].concat();
    project.migrate(&arguments).success().stderr()
}

/// The error, in a directory that is as it was.
#[track_caller]
fn refused(project: &Project, arguments: &[&str]) -> String {
    let before = project.contents();
    let ran = project.migrate(arguments);
    assert_ne!(ran.code(), 0, "{}", ran.transcript());
    project.assert_unchanged(&before);
    ran.stderr()
}

#[test]
fn a_branch_of_its_own_is_begun_and_gone_on_with() {
    let project = line(&["a1", "a2"]);
    let base = ["--head", "base", "--branch-label", "billing"];
    let said = revision(&project, "b1", &base);
    assert!(!said.contains("warning"), "{said}");
    revision(&project, "b2", &["--head", "billing@head"]);
    revision(
        &project,
        "a3",
        &["--head", "a2", "--depends-on", "billing@head"],
    );
    assert_eq!(project.read("migrations/HEAD"), "a3\nb2\n");
    let first = project.read("migrations/b1_b1.rs");
    assert!(first.contains(".branch_labels(&[\"billing\"])"), "{first}");
    assert!(first.contains("Revises:  nothing"), "{first}");
    insta::assert_snapshot!(project.migrate(&["history"]).stdout(), @r"
        a2 -> a3 (head), a3
        b1 -> b2 (effective head), b2
        <base> -> b1 (billing), b1
        a1 -> a2, a2
        <base> -> a1, a1
        ");
    filters().bind(|| {
        insta::assert_snapshot!(project.migrate(&["history", "--graph", "-v"]).stdout(), @r"
        ●  a3 (head), a3
        │    file     migrations/a3_a3.rs
        │    revises  a2
        │    depends  b2
        │    created  [TIME] UTC
        │ ●  b2 (effective head), b2
        │ │    file     migrations/b2_b2.rs
        │ │    revises  b1
        │ │    created  [TIME] UTC
        │ ○  b1 (billing), b1
        │    file     migrations/b1_b1.rs
        │    revises  <base>
        │    created  [TIME] UTC
        ●  a2, a2
        │    file     migrations/a2_a2.rs
        │    revises  a1
        │    created  [TIME] UTC
        ○  a1, a1
            file     migrations/a1_a1.rs
            revises  <base>
            created  [TIME] UTC
        ");
    });
    insta::assert_snapshot!(refused(&project, &["revision", "-m", "next"]), @r"
        error: Multiple heads are present: a3, b2

        hint: join them: cargo migrate merge
        hint: or put yours behind theirs: cargo migrate rebase
        hint: or say which of them a new revision follows: --head REV
        ");
    insta::assert_snapshot!(refused(&project, &["revision", "-m", "x", "--head", "a2"]), @r"
        error: revision a2 is not a head revision

        hint: `cargo migrate heads` lists the heads; `--splice` begins a branch at another revision
        ");
    insta::assert_snapshot!(
        refused(&project, &["revision", "-m", "x", "--rev-id", "x1", "--head", "a3", "--branch-label", "billing"]), @r"
        error: branch name 'billing' in revision x1 is already used by revision b1

        hint: a branch label names one revision: rename one of them
        ");
    insta::assert_snapshot!(
        refused(&project, &["revision", "-m", "x", "--head", "a3", "--branch-label", "a@b"]), @r"
        error: 'a@b' cannot be a branch label: character(s) '@' not allowed in revision identifier

        hint: targets name a branch by it: billing@head
        ");
    insta::assert_snapshot!(refused(&project, &["revision", "-m", "x", "--head", "billing"]), @r"
        error: revision b1 is not a head revision

        hint: the head of that branch is billing@head
        ");
    insta::assert_snapshot!(refused(&project, &["revision", "-m", "x", "--splice"]), @r"
        error: the following required arguments were not provided:
          --head <REV>

        Usage: cargo migrate revision --head <REV> --message <TEXT> --splice

        For more information, try '--help'.
        ");
}

#[test]
fn a_branch_begins_in_the_middle_and_is_joined() {
    let project = line(&["a1", "a2", "a3"]);
    let said = revision(&project, "b1", &["--head", "a1", "--splice"]);
    insta::assert_snapshot!(said, @r#"
          written   migrations/b1_b1.rs, HEAD   (commit both with the models)
        warning: a3, b1 are heads without a branch label: the crate compiles once they are joined (cargo migrate merge), or all but one are on a branch with a label (--branch-label)
          next      write its operations in migrations/b1_b1.rs, with what they need of other branches in .depends_on(&["REVISION"]), then cargo migrate upgrade heads
        "#);
    let labelled = ["--head", "a2", "--splice", "--branch-label", "shop,till"];
    revision(&project, "c1", &labelled);
    insta::assert_snapshot!(refused(&project, &["merge", "a3", "a2"]), @r"
        error: revision a2 is not a head revision

        hint: `cargo migrate heads` lists the heads; `--splice` begins a branch at another revision
        ");
    insta::assert_snapshot!(refused(&project, &["merge", "a3", "a2", "--splice"]), @"error: revision a3 comes after a2 already: there is nothing to join");
    insta::assert_snapshot!(refused(&project, &["merge", "a3", "a3"]), @r"
        error: duplicate head revision a3

        hint: name each head once
        ");
    let join = [
        "merge",
        "a2",
        "b1",
        "--splice",
        "--rev-id",
        "m1",
        "--branch-label",
        "joined",
        "-m",
        "join",
    ];
    project.migrate(&join).success();
    let file = project.read("migrations/m1_join.rs");
    assert!(file.contains(".revises(&[\"a2\", \"b1\"])"), "{file}");
    assert!(file.contains(".branch_labels(&[\"joined\"])"), "{file}");
    insta::assert_snapshot!(project.migrate(&["history", "--graph"]).stdout(), @r"
        ●  m1 (joined) (head) (mergepoint), join
        ├─╮
        │ │ ●  c1 (shop, till) (head), c1
        │ ● │  b1, b1
        │ │ │ ●  a3 (head), a3
        ├─┼─┴─╯
        ● │  a2 (branchpoint), a2
        ├─╯
        ○  a1 (branchpoint), a1
        ");
    project.migrate(&["merge", "--rev-id", "m2"]).success();
    assert_eq!(project.read("migrations/HEAD"), "m2\n");
}

/// Two bases and a branch with a label, in a crate that compiles: the tool and the compiler take the same.
#[test]
fn n15_what_compiles_is_applied_and_listed() {
    let project = Project::library("branches-live", USERS, "app.db");
    let autogenerate = |id: &str, more: &[&str]| {
        let arguments = [
            &["revision", "--autogenerate", "--rev-id", id, "-m", id],
            more,
        ]
        .concat();
        project.migrate(&arguments)
    };
    autogenerate("first", &[]).success();
    project.migrate(&["upgrade"]).success();
    revision(
        &project,
        "other",
        &["--head", "base", "--branch-label", "notes"],
    );
    project.cargo(&["check", "--quiet"]).success();
    let bio = USERS.replace("pub email", "pub bio: Option<String>,\n    pub email");
    project.write("src/lib.rs", &bio);
    filters().bind(|| {
        let list = |more: &[&str]| project.migrate(&[&["list"], more].concat()).transcript();
        insta::assert_snapshot!(autogenerate("third", &["--head", "first"]).transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db  at head first
            error: Target database is not up to date: 1 revision is not applied: other

            hint: bring it up to date: cargo migrate upgrade heads
            hint: or leave the database out of it: cargo migrate revision --from-chain
            ");
        project.migrate(&["upgrade", "notes@head"]).success();
        // Branches that say their name are no mistake.
        let heads = "ok        heads       first, other";
        let doctor = project.migrate(&["doctor"]).stdout();
        assert!(doctor.contains(heads), "{doctor}");
        insta::assert_snapshot!(autogenerate("third", &[]).transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
            error: Multiple heads are present: first, other

            hint: join them: cargo migrate merge
            hint: or put yours behind theirs: cargo migrate rebase
            hint: or say which of them a new revision follows: --head REV
            ");
        insta::assert_snapshot!(list(&[]), @r"
            exit code: 0
            ----- stdout -----
            [x] first (head)  first
            [x] other (head)  other
            ----- stderr -----
              database  sqlite  app.db
            ");
        insta::assert_snapshot!(autogenerate("third", &["--head", "first"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db  at head first, head other
              added     users.bio TEXT NULL
              written   migrations/third_third.rs, HEAD   (commit both with the models)
              next      cargo migrate upgrade heads
            ");
        insta::assert_snapshot!(list(&[]), @r"
            exit code: 0
            ----- stdout -----
            [x] first  first
            [x] other (head)  other
            [ ] third (head)  third
            ----- stderr -----
              database  sqlite  app.db
            ");
        insta::assert_snapshot!(project.migrate(&["upgrade"]).transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
              database  sqlite  app.db
            error: Multiple head revisions are present for given argument 'head': other, third

            hint: `cargo migrate merge` makes one head of them; or name a revision, '<branch>@head', or 'heads' for all
            ");
        project.migrate(&["upgrade", "heads"]).success();
        insta::assert_snapshot!(project.migrate(&["check"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
              models, revisions and database agree
            ----- stderr -----
              database  sqlite  app.db
            ");
        insta::assert_snapshot!(project.migrate(&["current", "--check-heads"]).transcript(), @r"
            exit code: 0
            ----- stdout -----
            other (head)  other
            third (head)  third
            ----- stderr -----
              database  sqlite  app.db
            ");
        for command in ["downgrade", "redo"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(project.migrate(&[command]).transcript(), @r"
                exit code: 2
                ----- stdout -----
                ----- stderr -----
                  database  sqlite  app.db
                error: '-1' is ambiguous: the database is at other, third

                hint: name the revision, or the branch, by its label or a revision on it: other@-1
                ");
            }
        }
        let redone = project.migrate(&["redo", "third@-1", "--yes"]).success();
        insta::assert_snapshot!(redone.transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
        Running downgrade third -> first, third ([MS])
        Running upgrade first -> third, third ([MS])
          at        other, third
        ");
        let both = project.migrate(&["show", "current"]).success().stderr();
        assert_eq!(both.matches("(head) (current)").count(), 2, "{both}");
        project
            .migrate(&["downgrade", "third@-1", "--yes"])
            .success();
        insta::assert_snapshot!(project.migrate(&["current", "--check-heads"]).transcript(), @r"
            exit code: 1
            ----- stdout -----
            first  first
            other (head)  other
            ----- stderr -----
              database  sqlite  app.db
              pending   third
              next      cargo migrate upgrade heads
            ");
        project.cargo(&["check", "--quiet"]).success();
        // A third head, without a label: the compiler wants to know which is meant.
        let said = revision(&project, "stray", &["--head", "base"]);
        assert!(said.contains("are heads without a branch label"), "{said}");
        let refused = project.cargo(&["check", "--quiet"]).stderr();
        assert!(
            refused.contains("the migrations have two heads"),
            "{refused}"
        );
    });
}

/// A revision of one branch changes a table that another made: a database with the one branch only must get both.
#[test]
fn what_a_revision_needs_of_another_branch_is_written_into_it() {
    let project = Project::library("branches-need", USERS, "app.db");
    let first = ["--autogenerate", "--head", "base", "--branch-label", "shop"];
    revision(&project, "shop1", &first);
    let other = ["--head", "base", "--branch-label", "billing"];
    let said = revision(&project, "bill1", &other);
    assert!(said.contains("of other branches in .depends_on"), "{said}");
    let bio = USERS.replace("pub email", "pub bio: Option<String>,\n    pub email");
    project.write("src/lib.rs", &bio);
    let next = ["--from-chain", "--autogenerate", "--head", "billing@head"];
    revision(&project, "bill2", &next);
    let path = "migrations/bill2_bill2.rs";
    let written = project.read(path);
    assert!(written.contains(".depends_on(&[\"shop1\"])"), "{written}");
    project.cargo(&["check", "--quiet"]).success();
    project.migrate(&["upgrade", "billing@head"]).success();
    project.migrate(&["current", "--check-heads"]).success();

    // What asks for nothing gets nothing, and what is asked for is not said twice.
    let data = ["--data", "--head", "billing@head", "--dry-run"];
    let of = |more: &[&str]| {
        let arguments = [&["revision", "-m", "split"][..], &data, more].concat();
        project.migrate(&arguments).success().stdout()
    };
    assert!(!of(&["--only", "users"]).contains("depends_on"));
    let arguments = [
        "revision", "-m", "x", "--data", "--head", "bill1", "--splice",
    ];
    let split = [&arguments[..], &["--dry-run", "--only", "users"]].concat();
    let split = project.migrate(&split).success().stdout();
    assert!(split.contains(".depends_on(&[\"bill2\"])"), "{split}");

    // Where it is missing, upgrade and the compiler say what to write.
    project.write(path, &written.replace(".depends_on(&[\"shop1\"])", ""));
    let alone = ["--database-url", "sqlite://alone.db"];
    let refused = project.migrate(&[&["upgrade", "billing@head"], &alone[..]].concat());
    assert_eq!(refused.code(), 3);
    insta::assert_snapshot!(refused.stderr(), @r#"
          database  sqlite  alone.db
        error: revision bill2 (migrations/bill2_bill2.rs:14) does not fit the chain before it: add_column: there is no table users

        hint: correct the operation at migrations/bill2_bill2.rs:14
        hint: create the table users in this migration or one before it, or mend the name
        hint: where a revision of another branch creates it, name that one here: .depends_on(&["REVISION"])
        "#);
    let refused = project.cargo(&["check", "--quiet"]).stderr();
    let advice = "migration `shop1` makes it, but is applied later: name it here, in `.depends_on`";
    assert!(refused.contains(advice), "{refused}");
}

#[cfg(unix)]
#[test]
fn the_file_is_opened_in_the_editor() {
    let project = Project::library("branches-edit", USERS, "app.db");
    let first = ["revision", "--autogenerate", "--rev-id", "first"];
    project.migrate(&first).success();
    project.write("editor.sh", "echo \"$@\" > edited\n");
    let edit = |arguments: &[&str], editor: &str| {
        let variables = [("VISUAL", ""), ("EDITOR", editor)];
        project.migrate_with(&variables, &[&["edit"], arguments].concat())
    };
    filters().bind(|| {
        insta::assert_snapshot!(edit(&[], "").transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
            error: no editor is known: neither VISUAL nor EDITOR is set

            hint: say which: EDITOR=vi cargo migrate edit, or put it into your shell's profile
            ");
        insta::assert_snapshot!(edit(&["first"], "sh editor.sh --wait").transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
              edit      migrations/first_create_table_users.rs
            ");
        assert!(project.read("edited").starts_with("--wait "));
        project.migrate(&["upgrade"]).success();
        insta::assert_snapshot!(edit(&["current"], "sh editor.sh").transcript(), @r"
            exit code: 0
            ----- stdout -----
            ----- stderr -----
            warning: the database has revision first: once it says something else, upgrade refuses to go on; take it back before (cargo migrate downgrade), or write another one
              edit      migrations/first_create_table_users.rs
            ");
        insta::assert_snapshot!(edit(&["base"], "sh editor.sh").transcript(), @r"
            exit code: 2
            ----- stdout -----
            ----- stderr -----
            error: no revision stands before the first: there is no file to edit

            hint: `cargo migrate history` lists the revisions
            ");
        insta::assert_snapshot!(edit(&[], "false").transcript(), @r"
            exit code: 3
            ----- stdout -----
            ----- stderr -----
            warning: the database has revision first: once it says something else, upgrade refuses to go on; take it back before (cargo migrate downgrade), or write another one
              edit      migrations/first_create_table_users.rs
            error: the editor `false` failed: exit status: 1

            hint: `cargo migrate show REV -v` prints the file
            ");
    });
}
