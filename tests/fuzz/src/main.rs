//! Hands what libFuzzer thinks up to the parser that `OSLONAC_FUZZ` names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oslonac::fuzzing::{TARGETS, Target};
use std::sync::LazyLock;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let wanted = std::env::var("OSLONAC_FUZZ").expect("OSLONAC_FUZZ names a parser");
    TARGETS.into_iter().find(|(name, _)| *name == wanted).expect("OSLONAC_FUZZ names a parser that there is")
});

fuzz_target!(|bytes: &[u8]| TARGET.1(bytes));
