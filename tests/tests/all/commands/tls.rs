//! TLS where no proxy stands in front.

use super::assert_one_line;
use super::serve::{ISSUER, refused};
use reqwest::Certificate;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::{Database, Issuer, Output, Server, Storage, settings_for};

/// A certificate for this machine, as files.
struct Pair {
    folder: TempDir,
}

impl Pair {
    /// Makes one that ends after so many days; `openssl` is there wherever PostgreSQL is.
    async fn new(days: u32) -> Pair {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let names = "subjectAltName=DNS:localhost,DNS:reports.example.rs,IP:127.0.0.1";
        let made = tokio::process::Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
            .args(["-days", &days.to_string(), "-subj", "/CN=localhost", "-addext", names])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "certificate.pem"])
            .current_dir(folder.path())
            .output()
            .await
            .expect("openssl runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Pair { folder }
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Puts this pair in the place of another one.
    fn replace(&self, other: &Pair) {
        std::fs::copy(self.certificate(), other.certificate()).expect("a copy");
        std::fs::copy(self.key(), other.key()).expect("a copy");
    }

    /// A client that trusts this certificate and no other. It opens a connection for each request.
    fn client(&self) -> reqwest::Client {
        let trusted = std::fs::read(self.certificate()).expect("a file");
        let trusted = Certificate::from_pem(&trusted).expect("a certificate");
        tests::http_builder().tls_certs_only([trusted]).pool_max_idle_per_host(0).build().expect("a client")
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

async fn start(pair: &Pair, issuer: &Issuer) -> Server {
    Server::with(Database::Sqlite)
        .serve()
        .settings(&settings_for(issuer))
        .env("OSLONAC_HTTP__TLS__CERTIFICATE", text(&pair.certificate()))
        .env("OSLONAC_HTTP__TLS__KEY", text(&pair.key()))
        .start_on(Storage::empty(Database::Sqlite).await)
        .await
}

#[tokio::test]
async fn with_a_certificate_it_answers_https_and_nothing_else() {
    let issuer = Issuer::start(&["--client-secret", "only-for-tests"]).await;
    let pair = Pair::new(2).await;
    let server = start(&pair, &issuer).await;
    let url = server.url("/health/ready");
    assert_eq!(url.scheme(), "https");
    let client = pair.client();
    let answer = client.get(url.clone()).send().await.expect("it answers https");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=63072000");
    let leaving = client.get(server.url("/sign-in")).send().await.expect("it answers https");
    let location = leaving.headers()["location"].to_str().expect("ASCII");
    assert!(location.contains("redirect_uri=https%3A%2F%2F127.0.0.1"), "{location}");
    let mut plain = url;
    plain.set_scheme("http").expect("a scheme");
    assert!(tests::http().get(plain).send().await.is_err(), "in the clear there is no answer");
    assert!(server.log().contains("it ends on"), "it warns as it starts:\n{}", server.log());
}

#[tokio::test]
async fn a_demonstration_says_what_is_wrong_with_them_and_not_with_its_address() {
    let (pair, other) = (Pair::new(2).await, Pair::new(2).await);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let command = tests::Command::oslonac(&["demo", "--listen", "127.0.0.1:0", "--data"]).argument(folder.path());
    let command = command.env("OSLONAC_HTTP__TLS__CERTIFICATE", text(&pair.certificate()));
    let output = command.env("OSLONAC_HTTP__TLS__KEY", text(&other.key())).run().await;
    assert_one_line(&output, &["http.tls.key", "do not go together"]);
    assert!(!output.stderr.contains("--listen"), "{}", output.stderr);
}

#[tokio::test]
async fn files_that_cannot_be_used_stop_the_start() {
    let (pair, other) = (Pair::new(2).await, Pair::new(2).await);
    let nonsense = pair.folder.path().join("nonsense.pem");
    std::fs::write(&nonsense, "nonsense").expect("a file");
    let nowhere = PathBuf::from("/nowhere/a.pem");
    for (certificate, key, words) in [
        (pair.certificate(), other.key(), ["http.tls.key", "do not go together"]),
        (pair.certificate(), nowhere.clone(), ["http.tls.key", "/nowhere/a.pem"]),
        (pair.certificate(), PathBuf::new(), ["http.tls.key", "certificate"]),
        (PathBuf::new(), pair.key(), ["http.tls.certificate", "key"]),
        (nowhere, pair.key(), ["http.tls.certificate", "/nowhere/a.pem"]),
        (nonsense.clone(), pair.key(), ["http.tls.certificate", "no certificate"]),
        (pair.key(), pair.key(), ["http.tls.certificate", "no certificate"]),
    ] {
        let (certificate, key) = (text(&certificate), text(&key));
        let environment = [("OSLONAC_HTTP__TLS__CERTIFICATE", &*certificate), ("OSLONAC_HTTP__TLS__KEY", &*key)];
        assert_one_line(&refused(ISSUER, &environment).await, &words);
    }
    std::fs::set_permissions(pair.key(), std::fs::Permissions::from_mode(0o644)).expect("a mode");
    let (certificate, key) = (text(&pair.certificate()), text(&pair.key()));
    let environment = [("OSLONAC_HTTP__TLS__CERTIFICATE", &*certificate), ("OSLONAC_HTTP__TLS__KEY", &*key)];
    assert_one_line(&refused(ISSUER, &environment).await, &["http.tls.key", "644", "chmod o="]);
}

/// Whether the server comes to answer this client, within the time in which it looks at its files.
async fn comes_to_answer(server: &Server, client: &reqwest::Client) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        if client.get(server.url("/health/live")).send().await.is_ok() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

async fn hang_up(server: &Server) {
    let asked = tokio::process::Command::new("kill").args(["-HUP", &server.id().to_string()]).status().await;
    assert!(asked.expect("kill runs").success());
}

#[tokio::test]
async fn where_there_is_no_certificate_to_read_anew_it_goes_on_too() {
    let mut server = Server::start(Database::Sqlite).await;
    hang_up(&server).await;
    assert!(comes_to_answer(&server, &tests::http()).await);
    server.stop().await;
}

#[tokio::test]
async fn a_new_certificate_comes_into_use_without_a_restart() {
    let issuer = Issuer::start(&["--client-secret", "only-for-tests"]).await;
    let (pair, second, third) = (Pair::new(2).await, Pair::new(2).await, Pair::new(2).await);
    let server = start(&pair, &issuer).await;
    let first = pair.client();
    assert!(first.get(server.url("/health/live")).send().await.is_ok());
    second.replace(&pair);
    hang_up(&server).await;
    assert!(comes_to_answer(&server, &second.client()).await, "SIGHUP");
    assert!(first.get(server.url("/health/live")).send().await.is_err(), "the first one is out of use");
    std::fs::write(pair.certificate(), "nonsense").expect("a file");
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(comes_to_answer(&server, &second.client()).await, "one that is not usable changes nothing");
    assert!(server.log().contains("the old one stays in use"), "{}", server.log());
    third.replace(&pair);
    assert!(comes_to_answer(&server, &third.client()).await, "files that changed");
}

/// What `check` says of the certificate, asked at an instant.
async fn check(pair: &Pair, issuer: &Issuer, public_url: &str, instant: &str) -> Output {
    let storage = Storage::seeded(Database::Sqlite).await;
    std::fs::write(storage.settings_file(), settings_for(issuer)).expect("a file in a temporary folder");
    storage
        .command(&["check", "--config"])
        .argument(storage.settings_file())
        .env("OSLONAC_HTTP__TLS__CERTIFICATE", text(&pair.certificate()))
        .env("OSLONAC_HTTP__TLS__KEY", text(&pair.key()))
        .env("OSLONAC_HTTP__PUBLIC_URL", public_url)
        .env("OSLONAC_DEMONSTRATION__CLOCK_STARTS_AT", instant)
        .run()
        .await
}

#[tokio::test]
async fn check_looks_at_the_certificate() {
    let issuer = Issuer::start(&["--client-secret", "only-for-tests"]).await;
    let (lasting, ending) = (Pair::new(400).await, Pair::new(2).await);
    let good = check(&lasting, &issuer, "https://reports.example.rs", "").await;
    assert!(good.success && good.stdout.contains("certificate valid until "), "{}{}", good.stdout, good.stderr);
    for (pair, public_url, instant, words) in [
        (&ending, "https://reports.example.rs", "", "it ends on"),
        (&lasting, "https://reports.example.rs", "2099-01-01T00:00:00Z", "it ended on"),
        (&lasting, "https://reports.example.rs", "2001-01-01T00:00:00Z", "it is valid from"),
        (&lasting, "https://elsewhere.example.rs", "", "it is not for elsewhere.example.rs"),
    ] {
        let output = check(pair, &issuer, public_url, instant).await;
        let line = output.stdout.lines().find(|line| line.starts_with("certificate")).unwrap_or_default();
        assert!(!output.success && line.contains("WRONG") && line.contains(words), "{words}: {}", output.stdout);
    }
}
