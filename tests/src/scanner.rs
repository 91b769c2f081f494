//! A real ClamAV daemon for one test, which knows one signature: an invented one.

use crate::process::{Command, Running};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

/// Where Debian's package `clamav-daemon` has it.
const DAEMON: &str = "/usr/sbin/clamd";
const START_LIMIT: Duration = Duration::from_secs(30);

/// A scanner that a test starts and stops.
#[derive(Debug)]
pub struct Scanner {
    // Fields drop in this order: the process goes before its files.
    running: Option<Running>,
    folder: TempDir,
}

impl Scanner {
    /// What it finds something in.
    pub const KNOWN: &str = "an invented thing that the scanner of the tests knows";
    /// The largest file that it takes, in bytes.
    pub const LARGEST: usize = 1_000_000;

    /// One that does not run yet, at an address that is known already.
    pub fn prepared() -> Scanner {
        assert!(
            PathBuf::from(DAEMON).is_file(),
            "{DAEMON} is missing: `tests/run server` installs Debian's clamav-daemon"
        );
        let folder = tempfile::Builder::new().prefix("oslonac-clamd-").tempdir().expect("a temporary folder");
        let database = folder.path().join("signatures");
        std::fs::create_dir(&database).expect("a folder in a temporary folder");
        let pattern: String = Scanner::KNOWN.bytes().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(database.join("tests.ndb"), format!("Oslonac.Test:0:*:{pattern}\n")).expect("a signature");
        let scanner = Scanner { running: None, folder };
        std::fs::write(scanner.settings(), scanner.text_of_the_settings(&database)).expect("a file of settings");
        scanner
    }

    /// One that runs.
    pub async fn start() -> Scanner {
        let mut scanner = Scanner::prepared();
        scanner.come().await;
        scanner
    }

    /// Its address, as `attachments.scanner` has it.
    pub fn address(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// Starts it.
    pub async fn come(&mut self) {
        let command = Command::new(DAEMON, &["--config-file"]).argument(self.settings());
        self.running = Some(Running::spawn(&command, &self.folder.path().join("log")));
        let started = Instant::now();
        while !self.answers().await {
            assert!(started.elapsed() < START_LIMIT, "clamd does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends it at once.
    pub fn go(&mut self) {
        drop(self.running.take().expect("it runs"));
    }

    async fn answers(&self) -> bool {
        let Ok(mut stream) = UnixStream::connect(self.socket()).await else { return false };
        let mut answer = Vec::new();
        stream.write_all(b"zPING\0").await.is_ok()
            && stream.read_to_end(&mut answer).await.is_ok()
            && answer == b"PONG\0"
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("clamd.conf")
    }

    /// Root's scanner gives up what root may do, for which it needs a folder that others can write to.
    fn text_of_the_settings(&self, database: &std::path::Path) -> String {
        let folder = self.folder.path();
        let user = match std::fs::metadata(folder).expect("the folder").uid() {
            0 => {
                std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).expect("our own folder");
                "User clamav\n"
            }
            _ => "",
        };
        format!(
            "{user}Foreground yes\nLocalSocket {}\nDatabaseDirectory {}\nStreamMaxLength {}\nSelfCheck 0\n",
            self.socket().display(),
            database.display(),
            Scanner::LARGEST
        )
    }
}
