//! The values of keys: SQL per dialect, portable types, defaults, actions, references.

use super::item::{Item, Value, Word, unknown};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Ident, Lit, LitStr, Path, UnOp};

/// SQL: one text for all databases, one for each, or one with exceptions.
#[derive(Default)]
pub(crate) struct Sql {
    any: Option<LitStr>,
    sqlite: Option<LitStr>,
    postgres: Option<LitStr>,
    mysql: Option<LitStr>,
}

const DIALECTS: &[&str] = &["sqlite", "postgres", "mysql"];

/// What stands where SQL should, and how it is spelled instead.
fn not_sql(word: &Word, item: &Item) -> syn::Error {
    let key = word.name();
    let problem = match item {
        Item::Word(option) if matches!(option.name().as_str(), "stored" | "virtual") => {
            let option = option.name();
            format!("`{option}` stands beside the SQL: `{key} = \"..\", {option}`")
        }
        _ => format!(
            "SQL is written as a string: `{key} = \"..\"`, or `{key}(\"..\", sqlite = \"..\")`"
        ),
    };
    syn::Error::new(item.span(), problem)
}

impl Sql {
    pub(crate) fn new(text: LitStr) -> Self {
        Self {
            any: Some(text),
            ..Self::default()
        }
    }

    /// SQL that PostgreSQL alone has.
    pub(crate) fn postgres(text: LitStr) -> Self {
        Self {
            postgres: Some(text),
            ..Self::default()
        }
    }

    /// `key = ".."` or `key("..", sqlite = "..")`.
    pub(crate) fn from_word(word: &Word) -> syn::Result<Self> {
        match &word.value {
            Value::List(items) => {
                let mut sql = Self::default();
                for item in items {
                    if !sql.accept(item)? {
                        return Err(not_sql(word, item));
                    }
                }
                sql.not_empty(word.key.span())
            }
            Value::Nothing | Value::Is(_) => word.text().map(Self::new),
        }
    }

    /// Takes an item of a list if it is a part of the SQL: `".."` or `sqlite = ".."`.
    pub(crate) fn accept(&mut self, item: &Item) -> syn::Result<bool> {
        match item {
            Item::Literal(Lit::Str(text)) if self.any.is_none() => self.any = Some(text.clone()),
            Item::Literal(_) => return Ok(false),
            Item::Word(word) => match word.name().as_str() {
                "sqlite" => self.sqlite = Some(word.text()?),
                "postgres" => self.postgres = Some(word.text()?),
                "mysql" => self.mysql = Some(word.text()?),
                _ => return Ok(false),
            },
        }
        Ok(true)
    }

    pub(crate) fn not_empty(self, span: Span) -> syn::Result<Self> {
        let Self {
            any,
            sqlite,
            postgres,
            mysql,
        } = &self;
        if any.is_none() && sqlite.is_none() && postgres.is_none() && mysql.is_none() {
            return Err(syn::Error::new(span, "the SQL is missing"));
        }
        Ok(self)
    }

    /// The `SqlDef`, in the scope of the emitted module.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self {
            any,
            sqlite,
            postgres,
            mysql,
        } = self;
        let [any, sqlite, postgres, mysql] = [any, sqlite, postgres, mysql].map(option);
        quote! {
            __migrate::SqlDef { any: #any, sqlite: #sqlite, postgres: #postgres, mysql: #mysql }
        }
    }
}

/// `Some(value)` or `None`, as tokens.
#[expect(
    clippy::ref_option,
    reason = "attributes are kept as options; all callers have one"
)]
pub(crate) fn option<T: ToTokens>(value: &Option<T>) -> TokenStream {
    if let Some(value) = value {
        quote!(::core::option::Option::Some(#value))
    } else {
        quote!(::core::option::Option::None)
    }
}

/// A type that the attributes name: `Char(3)`, `Jsonb`, `Decimal(10, 2)`, or spelled per dialect.
pub(crate) struct TypeAttr(pub(crate) TokenStream);

const PLAIN: &[&str] = &[
    "Bool",
    "TinyInt",
    "SmallInt",
    "Integer",
    "BigInt",
    "UnsignedTinyInt",
    "UnsignedSmallInt",
    "UnsignedInteger",
    "UnsignedBigInt",
    "Float",
    "Double",
    "Text",
    "Binary",
    "Date",
    "Uuid",
    "Json",
    "Jsonb",
];
const WITH_DIGITS: &[&str] = &["Time", "Timestamp", "TimestampTz"];

impl TypeAttr {
    /// `sql_type = Char(3)` or `sql_type(sqlite = "..", postgres = "..")`.
    pub(crate) fn from_word(word: &Word) -> syn::Result<Self> {
        if let Value::Is(expression) = &word.value {
            return Self::from_expression(expression);
        }
        if matches!(word.value, Value::Nothing) {
            word.list("KEY(sqlite = \"..\", postgres = \"..\")")?;
        }
        let sql = Sql::from_word(word)?.expand();
        Ok(Self(quote!(__migrate::TypeDef::Native(#sql))))
    }

    fn from_expression(expression: &Expr) -> syn::Result<Self> {
        match expression {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => {
                let sql = Sql::new(text.clone()).expand();
                Ok(Self(quote!(__migrate::TypeDef::Native(#sql))))
            }
            Expr::Path(path) => Self::named(path.path.require_ident()?, &[]),
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else {
                    return Err(syn::Error::new(call.span(), "a type is expected"));
                };
                let arguments: Vec<Expr> = call.args.iter().cloned().collect();
                Self::named(path.path.require_ident()?, &arguments)
            }
            other => Err(syn::Error::new(other.span(), "a type is expected")),
        }
    }

    /// A type as an item of a list, as in `column("initials", Char(3))`.
    pub(crate) fn from_item(item: &Item) -> syn::Result<Self> {
        match item {
            Item::Literal(Lit::Str(text)) => {
                let sql = Sql::new(text.clone()).expand();
                Ok(Self(quote!(__migrate::TypeDef::Native(#sql))))
            }
            Item::Literal(other) => Err(syn::Error::new(other.span(), "a type is expected")),
            Item::Word(word) => match &word.value {
                Value::Nothing => Self::named(&word.key, &[]),
                Value::List(_) if word.name() == "Native" => {
                    let sql = Sql::from_word(word)?.expand();
                    Ok(Self(quote!(__migrate::TypeDef::Native(#sql))))
                }
                Value::List(items) if word.name() == "Array" => match items.as_slice() {
                    [element] => {
                        let Self(element) = Self::from_item(element)?;
                        Ok(Self(quote!(__migrate::TypeDef::Array(&#element))))
                    }
                    _ => Err(wrong_arguments(&word.key, "Array(Text)")),
                },
                Value::List(items) => {
                    let arguments = items
                        .iter()
                        .map(|item| match item {
                            Item::Literal(lit) => Ok(Expr::Lit(ExprLit {
                                attrs: Vec::new(),
                                lit: lit.clone(),
                            })),
                            Item::Word(word) => {
                                Err(syn::Error::new(word.key.span(), "a number is expected"))
                            }
                        })
                        .collect::<syn::Result<Vec<_>>>()?;
                    Self::named(&word.key, &arguments)
                }
                Value::Is(_) => Err(syn::Error::new(word.key.span(), "a type is expected")),
            },
        }
    }

    fn named(name: &Ident, arguments: &[Expr]) -> syn::Result<Self> {
        let text = name.to_string();
        let tokens = match (text.as_str(), arguments) {
            (plain, []) if PLAIN.contains(&plain) => quote!(__migrate::TypeDef::#name),
            (timed, []) if WITH_DIGITS.contains(&timed) => {
                quote!(__migrate::TypeDef::#name(::core::option::Option::None))
            }
            (timed, [digits]) if WITH_DIGITS.contains(&timed) => {
                quote!(__migrate::TypeDef::#name(::core::option::Option::Some(#digits)))
            }
            ("Varchar" | "Char" | "Enum", [argument]) => {
                quote!(__migrate::TypeDef::#name(#argument))
            }
            ("Decimal", [precision, scale]) => {
                quote!(__migrate::TypeDef::Decimal(#precision, #scale))
            }
            ("Array", [element]) => {
                let Self(element) = Self::from_expression(element)?;
                quote!(__migrate::TypeDef::Array(&#element))
            }
            ("Varchar" | "Char", _) => return Err(wrong_arguments(name, &format!("{text}(40)"))),
            ("Decimal", _) => return Err(wrong_arguments(name, "Decimal(10, 2)")),
            ("Array", _) => return Err(wrong_arguments(name, "Array(Text)")),
            ("Enum", _) => return Err(wrong_arguments(name, "Enum(\"name\")")),
            (known, _) if PLAIN.contains(&known) || WITH_DIGITS.contains(&known) => {
                return Err(wrong_arguments(name, &text));
            }
            _ => {
                let mut known: Vec<&str> = PLAIN.to_vec();
                known.extend(WITH_DIGITS);
                known.extend(["Varchar", "Char", "Decimal", "Array", "Enum"]);
                return Err(unknown(name, &known));
            }
        };
        Ok(Self(tokens))
    }
}

fn wrong_arguments(name: &Ident, form: &str) -> syn::Error {
    syn::Error::new(name.span(), format!("the type is written `{form}`"))
}

/// The default of a column.
pub(crate) struct DefaultAttr {
    pub(crate) span: Span,
    pub(crate) tokens: TokenStream,
}

impl DefaultAttr {
    /// `default = 0`, `default = "active"`, `default = now`.
    pub(crate) fn from_word(word: &Word) -> syn::Result<Self> {
        let value = word.expression("KEY = 0")?;
        Ok(Self {
            span: value.span(),
            tokens: literal(value)?,
        })
    }

    /// `default_sql = ".."`, `default_sql("..", sqlite = "..")`.
    pub(crate) fn from_sql(word: &Word) -> syn::Result<Self> {
        let sql = Sql::from_word(word)?.expand();
        Ok(Self {
            span: word.key.span(),
            tokens: quote!(__migrate::DefaultDef::Sql(#sql)),
        })
    }
}

fn literal(value: &Expr) -> syn::Result<TokenStream> {
    let form =
        "a default is a literal, `now`, `today` or `uuid`; for SQL say `default_sql = \"..\"`";
    match value {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => Ok(quote!(__migrate::DefaultDef::Text(#text))),
            Lit::Bool(value) => Ok(quote!(__migrate::DefaultDef::Bool(#value))),
            Lit::Int(number) => Ok(quote!(__migrate::DefaultDef::Integer(#number))),
            Lit::Float(number) => Ok(quote!(__migrate::DefaultDef::Float(#number))),
            other => Err(syn::Error::new(other.span(), form)),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            }) => Ok(quote!(__migrate::DefaultDef::Integer(-#number))),
            Expr::Lit(ExprLit {
                lit: Lit::Float(number),
                ..
            }) => Ok(quote!(__migrate::DefaultDef::Float(-#number))),
            other => Err(syn::Error::new(other.span(), form)),
        },
        Expr::Path(path) => match path.path.get_ident().map(ToString::to_string).as_deref() {
            Some("now") => Ok(quote!(__migrate::DefaultDef::Now)),
            Some("today") => Ok(quote!(__migrate::DefaultDef::Today)),
            Some("uuid") => Ok(quote!(__migrate::DefaultDef::Uuid)),
            _ => Err(syn::Error::new(path.span(), form)),
        },
        other => Err(syn::Error::new(other.span(), form)),
    }
}

/// `on_delete = "cascade"`.
pub(crate) struct Action {
    pub(crate) span: Span,
    pub(crate) sets_null: bool,
    pub(crate) tokens: TokenStream,
}

impl Action {
    pub(crate) fn from_word(word: &Word) -> syn::Result<Self> {
        let text = word.text()?;
        let variant = match text.value().to_lowercase().replace('_', " ").as_str() {
            "no action" => quote!(NoAction),
            "restrict" => quote!(Restrict),
            "cascade" => quote!(Cascade),
            "set null" => quote!(SetNull),
            "set default" => quote!(SetDefault),
            other => {
                return Err(syn::Error::new(
                    text.span(),
                    format!(
                        "unknown action `{other}`; an action is \"no action\", \"restrict\", \
                         \"cascade\", \"set null\" or \"set default\""
                    ),
                ));
            }
        };
        Ok(Self {
            span: text.span(),
            sets_null: variant.to_string() == "SetNull",
            tokens: quote!(__migrate::ReferentialAction::#variant),
        })
    }
}

/// `deferrable` or `deferrable = "initially deferred"`.
pub(crate) fn deferrable(word: &Word) -> syn::Result<TokenStream> {
    if matches!(word.value, Value::Nothing) {
        return Ok(quote!(__migrate::Deferrable::InitiallyImmediate));
    }
    let text = word.text()?;
    match text.value().to_lowercase().as_str() {
        "initially deferred" => Ok(quote!(__migrate::Deferrable::InitiallyDeferred)),
        "initially immediate" => Ok(quote!(__migrate::Deferrable::InitiallyImmediate)),
        _ => Err(syn::Error::new(
            text.span(),
            "`deferrable` is \"initially immediate\" (also without a value) or \"initially deferred\"",
        )),
    }
}

/// A column, by the name of its field or by its own.
#[derive(Clone)]
pub(crate) struct ColumnRef {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl ColumnRef {
    /// A name alone, or a string for a column whose name is no identifier or a key of the attribute.
    pub(crate) fn from_item(item: &Item) -> syn::Result<Self> {
        match item {
            Item::Literal(Lit::Str(text)) => Ok(Self {
                name: text.value(),
                span: text.span(),
            }),
            Item::Word(word) if matches!(word.value, Value::Nothing) => Ok(Self {
                name: word.name(),
                span: word.key.span(),
            }),
            _ => Err(syn::Error::new(item.span(), "a field is expected")),
        }
    }

    /// `key(a, b)`.
    pub(crate) fn list(word: &Word) -> syn::Result<Vec<Self>> {
        let columns = word
            .list("KEY(a, b)")?
            .iter()
            .map(Self::from_item)
            .collect::<syn::Result<Vec<_>>>()?;
        if columns.is_empty() {
            return Err(syn::Error::new(
                word.key.span(),
                format!("`{}` names at least one field", word.name()),
            ));
        }
        Ok(columns)
    }
}

/// `references = Org` or `references = Org(slug)`.
pub(crate) struct Reference {
    pub(crate) model: Path,
    /// Empty: the primary key.
    pub(crate) columns: Vec<ColumnRef>,
}

impl Reference {
    pub(crate) fn from_word(word: &Word) -> syn::Result<Self> {
        let form = "KEY = Model` or `KEY = Model(field)";
        match word.expression(form)? {
            Expr::Path(path) => Ok(Self {
                model: path.path.clone(),
                columns: Vec::new(),
            }),
            Expr::Call(call) => {
                let Expr::Path(model) = &*call.func else {
                    return Err(syn::Error::new(call.func.span(), "a model is expected"));
                };
                let columns = call.args.iter().map(|argument| match argument {
                    Expr::Path(path) => Ok(ColumnRef {
                        name: path.path.require_ident()?.to_string(),
                        span: path.span(),
                    }),
                    other => Err(syn::Error::new(other.span(), "a field is expected")),
                });
                Ok(Self {
                    model: model.path.clone(),
                    columns: columns.collect::<syn::Result<_>>()?,
                })
            }
            other => Err(syn::Error::new(other.span(), "a model is expected")),
        }
    }
}

/// The error for a dialect that does not exist.
pub(crate) fn unknown_dialect(key: &Ident) -> syn::Error {
    unknown(key, DIALECTS)
}
