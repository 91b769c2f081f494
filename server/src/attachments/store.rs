//! Where sealed files lie: a folder, or a bucket of a store that speaks S3. Names of objects are random and say nothing.

use crate::config::{self, Attachments};
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use rand::RngExt;
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// For how long the store is tried again when it does not answer.
const PATIENCE: Duration = Duration::from_secs(15);

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
        hex::encode(rand::rng().random::<[u8; 20]>())
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

    /// Removes an object; one that is not there is removed already.
    pub async fn remove(&self, name: &str) -> Result<(), Problem> {
        match self.objects()?.delete(&Name::from(name)).await {
            Ok(()) | Err(Problem::NotFound { .. }) => Ok(()),
            Err(problem) => Err(problem),
        }
    }

    /// The names of all objects, with the instant when each was kept.
    pub async fn names(&self) -> Result<Vec<(String, DateTime<Utc>)>, Problem> {
        if let Place::Folder(folder, _) = &*self.0
            && !folder.is_dir()
        {
            return Ok(Vec::new());
        }
        let objects = self.objects()?.list(None).map_ok(|found| (found.location.to_string(), found.last_modified));
        objects.boxed().try_collect().await
    }

    async fn make_folder(&self) -> Result<(), Problem> {
        let Place::Folder(folder, _) = &*self.0 else { return Ok(()) };
        if folder.is_dir() {
            return Ok(());
        }
        let mut builder = tokio::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        builder.create(folder).await.map_err(|source| Problem::Generic { store: "folder", source: Box::new(source) })
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
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(settings.secret_access_key.expose_secret())
        .with_retry(RetryConfig { retry_timeout: PATIENCE, ..RetryConfig::default() });
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
