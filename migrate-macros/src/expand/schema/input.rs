//! The grammar of `schema!`: what was written, and everything wrong with it at once.

use crate::expand::schema::spelled;
use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry::{Occupied, Vacant};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, LitStr, Meta, Path, Token, Visibility, bracketed};

const KEYS: &str = "`models = [..]`, `external = [..]`, `migrations = \"..\"`, `chain = \"..\"`, \
                    `include = [..]`, `ignore = [\"..\"]`, `version_table = \"..\"`, `check = \"warn\"`, `crate = path`";

/// What the user wrote, as far as it can be read.
pub(super) struct Input {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    /// None where the first line makes no sense.
    pub(super) name: Option<Ident>,
    pub(super) models: Vec<Entry>,
    /// The schemas of libraries.
    pub(super) include: Vec<Library>,
    /// Patterns for what of the database is left out of comparisons.
    pub(super) ignore: Vec<LitStr>,
    /// The bookkeeping table.
    pub(super) version_table: Option<LitStr>,
    /// Its directories; the first has HEAD.
    pub(super) migrations: Vec<LitStr>,
    pub(super) chain: Option<LitStr>,
    /// Whether differences of models are warnings.
    pub(super) warns: bool,
    pub(super) krate: Option<Path>,
    pub(super) errors: Vec<Error>,
    /// The settings that were read.
    pub(super) seen: Vec<String>,
}

/// The schema of a library.
pub(super) struct Library {
    /// `#[cfg(..)]`.
    pub(super) attributes: Vec<Attribute>,
    pub(super) path: Path,
}

/// One model of the list.
pub(super) struct Entry {
    /// `#[cfg(..)]`: what is in the brackets.
    pub(super) condition: Option<TokenStream>,
    pub(super) path: Path,
    /// The table, of a model that a condition may take away.
    pub(super) table: Option<LitStr>,
    /// Whether it is a struct of another crate, whose table this chain makes.
    pub(super) external: bool,
}

impl Entry {
    /// The attribute that makes an item depend on the condition.
    pub(super) fn cfg(&self) -> TokenStream {
        match &self.condition {
            Some(condition) => quote!(#[cfg(#condition)]),
            None => TokenStream::new(),
        }
    }
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut read = Self {
            attributes: Vec::new(),
            visibility: Visibility::Inherited,
            name: None,
            models: Vec::new(),
            include: Vec::new(),
            ignore: Vec::new(),
            version_table: None,
            migrations: vec![LitStr::new("migrations", Span::call_site())],
            chain: None,
            warns: false,
            krate: None,
            errors: Vec::new(),
            seen: Vec::new(),
        };
        if let Err(error) = read.first_line(input) {
            read.errors.push(error);
            skip_past_semicolon(input)?;
        }
        while !input.is_empty() {
            if let Err(error) = read.setting(input) {
                read.errors.push(error);
                skip_to_comma(input)?;
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                read.errors.push(error);
                skip_to_comma(input)?;
                input.parse::<Option<Token![,]>>()?;
            }
        }
        read.find_repeated_models();
        Ok(read)
    }
}

impl Input {
    fn first_line(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let here = input.span();
        let mut read = || {
            self.attributes = input.call(Attribute::parse_outer)?;
            self.visibility = input.parse()?;
            input.parse::<Token![const]>()?;
            let name = input.parse()?;
            input.parse::<Token![;]>()?;
            self.name = Some(name);
            Ok(())
        };
        read().map_err(|error: Error| {
            let message = format!("{error}; `schema!` begins with `pub const SCHEMA;`");
            Error::new(if input.is_empty() { here } else { error.span() }, message)
        })
    }

    fn setting(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(Token![crate]) {
            let span = input.parse::<Token![crate]>()?.span();
            self.note("crate", span)?;
            input.parse::<Token![=]>()?;
            self.krate = Some(input.parse()?);
            return Ok(());
        }
        let key: Ident = input
            .parse()
            .map_err(|error| Error::new(error.span(), format!("expected {KEYS}")))?;
        let name = key.to_string();
        self.note(&name, key.span())?;
        input.parse::<Token![=]>()?;
        match name.as_str() {
            "models" => self.models(input, false)?,
            "external" => self.models(input, true)?,
            "migrations" => self.migrations(input)?,
            "chain" => self.chain(input)?,
            "include" => self.include = list(input, library)?,
            "ignore" => self.ignore = list(input, literal)?,
            "version_table" => self.version_table(input)?,
            "check" => self.check(input)?,
            other => {
                let message = format!("`schema!` has no `{other}`; it takes {KEYS}");
                self.errors.push(Error::new(key.span(), message));
                // Most likely the models, misspelled: they are known all the same.
                if input.peek(syn::token::Bracket) && self.models.is_empty() {
                    let known = self.errors.len();
                    self.models(input, false)?;
                    self.errors.truncate(known);
                } else {
                    skip_to_comma(input)?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, key: &str, span: Span) -> syn::Result<()> {
        if self.seen.iter().any(|seen| seen == key) {
            return Err(Error::new(span, format!("`{key}` is said twice")));
        }
        self.seen.push(key.to_owned());
        Ok(())
    }

    /// Where the migrations are, of which there is one at least.
    pub(super) fn migrations_span(&self) -> Span {
        self.migrations
            .first()
            .map_or_else(Span::call_site, LitStr::span)
    }

    fn migrations(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let here = input.span();
        let found = if input.peek(syn::token::Bracket) {
            list(input, literal)?
        } else {
            vec![input.parse()?]
        };
        if found.is_empty() {
            return Err(Error::new(
                here,
                "`migrations` names a directory, or several",
            ));
        }
        self.migrations = found;
        Ok(())
    }

    fn chain(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let chain: LitStr = input.parse()?;
        let name = chain.value();
        if name.is_empty() || name.contains(|c: char| c == '@' || c == ':' || c.is_whitespace()) {
            let message = "a chain's name is not empty and has no blank, `@` or `:`, which targets \
                           such as `auth@head` need for themselves";
            return Err(Error::new(chain.span(), message));
        }
        self.chain = Some(chain);
        Ok(())
    }

    fn version_table(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let table: LitStr = input.parse()?;
        let name = table.value();
        let parts: Vec<&str> = name.split('.').collect();
        if parts.len() > 2 || parts.iter().any(|part| part.trim().is_empty()) {
            let message = "`version_table` is a table, or `schema.table`";
            return Err(Error::new(table.span(), message));
        }
        self.version_table = Some(table);
        Ok(())
    }

    fn check(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let level: LitStr = input.parse()?;
        match level.value().as_str() {
            "warn" => self.warns = true,
            "error" => self.warns = false,
            other => {
                let message = format!(
                    "`check` is \"error\", the default, or \"warn\", which makes differences of \
                     models warnings; not \"{other}\""
                );
                return Err(Error::new(level.span(), message));
            }
        }
        Ok(())
    }

    fn models(&mut self, input: ParseStream<'_>, external: bool) -> syn::Result<()> {
        let list;
        bracketed!(list in input);
        while !list.is_empty() {
            match self.entry(&list, external) {
                Ok(entry) => {
                    self.find_table_without_condition(&entry);
                    self.models.push(entry);
                }
                Err(error) => {
                    self.errors.push(error);
                    skip_to_comma(&list)?;
                }
            }
            if !list.is_empty()
                && let Err(error) = list.parse::<Token![,]>()
            {
                self.errors.push(error);
                skip_to_comma(&list)?;
                list.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, input: ParseStream<'_>, external: bool) -> syn::Result<Entry> {
        let mut conditions = Vec::new();
        for attribute in input.call(Attribute::parse_outer)? {
            match &attribute.meta {
                Meta::List(list) if list.path.is_ident("cfg") => {
                    conditions.push(list.tokens.clone());
                }
                other => {
                    let message = "only `#[cfg(..)]` can stand before a model";
                    self.errors.push(Error::new(other.span(), message));
                }
            }
        }
        let path = input.parse()?;
        let table = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        Ok(Entry {
            condition: match conditions.len() {
                0 => None,
                1 => conditions.pop(),
                _ => Some(quote!(all(#(#conditions),*))),
            },
            path,
            table,
            external,
        })
    }

    fn find_table_without_condition(&mut self, entry: &Entry) {
        let Entry {
            condition,
            path,
            table,
            external: _,
        } = entry;
        let path_text = spelled(path);
        if condition.is_some() && table.is_none() {
            let message =
                format!("say which table it has, for builds without it: `{path_text} = \"table\"`");
            self.errors.push(Error::new(path.span(), message));
        }
        if let (None, Some(table)) = (condition, table) {
            let message = format!(
                "`{path_text}` knows its table; only a model behind `#[cfg(..)]` says it here"
            );
            self.errors.push(Error::new(table.span(), message));
        }
    }

    fn find_repeated_models(&mut self) {
        let mut seen = BTreeMap::new();
        for entry in &self.models {
            let conditional = entry.condition.is_some();
            match seen.entry(spelled(&entry.path)) {
                Vacant(new) => {
                    new.insert(conditional);
                }
                Occupied(mut first) if *first.get() => *first.get_mut() = conditional,
                Occupied(_) if conditional => {}
                Occupied(first) => {
                    let message = format!("`{}` is listed twice", first.key());
                    self.errors.push(Error::new(entry.path.span(), message));
                }
            }
        }
    }
}

/// `[a, b]`.
fn list<T>(
    input: ParseStream<'_>,
    element: fn(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let list;
    bracketed!(list in input);
    let elements = list.parse_terminated(element, Token![,])?;
    Ok(elements.into_iter().collect())
}

fn library(input: ParseStream<'_>) -> syn::Result<Library> {
    Ok(Library {
        attributes: input.call(Attribute::parse_outer)?,
        path: input.parse()?,
    })
}

fn literal(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse()
}

/// Leaves out what follows, up to the next comma or the end.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Leaves out a first line that makes no sense: up to its semicolon or, where there is none, up to the
/// first setting.
fn skip_past_semicolon(input: ParseStream<'_>) -> syn::Result<()> {
    let has_semicolon = {
        let ahead = input.fork();
        let mut found = false;
        while !ahead.is_empty() && !found {
            found = ahead.peek(Token![;]);
            match ahead.parse::<TokenTree>()? {
                // A list of models: the settings have begun.
                TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => break,
                _ => {}
            }
        }
        found
    };
    while !input.is_empty() {
        let begins = input.peek(syn::Ident) && input.peek2(Token![=]);
        if !has_semicolon && begins {
            break;
        }
        let ends = input.peek(Token![;]);
        input.parse::<TokenTree>()?;
        if has_semicolon && ends {
            break;
        }
    }
    Ok(())
}
