//! A real S3 server for one test, which checks the signature of every request: `s3s-fs`, in the process of the test.

use crate::server::Options;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::net::SocketAddr;
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

const NAME: &str = "files-of-reports";
const KEY_ID: &str = "the-service";
const SECRET: &str = "only-for-tests";

/// A bucket, and the server that it lies on.
#[derive(Debug)]
pub struct Bucket {
    folder: TempDir,
    address: SocketAddr,
    serving: Option<JoinHandle<()>>,
}

impl Bucket {
    /// An empty one.
    pub async fn start() -> Bucket {
        let folder = tempfile::Builder::new().prefix("oslonac-s3-").tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join(NAME)).expect("a folder in a temporary folder");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut bucket = Bucket { folder, address, serving: None };
        bucket.serve(listener);
        bucket
    }

    /// Settings of a server that keeps its files here.
    pub fn of(&self, options: Options) -> Options {
        self.environment().into_iter().fold(options, |options, (key, value)| options.env(key, value))
    }

    /// The same as variables of the environment.
    pub fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("OSLONAC_ATTACHMENTS__S3__BUCKET", NAME.to_owned()),
            ("OSLONAC_ATTACHMENTS__S3__ENDPOINT", format!("http://{}", self.address)),
            ("OSLONAC_ATTACHMENTS__S3__ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("OSLONAC_ATTACHMENTS__S3__SECRET_ACCESS_KEY", SECRET.to_owned()),
        ]
    }

    /// What lies in it.
    pub fn objects(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join(NAME)).expect("the bucket's folder");
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }

    /// Puts something in it.
    pub fn place(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(NAME).join(name), bytes).expect("an object");
    }

    /// Is not there any more: connections end, and nobody listens.
    pub async fn go(&mut self) {
        let serving = self.serving.take().expect("it is there");
        serving.abort();
        let _ = serving.await;
    }

    /// Is there again.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("its address is free");
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let files = FileSystem::new(self.folder.path()).expect("a folder that is there");
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        self.serving = Some(tokio::spawn(accept(listener, builder.build())));
    }
}

/// Connections end with the task, because it holds them.
async fn accept(listener: TcpListener, service: S3Service) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
        connections.spawn(connection);
    }
}
