//! A receiver of e-mails that takes everything, and remembers by which ids.

use crate::Result;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running receiver. It ends when this is dropped.
pub struct Mailbox {
    port: u16,
    ids: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl Mailbox {
    /// Starts it.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, ids) = (listener.local_addr()?.port(), Arc::<Mutex<Vec<String>>>::default());
        let taken = ids.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that breaks off is no matter of the receiver's.
                tokio::spawn({
                    let taken = taken.clone();
                    async move { drop(converse(stream, &taken).await) }
                });
            }
        });
        Ok(Self { port, ids, accepting })
    }

    /// Where it listens, on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The message ids of what it has taken, in the order in which it came.
    pub fn taken(&self) -> Vec<String> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Speaks SMTP (RFC 5321) with one client, as far as ours does.
async fn converse(mut stream: TcpStream, taken: &Mutex<Vec<String>>) -> Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 localhost\r\n").await?;
    let mut in_data = false;
    while let Some(line) = lines.next_line().await? {
        let answer: &[u8] = match (in_data, line.get(..4).map(str::to_ascii_uppercase).as_deref()) {
            (true, _) if line == "." => {
                in_data = false;
                b"250 taken\r\n"
            }
            (true, _) => {
                if let Some(id) = line.strip_prefix("Message-ID: ") {
                    taken.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
                }
                continue;
            }
            (false, Some("DATA")) => {
                in_data = true;
                b"354 go on\r\n"
            }
            (false, Some("QUIT")) => return Ok(write.write_all(b"221 bye\r\n").await?),
            (false, Some("EHLO")) => b"250-localhost\r\n250 8BITMIME\r\n",
            _ => b"250 yes\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}
