//! What `#[shape(…)]` says of a struct and of its fields.

use syn::{
    Attribute, Error, Expr, Field, Ident, LitStr, Path, Result, Token, Type, ext::IdentExt,
    meta::ParseNestedMeta, parenthesized, punctuated::Punctuated,
};

/// Of the struct.
#[derive(Default)]
pub struct Rules {
    pub is_closed: bool,
    pub check: Option<Path>,
    pub into: Option<Type>,
}

/// Of a field.
pub struct Entry<'a> {
    pub ident: &'a Ident,
    pub ty: &'a Type,
    /// What the client calls it.
    pub name: String,
    pub reader: Reader,
    pub default: Option<Default>,
    pub bound: Option<Expr>,
}

/// How a field is read.
pub enum Reader {
    /// As its type says.
    Plain,
    Characters(Expr, Option<Expr>),
    Number(Expr, Expr),
    OneOf(Expr),
    With(Path),
    Flatten,
    Skip,
}

/// What an absent field is.
pub enum Default {
    OfType,
    Value(Expr),
}

impl Rules {
    pub fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut rules = Self::default();
        each(attributes, |meta| match word(meta).as_str() {
            "closed" => {
                rules.is_closed = true;
                Ok(())
            }
            "check" => {
                rules.check = Some(meta.value()?.parse()?);
                Ok(())
            }
            "into" => {
                rules.into = Some(meta.value()?.parse()?);
                Ok(())
            }
            _ => Err(meta.error("a struct has `closed`, `check = path` and `into = Type`")),
        })?;
        Ok(rules)
    }
}

impl<'a> Entry<'a> {
    pub fn read(field: &'a Field) -> Result<Self> {
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(field, "a field needs a name"));
        };
        let name = ident.unraw().to_string();
        let (ty, reader) = (&field.ty, Reader::Plain);
        let mut entry = Self { ident, ty, name, reader, default: None, bound: None };
        let mut is_named = false;
        each(&field.attrs, |meta| match word(meta).as_str() {
            "name" => {
                is_named = true;
                entry.name = meta.value()?.parse::<LitStr>()?.value();
                Ok(())
            }
            "default" => {
                let is_bare = !meta.input.peek(Token![=]);
                let value = || Ok::<_, Error>(Default::Value(meta.value()?.parse()?));
                entry.default = Some(if is_bare { Default::OfType } else { value()? });
                Ok(())
            }
            "bound" => {
                entry.bound = Some(meta.value()?.parse()?);
                Ok(())
            }
            _ => entry.read_by(meta),
        })?;
        entry.hold(is_named)?;
        Ok(entry)
    }

    fn read_by(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let reader = match word(meta).as_str() {
            "characters" => {
                let (least, most) = numbers(meta)?;
                Reader::Characters(least, most)
            }
            "number" => match numbers(meta)? {
                (least, Some(most)) => Reader::Number(least, most),
                (_, None) => return Err(meta.error("write `number(least, most)`")),
            },
            "one_of" => Reader::OneOf(meta.value()?.parse()?),
            "with" => Reader::With(meta.value()?.parse()?),
            "flatten" => Reader::Flatten,
            "skip" => Reader::Skip,
            _ => {
                return Err(meta.error(
                    "a field has `characters`, `number`, `one_of`, `with`, `flatten` or `skip`, \
                     and `name`, `default` and `bound`",
                ));
            }
        };
        if !matches!(self.reader, Reader::Plain) {
            return Err(meta.error("a field is read in one way"));
        }
        self.reader = reader;
        Ok(())
    }

    /// What goes together.
    fn hold(&self, is_named: bool) -> Result<()> {
        let refuse = |problem| Err(Error::new_spanned(self.ident, problem));
        let says_more = is_named || self.default.is_some() || self.bound.is_some();
        match self.reader {
            Reader::Flatten | Reader::Skip if says_more => {
                refuse("a field that is not read by itself has no name, default or bound")
            }
            Reader::With(_) if self.default.is_some() => {
                refuse("the reader of `with` decides what an absent field is")
            }
            _ if self.default.is_some() && inside_option(self.ty).is_some() => {
                refuse("an `Option` is `None` when it is absent, and has no other default")
            }
            _ => Ok(()),
        }
    }
}

/// The type inside an `Option`.
pub fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|it| it.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|it| match it {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    let own = attributes.iter().filter(|it| it.path().is_ident("shape"));
    own.into_iter().try_for_each(|it| it.parse_nested_meta(|meta| read(&meta)))
}

fn word(meta: &ParseNestedMeta<'_>) -> String {
    meta.path.get_ident().map(ToString::to_string).unwrap_or_default()
}

/// One or two values in parentheses.
fn numbers(meta: &ParseNestedMeta<'_>) -> Result<(Expr, Option<Expr>)> {
    let content;
    parenthesized!(content in meta.input);
    let mut values = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?.into_iter();
    match (values.next(), values.next(), values.next()) {
        (Some(least), most, None) => Ok((least, most)),
        _ => Err(meta.error("write the least and the most, with a comma between them")),
    }
}
