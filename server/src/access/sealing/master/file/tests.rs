//! The file of the master keys, and a new one in front.

use super::*;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};

fn names(file: &Path) -> Vec<String> {
    read(file).expect("keys").into_iter().map(|(name, _)| name).collect()
}

fn problem_of(file: &Path) -> String {
    create_file(file).expect_err("a key was made").to_string()
}

#[test]
fn a_new_key_stands_in_front_and_owner_group_and_rights_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("master.key");
    let first = create_file(&file).expect("the first");
    assert_eq!(file.metadata().expect("it is there").mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, Permissions::from_mode(0o400)).expect("it is ours");
    let made = file.metadata().expect("it is there");
    // Only who runs as root can give a file away, as at an installation.
    let given = std::os::unix::fs::chown(&file, Some(made.uid() + 4711), Some(made.gid() + 4712)).is_ok();
    let second = create_file(&file).expect("another");
    assert_eq!(names(&file), [second, first]);
    let kept = file.metadata().expect("it is there");
    assert_eq!(kept.mode() & 0o777, 0o400);
    let away = if given { (4711, 4712) } else { (0, 0) };
    assert_eq!((kept.uid() - made.uid(), kept.gid() - made.gid()), away);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left");
}

#[test]
fn a_symbolic_link_stays_one_and_what_it_leads_to_gets_the_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (target, link) = (folder.path().join("real.key"), folder.path().join("master.key"));
    let first = create_file(&target).expect("the first");
    symlink(&target, &link).expect("a link");
    let second = create_file(&link).expect("another");
    assert!(link.is_symlink());
    assert_eq!(names(&target), [second, first]);
    std::fs::remove_file(&target).expect("it is ours");
    assert!(problem_of(&link).contains("a symbolic link that leads to no file"));
    assert!(link.is_symlink() && !target.exists());
}

#[test]
fn what_a_killed_attempt_left_is_named_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("master.key");
    let first = create_file(&file).expect("the first");
    let left = folder.path().join("master.key.new");
    std::fs::write(&left, "key-half AAAA").expect("a file");
    let told = problem_of(&file);
    assert!(told.starts_with(&left.display().to_string()) && told.contains("remove it"), "{told}");
    assert_eq!(names(&file), std::slice::from_ref(&first));
    std::fs::remove_file(&left).expect("it is ours");
    let second = create_file(&file).expect("another");
    assert_eq!(names(&file), [second, first]);
}

#[test]
fn an_attempt_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("master.key");
    for (mode, text, expected) in
        [(0o644, "", "chmod 600"), (0o600, "key c2hvcnQ=", "line 1 is not a name and 32 bytes")]
    {
        std::fs::write(&file, text).expect("a file");
        std::fs::set_permissions(&file, Permissions::from_mode(mode)).expect("it is ours");
        let told = problem_of(&file);
        assert!(told.contains(expected), "{told}");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
    assert!(problem_of(&folder.path().join("nowhere/master.key")).contains("nowhere"));
}

#[test]
fn an_empty_file_takes_its_first_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("master.key");
    std::fs::write(&file, "# the keys of the Centre\n").expect("a file");
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("it is ours");
    assert!(read(&file).err().expect("no key").to_string().contains("there is no key in it"));
    let first = create_file(&file).expect("the first");
    assert_eq!(names(&file), [first]);
}

#[test]
fn a_name_stands_for_one_key_of_the_file() {
    let file = Path::new("master.key");
    let key = STANDARD.encode([7; 32]);
    let told = |text: String| keys_of(file, &text).err().map(|problem| problem.to_string()).unwrap_or_default();
    assert_eq!(told(format!("one {key}\n\n two  {key} \n")), "");
    assert_eq!(read_master_key(&format!("one {key}")).as_deref(), Some("one"), "the fuzzer reads it as well");
    assert!(told(format!("one {key}\none {key}\n")).contains("line 2 has the name of a line above it"));
    assert!(told(format!("vault:oslonac {key}\n")).contains("line 1 has a name like those of Vault's keys"));
}

#[test]
fn whoever_cannot_read_the_file_is_told_what_to_do() {
    let file = Path::new("nowhere/master.key");
    assert!(
        read(file).err().expect("no file").to_string().contains("`oslonac keys create nowhere/master.key` makes one")
    );
    for (kind, expected) in [
        (ErrorKind::PermissionDenied, "It must belong to the service's user"),
        (ErrorKind::IsADirectory, "the master key file nowhere/master.key: is a directory"),
    ] {
        let told = unread(file, &kind.into()).to_string();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn a_path_may_begin_in_the_working_folder() {
    let here = std::env::current_dir().expect("a folder");
    assert_eq!(target_of(Path::new("no-master.key")).expect("a path"), here.join("no-master.key"));
}
