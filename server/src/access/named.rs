//! Enums whose values the database knows by names.

/// An enum whose values have names in the database, and the list of all of them.
macro_rules! named {
    (
        $(#[$attribute:meta])*
        pub enum $enum:ident { $($(#[doc = $doc:literal])* $variant:ident = $name:literal,)* }
    ) => {
        $(#[$attribute])*
        pub enum $enum {
            $($(#[doc = $doc])* $variant,)*
        }

        impl $enum {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Name in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

pub(super) use named;
