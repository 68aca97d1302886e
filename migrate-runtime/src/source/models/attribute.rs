//! Attributes as rustfmt writes them.

/// The widest list of arguments that rustfmt leaves on one line (`attr_fn_like_width`).
const WIDTH: usize = 70;

/// `#[name(items)]` on one line, or one item a line where rustfmt would break it.
pub(super) fn attribute(indent: &str, name: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let inner = match items {
        [only] if !fits(items) && arguments(only).is_some() => {
            format!("{name}({})", laid_out(indent, only))
        }
        several => call(indent, name, several),
    };
    format!("{indent}#[{inner}]\n")
}

fn fits(items: &[String]) -> bool {
    let blanks = 2 * items.len().saturating_sub(1);
    let width: usize = items.iter().map(|item| item.chars().count()).sum();
    width + blanks <= WIDTH
}

fn call(indent: &str, name: &str, items: &[String]) -> String {
    if fits(items) {
        return format!("{name}({})", items.join(", "));
    }
    let inner = format!("{indent}    ");
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("{inner}{}", laid_out(&inner, item)))
        .collect();
    format!("{name}(\n{}\n{indent})", items.join(",\n"))
}

/// An item, its own arguments one a line where they are too many for one.
fn laid_out(indent: &str, item: &str) -> String {
    match arguments(item) {
        Some((name, items)) => call(indent, name, &items),
        None => item.to_owned(),
    }
}

/// The parts of `name(a, b)`; none for any other item.
fn arguments(item: &str) -> Option<(&str, Vec<String>)> {
    let (name, rest) = item.split_once('(')?;
    if !name
        .chars()
        .all(|character| character.is_alphanumeric() || character == '_')
    {
        return None;
    }
    let list = rest.strip_suffix(')')?;
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut items = vec![String::new()];
    for character in list.chars() {
        match character {
            '"' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        if let Some(last) = items.last_mut()
            && !(last.is_empty() && character == ' ')
        {
            last.push(character);
        }
    }
    Some((name, items))
}

/// A Rust string.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            control if control.is_control() => literal.extend(control.escape_unicode()),
            other => literal.push(other),
        }
    }
    literal.push('"');
    literal
}
