//! Master keys in a file: a line each, a name and 32 bytes in base64.

use super::{Problem, problem};
use crate::access::sealing::envelope::Key;
use crate::key_file;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Display;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, fchown};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How names of Vault's keys begin.
pub(super) const OF_VAULT: &str = "vault:";

/// The keys of a file, the one in use first.
pub(super) fn read(file: &Path) -> Result<Vec<(String, Key)>, Problem> {
    let keys = keys_of(file, &text_of(file)?)?;
    if keys.is_empty() {
        return Err(here(file, &format!("there is no key in it. `oslonac keys create {}` adds one", file.display())));
    }
    Ok(keys)
}

/// Writes a new key into a file, in front of those that are there. Owner, group and rights stay as they are, and where the
/// path is a symbolic link, the file that it leads to is written. Answers the key's name.
///
/// # Errors
/// The file is not one of master keys, or cannot be written; or somebody else is writing it.
pub fn create_file(file: &Path) -> Result<String, Problem> {
    let target = target_of(file)?;
    let mut new = target.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    // It is also what keeps two from writing at once, of whom one would lose the other's key.
    let made = key_file::create_new(&new).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => problem(format!(
            "{} is there: another `oslonac keys create` is at work, or one was broken off. Nothing uses that file; where \
             none is at work, remove it and try again",
            new.display()
        )),
        _ => problem(format!("{}: {error}", new.display())),
    })?;
    let written = put_in_front(&target, made, &new);
    if written.is_err() {
        // What is said of the first failure is worth more than what would be said of this one.
        let _ = std::fs::remove_file(&new);
    }
    written
}

/// The file that a path leads to, which need not be there, from the root on.
fn target_of(file: &Path) -> Result<PathBuf, Problem> {
    match file.canonicalize() {
        Err(error) if file.is_symlink() => Err(problem(format!(
            "{} is a symbolic link that leads to no file: {error}. Remove it, or mend it",
            file.display()
        ))),
        Err(_) => std::path::absolute(file).map_err(|error| problem(format!("{}: {error}", file.display()))),
        Ok(target) => Ok(target),
    }
}

fn put_in_front(target: &Path, mut made: File, new: &Path) -> Result<String, Problem> {
    let unusable = |error: std::io::Error| problem(format!("{}: {error}", new.display()));
    let before = match text_of(target) {
        Ok(text) => {
            keys_of(target, &text)?;
            keep_owner(target, &made)?;
            text
        }
        Err(_) if !target.exists() => Zeroizing::default(),
        Err(unreadable) => return Err(unreadable),
    };
    let key = Key::generate();
    let name = format!("key-{}", hex::encode(&Key::generate().as_bytes()[..4]));
    let encoded = Zeroizing::new(STANDARD.encode(key.as_bytes()));
    for part in [&name, " ", &encoded, "\n", &before] {
        made.write_all(part.as_bytes()).map_err(unusable)?;
    }
    made.sync_all().map_err(unusable)?;
    std::fs::rename(new, target).map_err(unusable)?;
    File::open(target.parent().unwrap_or(target)).and_then(|folder| folder.sync_all()).map_err(unusable)?;
    Ok(name)
}

/// Gives a new file the owner, the group and the rights of the one whose place it takes.
fn keep_owner(old: &Path, new: &File) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        here(old, &format!("a new one cannot be given the same owner: {error}. Run this as root, or as its owner"))
    };
    let (kept, made) = (old.metadata().map_err(failed)?, new.metadata().map_err(failed)?);
    if (kept.uid(), kept.gid()) != (made.uid(), made.gid()) {
        fchown(new, Some(kept.uid()), Some(kept.gid())).map_err(failed)?;
    }
    new.set_permissions(kept.permissions()).map_err(failed)
}

/// The text of a file that only its owner can reach.
fn text_of(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let bytes = Zeroizing::new(std::fs::read(file).map_err(|error| unread(file, &error))?);
    if key_file::open_to_others(file).map_err(|error| here(file, &error))?.is_some() {
        let mend = file.display();
        return Err(here(file, &format!("other users of this machine may read it. Run `chmod 600 {mend}`")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| here(file, &"this is no text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Why a file is not read, and what to do about it.
fn unread(file: &Path, error: &std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => here(file, &format!("{error}. `oslonac keys create {}` makes one", file.display())),
        ErrorKind::PermissionDenied => here(file, &format!("{error}. It must belong to the service's user")),
        _ => here(file, error),
    }
}

/// The keys of its text, of which there may be none.
fn keys_of(file: &Path, text: &str) -> Result<Vec<(String, Key)>, Problem> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let mut keys: Vec<(String, Key)> = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let wrong = |what: &str| here(file, &format!("line {at} {what}"));
        let (name, key) = read_line(line).ok_or_else(|| wrong("is not a name and 32 bytes in base64"))?;
        if name.starts_with(OF_VAULT) {
            return Err(wrong("has a name like those of Vault's keys, which begin with vault:"));
        }
        if keys.iter().any(|(known, _)| *known == name) {
            return Err(wrong("has the name of a line above it, and nothing says which of them counts"));
        }
        keys.push((name, key));
    }
    Ok(keys)
}

fn read_line(line: &str) -> Option<(String, Key)> {
    let (name, key) = line.split_once(' ')?;
    let bytes = Zeroizing::new(STANDARD.decode(key.trim()).ok()?);
    Some((name.to_owned(), Key::of_bytes(&bytes)?))
}

fn here(file: &Path, what: &dyn Display) -> Problem {
    problem(format!("the master key file {}: {what}", file.display()))
}

/// The name of the key in a line of the file.
#[cfg(any(test, fuzzing))]
pub(in crate::access) fn read_master_key(line: &str) -> Option<String> {
    Some(read_line(line)?.0)
}

#[cfg(test)]
mod tests;
