//! Migration files, models and messages that make no sense, and those that only look so.

use super::bad_input::refused;
use super::project::{Project, USERS, filters};

/// One package for all cases, without a revision. Each finds it as it was made.
#[test]
fn each_says_what_is_wrong() {
    let project = Project::library("bad-source", USERS, "app.db");
    // Cargo settles its lock file.
    project.migrate(&["check"]);
    let made = project.contents();
    for case in [
        files_that_say_nothing_readable,
        models_that_make_no_tables,
        models_that_are_not_listed,
        words_of_sql_are_names_like_any_other,
        messages_become_file_names_that_every_system_has,
        a_question_that_nobody_can_answer,
    ] {
        case(&project);
        project.restore(&made);
    }
}

fn files_that_say_nothing_readable(project: &Project) {
    project
        .migrate(&["revision", "--from-chain", "--rev-id", "first"])
        .success();
    let path = "migrations/first_create_table_users.rs";
    let good = project.read(path);
    let head = project.read("migrations/HEAD");
    filters().bind(|| {
        project.write(path, &good.replace(".upgrade(&[", ".upgrade(&[[["));
        insta::assert_snapshot!(refused(project, ".", &["history"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations/first_create_table_users.rs:20:43: the migration does not parse: a bracket or a quote has no other side

        hint: `cargo check` shows the place
        ");
        insta::assert_snapshot!(refused(project, ".", &["revision", "-m", "next"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations/first_create_table_users.rs:20:43: the migration does not parse: a bracket or a quote has no other side

        hint: `cargo check` shows the place
        ");
        insta::assert_snapshot!(refused(project, ".", &["upgrade"]), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: mismatched closing delimiter: `)`
          --> src/../migrations/first_create_table_users.rs:13:16
           |
        13 |     .upgrade(&[[[create_table(
           |             -  ^ unclosed delimiter
           |             |
           |             closing delimiter possibly meant for this
        ...
        20 |     .constraints(&[primary_key(&["id"])])])
           |                                           ^ mismatched closing delimiter

        error: could not compile `bad-source` (lib) due to 1 previous error
        error: the package `bad-source` does not build
        "#);

        project.write(
            path,
            &format!("<<<<<<< ours\n{good}=======\n{good}>>>>>>> theirs\n"),
        );
        insta::assert_snapshot!(refused(project, ".", &["heads"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations/first_create_table_users.rs:1:1: unresolved git conflict

        hint: resolve the conflict in the file, then try again
        ");
        project.write(path, &good);

        project.write(
            "migrations/HEAD",
            "<<<<<<< ours\nfirst\n=======\nother\n>>>>>>> theirs\n",
        );
        insta::assert_snapshot!(refused(project, ".", &["upgrade"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations/HEAD:1:1: unresolved git conflict

        hint: two branches have added a revision: `cargo migrate merge` joins them, `cargo migrate rebase` puts yours behind theirs; both write HEAD
        ");
        // The files know the heads; saying so is all that is needed.
        insta::assert_snapshot!(project.migrate(&["heads"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first (head), create table users
        ----- stderr -----
        warning: migrations/HEAD has conflict markers; run `cargo migrate merge`, or `cargo migrate rebase REV` to put yours behind the other
        ");
        insta::assert_snapshot!(project.migrate(&["merge"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        ----- stderr -----
          written   migrations/HEAD, names first
        ");
        assert_eq!(project.read("migrations/HEAD"), head);
        std::fs::remove_file(project.path().join("migrations/HEAD")).unwrap();
        insta::assert_snapshot!(refused(project, ".", &["upgrade"]), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: `migrations/HEAD` is missing; it names the head of the migrations and belongs in git
               run: cargo migrate init
          --> src/lib.rs:14:18
           |
        14 |     migrations = "migrations",
           |                  ^^^^^^^^^^^^

        error: could not compile `bad-source` (lib) due to 1 previous error
        error: the package `bad-source` does not build
        "#);
        insta::assert_snapshot!(project.migrate(&["heads"]).transcript(), @r"
        exit code: 0
        ----- stdout -----
        first (head), create table users
        ----- stderr -----
        warning: migrations/HEAD is missing; run `cargo migrate merge`, which writes it
        ");
        project.migrate(&["init"]).success();
        assert_eq!(project.read("migrations/HEAD"), head);

        // The compiler refuses this; so that it is not applied before the compiler is asked, so does the tool.
        let second = good.replace("\"first\"", "\"second\"");
        let second = second.replace(".revises(&[])", ".revises(&[\"first\"])");
        project.write("migrations/second_by_hand.rs", &second);
        for command in ["upgrade", "check"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(refused(project, ".", &[command]), @r"
                exit code: 3
                ----- stdout -----
                ----- stderr -----
                error: [DIR]/migrations/HEAD names first, but the head is second

                hint: a file came or went by hand; if the files are right, `cargo migrate merge` writes HEAD
                ");
            }
        }
        std::fs::remove_file(project.path().join("migrations/second_by_hand.rs")).unwrap();

        project.write(
            "migrations/second_x.rs",
            &good.replace("\"first\"", "\"other\""),
        );
        insta::assert_snapshot!(refused(project, ".", &["history"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations/second_x.rs: the file's name does not begin with its revision id other

        hint: rename the file to other_<words>.rs, or change the id
        ");
        project.write("migrations/first_again.rs", &good);
        std::fs::remove_file(project.path().join("migrations/second_x.rs")).unwrap();
        insta::assert_snapshot!(refused(project, ".", &["history"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: revision first is present more than once: in [DIR]/migrations/first_again.rs and [DIR]/migrations/first_create_table_users.rs

        hint: give one of them another id, in its name and in `Migration::new`
        ");
        std::fs::rename(
            project.path().join("migrations"),
            project.path().join("elsewhere"),
        )
        .unwrap();
        insta::assert_snapshot!(refused(project, ".", &["history"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: [DIR]/migrations does not exist

        hint: `cargo migrate init` makes it; it belongs to the repository
        ");
    });
}

fn models_that_make_no_tables(project: &Project) {
    filters().bind(|| {
        project.write("src/lib.rs", &USERS.replace("    #[model(auto_increment)]\n    pub id: i64,\n", ""));
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: `User` has no primary key
               name a field `id`, or put `#[model(primary_key)]` on a field, or say `#[model(primary_key(a, b))]` on the struct (`#[diesel(primary_key(a, b))]` is read too); a table that has none says `#[model(no_primary_key)]`
         --> src/lib.rs:5:12
          |
        5 | pub struct User {
          |            ^^^^

        error: could not compile `bad-source` (lib) due to 1 previous error
        error: the package `bad-source` does not build
        ");
        let twice = USERS.replace("models = [User]", "models = [User, Guest]")
            + "#[derive(Model)]\n#[model(table = \"users\")]\npub struct Guest {\n    pub id: i64,\n}\n";
        project.write("src/lib.rs", &twice);
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r#"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at base
        error: the models User and Guest both define the table users

        hint: give one of them another name: #[model(table = "…")]
        "#);
        let column = USERS.replace("pub email: String", "#[model(column = \"id\")]\n    pub email: String");
        project.write("src/lib.rs", &column);
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r"
        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: two columns are named `id`; databases ignore the case
         --> src/lib.rs:9:9
          |
        9 |     pub email: String,
          |         ^^^^^

        error: could not compile `bad-source` (lib) due to 1 previous error
        error: the package `bad-source` does not build
        ");
    });
    assert!(!project.path().join("app.db").exists());
}

/// The compiler says one at a time; the tool lists them as they are to be written.
fn models_that_are_not_listed(project: &Project) {
    let model = "#[derive(Model)]\npub struct Name {\n    pub id: i64,\n}\n";
    let module = format!(
        "use migrate_runtime::Model;\n{}",
        model.replace("Name", "Guest")
    );
    project.write("src/guests.rs", &module);
    let text = format!("pub mod guests;\n{USERS}{}", model.replace("Name", "Order"));
    project.write("src/lib.rs", &text);
    let said = project.migrate(&["check"]).transcript();
    assert!(said.contains("the model `Order` is not listed"), "{said}");
    insta::assert_snapshot!(said[said.find("error: the package").unwrap()..], @r"
    error: the package `bad-source` does not build

    hint: models that `schema!` in src/lib.rs does not list; add to its models = [..]:
      guests::Guest, Order
    ");
}

fn words_of_sql_are_names_like_any_other(project: &Project) {
    let model = USERS
        .replace("\"users\"", "\"order\"")
        .replace("pub email: String", "pub r#where: String,\n    #[model(index)]\n    pub group: Option<i64>,\n    #[model(column = \"it's a \\\"name\\\"\", default = 1)]\n    pub odd: i32");
    project.write("src/lib.rs", &model);
    project.migrate(&["revision", "--autogenerate"]).success();
    project.migrate(&["upgrade"]).success();
    project.migrate(&["check"]).success();
    project.migrate(&["downgrade"]).success();
}

fn messages_become_file_names_that_every_system_has(project: &Project) {
    let long = "wörter ".repeat(43);
    for (id, message) in [
        ("a", "../../etc/passwd"),
        ("b", "say \"it's\" */ #[now] \\ {}"),
        ("c", "日本語 и кириллица"),
        ("d", long.as_str()),
        ("e", "CON"),
        ("f", "two\nlines"),
        ("g", "🚀🚀"),
    ] {
        project
            .migrate(&["revision", "--rev-id", id, "-m", message])
            .success();
        let shown = project.migrate(&["show", "--format", "json"]).success();
        let shown: serde_json::Value = serde_json::from_str(&shown.stdout()).unwrap();
        let first_line = message.lines().next().unwrap().trim();
        assert_eq!(shown[0]["message"], first_line, "{shown}");
    }
    let files = std::fs::read_dir(project.path().join("migrations")).unwrap();
    let mut files: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    insta::assert_snapshot!(files.join("\n"), @r"
    HEAD
    a_etc_passwd.rs
    b_say_it_s_now.rs
    c_ri_ben_yu_i_kirillitsa.rs
    d_worter_worter_worter_worter_worter.rs
    e_con.rs
    f_two.rs
    g_rocket_rocket.rs
    ");
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["revision", "-m", "  "]), @r#"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: a revision without --autogenerate needs a message

        hint: add `-m "what it is for"`
        hint: or add `--autogenerate`, to write what the models changed
        "#);
        let said = ["a/b", "head", "x y", "a", ""]
            .map(|id| refused(project, ".", &["revision", "--rev-id", id, "-m", "x"]));
        insta::assert_snapshot!(said.join("\n"), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: 'a/b' cannot be a revision id: '/' cannot be part of a file name: letters, digits and '_' can

        hint: without `--rev-id` the id is made from the time

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: 'head' cannot be a revision id: it is a word of the target grammar

        hint: without `--rev-id` the id is made from the time

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: 'x y' cannot be a revision id: ' ' cannot be part of a file name: letters, digits and '_' can

        hint: without `--rev-id` the id is made from the time

        exit code: 3
        ----- stdout -----
        ----- stderr -----
        error: revision a is present more than once: in [DIR]/migrations/a_etc_passwd.rs and [DIR]/migrations/a_x.rs

        hint: give one of them another id, in its name and in `Migration::new`

        exit code: 2
        ----- stdout -----
        ----- stderr -----
        error: '' cannot be a revision id: it is empty

        hint: without `--rev-id` the id is made from the time
        ");
    });
    // They compile.
    project
        .migrate(&["revision", "--from-chain", "--rev-id", "last"])
        .success();
    project.cargo(&["check", "--quiet"]).success();
}

fn a_question_that_nobody_can_answer(project: &Project) {
    project
        .migrate(&["revision", "--autogenerate", "--rev-id", "first"])
        .success();
    project.migrate(&["upgrade"]).success();
    project.sql("app.db", "INSERT INTO users (email) VALUES ('a@b.c')");
    project.write(
        "src/lib.rs",
        &USERS
            .replace("pub email", "pub address")
            .replace("\"users\"", "\"people\""),
    );
    filters().bind(|| {
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head first
        error: table users is gone and people (1 of 2 columns in common) is new: renamed, or dropped and added

        hint: --rename users:people   keeps the values
        hint: --drop users   drops the values
        ");
        project.write("src/lib.rs", &USERS.replace("pub email", "pub address"));
        insta::assert_snapshot!(refused(project, ".", &["revision", "--autogenerate"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db  at head first
        error: column users.email is gone and address (same type, same place, same default and nullability) is new: renamed, or dropped and added

        hint: --rename users.email:address   keeps the values
        hint: --drop users.email   drops the values
        ");
        insta::assert_snapshot!(refused(project, ".", &["downgrade"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          destroys  table users  1 row  (revision first)
        error: rows would be destroyed; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
        insta::assert_snapshot!(refused(project, ".", &["reset"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          destroys  table users  1 row  (revision first)
        error: rows would be destroyed; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
        insta::assert_snapshot!(refused(project, ".", &["stamp", "base", "--purge"]), @r"
        exit code: 2
        ----- stdout -----
        ----- stderr -----
          database  sqlite  app.db
          forgets   first
        error: what the database has recorded would be forgotten; it cannot be asked, since standard input is not a terminal

        hint: add `--yes` to go on without being asked
        ");
    });
}
