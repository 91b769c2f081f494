//! The contract as a client reads it, by introspection: what tests walk over, so that a new field is covered the day it
//! appears.

use crate::below::Below;
use crate::client::Client;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

const INTROSPECTION: &str = "{ __schema { types {
    name kind enumValues { name } possibleTypes { name }
    fields(includeDeprecated: true) { name type { ...T } args { name defaultValue type { ...T } } }
    inputFields { name defaultValue type { ...T } } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name } } } } } }";

/// Every type of the contract.
#[derive(Debug)]
pub struct Contract(HashMap<String, Type>);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Type {
    name: String,
    kind: String,
    fields: Option<Vec<Field>>,
    input_fields: Option<Vec<Argument>>,
    enum_values: Option<Vec<Named>>,
    possible_types: Option<Vec<Named>>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

/// A field of an object, or a root field.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    pub(crate) args: Vec<Argument>,
    #[serde(rename = "type")]
    ty: TypeReference,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Argument {
    pub(crate) name: String,
    default_value: Option<String>,
    #[serde(rename = "type")]
    ty: TypeReference,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypeReference {
    kind: String,
    name: Option<String>,
    of_type: Option<Box<TypeReference>>,
}

/// Where a value stands in the arguments of a root field: `["input", "content", "persons", "0", "birthYear"]`.
pub type Path = Vec<String>;

/// A value for the argument or input field of this name; nothing: one that merely fits its type.
pub type Plausible<'a> = &'a dyn Fn(&str) -> Option<Value>;

impl Contract {
    /// Reads the contract.
    pub async fn of(client: &Client) -> Contract {
        let response = client.query(INTROSPECTION, ()).await;
        let types = response.expect_no_errors().data()["__schema"]["types"].clone();
        let types: Vec<Type> = serde_json::from_value(types).expect("introspection answers as it was asked");
        Contract(types.into_iter().map(|ty| (ty.name.clone(), ty)).collect())
    }

    /// The fields of a type: `Query`, `Mutation`, or an object.
    pub fn fields(&self, ty: &str) -> &[Field] {
        self.0[ty].fields.as_deref().unwrap_or_default()
    }

    /// The names of all object types.
    pub fn objects(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter(|ty| ty.kind == "OBJECT" && !ty.name.starts_with("__")).map(|ty| ty.name.as_str())
    }

    /// Every place in the arguments of a root field that takes this scalar or enum; in a list it is the first element.
    pub fn places(&self, field: &Field, scalar: &str) -> Vec<Path> {
        let mut places = Vec::new();
        for argument in &field.args {
            self.collect(&argument.ty, vec![argument.name.clone()], scalar, &mut places);
        }
        places
    }

    fn collect(&self, ty: &TypeReference, path: Path, scalar: &str, places: &mut Vec<Path>) {
        match (ty.kind.as_str(), &ty.of_type, &ty.name) {
            ("NON_NULL", Some(inner), _) => self.collect(inner, path, scalar, places),
            ("LIST", Some(inner), _) => self.collect(inner, longer(&path, "0"), scalar, places),
            ("SCALAR" | "ENUM", _, Some(name)) if name == scalar => places.push(path),
            ("INPUT_OBJECT", _, Some(name)) => {
                for field in self.0[name].input_fields.iter().flatten() {
                    self.collect(&field.ty, longer(&path, &field.name), scalar, places);
                }
            }
            _ => {}
        }
    }

    /// A mutation by its name.
    pub fn mutation(&self, name: &str) -> Field {
        self.fields("Mutation").iter().find(|field| field.name == name).expect("a mutation").clone()
    }

    /// Every value of every enum that stands in the arguments of a root field, with its place.
    pub fn choices(&self, field: &Field) -> Vec<(Path, Value)> {
        let mut choices = Vec::new();
        for ty in self.0.values().filter(|ty| ty.kind == "ENUM") {
            for place in self.places(field, &ty.name) {
                let values = ty.enum_values.iter().flatten();
                choices.extend(values.map(|value| (place.clone(), json!(value.name))));
            }
        }
        choices
    }

    /// Arguments of a root field: what is required, with plausible values, and this value at this place.
    pub fn arguments(&self, field: &Field, place: &[String], value: &Value, plausible: Plausible<'_>) -> Value {
        self.members(&field.args, place, value, plausible)
    }

    fn members(&self, members: &[Argument], place: &[String], value: &Value, plausible: Plausible<'_>) -> Value {
        let mut object = Map::new();
        for member in members {
            if let Some((first, rest)) = place.split_first()
                && *first == member.name
            {
                object.insert(member.name.clone(), self.at(&member.ty, rest, value, plausible));
            } else if member.ty.kind == "NON_NULL" && member.default_value.is_none() {
                let fitting = plausible(&member.name).unwrap_or_else(|| self.fitting(&member.ty, plausible));
                object.insert(member.name.clone(), fitting);
            }
        }
        object.into()
    }

    /// A value of this type that holds the given one at this place.
    fn at(&self, ty: &TypeReference, place: &[String], value: &Value, plausible: Plausible<'_>) -> Value {
        match (ty.kind.as_str(), &ty.of_type, &ty.name) {
            ("NON_NULL", Some(inner), _) => self.at(inner, place, value, plausible),
            ("LIST", Some(inner), _) if !place.is_empty() => json!([self.at(inner, &place[1..], value, plausible)]),
            ("INPUT_OBJECT", _, Some(name)) if !place.is_empty() => {
                self.members(self.0[name].input_fields.as_deref().unwrap_or_default(), place, value, plausible)
            }
            _ => value.clone(),
        }
    }

    fn fitting(&self, ty: &TypeReference, plausible: Plausible<'_>) -> Value {
        match (ty.kind.as_str(), &ty.of_type, ty.name.as_deref()) {
            ("NON_NULL", Some(inner), _) => self.fitting(inner, plausible),
            ("LIST", ..) => json!([]),
            ("ENUM", _, Some(name)) => json!(self.0[name].enum_values.as_ref().expect("an enum has values")[0].name),
            ("INPUT_OBJECT", _, Some(name)) => {
                let members = self.0[name].input_fields.as_deref().unwrap_or_default();
                self.members(members, &[], &Value::Null, plausible)
            }
            (_, _, Some("Int")) => json!(1),
            (_, _, Some("Boolean")) => json!(true),
            (_, _, Some("Date")) => json!("2026-05-05"),
            (_, _, Some("DateTime")) => json!("2026-05-05T07:00:00Z"),
            _ => json!("a text that is long enough"),
        }
    }

    /// A document that asks a root field of `Query` or `Mutation` for everything below it, so many objects deep, with its
    /// arguments as variables. Connections are asked for pages of this size.
    pub fn document(&self, root: &str, field: &Field, depth: usize, page: usize) -> String {
        self.document_with(root, field, depth, Below::of(page))
    }

    /// The same with lists that are asked for in another way.
    pub fn document_with(&self, root: &str, field: &Field, depth: usize, below: Below<'_>) -> String {
        let name = &field.name;
        let mut declared: Vec<String> = field.args.iter().map(Argument::as_variable).collect();
        let nested = below.nested.iter().flat_map(|nested| &nested.field.args);
        declared.extend(nested.map(|argument| format!("$below_{}: {}", argument.name, written(&argument.ty))));
        let passed: Vec<String> = field.args.iter().map(|arg| format!("{0}: ${0}", arg.name)).collect();
        let (declared, passed) = (bracketed(&declared), bracketed(&passed));
        let selection = self.selection(named(&field.ty), depth, below, &mut Vec::new());
        format!("{} Walk{declared} {{ {name}{passed} {selection} }}", root.to_lowercase())
    }

    /// Everything that an object of this type shows, so many objects deep and not in circles.
    pub fn everything(&self, ty: &str, depth: usize) -> String {
        self.selection(ty, depth, Below::of(20), &mut Vec::new())
    }

    fn selection<'a>(&'a self, ty: &'a str, depth: usize, below: Below<'_>, trail: &mut Vec<&'a str>) -> String {
        let found = &self.0[ty];
        if matches!(found.kind.as_str(), "SCALAR" | "ENUM") {
            return String::new();
        }
        trail.push(ty);
        let mut parts = vec!["__typename".to_owned()];
        if found.kind == "INTERFACE" {
            for possible in found.possible_types.iter().flatten() {
                let inner = self.parts(&possible.name, depth, below, trail, &format!("{}_", possible.name));
                parts.push(format!("... on {} {{ {} }}", possible.name, inner.join(" ")));
            }
        } else {
            parts.extend(self.parts(ty, depth, below, trail, ""));
        }
        trail.pop();
        format!("{{ {} }}", parts.join(" "))
    }

    fn parts<'a>(
        &'a self,
        ty: &'a str,
        depth: usize,
        below: Below<'_>,
        trail: &mut Vec<&'a str>,
        prefix: &str,
    ) -> Vec<String> {
        let mut parts = Vec::new();
        for field in self.fields(ty) {
            let inner = named(&field.ty);
            let kind = self.0[inner].kind.as_str();
            let is_leaf = matches!(kind, "SCALAR" | "ENUM");
            let is_asked = match is_leaf {
                true => below.leaves.is_none_or(|leaves| leaves.contains(&&*field.name)),
                false => depth > 0 && !trail.contains(&inner),
            };
            if !is_asked {
                continue;
            }
            let alias = if prefix.is_empty() { String::new() } else { format!("{prefix}{}: ", field.name) };
            let arguments = field.as_asked(ty, below);
            // The frame of a connection is not counted as a level of its own.
            let depth = if is_frame(inner) { depth } else { depth.saturating_sub(1) };
            let selection = match is_leaf {
                true => String::new(),
                // What the edges lead to is asked for as `nodes`.
                false if inner.ends_with("Edge") => "{ cursor }".to_owned(),
                false => self.selection(inner, depth, below, trail),
            };
            parts.push(format!("{alias}{}{arguments} {selection}", field.name));
        }
        parts
    }
}

impl Argument {
    /// Its declaration as a variable.
    fn as_variable(&self) -> String {
        let default = self.default_value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
        format!("${}: {}{default}", self.name, written(&self.ty))
    }
}

impl Field {
    /// Whether it cannot be asked for without arguments.
    pub fn needs_arguments(&self) -> bool {
        self.args.iter().any(|argument| argument.ty.kind == "NON_NULL" && argument.default_value.is_none())
    }

    /// Whether it is a connection.
    pub fn is_connection(&self) -> bool {
        named(&self.ty).ends_with("Connection")
    }

    /// Whether it may be null.
    pub fn is_nullable(&self) -> bool {
        self.ty.kind != "NON_NULL"
    }

    /// Whether it takes an argument of this name.
    pub fn takes(&self, argument: &str) -> bool {
        self.args.iter().any(|found| found.name == argument)
    }
}

/// What stands in round brackets; nothing where it is empty.
pub(crate) fn bracketed(arguments: &[String]) -> String {
    if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) }
}

fn is_frame(ty: &str) -> bool {
    ty.ends_with("Connection") || ty.ends_with("Payload")
}

fn longer(path: &[String], name: &str) -> Path {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// The name of the type inside lists and non-null.
fn named(ty: &TypeReference) -> &str {
    match (&ty.name, &ty.of_type) {
        (Some(name), _) => name,
        (None, Some(inner)) => named(inner),
        (None, None) => panic!("introspection asks too shallowly for a type"),
    }
}

fn written(ty: &TypeReference) -> String {
    match (ty.kind.as_str(), &ty.of_type) {
        ("NON_NULL", Some(inner)) => format!("{}!", written(inner)),
        ("LIST", Some(inner)) => format!("[{}]", written(inner)),
        _ => named(ty).to_owned(),
    }
}
