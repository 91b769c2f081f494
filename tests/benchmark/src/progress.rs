//! Tells whoever waits what is going on.

use std::fmt::Display;
use std::io::{IsTerminal, stderr};

/// Says what happens now: on a terminal in one line that the next overwrites, elsewhere not at all.
pub fn doing(what: impl Display) {
    if stderr().is_terminal() {
        eprint!("\r\x1b[2K{what} …");
    }
}

/// Says what is done.
pub fn done(what: impl Display) {
    let clear = if stderr().is_terminal() { "\r\x1b[2K" } else { "" };
    eprintln!("{clear}{what}");
}
