//! A real server with the demonstration network, for one test.

use crate::browser::Browser;
use crate::client::{self, Client, Journal, Sent};
use crate::database::{Database, Storage};
use crate::process::{Command, Running, read_log};
use reqwest::Url;
use serde_json::Value;

/// How a server is to be started.
#[derive(Clone, Debug)]
pub struct Options {
    database: Database,
    subcommand: &'static str,
    arguments: Vec<String>,
    embedded: bool,
    listen: String,
    settings: String,
    environment: Vec<(String, String)>,
    preparation: String,
}

impl Options {
    /// Sets an environment variable of the server, such as `OSLONAC_HTTP__SERVER_TIMING`.
    #[must_use]
    pub fn env(mut self, key: &str, value: impl Into<String>) -> Options {
        self.environment.push((key.to_owned(), value.into()));
        self
    }

    /// Starts the service of a real installation, without the demonstration network and its issuer.
    #[must_use]
    pub fn serve(mut self) -> Options {
        self.subcommand = "serve";
        self
    }

    /// Adds an argument of the command, such as `--fresh`.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Options {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Lets the demonstration keep its data in its folder, as it does where nobody names a database.
    #[must_use]
    pub fn embedded(mut self) -> Options {
        self.embedded = true;
        self
    }

    /// Settings that the environment cannot say, such as another issuer: the text of a settings file.
    #[must_use]
    pub fn settings(mut self, toml: &str) -> Options {
        toml.clone_into(&mut self.settings);
        self
    }

    /// What a shell does in the server's process before it starts.
    #[must_use]
    pub fn prepared_by(mut self, script: &str) -> Options {
        script.clone_into(&mut self.preparation);
        self
    }

    /// The address to listen on; `127.0.0.1:0`, any free port, where nothing is said.
    #[must_use]
    pub fn listen(mut self, address: &str) -> Options {
        address.clone_into(&mut self.listen);
        self
    }

    /// Lets the server's clock start at an instant (RFC 3339) and tick on from there.
    #[must_use]
    pub fn clock(self, starts_at: &str) -> Options {
        self.env("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", starts_at)
    }

    /// Starts the server on a copy of the demonstration network and waits until it listens.
    pub async fn start(self) -> Server {
        let storage = Storage::seeded(self.database).await;
        self.start_on(storage).await
    }

    /// Starts the server on data that a test has prepared.
    pub async fn start_on(self, storage: Storage) -> Server {
        std::fs::write(storage.settings_file(), &self.settings).expect("a file in a temporary folder");
        let (running, base) = Running::start(&self.command(&storage), &storage.log_file()).await;
        let base = Url::parse(&base).expect("the server prints its address as a URL");
        Server { options: self, base, running: Some(running), storage, journal: Journal::default() }
    }

    fn command(&self, storage: &Storage) -> Command {
        let demo = ["demo", "--listen", &self.listen, "--data"];
        let command = match self.subcommand {
            "demo" if self.embedded => Command::oslonac(&demo).argument(storage.data_folder()),
            "demo" => storage.command(&demo).argument(storage.data_folder()),
            subcommand => storage.command(&[subcommand]).env("OSLONAC_HTTP__LISTEN", &self.listen),
        };
        let command = command.argument("--config").argument(storage.settings_file());
        let command = self.arguments.iter().fold(command, Command::argument);
        let command = self.environment.iter().fold(command, |command, (key, value)| command.env(key, value));
        if self.preparation.is_empty() { command } else { command.prepared_by(&self.preparation) }
    }
}

/// A server that runs until the test ends, and shows its log when the test fails.
#[derive(Debug)]
pub struct Server {
    options: Options,
    base: Url,
    // Fields drop in this order: the process goes before its data.
    running: Option<Running>,
    storage: Storage,
    journal: Journal,
}

impl Server {
    /// Starts a server on a fresh copy of the demonstration network.
    pub async fn start(database: Database) -> Server {
        Server::with(database).start().await
    }

    /// Options to set before the start.
    pub fn with(database: Database) -> Options {
        let options = Options {
            database,
            subcommand: "demo",
            arguments: Vec::new(),
            embedded: false,
            listen: "127.0.0.1:0".to_owned(),
            settings: String::new(),
            environment: Vec::new(),
            preparation: String::new(),
        };
        let options = options.env("OSLONAC_HTTP__SERVER_TIMING", "true");
        // Tests ask more at once than people do; those of the limits set their own.
        let limits = ["ACCOUNT", "ORGANISATION", "ADDRESS", "CREDENTIALS", "SIGN_INS"];
        limits.iter().fold(options, |options, limit| options.env(&format!("OSLONAC_HTTP__RATE_LIMITS__{limit}"), "0"))
    }

    /// A second server on the same data, at an address of its own, that knows the first one's issuer. Only where the data are in
    /// PostgreSQL: a SQLite file is one server's.
    pub async fn beside(&self, options: Options) -> Server {
        let issuer = self.url("/demonstration/issuer");
        let settings = format!(
            "[[sign_in.issuers]]\nurl = \"{issuer}\"\nclient_id = \"oslonac\"\naudience = \"oslonac\"\nalgorithms = [\"ES256\"]\n"
        );
        let key = self.storage.master_key().to_str().expect("a path of letters").to_owned();
        let options = options.serve().settings(&settings).env("OSLONAC_DATABASE__URL", self.storage.url());
        let options = options.env("OSLONAC_DATABASE__MASTER_KEY__FILE", key);
        options.start_on(Storage::empty(Database::Sqlite).await).await
    }

    /// The address of a path, such as `/health/ready`.
    pub fn url(&self, path: &str) -> Url {
        self.base.join(path).expect("a path of the server")
    }

    /// A client that has not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.base.clone(), self.journal.clone())
    }

    /// A client with an access token for an account of the demonstration network, such as `intake@centre.example`.
    pub async fn sign_in_as(&self, email: &str) -> Client {
        let form = [("grant_type", "password"), ("username", email), ("client_id", "demonstration-script")];
        let answer = self.token(&form).await;
        let Some(token) = answer["access_token"].as_str() else {
            panic!("the demonstration issuer gives {email} no token: {answer}");
        };
        self.anonymous().bearer(token)
    }

    /// From now on keeps the documents that its clients send.
    pub fn keep_what_is_sent(&self) {
        *self.journal.lock().expect("whoever writes into it goes on") = Some(Vec::new());
    }

    /// What was sent since then; nothing more is kept.
    pub fn what_was_sent(&self) -> Vec<Sent> {
        self.journal.lock().expect("whoever writes into it goes on").take().unwrap_or_default()
    }

    /// What the demonstration issuer's token endpoint answers to a form.
    pub async fn token(&self, form: &[(&str, &str)]) -> Value {
        let request = client::http().post(self.url("/demonstration/issuer/token")).form(form);
        let response = request.send().await.expect("the demonstration issuer answers");
        response.json().await.expect("the token endpoint answers with JSON")
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::default()
    }

    /// The data behind the server.
    pub fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Everything that the server has written, over all its starts.
    pub fn log(&self) -> String {
        read_log(&self.storage.log_file())
    }

    /// The process id of the running server.
    pub fn id(&self) -> u32 {
        self.running.as_ref().expect("the server runs").id()
    }

    /// Stops the server as a service manager would; it must end by itself and well.
    pub async fn stop(&mut self) {
        let status = self.running.take().expect("the server runs").stop().await;
        assert!(status.success(), "the server stopped with {status}");
    }

    /// Asks the server to stop, and does not wait for it: [`Server::ended`] does.
    pub async fn terminate(&self) {
        self.running.as_ref().expect("the server runs").terminate().await;
    }

    /// Waits for the end of a server that was asked to stop; it must end well.
    pub async fn ended(&mut self) {
        let status = self.running.take().expect("the server was started").ended().await;
        assert!(status.success(), "the server stopped with {status}");
    }

    /// Ends the server as `kill -9` does.
    pub fn kill9(&mut self) {
        drop(self.running.take().expect("the server runs"));
    }

    /// Starts the server again with a clock that begins at another instant.
    pub async fn restart_at(&mut self, starts_at: &str) {
        self.options = self.options.clone().clock(starts_at);
        self.restart().await;
    }

    /// Starts the server again on the same data at another address.
    pub async fn move_to(&mut self, address: &str) {
        self.stop().await;
        address.clone_into(&mut self.options.listen);
        let (running, base) = Running::start(&self.options.command(&self.storage), &self.storage.log_file()).await;
        (self.running, self.base) = (Some(running), Url::parse(&base).expect("the server prints its address as a URL"));
    }

    /// Starts the server again on the same data with other options, another clock, say.
    pub async fn restart_with(&mut self, options: Options) {
        if self.running.is_some() {
            self.stop().await;
        }
        std::fs::write(self.storage.settings_file(), &options.settings).expect("a file in a temporary folder");
        self.options = options;
        self.restart().await;
    }

    /// Starts the server again at the same address on the same data, stopping it first where it still runs.
    pub async fn restart(&mut self) {
        if self.running.is_some() {
            self.stop().await;
        }
        let host = self.base.host_str().expect("the server's address has a host");
        let port = self.base.port_or_known_default().expect("the server's address has a port");
        self.options.listen = format!("{host}:{port}");
        let (running, _) = Running::start(&self.options.command(&self.storage), &self.storage.log_file()).await;
        self.running = Some(running);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("---- the server's log ----\n{}---- end of the server's log ----", self.log());
        }
    }
}
