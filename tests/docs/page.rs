//! A page of the documentation: its blocks of code, its headings, its links.

use std::fs;

use crate::cli::project::repository;

/// A block of code.
pub struct Block {
    /// `console`, `diff`, `rust` …
    pub language: String,
    pub lines: Vec<String>,
}

/// A command, and what the page shows of its output.
pub struct Typed {
    pub line: String,
    /// Behind the command stands `# exit code 1`.
    pub code: Option<i32>,
    pub shown: Vec<String>,
}

/// The text of a page, by its path in the repository.
pub fn text(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The pages of the book, by their paths in the repository.
pub fn pages() -> Vec<String> {
    let entries = fs::read_dir(repository().join("docs")).unwrap();
    let mut pages: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            std::path::Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "md")
        })
        .map(|name| format!("docs/{name}"))
        .collect();
    pages.sort();
    pages
}

pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        // What readers need not see is typed as well.
        let hidden = line
            .strip_prefix("<!-- $ ")
            .and_then(|line| line.strip_suffix(" -->"));
        if let Some(command) = hidden {
            blocks.push(Block {
                language: "console".to_owned(),
                lines: vec![format!("$ {command}")],
            });
        }
        if let Some(language) = line.strip_prefix("```") {
            let body = lines.by_ref().take_while(|line| *line != "```");
            blocks.push(Block {
                language: language.to_owned(),
                lines: body.map(str::to_owned).collect(),
            });
        }
    }
    blocks
}

/// A chapter of a page, by its heading.
pub fn section(text: &str, heading: &str) -> String {
    let begin = format!("## {heading}");
    let rest = text.lines().skip_while(|line| *line != begin);
    let lines: Vec<&str> = (rest.enumerate())
        .take_while(|(at, line)| *at == 0 || !line.starts_with("## "))
        .map(|(_, line)| line)
        .collect();
    assert!(!lines.is_empty(), "there is no chapter {heading}");
    lines.join("\n")
}

/// A page without its blocks of code.
pub fn prose(text: &str) -> String {
    let mut in_code = false;
    let mut prose = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            prose += line;
            prose.push('\n');
        }
    }
    prose
}

/// The headings of a page, `#` and all.
pub fn headings(text: &str) -> Vec<String> {
    let prose = prose(text);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings.map(str::to_owned).collect()
}

/// What a link to a heading says, as mdBook and GitHub make it.
pub fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim();
    text.chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            _ if letter.is_alphanumeric() => Some(letter.to_lowercase().next().unwrap()),
            _ => None,
        })
        .collect()
}

/// Where the links of a page lead.
pub fn links(text: &str) -> Vec<String> {
    // What stands between backticks is code.
    let prose = prose(text);
    let outside = prose.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let targets = outside.split("](").skip(1);
    targets
        .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .collect()
}

impl Block {
    /// The file that the block is, where its first line is a comment of nothing but a path.
    pub fn file(&self) -> Option<&str> {
        let first = self.lines.first()?;
        let path = ["// ", "# ", "-- "]
            .iter()
            .find_map(|comment| first.strip_prefix(comment))?;
        let is_path = !path.contains(' ') && (path.contains('.') || path.contains('/'));
        is_path.then_some(path)
    }

    /// The commands of a `console` block. What stands behind two spaces and a `#` explains one.
    pub fn typed(&self) -> Vec<Typed> {
        let mut commands: Vec<Typed> = Vec::new();
        for line in &self.lines {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => {
                    let (line, remark) = command.split_once("  #").unwrap_or((command, ""));
                    let code = remark.split("exit code ").nth(1);
                    commands.push(Typed {
                        line: line.trim().to_owned(),
                        code: code.map(|code| code.trim().parse().unwrap()),
                        shown: Vec::new(),
                    });
                }
                (None, Some(last)) => last.shown.push(line.clone()),
                (None, None) => panic!("output of nothing: {line}"),
            }
        }
        commands
    }
}
