//! The loop that takes connections, and its orderly end.

use super::connections::{Connection, Doorkeeper};
use crate::config;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// How long the handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be taken, because all file descriptors are in use, say.
const OUT_OF_BREATH: Duration = Duration::from_millis(50);
/// How much longer than a request may take those under way get when the service stops.
const GRACE: Duration = Duration::from_secs(5);

/// The TLS of new connections, which may change; nothing where there is none.
pub(super) type Tls = Option<watch::Receiver<Arc<ServerConfig>>>;

/// Answers requests until `stop`; then takes no more connections, and ends when those under way are answered.
pub(super) async fn serve(
    listener: TcpListener,
    tls: Tls,
    app: Router,
    settings: &config::Http,
    stop: impl Future<Output = ()>,
) {
    let mut stop = pin!(stop);
    let doorkeeper = Doorkeeper::new(settings);
    // Each connection holds a receiver: it learns of the end there, and the end waits until none is left.
    let (ending, open) = watch::channel(());
    let attendant = Attendant { http: http(settings), app };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // One that is not let in is closed at once.
                let Some(connection) = doorkeeper.admit(stream, peer) else { continue };
                tokio::spawn(attendant.clone().greet(connection, peer, tls.clone(), open.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                sleep(OUT_OF_BREATH).await;
            }
        }
    }
    drop((listener, open));
    ending.send_replace(());
    if timeout(Duration::from_secs(settings.time_limit_seconds) + GRACE, ending.closed()).await.is_err() {
        tracing::warn!("some requests under way did not end in time");
    }
}

/// HTTP/1.1 with a time limit for heads, which counts while a connection idles too. HTTP/2 is not offered: the library has no
/// such limit there, and a proxy in front speaks it where it is wanted.
fn http(settings: &config::Http) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(settings.header_seconds));
    http
}

/// Whoever looks after one connection.
#[derive(Clone)]
struct Attendant {
    http: http1::Builder,
    app: Router,
}

impl Attendant {
    async fn greet(self, connection: Connection, peer: SocketAddr, tls: Tls, ending: watch::Receiver<()>) {
        let Some(tls) = tls else { return self.attend(connection, peer, ending).await };
        let config = Arc::clone(&tls.borrow());
        match timeout(HANDSHAKE, TlsAcceptor::from(config).accept(connection)).await {
            Ok(Ok(connection)) => self.attend(connection, peer, ending).await,
            Ok(Err(error)) => tracing::debug!(%error, "no TLS came about"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn attend<C>(self, connection: C, peer: SocketAddr, mut ending: watch::Receiver<()>)
    where
        C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let app = TowerToHyperService::new(self.app);
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            app.call(request)
        });
        let mut connection = pin!(self.http.serve_connection(TokioIo::new(connection), service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            _ = ending.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}
