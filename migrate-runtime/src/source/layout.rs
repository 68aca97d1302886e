//! Rust expressions as data, and their layout as rustfmt writes them.
//!
//! Knows the few shapes that a migration file is made of: calls, method chains, slices, literals. The
//! widths are rustfmt's defaults; a user's own `rustfmt.toml` is obeyed by running rustfmt afterwards.

/// The width of a line.
const LINE: usize = 100;
/// The width of arguments, slices and chains that stay on one line.
const SMALL: usize = 60;
/// Slices of elements up to this width are filled line by line.
const SHORT_ELEMENT: usize = 10;
const STEP: usize = 4;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// A literal or a path.
    Atom(String),
    /// `name(arguments)`.
    Call(String, Vec<Self>),
    /// `root.name(arguments).name(arguments)`.
    Chain(Box<Self>, Vec<(String, Vec<Self>)>),
    /// `&[elements]`, each with comment lines above it.
    Slice(Vec<(Vec<String>, Self)>),
    /// `(elements)`.
    Tuple(Vec<Self>),
}

impl Expr {
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self::Atom(text.into())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Atom(super::literal::string(text))
    }

    pub(super) fn call(name: &str, arguments: impl IntoIterator<Item = Self>) -> Self {
        Self::Call(name.to_owned(), arguments.into_iter().collect())
    }

    pub(super) fn slice(elements: impl IntoIterator<Item = Self>) -> Self {
        let bare = |element| (Vec::new(), element);
        Self::Slice(elements.into_iter().map(bare).collect())
    }

    pub(super) fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::slice(texts.into_iter().map(|text| Self::text(text.as_ref())))
    }

    /// The same with one more method call.
    pub(super) fn method(self, name: &str, arguments: impl IntoIterator<Item = Self>) -> Self {
        let call = (name.to_owned(), arguments.into_iter().collect());
        match self {
            Self::Chain(root, mut calls) => {
                calls.push(call);
                Self::Chain(root, calls)
            }
            root @ (Self::Atom(_) | Self::Call(..) | Self::Slice(_) | Self::Tuple(_)) => {
                Self::Chain(Box::new(root), vec![call])
            }
        }
    }

    /// The same with a method call, where there is something to say.
    pub(super) fn method_if(self, condition: bool, name: &str) -> Self {
        if condition {
            self.method(name, [])
        } else {
            self
        }
    }

    /// On one line, unless a comment or a literal needs several.
    fn flat(&self) -> Option<String> {
        let text = match self {
            Self::Atom(text) => text.clone(),
            Self::Call(name, arguments) => format!("{name}({})", flat_list(arguments)?),
            Self::Chain(root, calls) => {
                let mut text = root.flat()?;
                for (name, arguments) in calls {
                    text += &flat_method(name, arguments)?;
                }
                text
            }
            Self::Slice(elements) => {
                if elements.iter().any(|(comments, _)| !comments.is_empty()) {
                    return None;
                }
                let parts: Option<Vec<String>> =
                    elements.iter().map(|(_, element)| element.flat()).collect();
                format!("&[{}]", parts?.join(", "))
            }
            Self::Tuple(elements) => format!("({})", flat_list(elements)?),
        };
        (!text.contains('\n')).then_some(text)
    }

    /// Lays it out, starting at `column` of a line that is indented by `indent`, with `tail` more
    /// characters to follow on its last line.
    pub(super) fn layout(&self, indent: usize, column: usize, tail: usize) -> String {
        let width = LINE.saturating_sub(column + tail);
        match self {
            Self::Atom(text) => text.clone(),
            Self::Call(name, arguments) => {
                let column = column + name.chars().count();
                format!(
                    "{name}{}",
                    layout_arguments(arguments, name.len(), indent, column, tail)
                )
            }
            Self::Tuple(elements) => layout_arguments(elements, 0, indent, column, tail),
            Self::Chain(root, calls) => layout_chain(root, calls, indent, column, tail, width),
            Self::Slice(elements) => layout_slice(elements, indent, column, tail, width),
        }
    }

    /// Whether every part that must be small to share a line is small.
    fn is_small(&self) -> bool {
        let within = |list: &[Self]| {
            let fits = list.len() == 1 || flat_list(list).is_some_and(|text| width(&text) <= SMALL);
            fits && list.iter().all(Self::is_small)
        };
        match self {
            Self::Atom(_) => true,
            Self::Call(_, arguments) | Self::Tuple(arguments) => within(arguments),
            Self::Chain(root, calls) => {
                let short =
                    calls.len() == 1 || self.flat().is_some_and(|text| width(&text) <= SMALL);
                short && root.is_small() && calls.iter().all(|(_, arguments)| within(arguments))
            }
            Self::Slice(elements) => {
                let short = self
                    .flat()
                    .is_some_and(|text| width(&text) <= SMALL + "&[]".len());
                short && elements.iter().all(|(_, element)| element.is_small())
            }
        }
    }

    /// The one-line form, where rustfmt would choose it.
    fn one_line(&self, budget: usize) -> Option<String> {
        let text = self.flat()?;
        (width(&text) <= budget && self.is_small()).then_some(text)
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn spaces(count: usize) -> String {
    " ".repeat(count)
}

fn line(indent: usize, text: &str) -> String {
    format!("{}{text}\n", spaces(indent))
}

fn flat_method(name: &str, arguments: &[Expr]) -> Option<String> {
    Some(format!(".{name}({})", flat_list(arguments)?))
}

fn flat_list(list: &[Expr]) -> Option<String> {
    let parts: Option<Vec<String>> = list.iter().map(Expr::flat).collect();
    Some(parts?.join(", "))
}

/// `(arguments)`: on one line, or the only argument begins on this line, or one a line.
///
/// `name` is the width of the name before it.
fn layout_arguments(
    arguments: &[Expr],
    name: usize,
    indent: usize,
    column: usize,
    tail: usize,
) -> String {
    let width_left = LINE.saturating_sub(column + "()".len() + tail);
    let limit = if arguments.len() == 1 {
        width_left
    } else {
        width_left.min(SMALL)
    };
    let flat = flat_list(arguments).filter(|text| width(text) <= limit);
    if let Some(text) = flat.filter(|_| arguments.iter().all(Expr::is_small)) {
        return format!("({text})");
    }
    // What rustfmt lets begin on this line: a slice, a call, and anything behind a very short name.
    let begins_here = |only: &Expr| match only {
        Expr::Slice(_) | Expr::Call(..) => true,
        Expr::Atom(_) | Expr::Chain(..) | Expr::Tuple(_) => (1..STEP).contains(&name),
    };
    if let [only] = arguments
        && begins_here(only)
    {
        return format!("({})", only.layout(indent, column + 1, tail + 1));
    }
    let inner = indent + STEP;
    let mut text = "(\n".to_owned();
    for argument in arguments {
        text += &line(inner, &(argument.layout(inner, inner, 1) + ","));
    }
    text + &spaces(indent) + ")"
}

fn layout_chain(
    root: &Expr,
    calls: &[(String, Vec<Expr>)],
    indent: usize,
    column: usize,
    tail: usize,
    budget: usize,
) -> String {
    let chain = Expr::Chain(Box::new(root.clone()), calls.to_vec());
    let budget = if calls.len() == 1 {
        budget
    } else {
        budget.min(SMALL)
    };
    if let Some(text) = chain.one_line(budget) {
        return text;
    }
    let head = root.layout(indent, column, 0);
    let several_lines = head.contains('\n');
    let inner = if several_lines { indent } else { indent + STEP };
    let own_line = |(name, arguments): &(String, Vec<Expr>), tail: usize| {
        let column = inner + 1 + name.len();
        format!(
            ".{name}{}",
            layout_arguments(arguments, name.len(), inner, column, tail)
        )
    };
    // Everything but the last call on one line, and that one runs over.
    if let (Some((last, rest)), false) = (calls.split_last(), several_lines) {
        let before = rest
            .iter()
            .try_fold(head.clone(), |text, (name, arguments)| {
                Some(text + &flat_method(name, arguments)?)
            });
        if let Some(before) = before.filter(|text| width(text) < budget) {
            let column = column + width(&before) + 1 + last.0.len();
            let over = layout_arguments(&last.1, last.0.len(), indent, column, tail);
            let lines = over.lines().count();
            let first = over.lines().next().map_or(0, width) + 1 + last.0.len();
            let fits = width(&before) + first <= budget;
            if fits && lines > 1 && (lines >= 5 || own_line(last, tail).lines().count() >= lines) {
                return format!("{before}.{}{over}", last.0);
            }
        }
    }
    let mut text = head;
    for (place, call) in calls.iter().enumerate() {
        let tail = if place + 1 == calls.len() { tail } else { 0 };
        text = text + "\n" + &spaces(inner) + &own_line(call, tail);
    }
    text
}

fn layout_slice(
    elements: &[(Vec<String>, Expr)],
    indent: usize,
    column: usize,
    tail: usize,
    budget: usize,
) -> String {
    let slice = Expr::Slice(elements.to_vec());
    if let Some(text) = slice.one_line(budget) {
        return text;
    }
    let commented = elements.iter().any(|(comments, _)| !comments.is_empty());
    if let ([(_, only @ (Expr::Call(..) | Expr::Chain(..)))], false) = (elements, commented) {
        return format!("&[{}]", only.layout(indent, column + "&[".len(), tail + 1));
    }
    let inner = indent + STEP;
    let flats: Vec<String> = elements
        .iter()
        .filter_map(|(_, element)| element.flat())
        .collect();
    let short = flats.iter().all(|text| width(text) <= SHORT_ELEMENT);
    if !commented && short && flats.len() == elements.len() {
        return format!("&[\n{}{}]", fill(&flats, inner), spaces(indent));
    }
    let mut text = "&[\n".to_owned();
    for (comments, element) in elements {
        for comment in comments {
            text += &line(inner, &format!("// {comment}"));
        }
        text += &line(inner, &(element.layout(inner, inner, 1) + ","));
    }
    text + &spaces(indent) + "]"
}

/// As many elements a line as fit.
fn fill(elements: &[String], indent: usize) -> String {
    let mut text = String::new();
    let mut current = String::new();
    for element in elements {
        if !current.is_empty() && indent + width(&current) + 1 + width(element) >= LINE {
            text += &line(indent, &current);
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(element);
        current.push(',');
    }
    text + &line(indent, &current)
}
