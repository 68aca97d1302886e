//! The terminal: the only place that prints. Results go to standard output, everything else to
//! standard error. It knows no command.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use super::args::{Color, Format, GlobalArgs};

/// Where output goes and how it looks.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    format: Format,
    quiet: bool,
    verbose: u8,
    color: bool,
}

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The first word of a line.
    Label,
    /// Something was added, or is well.
    Good,
    /// Needs attention.
    Warning,
    /// Was removed, or went wrong.
    Bad,
    /// Less important.
    Dim,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Label => "\x1b[1m",
            Self::Good => "\x1b[32m",
            Self::Warning => "\x1b[33m",
            Self::Bad => "\x1b[1;31m",
            Self::Dim => "\x1b[2m",
        }
    }
}

impl Ui {
    /// The output that the arguments ask for.
    pub fn new(arguments: &GlobalArgs) -> Self {
        Self {
            format: arguments.format,
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            color: wants_color(arguments.color),
        }
    }

    /// The output before there are arguments.
    pub fn plain() -> Self {
        Self {
            format: Format::Text,
            quiet: false,
            verbose: 0,
            color: wants_color(Color::Auto),
        }
    }

    /// The same without colour.
    pub const fn without_color(mut self) -> Self {
        self.color = false;
        self
    }

    /// Whether results are JSON.
    pub fn is_json(self) -> bool {
        self.format == Format::Json
    }

    /// How often `-v` was given.
    pub const fn verbosity(self) -> u8 {
        self.verbose
    }

    /// Whether only results and errors are printed.
    pub const fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Whether somebody can watch and answer.
    pub fn is_interactive(self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Whether a progress bar makes sense.
    pub fn shows_progress(self) -> bool {
        !self.quiet && !self.is_json() && io::stderr().is_terminal()
    }

    /// Whether lines may be drawn between results: not for programs that read them.
    pub fn shows_graphs(self) -> bool {
        !self.is_json() && io::stdout().is_terminal()
    }

    /// Prints a result, a line or several.
    pub fn data(self, text: &str) {
        let written = write_line(&mut io::stdout().lock(), text);
        // A reader that has gone (`| head`) has what it wanted; a full disk has half of a script.
        if let Err(error) = written
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            LOST.get_or_init(|| error.to_string());
        }
    }

    /// Why a result could not be written.
    pub(super) fn lost() -> Option<&'static str> {
        LOST.get().map(String::as_str)
    }

    /// Prints a result for programs.
    pub fn json(self, value: &serde_json::Value) {
        self.data(&format!("{value:#}"));
    }

    /// Prints what happens, in the columns of all commands: `  label     text`.
    pub fn status(self, label: &str, text: &str) {
        if !self.quiet {
            self.message(&format!("  {}", self.labelled(label, text)));
        }
    }

    /// Prints what happens, as a sentence.
    pub fn note(self, text: &str) {
        if !self.quiet {
            self.message(text);
        }
    }

    /// Prints something that needs attention.
    pub fn warning(self, text: &str) {
        self.message(&format!(
            "{} {text}",
            self.paint(Style::Warning, "warning:")
        ));
    }

    /// Prints an error or another message that `--quiet` does not silence.
    pub fn message(self, text: &str) {
        // Where nobody can be told, the exit code tells.
        let _ = write_line(&mut io::stderr().lock(), &as_called(text));
    }

    /// A label and its text in two columns.
    pub fn labelled(self, label: &str, text: &str) -> String {
        let padding = " ".repeat(10_usize.saturating_sub(label.len()));
        let label = self.paint(Style::Label, label);
        let text = as_called(text);
        format!("{label}{padding}{text}").trim_end().to_owned()
    }

    /// The text in its colour, or plain.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.color {
            format!("{}{text}\x1b[0m", style.code())
        } else {
            text.to_owned()
        }
    }
}

/// Why a result could not be written: of the first one.
static LOST: OnceLock<String> = OnceLock::new();

/// What the program is called where messages say what to type.
pub const CARGO: &str = "cargo migrate";

/// What to type for a database of a package that has several.
pub(super) fn with_database(name: Option<&str>) -> String {
    name.map_or_else(
        || CARGO.to_owned(),
        |name| format!("{CARGO} --database {name}"),
    )
}

/// Says of which database the messages are that say what to type.
pub fn of_database(name: Option<&str>) {
    called(&with_database(name));
}

/// The commands that a program without its package cannot run either: they stay as they are.
const OF_THE_PACKAGE: [&str; 4] = ["init", "revision", "merge", "models"];

/// What this program is called, where it is not started by cargo.
static CALLED: OnceLock<String> = OnceLock::new();

/// Says what this program is called: the first one counts.
pub(super) fn called(program: &str) {
    if program != CARGO {
        CALLED.get_or_init(|| program.to_owned());
    }
}

/// A message whose commands begin with what this program is called.
pub(super) fn as_called(text: &str) -> Cow<'_, str> {
    match CALLED.get() {
        Some(program) if text.contains(CARGO) => Cow::Owned(with_name(text, program)),
        _ => Cow::Borrowed(text),
    }
}

fn with_name(text: &str, program: &str) -> String {
    let mut parts = text.split(CARGO);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let command = part.split_whitespace().next().unwrap_or_default();
        let command = command.trim_end_matches(|c: char| !c.is_alphanumeric());
        let stays = match program.strip_prefix(CARGO) {
            // For one of several databases, which may be said already.
            Some(database) => part.starts_with(database),
            None => OF_THE_PACKAGE.contains(&command),
        };
        written.push_str(if stays { CARGO } else { program });
        written.push_str(part);
    }
    written
}

fn write_line(stream: &mut dyn Write, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.write_all(b"\n")?;
    stream.flush()
}

/// <https://no-color.org>: any non-empty value turns colour off.
fn wants_color(choice: Color) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
                && io::stderr().is_terminal()
                && io::stdout().is_terminal()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::with_name;

    #[test]
    fn what_to_type_begins_with_what_was_typed() {
        let said =
            "run `cargo migrate upgrade`, or cargo migrate stamp head; cargo migrate revision -m x";
        assert_eq!(
            with_name(said, "shop db"),
            "run `shop db upgrade`, or shop db stamp head; cargo migrate revision -m x"
        );
    }
}
