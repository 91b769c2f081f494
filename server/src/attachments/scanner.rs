//! Asks a ClamAV daemon what it thinks of a file, by its INSTREAM command. Whatever is not a clear answer is none.

use crate::config;
use std::net::ToSocketAddrs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// How much is sent at once.
const PART: usize = 64 * 1024;
/// The longest answer that is read, in bytes.
const ANSWER: u64 = 4096;

/// A ClamAV daemon.
#[derive(Clone, Debug)]
pub struct Scanner {
    place: Place,
    patience: Duration,
    late: Arc<AtomicBool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// A socket of this machine.
    Unix(PathBuf),
    /// An address.
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

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// Nobody is there.
    #[error("it cannot be reached: {0}")]
    Away(std::io::Error),
    /// It takes too long, or took too long when it was last asked.
    #[error("it does not answer within {} seconds", .0.as_secs())]
    Late(Duration),
    /// It ended the conversation.
    #[error("it breaks off: {0}")]
    BreaksOff(std::io::Error),
    /// It says something else.
    #[error("it gives no clear answer: {0}")]
    Unclear(String),
}

impl Scanner {
    /// The daemon of the settings; nothing where there is none.
    ///
    /// # Errors
    /// It is written in no way that is known.
    pub fn of(settings: &config::Attachments) -> Result<Option<Self>, config::Error> {
        let patience = Duration::from_secs(settings.scanner_seconds.get().into());
        let place = place(&settings.scanner)?;
        Ok(place.map(|place| Self { place, patience, late: Arc::default() }))
    }

    /// What it finds in these bytes.
    ///
    /// # Errors
    /// It does not say. Whoever gets no answer has no verdict, and least of all a good one.
    pub async fn scan(&self, bytes: &[u8]) -> Result<Verdict, Silence> {
        let answer = self.ask(b"zINSTREAM\0", Some(bytes)).await?;
        verdict(&answer).ok_or(Silence::Unclear(answer))
    }

    /// The same for somebody who is waiting: once it was late, it is not waited for again until it has answered something.
    ///
    /// # Errors
    /// As those of [`Self::scan`].
    pub async fn scan_at_once(&self, bytes: &[u8]) -> Result<Verdict, Silence> {
        if self.is_late() { Err(Silence::Late(self.patience)) } else { self.scan(bytes).await }
    }

    /// Whether it was too slow when it was last asked.
    pub fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    /// Asks it whether it is there.
    ///
    /// # Errors
    /// It does not say that it is.
    pub async fn ping(&self) -> Result<(), Silence> {
        let answer = self.ask(b"zPING\0", None).await?;
        if answer.trim_end_matches('\0') == "PONG" { Ok(()) } else { Err(Silence::Unclear(answer)) }
    }

    async fn ask(&self, command: &[u8], file: Option<&[u8]>) -> Result<String, Silence> {
        let asked = tokio::time::timeout(self.patience, async {
            match &self.place {
                Place::Unix(path) => exchange(UnixStream::connect(path).await, command, file).await,
                Place::Tcp(address) => exchange(TcpStream::connect(address).await, command, file).await,
            }
        });
        let answer = asked.await;
        self.late.store(answer.is_err(), Ordering::Relaxed);
        answer.unwrap_or(Err(Silence::Late(self.patience)))
    }
}

/// Where a daemon is.
fn place(written: &str) -> Result<Option<Place>, config::Error> {
    match written.split_once(':') {
        None if written.is_empty() => Ok(None),
        Some(("unix", path)) if path.starts_with('/') => Ok(Some(Place::Unix(path.into()))),
        Some(("tcp", address)) if address.to_socket_addrs().is_ok() => Ok(Some(Place::Tcp(address.to_owned()))),
        _ => {
            let what = format!("{written}: write unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310, or nothing");
            Err(config::Error::of_key("attachments.scanner", &what))
        }
    }
}

/// Sends a command, and gives the answer.
async fn exchange(
    stream: std::io::Result<impl AsyncRead + AsyncWrite + Unpin>,
    command: &[u8],
    file: Option<&[u8]>,
) -> Result<String, Silence> {
    let mut stream = stream.map_err(Silence::Away)?;
    let sent = send(&mut stream, command, file).await;
    let mut answer = String::new();
    let heard = stream.take(ANSWER).read_to_string(&mut answer).await;
    match sent {
        Ok(()) => heard.map(|_| answer).map_err(Silence::BreaksOff),
        // It may have said why it takes no more; what it says then is of no whole file.
        Err(_) if !answer.is_empty() => Err(Silence::Unclear(answer)),
        Err(error) => Err(Silence::BreaksOff(error)),
    }
}

/// Sends a command, and the bytes of a file in parts, each behind its length, and an empty one.
async fn send(stream: &mut (impl AsyncWrite + Unpin), command: &[u8], file: Option<&[u8]>) -> std::io::Result<()> {
    stream.write_all(command).await?;
    let Some(bytes) = file else { return stream.flush().await };
    for part in bytes.chunks(PART) {
        stream.write_all(&(part.len() as u32).to_be_bytes()).await?;
        stream.write_all(part).await?;
    }
    stream.write_all(&[0; 4]).await?;
    stream.flush().await
}

/// What an answer says: `stream: OK`, or `stream: NAME FOUND`.
fn verdict(answer: &str) -> Option<Verdict> {
    match answer.trim_end_matches(['\0', '\n']).strip_prefix("stream: ")? {
        "OK" => Some(Verdict::Clean),
        said if said.ends_with(" FOUND") => Some(Verdict::Infected),
        _ => None,
    }
}

/// Reads an answer, for the fuzzer: nothing but these words is a good one.
#[cfg(any(test, fuzzing))]
pub(crate) fn answer(text: &str) {
    assert_eq!(verdict(text) == Some(Verdict::Clean), text.trim_end_matches(['\0', '\n']) == "stream: OK");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(place: Place) -> Scanner {
        Scanner { place, patience: Duration::from_millis(200), late: Arc::default() }
    }

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
        assert_eq!(place("").unwrap(), None);
        assert_eq!(place("unix:/run/clamd").unwrap(), Some(Place::Unix("/run/clamd".into())));
        assert_eq!(place("tcp:127.0.0.1:3310").unwrap(), Some(Place::Tcp("127.0.0.1:3310".to_owned())));
        for wrong in ["clamd", "unix:clamd.ctl", "tcp:127.0.0.1", "http://127.0.0.1:3310", "tcp:"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn whoever_does_not_answer_found_nothing() {
        let nobody = at(Place::Unix("/nonexistent/clamd".into()));
        assert!(matches!(nobody.scan(b"x").await, Err(Silence::Away(_))));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hangs = at(Place::Tcp(listener.local_addr().unwrap().to_string()));
        assert!(matches!(hangs.scan_at_once(b"x").await, Err(Silence::Late(_))));
        assert!(hangs.is_late() && matches!(hangs.scan_at_once(b"x").await, Err(Silence::Late(_))));
        drop(listener.accept().await);
        let accepted = tokio::spawn(async move { drop(listener.accept().await) });
        let hung_up = hangs.scan(b"x").await;
        assert!(matches!(hung_up, Err(Silence::BreaksOff(_) | Silence::Unclear(_))) && !hangs.is_late(), "{hung_up:?}");
        accepted.await.unwrap();
    }
}
