//! Does what a page says, in a directory of its own: commands are typed, files are written, diffs applied.
//!
//! | block | what is done |
//! |---|---|
//! | `console` | lines behind `$ ` go to a shell. A line below is one that was printed, in that order; `...` stands for any others, at its end for the rest of it, and nothing at all for all of them. The command fails where the page shows an error, or `# exit code 1` behind it |
//! | first line `// src/lib.rs`, `# Cargo.toml` or `-- old.sql` | becomes that file |
//! | `diff` | is applied to the one file that it fits |
//! | other `toml` | is appended to `Cargo.toml` |
//! | other `rust` | must compile, as an example of the package |
//! | any other | is read by people only |
//!
//! Ids and durations differ from day to day. What stands for one id in a page stands for it in the whole page,
//! in commands and files as well.

use std::collections::BTreeMap;
use std::fs;

use super::page::{Block, Typed, blocks};
use crate::cli::project::{Project, repository};

pub struct Walk {
    pub project: Project,
    /// Where the shell is, below the project.
    dir: String,
    /// What the page says, and what is meant here.
    means: Vec<(String, String)>,
    /// The ids of the page, and those of today.
    ids: BTreeMap<String, String>,
    /// What was typed and printed, and where it is not what the page says.
    told: String,
    wrong: Vec<String>,
    /// How many commands were typed.
    pub commands: usize,
}

impl Walk {
    pub fn new(project: Project) -> Self {
        Self {
            project,
            dir: ".".to_owned(),
            means: Vec::new(),
            ids: BTreeMap::new(),
            told: String::new(),
            wrong: Vec::new(),
            commands: 0,
        }
    }

    /// Where the page has the one text, a name of a database for instance, the other is meant.
    pub fn meaning(mut self, shown: &str, meant: &str) -> Self {
        self.means.push((shown.to_owned(), meant.to_owned()));
        self
    }

    /// Walks a page, or a part of one.
    #[track_caller]
    pub fn through(&mut self, text: &str) {
        let mut examples = 0;
        for block in blocks(text) {
            if let Some(path) = block.file() {
                let path = self.today(&format!("{}/{path}", self.dir));
                let text = self.today(&block.lines[1..].join("\n")) + "\n";
                self.project.write(&path, &text);
                continue;
            }
            match block.language.as_str() {
                "console" => block.typed().iter().for_each(|typed| self.run(typed)),
                "diff" => self.apply(&block),
                "toml" => {
                    let path = format!("{}/Cargo.toml", self.dir);
                    let more = self.today(&block.lines.join("\n"));
                    let text = format!("{}\n{more}\n", self.project.read(&path));
                    self.project.write(&path, &text);
                }
                "rust" => {
                    examples += 1;
                    let path = format!("{}/examples/block_{examples}.rs", self.dir);
                    self.project
                        .write(&path, &(block.lines.join("\n") + "\nfn main() {}\n"));
                }
                _ => {}
            }
        }
        if examples > 0 {
            let line = "cargo check --quiet --examples".to_owned();
            let (code, shown) = (Some(0), Vec::new());
            self.run(&Typed { line, code, shown });
        }
        assert!(self.wrong.is_empty(), "{}\n{:#?}", self.told, self.wrong);
    }

    #[track_caller]
    fn run(&mut self, Typed { line, code, shown }: &Typed) {
        // Those are us.
        if line == "cargo test --workspace" || line.starts_with("cargo install --path") {
            return;
        }
        self.commands += 1;
        if let Some(directory) = line.strip_prefix("cd ") {
            self.dir = format!("{}/{directory}", self.dir);
            assert!(self.project.path().join(&self.dir).is_dir(), "{line}");
            return;
        }
        let ran = self.project.shell(&self.dir, &self.today(line));
        self.told += &format!("$ {line}\n{}exit code: {}\n", ran.stderr(), ran.code());
        let refused = shown.iter().any(|line| line.starts_with("error"));
        if !code.map_or(refused == (ran.code() != 0), |code| code == ran.code()) {
            self.wrong
                .push(format!("{line}: the exit code is {}", ran.code()));
        }
        if let Some(missing) = self.missing(shown, &ran.stderr()) {
            self.wrong.push(format!("{line}: not there: {missing}"));
        }
        if let Some(package) = line.strip_prefix("cargo new ") {
            // The versions that the repository was tested with, and no look at the network.
            let name = package.split(' ').next_back().unwrap();
            let lock = format!("{}/{name}/Cargo.lock", self.dir);
            let ours = fs::read_to_string(repository().join("Cargo.lock")).unwrap();
            self.project.write(&lock, &ours);
        }
    }

    /// What the page says, with what is meant here.
    fn today(&self, text: &str) -> String {
        let ids = self.ids.iter();
        let means = self.means.iter().map(|(shown, meant)| (shown, meant));
        ids.chain(means)
            .fold(text.to_owned(), |text, (shown, meant)| {
                text.replace(shown, meant)
            })
    }

    /// The first line of the page that was not printed where it says.
    fn missing(&mut self, shown: &[String], printed: &str) -> Option<String> {
        let printed: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).collect();
        let mut at = 0;
        let mut anywhere = false;
        for line in shown.iter().filter(|line| !line.is_empty()) {
            if line.trim() == "..." {
                anywhere = true;
                continue;
            }
            let rest = &printed[at..];
            let found = rest.iter().position(|printed| self.is_like(line, printed));
            match found {
                Some(further) if anywhere || further == 0 => at += further + 1,
                _ => return Some(line.clone()),
            }
            anywhere = false;
        }
        match printed.get(at) {
            Some(more) if !anywhere && !shown.is_empty() => Some(format!("(the end), not: {more}")),
            _ => None,
        }
    }

    /// Whether a line of the page is that line of today; its ids are remembered then.
    fn is_like(&mut self, shown: &str, printed: &str) -> bool {
        let means = self.means.iter();
        let shown = means.fold(shown.to_owned(), |text, (shown, meant)| {
            text.replace(shown, meant)
        });
        // The rest of a line may be left out as well.
        let (shown, printed) = match shown.strip_suffix("...") {
            Some(begin) => {
                let length = begin.chars().count();
                (
                    settled(begin),
                    settled(&printed.chars().take(length).collect::<String>()),
                )
            }
            None => (settled(&shown), settled(printed)),
        };
        if shown.text != printed.text {
            return false;
        }
        let pairs = || shown.ids.iter().zip(&printed.ids);
        if pairs().any(|(shown, today)| self.ids.get(shown).is_some_and(|known| known != today)) {
            return false;
        }
        self.ids
            .extend(pairs().map(|(shown, today)| (shown.clone(), today.clone())));
        true
    }

    /// Applies the changed lines of a diff to the one file of the project that has them.
    #[track_caller]
    fn apply(&self, diff: &Block) {
        let side = |keep: char| -> String {
            let lines = diff.lines.iter();
            lines
                .filter(|line| line.is_empty() || line.starts_with([' ', keep]))
                .map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n")
                .collect()
        };
        let (before, after) = (self.today(&side('-')), self.today(&side('+')));
        let files = self
            .project
            .contents()
            .into_iter()
            .filter_map(|(path, bytes)| {
                let text = String::from_utf8(bytes).ok()?;
                text.contains(&before).then_some((path, text))
            });
        let files: Vec<_> = files.collect();
        let [(path, text)] = files.as_slice() else {
            panic!("{} files have:\n{before}", files.len());
        };
        assert_eq!(
            text.matches(&before).count(),
            1,
            "{}:\n{before}",
            path.display()
        );
        fs::write(path, text.replacen(&before, &after, 1)).unwrap();
    }
}

/// A line, without what differs from day to day.
struct Settled {
    text: String,
    ids: Vec<String>,
}

fn settled(line: &str) -> Settled {
    let mut text = String::new();
    let mut ids = Vec::new();
    let mut digits = String::new();
    for character in line.trim_end().chars().chain(['\n']) {
        if character.is_ascii_digit() || character == '_' && digits.len() == 8 {
            digits.push(character);
            continue;
        }
        let is_time = text.ends_with('(') && character == ' ' && !digits.is_empty();
        if digits.len() == 15 {
            text.push('N');
            ids.push(std::mem::take(&mut digits));
        } else {
            text.push_str(if is_time { "N" } else { &digits });
            digits.clear();
        }
        text.push(character);
    }
    Settled {
        text: text.trim_end().to_owned(),
        ids,
    }
}
