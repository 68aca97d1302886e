//! Static commands on directories: what they answer, what they write, and what they leave alone.

use migrate_runtime::command::{
    self, HeadFile, MergeRequest, RebaseRequest, RevisionRequest, branches, heads, history, merge,
    new_id, show, write_revision,
};
use migrate_runtime::source::name::{Timestamp, free_id, slug};
use migrate_runtime::source::{Directory, MigrationFile, head, read_directory, read_file};
use migrate_runtime::{Error, ErrorKind};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// 2026-01-25 12:00:00 UTC.
const AT: Timestamp = Timestamp::from_unix(1_769_342_400);

fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    head::write(directory.path(), &[]).unwrap();
    directory
}

fn add(directory: &Path, id: &str, message: &str, revises: &[&str]) {
    let mut file = MigrationFile::empty(id, message, AT);
    file.revises = revises.iter().map(|id| (*id).to_owned()).collect();
    write_revision(&directory.into(), &file).unwrap();
}

/// `a ← b ← c` and `b ← d`.
fn branched() -> TempDir {
    let directory = directory();
    add(directory.path(), "20260101_000000", "create users", &[]);
    add(
        directory.path(),
        "20260102_000000",
        "add bio",
        &["20260101_000000"],
    );
    add(
        directory.path(),
        "20260103_000000",
        "left",
        &["20260102_000000"],
    );
    add(
        directory.path(),
        "20260104_000000",
        "right",
        &["20260102_000000"],
    );
    directory
}

/// Every file of the directory with its text.
fn contents(directory: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// The error with its hints, the directory's own path left out.
fn told(directory: &Path, error: &Error) -> String {
    let mut text = error.to_string();
    for hint in error.hints() {
        text += &format!("\nhint: {hint}");
    }
    text.replace(&format!("{}/", directory.display()), "")
}

#[test]
fn writing_keeps_head_in_step() {
    let directory = branched();
    let found = heads(&directory.path().into()).unwrap();
    let ids: Vec<&str> = found.heads.iter().map(|head| head.migration.id()).collect();
    assert_eq!(ids, ["20260103_000000", "20260104_000000"]);
    assert_eq!(found.file, HeadFile::Agrees);
    let text = fs::read_to_string(directory.path().join("HEAD")).unwrap();
    assert_eq!(text, "20260103_000000\n20260104_000000\n");
    let names: Vec<String> = contents(directory.path())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "20260101_000000_create_users.rs",
            "20260102_000000_add_bio.rs",
            "20260103_000000_left.rs",
            "20260104_000000_right.rs",
            "HEAD",
        ]
    );
}

#[test]
fn history_is_newest_first_and_knows_places() {
    let directory = branched();
    let rows = ["20260103_000000".to_owned()];
    let entries = history(&directory.path().into(), None, &rows).unwrap();
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            let mut line = format!("{} {}", entry.migration.id(), entry.migration.message);
            for (is, word) in [
                (entry.is_head(), " (head)"),
                (entry.is_branch_point(), " (branchpoint)"),
                (entry.is_merge_point(), " (mergepoint)"),
                (entry.is_current, " (current)"),
            ] {
                line += if is { word } else { "" };
            }
            line
        })
        .collect();
    assert_eq!(
        told,
        [
            "20260104_000000 right (head)",
            "20260103_000000 left (head) (current)",
            "20260102_000000 add bio (branchpoint)",
            "20260101_000000 create users",
        ]
    );
    let range = history(&directory.path().into(), Some("20260101:current"), &rows).unwrap();
    assert_eq!(range.len(), 3);
    let points = branches(&directory.path().into()).unwrap();
    assert_eq!(points.len(), 1);
    let children: Vec<&str> = (points[0].children.iter())
        .map(|child| child.migration.id())
        .collect();
    assert_eq!(children, ["20260103_000000", "20260104_000000"]);
    let shown = show(&directory.path().into(), "20260103_000000-1", &[]).unwrap();
    assert_eq!(shown[0].migration.message, "add bio");
    let error = show(&directory.path().into(), "head", &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
}

#[test]
fn merge_mends_a_head_with_conflict_markers() {
    let directory = branched();
    let path = directory.path();
    let conflict = "<<<<<<< HEAD\n20260103_000000\n=======\n20260104_000000\n>>>>>>> other\n";
    fs::write(path.join("HEAD"), conflict).unwrap();
    assert_eq!(heads(&path.into()).unwrap().file, HeadFile::Conflict);
    insta::assert_snapshot!(told(path, &head::read(path).unwrap_err().into()), @"
    HEAD:1:1: unresolved git conflict
    hint: two branches have added a revision: `cargo migrate merge` joins them, `cargo migrate rebase` puts yours behind theirs; both write HEAD
    ");

    let request = MergeRequest {
        at: AT,
        ..MergeRequest::new()
    };
    let written = merge(&path.into(), &request).unwrap();
    assert_eq!(written.heads, ["20260125_120000"]);
    assert_eq!(head::read(path).unwrap(), ["20260125_120000"]);
    let merged = read_file(&written.path).unwrap();
    assert_eq!(
        merged.revision.parents,
        ["20260103_000000", "20260104_000000"]
    );
    assert_eq!(merged.message, "merge 20260103_000000 and 20260104_000000");

    let before = contents(path);
    let error = merge(&path.into(), &request).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing to merge: there is one head only"
    );
    assert_eq!(contents(path), before);
}

#[test]
fn nothing_is_left_behind_when_head_cannot_be_written() {
    let directory = branched();
    let path = directory.path();
    fs::remove_file(path.join("HEAD")).unwrap();
    fs::create_dir(path.join("HEAD")).unwrap();
    let list = || -> BTreeSet<_> {
        fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect()
    };
    let before = list();
    let mut file = MigrationFile::empty("20260105_000000", "more", AT);
    file.revises = vec!["20260104_000000".to_owned()];
    let error = write_revision(&path.into(), &file).unwrap_err();
    assert_eq!(
        told(path, &error),
        "cannot write HEAD\n\
         hint: nothing was changed: look at the space on the disk and at the permissions, then try again"
    );
    assert_eq!(list(), before);
}

#[test]
fn a_missing_head_is_told_and_written_anew() {
    let directory = branched();
    let path = directory.path();
    fs::remove_file(path.join("HEAD")).unwrap();
    insta::assert_snapshot!(told(path, &head::read(path).unwrap_err().into()), @"
    HEAD is missing
    hint: `cargo migrate init` makes it; it belongs to the repository
    ");
    assert_eq!(heads(&path.into()).unwrap().file, HeadFile::Missing);
    add(path, "20260105_000000", "more", &["20260104_000000"]);
    assert_eq!(heads(&path.into()).unwrap().file, HeadFile::Agrees);
    head::write(path, &["20260101_000000".to_owned()]).unwrap();
    let wrong = vec!["20260101_000000".to_owned()];
    assert_eq!(heads(&path.into()).unwrap().file, HeadFile::Differs(wrong));
    let unknown = vec!["20260109_000000".to_owned()];
    head::write(path, &unknown).unwrap();
    assert_eq!(
        heads(&path.into()).unwrap().file,
        HeadFile::Unknown(unknown)
    );
}

/// The file may be in a directory that is left out: a HEAD that is written anew would not name it any more.
#[test]
fn a_head_that_no_file_has_is_not_forgotten() {
    let directory = branched();
    let locations = directory.path().into();
    head::write(
        directory.path(),
        &["20260104_000000", "gone"].map(str::to_owned),
    )
    .unwrap();
    let before = contents(directory.path());
    let mut request = RevisionRequest::new("more");
    request.placement.head = Some("20260104".to_owned());
    let rebased = RebaseRequest {
        revision: Some("20260104".to_owned()),
        onto: None,
        at: AT,
    };
    let expected = "HEAD names gone, and no file has that revision\n\
        hint: bring the file back, or add its directory to `migrations` of [package.metadata.migrate]\n\
        hint: if it is gone for good, write into HEAD: 20260103_000000, 20260104_000000";
    for error in [
        command::revision(&locations, &request).unwrap_err(),
        merge(&locations, &MergeRequest::new()).unwrap_err(),
        command::rebase(&locations, &rebased).unwrap_err(),
    ] {
        assert_eq!(told(directory.path(), &error), expected);
    }
    assert_eq!(contents(directory.path()), before);
}

/// Its new place would have been below databases that have what it replaces, and not what it is behind.
#[test]
fn a_revision_that_replaces_others_is_not_rebased() {
    let directory = directory();
    add(directory.path(), "a", "first", &[]);
    add(directory.path(), "b", "old", &["a"]);
    let mut squashed = MigrationFile::empty("s", "squashed", AT);
    squashed.revises = vec!["a".to_owned()];
    squashed.replaces = vec!["b".to_owned()];
    write_revision(&directory.path().into(), &squashed).unwrap();
    add(directory.path(), "mine", "behind the old name", &["b"]);
    add(directory.path(), "theirs", "beside it", &["a"]);
    let rebase = |revision: &str| {
        let request = RebaseRequest {
            revision: Some(revision.to_owned()),
            onto: None,
            at: AT,
        };
        command::rebase(&directory.path().into(), &request)
    };
    let before = contents(directory.path());
    insta::assert_snapshot!(told(directory.path(), &rebase("mine").unwrap_err()), @r"
    revision s cannot go behind theirs: a database that has what s replaces counts as having it, and has not theirs
    hint: put the others behind it: cargo migrate rebase theirs --onto mine
    ");
    assert_eq!(contents(directory.path()), before);
    assert_eq!(rebase("theirs").unwrap().onto, "mine");
}

/// Merges `left` and `right` of [`branched`] where they have these steps.
fn merged(directory: &Path, left: &str, right: &str) -> Result<(), Error> {
    let write = |file: &str, steps: &str| {
        let path = directory.join(file);
        let text = fs::read_to_string(&path).unwrap();
        let begin = text.find(".upgrade(&[").unwrap() + ".upgrade(&[".len();
        let end = begin + text[begin..].find("])\n").unwrap();
        fs::write(path, [&text[..begin], steps, &text[end..]].concat()).unwrap();
    };
    write("20260103_000000_left.rs", left);
    write("20260104_000000_right.rs", right);
    merge(&directory.into(), &MergeRequest::new()).map(drop)
}

/// The crate would not compile with both.
#[test]
fn heads_that_do_the_same_are_not_merged() {
    let directory = branched();
    let merged = |left: &str, right: &str| merged(directory.path(), left, right);
    let before = fs::read_to_string(directory.path().join("HEAD")).unwrap();
    let error = merged(
        "rename_column(\"users\", \"name\", \"nick\")",
        "rename_column(\"users\", \"name\", \"full_name\")",
    );
    insta::assert_snapshot!(told(directory.path(), &error.unwrap_err()), @r"
    20260103_000000 and 20260104_000000 both take away the column users.name
    hint: put one behind the other, and take that step out of it: cargo migrate rebase 20260104_000000 --onto 20260103_000000
    ");
    let tags = "create_table(\"tags\", &[column(\"id\", BigInt)])";
    let error = merged(tags, "rename_table(\"labels\", \"tags\")");
    insta::assert_snapshot!(error.unwrap_err(), @"20260103_000000 and 20260104_000000 both make the table tags");
    assert_eq!(contents(directory.path()).len(), 5);
    assert_eq!(
        fs::read_to_string(directory.path().join("HEAD")).unwrap(),
        before
    );
    merged(tags, "add_column(\"users\", column(\"tags\", Text))").unwrap();
}

/// A list of values is the whole list, a type the whole type: what the one sets, the other takes back.
#[test]
fn heads_that_undo_each_other_are_not_merged() {
    let directory = branched();
    let merged = |left: &str, right: &str| merged(directory.path(), left, right);
    let error = merged(
        "alter_enum(\"mood\", &[\"glad\", \"calm\"])",
        "alter_enum(\"mood\", &[\"glad\", \"sad\"])",
    );
    insta::assert_snapshot!(told(directory.path(), &error.unwrap_err()), @r"
    20260103_000000 and 20260104_000000 both change the values of the enum type mood: the second would undo the first
    hint: put one behind the other: cargo migrate rebase 20260104_000000 --onto 20260103_000000
    hint: then write it anew, from models that have both changes: cargo migrate upgrade 20260103_000000, cargo migrate revision --amend --autogenerate
    ");
    let bigger = "alter_column(\"users\", \"age\").set_type(BigInt).set_not_null()";
    let error = merged(
        bigger,
        "alter_column(\"users\", \"age\").drop_not_null(), add_column(\"users\", column(\"b\", Text))",
    );
    insta::assert_snapshot!(error.unwrap_err(), @"20260103_000000 and 20260104_000000 both change the nullability of users.age: the second would undo the first");
    assert_eq!(contents(directory.path()).len(), 5);

    // Behind the head that changes it there is another.
    add(
        directory.path(),
        "20260105_000000",
        "more",
        &["20260104_000000"],
    );
    let error = merged(
        bigger,
        "alter_column(\"users\", \"age\").set_type(SmallInt)",
    );
    insta::assert_snapshot!(told(directory.path(), &error.unwrap_err()), @r"
    20260103_000000 and 20260104_000000 both change the type of users.age: the second would undo the first
    hint: put one behind the other: cargo migrate rebase 20260105_000000 --onto 20260103_000000
    hint: then edit 20260104_000000, which has a new id by then, so that it keeps both changes
    ");
    // Two attributes of one column are no matter.
    merged(
        bigger,
        "alter_column(\"users\", \"age\").set_default(integer(7))",
    )
    .unwrap();
}

#[test]
fn n10_new_ids() {
    let directory = branched();
    let migrations = read_directory(&directory.path().into()).unwrap();
    assert_eq!(new_id(&migrations, None, AT).unwrap(), "20260125_120000");
    let told = |id: &str| {
        told(
            directory.path(),
            &new_id(&migrations, Some(id), AT).unwrap_err(),
        )
    };
    insta::assert_snapshot!(told("a-b+c@d:e"), @"
    'a-b+c@d:e' cannot be a revision id: character(s) '@', '-', '+', ':' not allowed in revision identifier
    hint: without `--rev-id` the id is made from the time
    ");
    insta::assert_snapshot!(told("../x"), @r"
    '../x' cannot be a revision id: '.' cannot be part of a file name: letters, digits and '_' can
    hint: without `--rev-id` the id is made from the time
    ");
    assert!(told("").contains("it is empty"));
    assert!(told("head").contains("a word of the target grammar"));
    let n10 = "x".repeat(65);
    assert!(told(&n10).contains("it has 65 characters, at most 64 fit"));

    let taken: BTreeSet<String> = ["20260125_120000", "20260125_120001"]
        .map(str::to_owned)
        .into();
    assert_eq!(free_id(AT, &taken), "20260125_120002");
}

#[test]
fn r93_a_duplicate_id_names_both_files() {
    let directory = branched();
    let path = directory.path();
    let before = contents(path);
    let file = MigrationFile::empty("20260102_000000", "again", AT);
    insta::assert_snapshot!(told(path, &write_revision(&path.into(), &file).unwrap_err()), @"
    revision 20260102_000000 is present more than once: in 20260102_000000_add_bio.rs and 20260102_000000_again.rs
    hint: give one of them another id, in its name and in `Migration::new`
    ");
    assert_eq!(contents(path), before);

    // R93: two files that exist.
    let other = fs::read_to_string(path.join("20260102_000000_add_bio.rs")).unwrap();
    fs::write(path.join("20260102_000000_copy.rs"), other).unwrap();
    let error = heads(&path.into()).unwrap_err();
    assert!(told(path, &error).contains("20260102_000000_add_bio.rs and 20260102_000000_copy.rs"));
}

#[test]
fn a_parent_that_is_missing_is_refused_before_anything_is_written() {
    let directory = directory();
    let before = contents(directory.path());
    let mut file = MigrationFile::empty("20260102_000000", "lost", AT);
    file.revises = vec!["20250101_000000".to_owned()];
    let error = write_revision(&directory.path().into(), &file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "revision 20250101_000000, which revision 20260102_000000 revises, is not present"
    );
    assert_eq!(contents(directory.path()), before);
}

#[test]
fn r99_files_that_cannot_be_read() {
    let cases = [
        ("x.rs", "pub const MIGRATION = ("),
        ("x.rs", "fn f() {}"),
        (
            "x.rs",
            "pub const MIGRATION: Migration = Migration::new(ID);",
        ),
        ("x.rs", "pub const MIGRATION: Migration = make(\"x\");"),
        (
            "x.rs",
            "pub const MIGRATION: Migration = Migration::new(\"x\")\n    .revises(PARENTS);",
        ),
        (
            "y.rs",
            "pub const MIGRATION: Migration = Migration::new(\"x\");",
        ),
        (
            "xy.rs",
            "pub const MIGRATION: Migration = Migration::new(\"x\");",
        ),
        ("x.rs", "fn f() {}\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"),
    ];
    let directory = directory();
    let mut all = String::new();
    for (name, text) in cases {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        all += &told(
            directory.path(),
            &heads(&directory.path().into()).unwrap_err(),
        );
        all += "\n";
        fs::remove_file(path).unwrap();
    }
    insta::assert_snapshot!(all, @r#"
    x.rs:1:23: the migration does not parse: a bracket or a quote has no other side
    hint: `cargo check` shows the place
    could not determine revision id from x.rs: there is no `const MIGRATION: Migration`
    hint: declare `pub const MIGRATION: Migration = Migration::new("…")`, or move the file elsewhere
    x.rs:1:49: could not determine revision id: `Migration::new` takes a string literal
    hint: commands that do not build the crate read it from the source: write string literals
    x.rs:1:34: could not determine revision id: the constant does not begin with `Migration::new("…")`
    hint: commands that do not build the crate read it from the source: write string literals
    x.rs:2:14: `revises` takes a slice of string literals: `&["…"]`
    hint: commands that do not build the crate read it from the source: write string literals
    y.rs: the file's name does not begin with its revision id x
    hint: rename the file to x_<words>.rs, or change the id
    xy.rs: the file's name does not begin with its revision id x
    hint: rename the file to x_<words>.rs, or change the id
    x.rs:2:1: unresolved git conflict
    hint: resolve the conflict in the file, then try again
    "#);
}

#[test]
fn a_directory_that_does_not_exist() {
    let directory = directory();
    let path = directory.path().join("with a space");
    let error = command::heads(&path.clone().into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} does not exist", path.display())
    );
}

#[test]
fn headers_are_read_back() {
    let directory = directory();
    let mut file = MigrationFile::empty("20260101_000000", "first line\nsecond line", AT);
    file.body = vec![
        "a paragraph\nof two lines".to_owned(),
        "Revision: not this".to_owned(),
    ];
    let written = write_revision(&directory.path().into(), &file).unwrap();
    let read = read_file(&written.path).unwrap();
    assert_eq!(read.message, "first line");
    assert_eq!(
        read.body,
        [
            "second line",
            "a paragraph\nof two lines",
            "Revision: not this"
        ]
    );
    assert_eq!(read.created.as_deref(), Some("2026-01-25 12:00:00 UTC"));
    assert!(read.has_downgrade && !read.is_destructive);
}

#[test]
fn n22_slugs() {
    let cases = [
        ("add bio to users", "add_bio_to_users"),
        ("añade biografía", "anade_biografia"),
        (
            "  Users/Orders: \"quoted\" -- it's!  ",
            "users_orders_quoted_it_s",
        ),
        ("日本語", "ri_ben_yu"),
        ("../../etc/passwd", "etc_passwd"),
        ("!!! ???", ""),
        ("", ""),
        (
            "one two three four five six seven eight nine ten",
            "one_two_three_four_five_six_seven_eight",
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(slug(message), expected, "{message}");
        assert!(slug(message).len() <= 40);
    }
    assert_eq!(slug(&"x".repeat(300)), "x".repeat(40));
}

#[test]
fn a_message_without_words_takes_them_from_the_operations() {
    let file = super::samples::typical();
    let named = |message: &str| {
        let mut file = file.clone();
        message.clone_into(&mut file.message);
        let path = command::path_of(Path::new(""), &file, None);
        path.display().to_string()
    };
    assert_eq!(named("add books\nmore"), "20260125_120000_add_books.rs");
    assert_eq!(
        named("!!!"),
        "20260125_120000_create_table_books_and_2_more.rs"
    );
}

#[test]
fn a_thousand_files_are_read() {
    let directory = directory();
    let mut previous: Option<String> = None;
    for n in 0..1000 {
        let mut file = super::samples::typical();
        file.id = format!("20260101_{n:06}");
        file.revises = previous.into_iter().collect();
        fs::write(
            directory.path().join(format!("{}.rs", file.id)),
            file.render(),
        )
        .unwrap();
        previous = Some(file.id);
    }
    let read: Directory = read_directory(&directory.path().into()).unwrap();
    assert_eq!(read.graph().unwrap().heads(), ["20260101_000999"]);
}
