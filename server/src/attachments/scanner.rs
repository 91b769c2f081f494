//! Asks a ClamAV daemon what it thinks of a file, by its INSTREAM command. Whatever is not a clear answer is none.

use crate::config;
use std::net::ToSocketAddrs;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// How long the daemon may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How much is sent at once.
const PART: usize = 64 * 1024;
/// The longest answer that is read, in bytes.
const ANSWER: u64 = 4096;

/// A ClamAV daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// At a socket of this machine.
    Unix(PathBuf),
    /// At an address.
    Tcp(String),
}

/// What the daemon found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// Something.
    Infected,
}

impl Scanner {
    /// The daemon of the settings; nothing where there is none.
    ///
    /// # Errors
    /// It is written in no way that is known.
    pub fn of(written: &str) -> Result<Option<Self>, config::Error> {
        match written.split_once(':') {
            None if written.is_empty() => Ok(None),
            Some(("unix", path)) if path.starts_with('/') => Ok(Some(Self::Unix(path.into()))),
            Some(("tcp", address)) if address.to_socket_addrs().is_ok() => Ok(Some(Self::Tcp(address.to_owned()))),
            _ => {
                let what = format!("{written}: write unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310, or nothing");
                Err(config::Error::of_key("attachments.scanner", &what))
            }
        }
    }

    /// What it finds in these bytes; nothing where it does not answer, or not clearly.
    pub async fn scan(&self, bytes: &[u8]) -> Option<Verdict> {
        let asked = tokio::time::timeout(PATIENCE, async {
            match self {
                Self::Unix(path) => ask(UnixStream::connect(path).await?, bytes).await,
                Self::Tcp(address) => ask(TcpStream::connect(address).await?, bytes).await,
            }
        });
        match asked.await {
            Ok(Ok(answer)) => verdict(&answer),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the scanner cannot be asked");
                None
            }
            Err(_) => {
                tracing::warn!("the scanner does not answer");
                None
            }
        }
    }
}

/// Sends the bytes in parts, each behind its length, and an empty one; gives the answer.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> std::io::Result<String> {
    stream.write_all(b"zINSTREAM\0").await?;
    for part in bytes.chunks(PART) {
        stream.write_all(&(part.len() as u32).to_be_bytes()).await?;
        stream.write_all(part).await?;
    }
    stream.write_all(&[0; 4]).await?;
    stream.flush().await?;
    let mut answer = String::new();
    stream.take(ANSWER).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// What an answer says: `stream: OK`, or `stream: NAME FOUND`.
fn verdict(answer: &str) -> Option<Verdict> {
    let said = answer.trim_end_matches(['\0', '\n']).strip_prefix("stream: ");
    match said {
        Some("OK") => Some(Verdict::Clean),
        Some(said) if said.ends_with(" FOUND") => Some(Verdict::Infected),
        _ => {
            tracing::warn!(answer, "the scanner gives no clear answer");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_answer_counts() {
        assert_eq!(verdict("stream: OK\0"), Some(Verdict::Clean));
        assert_eq!(verdict("stream: Test.Signature.UNOFFICIAL FOUND\0"), Some(Verdict::Infected));
        for unclear in
            ["", "OK", "INSTREAM size limit exceeded. ERROR\0", "stream: OK ERROR\0", "stream: \0", "stream: FOUND OK"]
        {
            assert_eq!(verdict(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn a_scanner_is_written_in_two_ways() {
        assert_eq!(Scanner::of("").unwrap(), None);
        assert_eq!(Scanner::of("unix:/run/clamd").unwrap(), Some(Scanner::Unix("/run/clamd".into())));
        assert_eq!(Scanner::of("tcp:127.0.0.1:3310").unwrap(), Some(Scanner::Tcp("127.0.0.1:3310".to_owned())));
        for wrong in ["clamd", "unix:clamd.ctl", "tcp:127.0.0.1", "http://127.0.0.1:3310", "tcp:"] {
            assert!(Scanner::of(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn whoever_does_not_answer_found_nothing() {
        let nobody = Scanner::Unix("/nonexistent/clamd".into());
        assert_eq!(nobody.scan(b"x").await, None);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hangs_up = Scanner::Tcp(listener.local_addr().unwrap().to_string());
        let accepted = tokio::spawn(async move { drop(listener.accept().await) });
        assert_eq!(hangs_up.scan(b"x").await, None);
        accepted.await.unwrap();
    }
}
