//! Connections: how many one address may hold, and how long it may take nothing of its answer.

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
use tokio::time::{Sleep, sleep};

/// Lets connections in, up to a number for each address, and cuts off those that take nothing of their answer.
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
        Some(Connection { stream, patience: self.patience, stalled: None, _slot: slot })
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

/// A connection that ends where its client takes nothing for too long.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    patience: Duration,
    /// Runs while something waits to be taken.
    stalled: Option<Pin<Box<Sleep>>>,
    _slot: Slot,
}

impl Connection {
    fn unless_stalled<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_stalled(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.unless_stalled(cx, written)
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
