//! How what lies below a root field is asked for: which pages of lists, and with which arguments.

use crate::contract::{Contract, Field, bracketed};
use serde_json::{Map, Value};

/// How the lists below a root field are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Below<'a> {
    /// How long the pages of connections are.
    pub page: usize,
    /// Whether they are the last ones.
    pub from_the_end: bool,
    /// A field of an object whose arguments are passed on, as variables of [`Nested::variables`].
    pub nested: Option<&'a Nested>,
    /// The only fields without fields of their own that are asked for; all of them where nothing is said.
    pub leaves: Option<&'a [&'a str]>,
}

impl Below<'_> {
    /// First pages.
    pub fn of(page: usize) -> Self {
        Below { page, from_the_end: false, nested: None, leaves: None }
    }
}

/// A field of an object that takes more arguments than those of pages.
#[derive(Clone, Debug)]
pub struct Nested {
    pub(crate) ty: String,
    /// The field, with those arguments only.
    pub field: Field,
}

impl Nested {
    /// Its arguments as variables of a document.
    pub fn variables(&self, arguments: &Value) -> Value {
        let arguments = arguments.as_object().into_iter().flatten();
        arguments.map(|(name, value)| (format!("below_{name}"), value.clone())).collect::<Map<_, _>>().into()
    }
}

impl Contract {
    /// Every field of an object that takes more arguments than those of pages.
    pub fn nested(&self) -> Vec<Nested> {
        let objects = self.objects().filter(|ty| !matches!(*ty, "Query" | "Mutation" | "Subscription"));
        let fields = objects.flat_map(|ty| self.fields(ty).iter().map(move |field| (ty.to_owned(), field.clone())));
        let nested = fields.map(|(ty, mut field)| {
            field.args.retain(|argument| !["first", "after", "last", "before"].contains(&&*argument.name));
            Nested { ty, field }
        });
        let mut nested: Vec<Nested> = nested.filter(|nested| !nested.field.args.is_empty()).collect();
        nested.sort_by(|one, other| (&one.ty, &one.field.name).cmp(&(&other.ty, &other.field.name)));
        nested
    }
}

impl Field {
    /// The names of its arguments.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        self.args.iter().map(|argument| &*argument.name)
    }

    /// The arguments with which it is asked for as a field of this type.
    pub(crate) fn as_asked(&self, ty: &str, below: Below<'_>) -> String {
        let mut passed = Vec::new();
        if self.is_connection() {
            passed.push(format!("{}: {}", if below.from_the_end { "last" } else { "first" }, below.page));
        }
        if let Some(nested) = below.nested.filter(|nested| nested.ty == ty && nested.field.name == self.name) {
            passed.extend(nested.field.args.iter().map(|argument| format!("{0}: $below_{0}", argument.name)));
        }
        bracketed(&passed)
    }
}
