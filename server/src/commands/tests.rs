//! What stays out of the log, whatever its filter says.

use super::*;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn whole_messages_are_logged_by_no_filter() {
    for filter in ["trace", "trace,tungstenite=trace", "tungstenite::protocol=trace,oslonac=trace", "[request]=trace"] {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(move || writer.clone());
        tracing::subscriber::with_default(log.finish().with(without_messages()), || {
            let _request = tracing::info_span!("request").entered();
            tracing::trace!(target: "tungstenite::protocol", "a-token");
            tracing::debug!(target: "tokio_tungstenite", "a-token");
            tracing::info!(target: "tungstenite::protocol", "what is no message");
            tracing::trace!(target: "oslonac::live", "our own");
        });
        let written = written.0.lock().expect("nobody panicked");
        let log = String::from_utf8_lossy(&written);
        assert!(!log.contains("a-token"), "{filter}: {log}");
        assert!(log.contains("what is no message") && log.contains("our own"), "{filter}: {log}");
    }
}
