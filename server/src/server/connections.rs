//! Connections: how many one address may hold, and how slowly it may take its answer.

use crate::config;
use crate::http::client_address::ClientAddress;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// Lets connections in, up to a number for each address, and cuts off those that take next to nothing of their answer.
#[derive(Debug)]
pub(super) struct Doorkeeper {
    slots: Arc<Slots>,
    patience: Duration,
}

impl Doorkeeper {
    /// As the settings have it. Behind a proxy every connection comes from one address, so they are not counted.
    pub(super) fn new(settings: &config::Http) -> Self {
        let most = if settings.behind_proxy { usize::MAX } else { settings.connections_per_address };
        let slots = Arc::new(Slots { most, taken: Mutex::default() });
        Self { slots, patience: Duration::from_secs(settings.write_seconds) }
    }

    /// The connection, where its address may hold one more.
    pub(super) fn admit(&self, stream: TcpStream, peer: SocketAddr) -> Option<Connection> {
        let slot = Slots::take(&self.slots, ClientAddress::of(peer.ip()))?;
        Some(Connection { stream, pace: Pace::new(self.patience), _slot: slot })
    }
}

/// How many connections each address holds.
#[derive(Debug)]
struct Slots {
    most: usize,
    taken: Mutex<HashMap<ClientAddress, usize>>,
}

impl Slots {
    fn take(slots: &Arc<Self>, address: ClientAddress) -> Option<Slot> {
        let mut taken = slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= slots.most {
            return None;
        }
        *count += 1;
        Some(Slot { slots: Arc::clone(slots), address })
    }
}

/// One connection's place, given back when it ends.
#[derive(Debug)]
struct Slot {
    slots: Arc<Slots>,
    address: ClientAddress,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// A connection that ends where its client takes next to nothing for too long.
#[derive(Debug)]
pub(super) struct Connection<S = TcpStream> {
    stream: S,
    pace: Pace,
    _slot: Slot,
}

/// How fast a client takes its answer: within each window of the patience it must have taken so much, or nothing must wait for
/// it. One byte now and then keeps no connection.
#[derive(Debug)]
struct Pace {
    patience: Duration,
    /// Whether something waits to be taken.
    waiting: bool,
    /// When the window ends, and how much was taken in it.
    window: Option<(Pin<Box<Sleep>>, usize)>,
}

/// How much a client must take of what waits for it, in bytes a second: less than a telephone's slowest line.
const LEAST_A_SECOND: u64 = 1_024;

impl Pace {
    fn new(patience: Duration) -> Self {
        Self { patience, waiting: false, window: None }
    }

    fn least(&self) -> usize {
        usize::try_from(self.patience.as_secs() * LEAST_A_SECOND).unwrap_or(usize::MAX)
    }

    /// What became of writing, or the end of the patience.
    fn keep(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            self.waiting = false;
            let least = self.least();
            let taken = self.window.as_mut().zip(written.as_ref().ok()).map(|((_, taken), more)| {
                *taken = taken.saturating_add(*more);
                *taken
            });
            if taken.is_none_or(|taken| taken >= least) {
                self.window = None;
            }
            return Poll::Ready(written);
        }
        // A window that ended while nothing waited says nothing of the client.
        if !self.waiting && self.window.as_ref().is_some_and(|(end, _)| end.deadline() <= Instant::now()) {
            self.window = None;
        }
        self.waiting = true;
        let patience = self.patience;
        let (end, _) = self.window.get_or_insert_with(|| (Box::pin(sleep(patience)), 0));
        ready!(end.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.pace.keep(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.pace.keep(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    const PATIENCE: Duration = Duration::from_secs(1);
    const TURN: Duration = Duration::from_millis(100);

    /// A connection whose other end holds so many bytes, and that end.
    fn connected(room: usize) -> (Connection<DuplexStream>, DuplexStream) {
        let slots = Arc::new(Slots { most: 1, taken: Mutex::default() });
        let slot = Slots::take(&slots, ClientAddress::of([192, 0, 2, 1].into())).expect("there is room");
        let (stream, client) = duplex(room);
        (Connection { stream, pace: Pace::new(PATIENCE), _slot: slot }, client)
    }

    /// Takes so many bytes at a time, ten times a second. Answers whether all of it was sent.
    async fn sends(bytes_a_turn: usize, length: usize) -> bool {
        let (mut connection, mut client) = connected(bytes_a_turn);
        let taking = tokio::spawn(async move {
            let mut part = vec![0; bytes_a_turn];
            while client.read(&mut part).await.is_ok_and(|count| count > 0) {
                sleep(TURN).await;
            }
        });
        let sent = tokio::time::timeout(10 * PATIENCE, connection.write_all(&vec![1; length])).await;
        taking.abort();
        match sent.expect("it is neither sent nor cut off") {
            Ok(()) => true,
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                false
            }
        }
    }

    #[tokio::test]
    async fn who_takes_a_byte_at_a_time_is_cut_off_and_who_takes_enough_is_not() {
        let (one, some, enough) = tokio::join!(sends(1, 50_000), sends(50, 50_000), sends(2_500, 50_000));
        assert_eq!((one, some, enough), (false, false, true), "although that takes longer than the patience");
    }

    #[tokio::test]
    async fn who_is_sent_little_now_and_then_is_not_cut_off() {
        let (mut connection, mut client) = connected(100);
        for _ in 0..3 {
            let (sent, taken) = tokio::join!(connection.write_all(&[1; 150]), async {
                sleep(PATIENCE / 2).await;
                client.read_exact(&mut [0; 150]).await
            });
            assert!(sent.is_ok() && taken.is_ok(), "it was taken within the patience");
            sleep(PATIENCE + TURN).await;
        }
    }

    #[test]
    fn places_are_counted_by_address_and_given_back() {
        let slots = Arc::new(Slots { most: 2, taken: Mutex::default() });
        let address = |number: u8| ClientAddress::of([192, 0, 2, number].into());
        let first = Slots::take(&slots, address(1));
        let second = Slots::take(&slots, address(1));
        assert!(first.is_some() && second.is_some());
        assert!(Slots::take(&slots, address(1)).is_none());
        assert!(Slots::take(&slots, address(2)).is_some());
        drop(first);
        assert!(Slots::take(&slots, address(1)).is_some());
        drop(second);
        assert!(slots.taken.lock().unwrap().is_empty(), "nothing is kept of those who left");
    }
}
