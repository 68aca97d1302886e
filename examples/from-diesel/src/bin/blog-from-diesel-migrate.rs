//! `cargo migrate` for the blog.

fn main() -> std::process::ExitCode {
    migrate_runtime::cli::main(&blog_from_diesel::SCHEMA)
}
