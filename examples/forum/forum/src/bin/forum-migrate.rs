//! `cargo migrate` for the forum.

fn main() -> std::process::ExitCode {
    migrate_runtime::cli::main(&forum::SCHEMA)
}
