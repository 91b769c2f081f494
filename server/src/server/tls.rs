//! TLS where it ends here: the certificate and its key, read anew when they change.

use crate::config;
use crate::http::tokens;
use chrono::{DateTime, Utc};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

/// How often it is looked whether the files have changed.
const LOOKED_AT: Duration = Duration::from_secs(10);

/// A certificate chain with its key, ready for use.
#[derive(Debug)]
pub(super) struct Identity {
    /// What rustls serves: TLS 1.2 and 1.3.
    pub(super) config: Arc<ServerConfig>,
    /// From when on it is valid.
    pub(super) not_before: DateTime<Utc>,
    /// Until when it is valid.
    pub(super) not_after: DateTime<Utc>,
    leaf: CertificateDer<'static>,
}

impl Identity {
    /// Reads the files of the settings; nothing where they name none.
    ///
    /// # Errors
    /// A file that cannot be read, that holds something else, a key that everybody can read, or one of another certificate.
    pub(super) fn load(settings: &config::Tls) -> Result<Option<Self>, config::Error> {
        match (settings.is_set(), !settings.key.as_os_str().is_empty()) {
            (true, true) => {}
            (false, false) => return Ok(None),
            (true, false) => return missing("http.tls.key", "name the key", &settings.certificate),
            (false, true) => return missing("http.tls.certificate", "name the certificate", &settings.key),
        }
        let wrong =
            |key: &str, path: &Path, what: &str| config::Error::of_key(key, &format!("{}: {what}", path.display()));
        let of_certificate = |what: &str| wrong("http.tls.certificate", &settings.certificate, what);
        let of_key = |what: &str| wrong("http.tls.key", &settings.key, what);
        let chain = CertificateDer::pem_file_iter(&settings.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| of_certificate(&error.to_string()))?;
        let leaf = chain.first().cloned().ok_or_else(|| of_certificate("this file holds no certificate in PEM"))?;
        let (not_before, not_after) =
            validity(&leaf).ok_or_else(|| of_certificate("the first certificate cannot be read"))?;
        private(&settings.key).map_err(|what| of_key(&what))?;
        let key = PrivateKeyDer::from_pem_file(&settings.key).map_err(|error| of_key(&error.to_string()))?;
        tokens::install_tls_provider();
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
        let mut config = config.map_err(|error| {
            let what = format!("this key and {} do not go together: {error}", settings.certificate.display());
            of_key(&what)
        })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Self { config: Arc::new(config), not_before, not_after, leaf }))
    }

    /// Whether browsers that ask for this host accept it.
    pub(super) fn is_for(&self, host: &str) -> bool {
        let Ok(name) = ServerName::try_from(host.to_owned()) else { return false };
        let Ok(certificate) = rustls::server::ParsedCertificate::try_from(&self.leaf) else { return false };
        rustls::client::verify_server_name(&certificate, &name).is_ok()
    }
}

fn missing(key: &str, what: &str, other: &Path) -> Result<Option<Identity>, config::Error> {
    Err(config::Error::of_key(key, &format!("{what} that belongs to {}", other.display())))
}

fn validity(certificate: &CertificateDer<'_>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let validity = certificate.tbs_certificate.validity;
    Some((validity.not_before.to_system_time().into(), validity.not_after.to_system_time().into()))
}

/// Whether the key is kept from everybody else on this machine.
fn private(key: &Path) -> Result<(), String> {
    let mode = key.metadata().map_err(|error| error.to_string())?.permissions().mode();
    if mode & 0o007 == 0 {
        return Ok(());
    }
    Err(format!(
        "everybody on this machine can get at this key (mode {:03o}); run: chmod o= {}",
        mode & 0o777,
        key.display()
    ))
}

/// Takes a new certificate into use when a file changes, or at SIGHUP. Where the new one is not usable, the old one stays.
pub(super) async fn follow(settings: config::Tls, serving: watch::Sender<Arc<ServerConfig>>) {
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return };
    let mut known = state(&settings);
    loop {
        let asked = tokio::select! {
            _ = hang_up.recv() => true,
            () = tokio::time::sleep(LOOKED_AT) => false,
        };
        let now = state(&settings);
        if !asked && now == known {
            continue;
        }
        known = now;
        match Identity::load(&settings) {
            Ok(Some(identity)) => {
                serving.send_replace(identity.config);
                tracing::info!(valid_until = %identity.not_after, "took the certificate into use");
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "the new certificate is not usable; the old one stays in use"),
        }
    }
}

/// When the files were last changed, and how long they are.
fn state(settings: &config::Tls) -> [Option<(SystemTime, u64)>; 2] {
    [&settings.certificate, &settings.key].map(|file| {
        let metadata = file.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}
