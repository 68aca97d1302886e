//! The book: its table of contents, its links, and that no block of it goes unread.

use std::collections::BTreeSet;
use std::path::Path;

use super::page::{anchor, blocks, headings, links, pages, text};
use crate::cli::project::repository;

/// The lines of the table of contents lead to each page once.
#[test]
fn the_table_of_contents_has_every_page() {
    let mut listed: Vec<String> = links(&text("docs/SUMMARY.md"))
        .into_iter()
        .map(|page| format!("docs/{page}"))
        .collect();
    listed.sort();
    let pages = pages();
    let pages: Vec<_> = pages
        .iter()
        .filter(|page| *page != "docs/SUMMARY.md")
        .collect();
    assert_eq!(listed.iter().collect::<Vec<_>>(), pages);
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut read = 0;
    let readmes = ["README.md", "README.es.md"].map(str::to_owned);
    for page in pages().into_iter().chain(readmes) {
        for link in links(&text(&page)) {
            if link.starts_with("https://") {
                continue;
            }
            read += 1;
            if !resolves(&page, &link) {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read > 30, "only {read} links");
}

fn resolves(page: &str, link: &str) -> bool {
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(page).parent().unwrap();
    let target = match path {
        "" => page.to_owned(),
        path => folder.join(path).display().to_string(),
    };
    // The book has its own pages only.
    if page.starts_with("docs/") && target.contains("..") {
        return false;
    }
    if heading.is_empty() {
        return repository().join(target).exists();
    }
    let headings = headings(&text(&target));
    let anchors: BTreeSet<String> = headings.iter().map(|heading| anchor(heading)).collect();
    anchors.contains(heading)
}

/// A page with Rust in it is walked by a test here, or its blocks are tests of the runtime's documentation.
#[test]
fn every_block_of_rust_is_compiled() {
    let compiled = text("migrate-runtime/src/lib.rs");
    let walked = ["tutorials", "from_diesel"].map(|name| text(&format!("tests/docs/{name}.rs")));
    for page in pages() {
        let has_rust = blocks(&text(&page))
            .iter()
            .any(|block| matches!(block.language.as_str(), "rust" | "rust,no_run"));
        let is_read = compiled.contains(&page) || walked.iter().any(|test| test.contains(&page));
        assert!(!has_rust || is_read, "{page}");
    }
}

/// What the introduction says: each command behind a `$` is typed.
#[test]
fn every_page_with_commands_is_walked() {
    let walked = ["tutorials", "from_diesel"].map(|name| text(&format!("tests/docs/{name}.rs")));
    for page in pages() {
        let mut blocks = blocks(&text(&page)).into_iter();
        let has_commands = blocks.any(|block| block.language == "console");
        let is_walked = walked.iter().any(|test| test.contains(&page));
        assert!(!has_commands || is_walked, "{page}");
    }
}

/// A block that begins somewhere ends, and says its language.
#[test]
fn blocks_are_whole() {
    for page in pages().into_iter().chain(["README.md".to_owned()]) {
        let text = text(&page);
        let fences = text
            .lines()
            .filter(|line| line.trim_start().starts_with("```"));
        let fences: Vec<&str> = fences.collect();
        let hidden = text.lines().filter(|line| line.starts_with("<!-- $ "));
        let blocks = blocks(&text).len() - hidden.count();
        assert_eq!(fences.len(), blocks * 2, "{page}: {fences:?}");
        let opening = fences.iter().step_by(2);
        let unnamed = opening.filter(|fence| fence.trim() == "```");
        assert_eq!(unnamed.count(), 0, "{page}: a block without a language");
    }
}

/// Each error by which one looks for help is one that a test has brought about: on the page, or elsewhere.
#[test]
fn every_error_is_produced() {
    let page = text("docs/troubleshooting.md");
    let shown = blocks(&page).into_iter().flat_map(|block| block.lines);
    let mut produced: String = shown.map(|line| line + "\n").collect();
    for folder in ["tests", "ui-tests", "migrate-runtime/src"] {
        produced += &read_all(&repository().join(folder));
    }
    let errors = headings(&page);
    let errors = errors.iter().filter_map(|line| line.strip_prefix("### "));
    let parts = errors.flat_map(|error| error.split('…'));
    let parts = parts.map(|part| part.trim_matches([' ', ',']));
    let unknown: Vec<&str> = parts.filter(|part| !produced.contains(part)).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// The files of tests below a folder, this one left out.
fn read_all(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path
            .extension()
            .is_some_and(|extension| extension == "rs" || extension == "snap")
            && path
                .components()
                .any(|part| part.as_os_str().to_string_lossy().contains("tests"));
        if path.is_dir() {
            text += &read_all(&path);
        } else if is_test && !path.ends_with("tests/docs/book.rs") {
            text += &std::fs::read_to_string(&path).unwrap();
        }
    }
    text
}
