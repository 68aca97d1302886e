//! `examples/notes`: models without diesel, in an application that queries with sqlx.

use super::libraries::copy;
use super::project::{Project, repository};

#[test]
fn models_serve_an_application_with_sqlx() {
    let example = repository().join("examples/notes");
    let project = Project::empty();
    copy(&example, &project, "");
    let lock = std::fs::read_to_string(example.join("Cargo.lock")).unwrap();
    project.write("Cargo.lock", &lock);
    let runtime = repository().join("migrate-runtime").display().to_string();
    let manifest = project.read("Cargo.toml");
    let manifest = manifest.replace("../../migrate-runtime", &runtime.replace('\\', "/"));
    project.write("Cargo.toml", &manifest);
    let tested = project.cargo(&["test", "--quiet", "--locked"]);
    assert!(
        tested.transcript().contains("2 passed"),
        "{}",
        tested.transcript()
    );
}
