//! Where sealed files lie: a folder, or a bucket of a store that speaks S3. Names of objects are random and say nothing.

use crate::config::{self, Attachments};
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use rand::RngExt;
use secrecy::ExposeSecret;
use std::error::Error;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Bytes that stand in a name, in hexadecimal.
const NAME: usize = 20;

/// What the store says when it fails. Its words may name objects, never what is in them.
pub type Problem = object_store::Error;

/// A store of objects.
#[derive(Clone)]
pub struct Store(Arc<Place>);

enum Place {
    /// A folder, which is made when something is first kept in it.
    Folder(PathBuf, OnceLock<LocalFileSystem>),
    /// A bucket.
    Bucket(Box<dyn ObjectStore>),
}

impl Store {
    /// The store of the settings.
    ///
    /// # Errors
    /// The bucket is described wrongly.
    pub fn of(settings: &Attachments, database: &str) -> Result<Self, config::Error> {
        if settings.s3.bucket.is_empty() {
            return Ok(Self::in_folder(folder(&settings.folder, database)));
        }
        let bucket =
            bucket(&settings.s3).map_err(|error| config::Error::of_key("attachments.s3", &error.to_string()))?;
        Ok(Self(Arc::new(Place::Bucket(Box::new(bucket)))))
    }

    /// A store in this folder.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(Arc::new(Place::Folder(folder, OnceLock::new())))
    }

    /// A new name for an object.
    pub fn new_name() -> String {
        hex::encode(rand::rng().random::<[u8; NAME]>())
    }

    /// Keeps an object. It is on the disc when this returns, with the folder's entry, or the bucket has confirmed it.
    pub async fn put(&self, name: &str, sealed: Vec<u8>) -> Result<(), Problem> {
        self.make_folder().await?;
        self.objects()?.put(&Name::from(name), PutPayload::from(sealed)).await.map(drop)
    }

    /// The bytes of an object as they come.
    pub async fn get(&self, name: &str) -> Result<BoxStream<'static, Result<Bytes, Problem>>, Problem> {
        Ok(self.objects()?.get(&Name::from(name)).await?.into_stream())
    }

    /// Whether the store itself is there, where an object is not.
    pub async fn is_there(&self) -> bool {
        match &*self.0 {
            Place::Folder(folder, _) => folder.is_dir(),
            Place::Bucket(bucket) => bucket.list(None).try_next().await.is_ok(),
        }
    }

    /// Removes an object; one that is not there is removed already.
    pub async fn remove(&self, name: &str) -> Result<(), Problem> {
        let removed = match &*self.0 {
            Place::Folder(folder, _) => tokio::fs::remove_file(folder.join(name)).await.map_err(of_folder),
            Place::Bucket(bucket) => bucket.delete(&Name::from(name)).await,
        };
        match removed {
            Err(Problem::NotFound { .. }) => Ok(()),
            removed => removed,
        }
    }

    /// The names of all objects of ours, with the instant when each was kept; also of those that were being written when a
    /// process ended. What else lies there is not ours.
    pub async fn names(&self) -> Result<Vec<(String, DateTime<Utc>)>, Problem> {
        let mut found: Vec<_> = match &*self.0 {
            Place::Folder(folder, _) => in_folder(folder).await.map_err(of_folder)?,
            Place::Bucket(bucket) => {
                let found = bucket.list(None).map_ok(|found| (found.location.to_string(), found.last_modified));
                found.try_collect().await?
            }
        };
        found.retain(|(name, _)| is_ours(name));
        Ok(found)
    }

    /// Keeps an object, reads and removes it. A folder that is not there is made for that and removed again: it is to be made by
    /// the service, and to belong to its user.
    ///
    /// # Errors
    /// Something of that fails: in one line that begins with the setting.
    pub async fn check(&self) -> Result<(), String> {
        let (setting, made) = match &*self.0 {
            Place::Bucket(_) => ("attachments.s3".to_owned(), Vec::new()),
            Place::Folder(folder, _) => {
                let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
                let made = folder.ancestors().take_while(missing).collect();
                (format!("attachments.folder: {}", folder.display()), made)
            }
        };
        let tried = self.try_out().await;
        for folder in made {
            // Not where something else came to lie in it meanwhile.
            let _ = tokio::fs::remove_dir(folder).await;
        }
        tried.map_err(|problem| format!("{setting}: {}", in_one_line(&problem)))
    }

    async fn try_out(&self) -> Result<(), Problem> {
        const WORDS: &[u8] = b"oslonac check";
        let name = Self::new_name();
        self.put(&name, WORDS.to_vec()).await?;
        let read: Result<Vec<Bytes>, Problem> = async { self.get(&name).await?.try_collect().await }.await;
        self.remove(&name).await?;
        if read?.concat() == WORDS {
            return Ok(());
        }
        Err(Problem::Generic { store: "check", source: "what is read is not what was written".into() })
    }

    async fn make_folder(&self) -> Result<(), Problem> {
        let Place::Folder(folder, _) = &*self.0 else { return Ok(()) };
        if folder.is_dir() {
            return Ok(());
        }
        let mut builder = tokio::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).await.map_err(of_folder)
    }

    fn objects(&self) -> Result<&dyn ObjectStore, Problem> {
        match &*self.0 {
            Place::Bucket(bucket) => Ok(&**bucket),
            Place::Folder(folder, opened) => match opened.get() {
                Some(opened) => Ok(opened),
                None => {
                    let new = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                    Ok(opened.get_or_init(|| new))
                }
            },
        }
    }
}

/// Whether there is no room for more.
pub fn is_full(problem: &Problem) -> bool {
    let whys = std::iter::successors(Some(problem as &dyn Error), |error| (*error).source());
    whys.filter_map(|error| error.downcast_ref::<std::io::Error>()).any(|error| {
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
    })
}

fn in_one_line(problem: &Problem) -> String {
    problem.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_folder(error: std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::NotFound { path: String::new(), source: Box::new(error) },
        _ => Problem::Generic { store: "folder", source: Box::new(error) },
    }
}

/// What lies in a folder, which may not have been made yet.
async fn in_folder(folder: &Path) -> std::io::Result<Vec<(String, DateTime<Utc>)>> {
    let mut found = Vec::new();
    let mut entries = match tokio::fs::read_dir(folder).await {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        // One that goes meanwhile is not there.
        if let Ok(metadata) = entry.metadata().await {
            found.push((entry.file_name().to_string_lossy().into_owned(), metadata.modified()?.into()));
        }
    }
    Ok(found)
}

/// Whether this is a name that we give, with a number behind it while it is being written.
fn is_ours(name: &str) -> bool {
    let (name, number) = name.split_once('#').unwrap_or((name, ""));
    name.len() == 2 * NAME && hex::decode(name).is_ok() && number.bytes().all(|digit| digit.is_ascii_digit())
}

/// The folder of the settings, or one beside the embedded database.
fn folder(named: &Path, database: &str) -> PathBuf {
    if !named.as_os_str().is_empty() {
        return named.to_owned();
    }
    let file = database.strip_prefix("sqlite:").map(|file| file.split('?').next().unwrap_or_default());
    let beside = file.and_then(|file| Path::new(file.trim_start_matches("//")).parent());
    beside.unwrap_or(Path::new("")).join("attachments")
}

fn bucket(settings: &config::S3) -> Result<impl ObjectStore + use<>, Problem> {
    crate::http::tokens::install_tls_provider();
    let patience = Duration::from_secs(settings.patience_seconds.get().into());
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(settings.secret_access_key.expose_secret())
        .with_retry(RetryConfig { retry_timeout: patience, ..RetryConfig::default() });
    if !settings.endpoint.is_empty() {
        let plain = settings.endpoint.starts_with("http://");
        builder = builder.with_endpoint(&settings.endpoint).with_allow_http(plain);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_beside_the_embedded_database() {
        for (named, database, expected) in [
            ("", "sqlite:/srv/oslonac/oslonac.db", "/srv/oslonac/attachments"),
            ("", "sqlite:///srv/oslonac.db?mode=rwc", "/srv/attachments"),
            ("", "sqlite:oslonac.db", "attachments"),
            ("", "postgres://oslonac@localhost/oslonac", "attachments"),
            ("/files", "sqlite:/srv/oslonac.db", "/files"),
        ] {
            assert_eq!(folder(Path::new(named), database), Path::new(expected), "{database}");
        }
    }

    #[test]
    fn what_has_no_room_is_told_from_what_fails() {
        let problem = |kind| of_folder(std::io::Error::from(kind));
        for full in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::FileTooLarge] {
            assert!(is_full(&problem(full)), "{full}");
        }
        for other in [ErrorKind::PermissionDenied, ErrorKind::NotFound, ErrorKind::ReadOnlyFilesystem] {
            assert!(!is_full(&problem(other)), "{other}");
        }
    }

    #[test]
    fn a_name_of_ours_is_known() {
        let name = Store::new_name();
        assert!(is_ours(&name) && is_ours(&format!("{name}#1")));
        for other in ["", "lost+found", "README", &name[1..], &format!("{name}/x"), &format!("{name}#x")] {
            assert!(!is_ours(other), "{other}");
        }
    }

    #[tokio::test]
    async fn an_object_is_kept_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_folder(folder.path().join("deep").join("down"));
        assert_eq!(store.names().await.unwrap(), Vec::new(), "no folder yet");
        let name = Store::new_name();
        store.put(&name, b"sealed".to_vec()).await.unwrap();
        let parts: Vec<Bytes> = store.get(&name).await.unwrap().try_collect().await.unwrap();
        assert_eq!(parts.concat(), b"sealed");
        assert_eq!(
            store.names().await.unwrap().into_iter().map(|found| found.0).collect::<Vec<_>>(),
            std::slice::from_ref(&name)
        );
        store.remove(&name).await.unwrap();
        store.remove(&name).await.expect("removed already");
        assert!(store.get(&name).await.is_err());
    }
}
