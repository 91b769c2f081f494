//! The demonstration network, seeded once for each build of the server and copied for each test.

use crate::database::{Database, copy_folder, create_database, is_template, postgres_url, run_as_superuser};
use crate::process::{Command, Running, binary};
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

/// When the network is filled: after the three years of its sessions, and before any instant that tests plan sessions at.
const FILLED: &str = "2021-01-04T08:00:00Z";

/// A seeded data folder and, on PostgreSQL, a seeded database.
#[derive(Debug)]
pub(crate) struct Template {
    folder: PathBuf,
    postgres: Option<String>,
}

impl Template {
    /// The template of this build; the first test that asks makes it while the others wait.
    pub(crate) async fn of(database: Database) -> Template {
        let build = build_of_the_binary();
        let templates = binary().with_file_name("test-templates");
        std::fs::create_dir_all(&templates).expect("a folder beside the binary");
        let lock = File::create(templates.join(format!("{}.lock", database.name()))).expect("a lock file");
        lock.lock().expect("a lock on the templates");
        let template = Template {
            folder: templates.join(format!("{}-{build}", database.name())),
            postgres: (database == Database::Postgres).then(|| format!("template_{build}")),
        };
        if !template.is_finished().await {
            remove_templates(&templates, database);
            template.make(database).await;
        }
        template
    }

    /// The folder to copy.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The database to copy.
    pub(crate) fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    async fn is_finished(&self) -> bool {
        let seeded = match &self.postgres {
            Some(name) => is_template(name).await,
            None => true,
        };
        seeded && self.folder.exists()
    }

    /// Lets the server seed a new database, then keeps what it left.
    async fn make(&self, database: Database) {
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let data = scratch.path().join("data");
        std::fs::create_dir(&data).expect("a folder in a temporary folder");
        let url = match &self.postgres {
            None => format!("sqlite://{}", data.join("oslonac.sqlite").display()),
            Some(name) => {
                run_as_superuser(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
                create_database(name, None).await;
                postgres_url("oslonac_server", name).to_string()
            }
        };
        let owner_url = self.postgres.as_ref().map(|name| postgres_url("oslonac_owner", name).to_string());
        let command = Command::oslonac(&["demo", "--listen", "127.0.0.1:0", "--data"])
            .argument(&data)
            // Sessions to come follow the day on which the network is filled: the same day for every run of the tests.
            .env("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", FILLED)
            .env("OSLONAC_DATABASE__OWNER_URL", owner_url.unwrap_or_else(|| url.clone()))
            .env("OSLONAC_DATABASE__URL", url);
        Running::start(&command, &scratch.path().join("log")).await.0.stop().await;
        if let Some(name) = &self.postgres {
            run_as_superuser(&format!("ALTER DATABASE {name} IS_TEMPLATE true ALLOW_CONNECTIONS false")).await;
        }
        self.keep(&data, database);
    }

    /// Copies beside the final place first: a folder under its final name is a whole one.
    fn keep(&self, data: &Path, database: Database) {
        let partial = self.folder.with_file_name(format!("{}-partial", database.name()));
        copy_folder(data, &partial);
        std::fs::rename(&partial, &self.folder).expect("a folder beside another");
    }
}

/// Names the build: another binary seeds another template.
fn build_of_the_binary() -> String {
    let metadata = std::fs::metadata(binary()).expect("the binary can be read");
    let mut hasher = DefaultHasher::new();
    binary().hash(&mut hasher);
    metadata.len().hash(&mut hasher);
    metadata.modified().expect("files have a time").hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Removes the folders of older builds and of an interrupted making.
fn remove_templates(templates: &Path, database: Database) {
    for entry in std::fs::read_dir(templates).expect("the templates can be listed").flatten() {
        if entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with(database.name()) {
            std::fs::remove_dir_all(entry.path()).expect("an old template can be removed");
        }
    }
}
