//! The shape of all attributes: `key`, `key = value`, `key(items)` or a literal, separated by commas.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Ident, Lit, LitInt, LitStr, Path, Token, token};

/// One element of an attribute.
pub(crate) enum Item {
    Literal(Lit),
    Word(Word),
}

/// A key with what it is set to.
pub(crate) struct Word {
    pub(crate) key: Ident,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    Nothing,
    Is(Expr),
    List(Vec<Item>),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Lit) {
            return Ok(Self::Literal(input.parse()?));
        }
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Is(ungrouped(input.parse()?))
        } else if input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            Value::List(items(&content)?)
        } else {
            Value::Nothing
        };
        Ok(Self::Word(Word { key, value }))
    }
}

/// What a `macro_rules!` hands over as `$name:literal` or `$sql:expr` is in a group that is not seen.
fn ungrouped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) => ungrouped(*group.expr),
        other => other,
    }
}

/// A list of items to the end of the input.
pub(crate) fn items(input: ParseStream<'_>) -> syn::Result<Vec<Item>> {
    Ok(Punctuated::<Item, Token![,]>::parse_terminated(input)?
        .into_iter()
        .collect())
}

impl Item {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Literal(literal) => literal.span(),
            Self::Word(word) => word.key.span(),
        }
    }
}

impl Word {
    /// The key as text; `r#type` is `type`.
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    fn wrong(&self, form: &str) -> syn::Error {
        let name = self.name();
        syn::Error::new(
            self.key.span(),
            format!("`{name}` is written `{}`", form.replace("KEY", &name)),
        )
    }

    /// `key`.
    pub(crate) fn flag(&self) -> syn::Result<bool> {
        match &self.value {
            Value::Nothing => Ok(true),
            Value::Is(_) | Value::List(_) => Err(self.wrong("KEY")),
        }
    }

    /// `key = true` or `key = false`.
    pub(crate) fn boolean(&self) -> syn::Result<bool> {
        match &self.value {
            Value::Is(Expr::Lit(ExprLit {
                lit: Lit::Bool(value),
                ..
            })) => Ok(value.value),
            _ => Err(self.wrong("KEY = false")),
        }
    }

    /// `key = "text"`.
    pub(crate) fn text(&self) -> syn::Result<LitStr> {
        match &self.value {
            Value::Is(Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            })) => Ok(text.clone()),
            _ => Err(self.wrong("KEY = \"..\"")),
        }
    }

    /// `key = 12`.
    pub(crate) fn integer(&self) -> syn::Result<LitInt> {
        match &self.value {
            Value::Is(Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            })) => Ok(number.clone()),
            _ => Err(self.wrong("KEY = 255")),
        }
    }

    /// `key = some::path`.
    pub(crate) fn path(&self) -> syn::Result<Path> {
        match &self.value {
            Value::Is(Expr::Path(path)) if path.qself.is_none() => Ok(path.path.clone()),
            _ => Err(self.wrong("KEY = some::path")),
        }
    }

    /// `key = value`.
    pub(crate) fn expression(&self, form: &str) -> syn::Result<&Expr> {
        match &self.value {
            Value::Is(expression) => Ok(expression),
            Value::Nothing | Value::List(_) => Err(self.wrong(form)),
        }
    }

    /// `key(..)`.
    pub(crate) fn list(&self, form: &str) -> syn::Result<&[Item]> {
        match &self.value {
            Value::List(items) => Ok(items),
            Value::Nothing | Value::Is(_) => Err(self.wrong(form)),
        }
    }
}

/// The error for a key that does not exist here: names the nearest ones, then all.
pub(crate) fn unknown(key: &Ident, known: &[&str]) -> syn::Error {
    let name = key.unraw().to_string();
    let near: Vec<String> = nearest(&name, known)
        .into_iter()
        .map(|word| format!("`{word}`"))
        .collect();
    let guess = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    let known = known.join(", ");
    let message = format!("unknown key `{name}`{guess}\nknown here: {known}");
    syn::Error::new(key.span(), message)
}

/// The words that are spelled nearly so, nearest first.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Vec<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = known
        .iter()
        .filter_map(|candidate| {
            let distance = if candidate.starts_with(word) && word.len() > 2 {
                1
            } else {
                distance(word, candidate)
            };
            (distance <= limit).then_some((distance, *candidate))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, word)| word).collect()
}

/// The edits between two words: letters put in, left out, replaced, or swapped with the next one.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let nearest = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    nearest.min(rows[i - 2][j - 2] + 1)
                } else {
                    nearest
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["max_length", "unique", "index", "comment"];
        assert_eq!(nearest("max_lenght", &known), ["max_length"]);
        assert_eq!(nearest("uniq", &known), ["unique"]);
        assert_eq!(nearest("idnex", &known), ["index"]);
        assert!(nearest("nothing_like_it", &known).is_empty());
    }
}
