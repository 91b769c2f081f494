//! Files that hold keys: made and read so that only their owner can reach them.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The rights of a file that others than its owner can reach; nothing where they cannot.
pub fn open_to_others(file: &Path) -> std::io::Result<Option<u32>> {
    let mode = std::fs::metadata(file)?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then_some(mode))
}

/// Makes a new file for its owner alone. Fails where there is one.
pub fn create_new(file: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// Writes a new file for its owner alone, down to the disc. Fails where there is one.
pub fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    let mut created = create_new(file)?;
    created.write_all(text.as_bytes())?;
    created.sync_all()
}
