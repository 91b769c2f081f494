//! The server's binary as a process: started, watched, stopped, and its output kept.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Seeding in an unoptimised build takes a while on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(120);
/// A graceful stop waits for running requests.
const STOP_LIMIT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// The binary under test: `TEST_BINARY`, or `oslonac` of the same build as this test.
pub(crate) fn binary() -> &'static Path {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = match std::env::var_os("TEST_BINARY") {
            Some(path) => PathBuf::from(path),
            None => beside_the_test(),
        };
        assert!(path.is_file(), "{} is missing: build it with `cargo build --workspace`", path.display());
        path
    });
    &BINARY
}

/// Tests lie in `target/debug/deps`, the binary in `target/debug`.
fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    test.ancestors().nth(2).expect("this test lies in a target folder").join("oslonac")
}

/// A command with its own settings: none of the caller's `OSLONAC_*` variables reach it.
#[derive(Clone, Debug)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    folder: Option<PathBuf>,
}

/// How a command ended, and what it printed.
#[derive(Debug)]
pub struct Output {
    /// Whether it ended with 0.
    pub success: bool,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

impl Command {
    /// A command of the server's binary.
    pub fn oslonac(arguments: &[&str]) -> Command {
        Command::new(binary(), arguments)
    }

    pub(crate) fn new(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        Command {
            program: program.as_ref().to_owned(),
            arguments: arguments.iter().map(OsString::from).collect(),
            environment: Vec::new(),
            folder: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, value: impl AsRef<OsStr>) -> Command {
        self.arguments.push(value.as_ref().to_owned());
        self
    }

    /// Adds several.
    #[must_use]
    pub fn arguments(self, values: &[&str]) -> Command {
        values.iter().fold(self, Command::argument)
    }

    /// Lets a shell run this first, in the same process.
    #[must_use]
    pub(crate) fn prepared_by(self, script: &str) -> Command {
        let script = OsString::from(format!("{script}; exec \"$0\" \"$@\""));
        let arguments = ["-c".into(), script, self.program].into_iter().chain(self.arguments).collect();
        Command { program: "sh".into(), arguments, ..self }
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn folder(mut self, folder: &Path) -> Command {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Sets an environment variable; of two of the same name the later counts.
    #[must_use]
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Command {
        self.environment.push((key.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs it to its end.
    pub async fn run(&self) -> Output {
        let mut command = tokio::process::Command::from(self.prepare());
        let output = command.stdin(Stdio::null()).output().await;
        let output = output.unwrap_or_else(|error| panic!("{:?} does not run: {error}", self.program));
        Output {
            success: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts it, and kills it after so long where it has not ended by itself.
    pub async fn run_and_kill_after(&self, time: Duration) {
        let mut command = tokio::process::Command::from(self.prepare());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{:?} does not run: {error}", self.program));
        if tokio::time::timeout(time, child.wait()).await.is_err() {
            child.kill().await.expect("it can be killed");
        }
    }

    fn prepare(&self) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("OSLONAC_")) {
            command.env_remove(key);
        }
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.args(&self.arguments).envs(self.environment.iter().map(|(key, value)| (key, value)));
        command
    }
}

/// A process that goes on until it is stopped or dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// Starts a server and waits until it says where it listens; returns that address too.
    pub(crate) async fn start(command: &Command, log: &Path) -> (Running, String) {
        Running::start_until(command, log, "listening on ").await
    }

    /// Starts a process whose output goes to `log` and waits for a line with `announcement`; returns the word after it.
    pub(crate) async fn start_until(command: &Command, log: &Path, announcement: &str) -> (Running, String) {
        let already = if log.exists() { read_log(log).len() } else { 0 };
        let mut running = Running::spawn(command, log);
        let started = Instant::now();
        loop {
            let text = read_log(log);
            if let Some(word) = word_after(text.get(already..).unwrap_or_default(), announcement) {
                return (running, word);
            }
            if let Some(status) = running.child.try_wait().expect("a child can be asked") {
                panic!("{:?} ended at its start with {status}:\n{text}", command.program);
            }
            assert!(started.elapsed() < START_LIMIT, "{:?} does not say that it is ready:\n{text}", command.program);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Starts a process whose output goes to `log`.
    pub(crate) fn spawn(command: &Command, log: &Path) -> Running {
        let output = OpenOptions::new().create(true).append(true).open(log).expect("a log file");
        let child = command
            .prepare()
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle of the log"))
            .stderr(output)
            .spawn()
            .unwrap_or_else(|error| panic!("{:?} does not start: {error}", command.program));
        Running { child }
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to stop, as a service manager would, and waits for it.
    pub(crate) async fn stop(self) -> ExitStatus {
        self.terminate().await;
        self.ended().await
    }

    /// Asks the process to stop.
    pub(crate) async fn terminate(&self) {
        let asked = tokio::process::Command::new("kill").args(["-TERM", &self.id().to_string()]).status().await;
        assert!(asked.expect("kill runs").success(), "the process is gone already");
    }

    /// Waits for a process that was asked to stop.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child can be asked") {
                return status;
            }
            assert!(started.elapsed() < STOP_LIMIT, "the process does not stop when it is asked to");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for Running {
    /// Ends the process at once, as `kill -9` does.
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill, and waiting returns at once.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a log that a process may be writing to.
pub(crate) fn read_log(log: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(log).expect("the log can be read")).into_owned()
}

/// The word after an announcement, once its whole line is there.
fn word_after(text: &str, announcement: &str) -> Option<String> {
    let (_, rest) = text.split_once(announcement)?;
    let (line, _) = rest.split_once('\n')?;
    line.split_whitespace().next().map(str::to_owned)
}
