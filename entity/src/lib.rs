//! The tables of Oslonac as types.
