//! The commands of the program, as an operator types them.

mod administration;
mod check;
mod demo;
mod help;
mod migrate;
mod retention;
mod schema;
mod serve;
mod settings;
mod tls;

use tests::Output;

/// What a command says that does not work: one line on the standard error, with all of these words in it.
#[track_caller]
pub fn assert_one_line(output: &Output, words: &[&str]) {
    assert!(!output.success, "it works: {}{}", output.stdout, output.stderr);
    // The log may say more before the end; the last line is for whoever typed the command.
    let lines: Vec<&str> = output.stderr.lines().filter(|line| !line.contains(" INFO ")).collect();
    let [line] = lines[..] else { panic!("not one line: {:#?}", output.stderr) };
    assert!(line.starts_with("oslonac: "), "{line}");
    for word in words {
        assert!(line.contains(word), "{word} is missing: {line}");
    }
    assert!(!line.contains("panicked"), "{line}");
}
