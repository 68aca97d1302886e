//! What `doctor` finds, line by line: that a part of the setup is well, what is left to do, or what is wrong and what to
//! do about it. A part that is
//! broken keeps nobody from looking at the next one.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::GlobalArgs;
use super::env::Project;
use super::report;
use super::ui::{Style, Ui, as_called};
use super::url::DatabaseUrl;
use crate::Error;
use crate::command::{self, HeadFile};
use crate::source::SourceError;

/// The findings, printed as they come; for programs, as one list at the end.
#[derive(Debug)]
pub struct Doctor {
    ui: Ui,
    findings: Vec<Value>,
    is_well: bool,
}

impl Doctor {
    /// Nothing was looked at yet.
    pub const fn new(ui: Ui) -> Self {
        Self {
            ui,
            findings: Vec::new(),
            is_well: true,
        }
    }

    /// A part that is well.
    pub fn well(&mut self, part: &str, text: &str) {
        self.say(Style::Label, "ok", part, text, &[]);
    }

    /// A part that is well, and has something left to do.
    pub fn note(&mut self, part: &str, text: &str, todo: &[String]) {
        self.say(Style::Label, "note", part, text, todo);
    }

    /// A part that is not, and what to do.
    pub fn wrong(&mut self, part: &str, text: &str, todo: &[String]) {
        self.say(Style::Warning, "wrong", part, text, todo);
        self.is_well = false;
    }

    /// A part that could not be looked at.
    pub fn failed(&mut self, part: &str, error: &Error) {
        let text = report::in_one_line(error);
        self.wrong(part, &text, error.hints());
    }

    /// The findings of the user's own binary, in its own words for programs.
    pub fn add(&mut self, findings: &[Value], is_well: bool) {
        self.findings.extend_from_slice(findings);
        self.is_well &= is_well;
    }

    /// Exit code 0 where all is well, else 1.
    pub fn finish(self) -> ExitCode {
        if self.ui.is_json() {
            self.ui.json(&Value::Array(self.findings));
        }
        ExitCode::from(if self.is_well {
            report::DONE
        } else {
            report::DIFFERENT
        })
    }

    fn say(&mut self, style: Style, verdict: &str, part: &str, text: &str, todo: &[String]) {
        if self.ui.is_json() {
            let finding = json!({ "part": part, "verdict": verdict, "text": text, "todo": todo });
            return self.findings.push(finding);
        }
        let verdict = self.ui.paint(style, &format!("{verdict:<9}"));
        self.ui.data(&format!("  {verdict} {part:<11} {text}"));
        for line in todo.iter().flat_map(|one| one.lines()) {
            self.ui.data(&format!("  {:<21} {}", "", as_called(line)));
        }
    }

    /// The time zone, if one is set, and the settings about files where something is wrong with them.
    fn settings(&mut self, project: &Project) {
        let style = match project.style() {
            Ok(style) => style,
            Err(error) => return self.failed("settings", &error),
        };
        match project.now() {
            Ok(now) if !project.files["time-zone"].is_null() => {
                self.well(
                    "time",
                    &format!("{}, {}", project.files["time-zone"], now.describe()),
                );
            }
            Ok(_) => {}
            Err(error) => self.failed("settings", &error),
        }
        if let Some(path) = style.template.filter(|path| !path.is_file()) {
            let text = format!("the template {} is missing", project.shown(&path));
            let todo = "correct `template` in [package.metadata.migrate]".to_owned();
            self.wrong("settings", &text, &[todo]);
        }
    }

    /// The migrations directory: how many revisions, which heads, and whether HEAD names them.
    pub fn files(&mut self, project: &Project) {
        self.settings(project);
        let directories = project.migrations.shown(&project.cwd);
        match project.migrations.files() {
            Ok(files) => {
                let plural = if files.len() == 1 { "" } else { "s" };
                let text = format!("{directories}, {} revision{plural}", files.len());
                match project.migrations.named_twice() {
                    None => self.well("migrations", &text),
                    Some(twice) => {
                        let twice = twice.directory().strip_prefix(&project.cwd);
                        let twice =
                            twice.map_or_else(|_| String::new(), |it| it.display().to_string());
                        let todo =
                            format!("{twice} is in another one of them: its files are read once");
                        self.note("migrations", &text, &[todo]);
                    }
                }
            }
            Err(error) => return self.failed("migrations", &error.into()),
        }
        let found = match command::heads(&project.migrations) {
            Ok(found) => found,
            Err(error) => return self.failed("heads", &error),
        };
        let heads: Vec<&str> = (found.heads.iter())
            .map(|head| head.migration.id())
            .collect();
        let text = match heads.as_slice() {
            [] => "none: no revision yet".to_owned(),
            heads => heads.join(", "),
        };
        let merge = || vec!["run `cargo migrate merge`, which writes HEAD".to_owned()];
        match found.file {
            HeadFile::Agrees if found.unlabelled.len() > 1 => {
                let todo = [
                    "join them: cargo migrate merge".to_owned(),
                    "or put one behind the other: cargo migrate rebase".to_owned(),
                ];
                self.wrong("heads", &format!("several: {text}"), &todo);
            }
            HeadFile::Agrees => self.well("heads", &text),
            HeadFile::Differs(named) => {
                let text = format!("{text}; but HEAD names {}", named.join(", "));
                self.wrong("heads", &text, &merge());
            }
            HeadFile::Unknown(unknown) => {
                let path = project.migrations.head();
                let heads = heads.iter().map(|&id| id.to_owned()).collect();
                self.failed(
                    "heads",
                    &SourceError::HeadUnknown {
                        path,
                        unknown,
                        heads,
                    }
                    .into(),
                );
            }
            HeadFile::Conflict => {
                self.wrong(
                    "heads",
                    &format!("{text}; HEAD has conflict markers"),
                    &merge(),
                );
            }
            HeadFile::Missing => {
                self.wrong("heads", &format!("{text}; there is no HEAD"), &merge());
            }
        }
    }

    /// Which database is meant, without its password.
    pub fn url(&mut self, project: &Project, arguments: &GlobalArgs) -> Option<DatabaseUrl> {
        match project.database(arguments) {
            Ok(url) => {
                let text = format!("{}  {}", url.backend(), url.shown(&project.cwd));
                self.well("database", &text);
                Some(url)
            }
            Err(error) => {
                self.failed("database", &error);
                None
            }
        }
    }
}
