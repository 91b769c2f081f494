//! The two servers as processes.

use crate::cluster::{Cluster, Rows};
use crate::issuer::{AUDIENCE, CLIENT, Issuer};
use crate::sealing::MasterKey;
use crate::{Result, load};
use reqwest::Url;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A server that does not answer after so long has failed.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Name of the file of the master key.
const MASTER_KEY: &str = "master.key";

/// Name of the file of a SQLite database.
const EMBEDDED: &str = "oslonac.db";

/// The real server: its binary, and settings for the database and the issuer.
pub struct Oslonac {
    binary: PathBuf,
    folder: TempDir,
    base: Url,
}

impl Oslonac {
    /// Writes the settings for a database of this cluster.
    pub fn prepare(binary: Option<PathBuf>, cluster: &Cluster, issuer: &Issuer) -> Result<Self> {
        let (url, owner_url) = (cluster.url("oslonac_server")?, cluster.url("oslonac_owner")?);
        Self::prepare_in(new_folder()?, binary, (url.as_str(), owner_url.as_str()), issuer)
    }

    /// Writes the settings for a SQLite file of its own.
    pub fn prepare_embedded(binary: Option<PathBuf>, issuer: &Issuer) -> Result<Self> {
        let folder = new_folder()?;
        let url = format!("sqlite:{}", folder.path().join(EMBEDDED).display());
        Self::prepare_in(folder, binary, (&url, &url), issuer)
    }

    /// The file of its SQLite database.
    pub fn embedded_file(&self) -> PathBuf {
        self.folder.path().join(EMBEDDED)
    }

    fn prepare_in(
        folder: TempDir,
        binary: Option<PathBuf>,
        (url, owner_url): (&str, &str),
        issuer: &Issuer,
    ) -> Result<Self> {
        let binary = match binary {
            Some(binary) => binary,
            None => std::env::current_exe()?.with_file_name("oslonac"),
        };
        if !binary.is_file() {
            let what = format!("there is no {}; build it with `cargo build --release -p oslonac`", binary.display());
            return Err(what.into());
        }
        let listen = free_address()?;
        let settings = format!(
            "[http]\nlisten = \"{listen}\"\nserver_timing = true\n\
             [http.rate_limits]\naccount = 0\norganisation = 0\naddress = 0\ncredentials = 0\nsign_ins = 0\n\
             [database]\nurl = \"{url}\"\nowner_url = \"{owner_url}\"\n\
             [database.master_key]\nfile = \"{}\"\n\
             [[sign_in.issuers]]\nurl = \"{}\"\nclient_id = \"{CLIENT}\"\naudience = \"{AUDIENCE}\"\nalgorithms = [\"ES256\"]\n",
            folder.path().join(MASTER_KEY).display(),
            issuer.url(),
        );
        std::fs::write(folder.path().join("settings.toml"), settings)?;
        Ok(Self { binary, folder, base: Url::parse(&format!("http://{listen}/"))? })
    }

    /// Where it answers.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Makes the master key.
    pub fn master_key(&self) -> Result<MasterKey> {
        let file = self.master_key_file();
        self.run(&["keys", "create", &file.to_string_lossy()])?;
        MasterKey::read(&file)
    }

    fn master_key_file(&self) -> PathBuf {
        self.folder.path().join(MASTER_KEY)
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<()> {
        let output = self.command(arguments).stdin(Stdio::null()).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("`oslonac {}` fails: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into())
    }

    /// Starts the service, and says how long it took until it was ready.
    pub async fn serve(&self) -> Result<(Running, Duration)> {
        Running::start(self.command(&["serve"]), &self.base, &self.folder.path().join("log")).await
    }

    /// Starts the service with other settings, from the environment.
    pub async fn serve_with(&self, settings: &[(&str, &str)]) -> Result<Running> {
        let mut command = self.command(&["serve"]);
        command.envs(settings.iter().copied());
        Ok(Running::start(command, &self.base, &self.folder.path().join("log")).await?.0)
    }

    /// Starts the service once more on the same database, at another address.
    pub async fn serve_beside(&self, settings: &[(&str, &str)]) -> Result<Running> {
        let listen = free_address()?;
        let mut command = self.command(&["serve"]);
        command.envs(settings.iter().copied()).env("OSLONAC_HTTP__LISTEN", &listen);
        let base = Url::parse(&format!("http://{listen}/"))?;
        Ok(Running::start(command, &base, &self.folder.path().join("second.log")).await?.0)
    }

    /// Starts the handler written by hand on the same database, or on its copy with texts in plain.
    pub async fn serve_hand_written(&self, cluster: &Cluster, rows: Rows, issuer: &Issuer) -> Result<(Running, Url)> {
        let listen = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["hand-written", "--listen", &listen, "--issuer", issuer.url().as_str()]);
        command.args(["--database", cluster.url_of(rows, "oslonac_server")?.as_str()]);
        if rows == Rows::Plain {
            command.arg("--plain");
        }
        command.arg("--master-key").arg(self.master_key_file());
        let base = Url::parse(&format!("http://{listen}/"))?;
        let (running, _) = Running::start(command, &base, &self.folder.path().join("hand-written.log")).await?;
        Ok((running, base))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (key, _) in std::env::vars_os().filter(|(key, _)| key.to_string_lossy().starts_with("OSLONAC_")) {
            command.env_remove(key);
        }
        command.args(arguments).arg("--config").arg(self.folder.path().join("settings.toml"));
        command
    }
}

/// A process that goes on until this is dropped.
pub struct Running(Child);

impl Running {
    async fn start(mut command: Command, base: &Url, log: &Path) -> Result<(Self, Duration)> {
        let output = File::create(log)?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let (http, ready) = (load::client()?, base.join("health/ready")?);
        let began = Instant::now();
        let mut running = Self(command.spawn()?);
        while began.elapsed() < START_LIMIT {
            if http.get(ready.clone()).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok((running, began.elapsed()));
            }
            if running.0.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let command = command.get_program().to_string_lossy().into_owned();
        Err(format!("{command} does not start: {}", std::fs::read_to_string(log)?).into())
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill, and waiting returns at once.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder that goes with the server.
fn new_folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("oslonac-benchmark-").tempdir()?)
}

/// An address on this machine on which nobody listens.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
