//! WebSockets, by the protocol `graphql-transport-ws`.

use super::messages::{self as say, FromClient, Init, PROTOCOL, Reason, ToClient};
use super::subscription::{Event, Subscription};
use super::{Live, Place};
use crate::http::authentication::{Credential, ORGANISATION_HEADER, Rejection};
use crate::http::client_address::ClientAddress;
use crate::http::graphql::plain;
use crate::http::operation::Operation;
use crate::ids;
use crate::language::Language;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

/// A frame is written once it is larger; most are smaller.
const BUFFER: usize = 8 * 1024;
/// How many answers wait for a connection that is writing another one. The subscriptions behind them wait too.
const WAITING: usize = 4;
/// How long a client gets to take note that we close, and to close too.
const CLOSING: Duration = Duration::from_secs(30);
/// The longest id that a client may give an operation.
const LONGEST_ID: usize = 128;

/// Opens a WebSocket where a request asks for one.
pub(in crate::http) async fn open(
    State(live): State<Live>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    request: Request,
    next: Next,
) -> Response {
    if !headers.contains_key(UPGRADE) {
        return next.run(request).await;
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return plain(rejection.status(), &rejection.body_text()),
    };
    if let Err(rejection) = live.authentication.refuse_foreign_pages(&Method::GET, &headers) {
        return rejection.into_response();
    }
    let largest = live.settings.largest_message;
    upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_message_size(largest)
        .max_frame_size(largest)
        .on_upgrade(move |socket| attend(live, socket, headers, address))
}

/// Looks after a connection until it ends.
async fn attend(live: Live, socket: WebSocket, headers: HeaderMap, address: ClientAddress) {
    let ending = live.ending.subscribe();
    let patience = Duration::from_secs(live.settings.slow_seconds.max(1));
    let mut line = Line { socket, patience };
    let reason = match greet(&live, &mut line, headers, address).await {
        Ok(client) => Connection::new(live, client, ending).serve(&mut line).await,
        Err(end) => end,
    };
    if let End::Close(reason) = reason {
        line.close(reason).await;
    }
}

/// How a connection ends.
enum End {
    /// The client left, or cannot be reached.
    Gone,
    /// We close it.
    Close(Reason),
}

/// The socket, with a bound on how long a message may take to leave.
struct Line {
    socket: WebSocket,
    patience: Duration,
}

impl Line {
    async fn say(&mut self, message: &ToClient<'_>) -> Result<(), End> {
        let text = serde_json::to_string(message).unwrap_or_default();
        self.send(Message::Text(text.into())).await
    }

    /// A client that takes nothing for too long is told so, if it ever reads again.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Close(say::TOO_SLOW)),
        }
    }

    async fn hear(&mut self) -> Result<Heard, End> {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => {
                serde_json::from_str(&text).map(Heard::Message).map_err(|_| End::Close(say::NO_MESSAGE))
            }
            Some(Ok(Message::Binary(_))) => Err(End::Close(say::NO_MESSAGE)),
            // axum answers pings itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Life),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
        }
    }

    async fn close(mut self, (code, words): Reason) {
        let frame = CloseFrame { code, reason: words.into() };
        // Whoever closed a socket at once would take back what is still on its way to the client.
        let farewell = async {
            self.socket.send(Message::Close(Some(frame))).await?;
            while self.socket.recv().await.transpose()?.is_some() {}
            Ok::<(), axum::Error>(())
        };
        let _ = timeout(CLOSING, farewell).await;
    }
}

/// What is heard of a client.
enum Heard {
    Message(FromClient),
    /// A sign of life.
    Life,
}

/// Who is at the other end.
struct Client {
    credential: Credential,
    language: Language,
    _place: Place,
}

/// Waits for the client to say who it is.
async fn greet(live: &Live, line: &mut Line, headers: HeaderMap, address: ClientAddress) -> Result<Client, End> {
    if line.socket.protocol().is_none_or(|protocol| protocol != PROTOCOL) {
        return Err(End::Close(say::OTHER_PROTOCOL));
    }
    let first = timeout(Duration::from_secs(live.settings.init_seconds), introduction(line)).await;
    let init = first.unwrap_or(Err(End::Close(say::INIT_TIMEOUT)))?;
    let headers = told(headers, init).ok_or(End::Close(say::FORBIDDEN))?;
    let forbidden = |_: Rejection| End::Close(say::FORBIDDEN);
    let credential = Credential::of_headers(&headers).map_err(forbidden)?.ok_or(End::Close(say::FORBIDDEN))?;
    let request_id = ids::new_key(live.clock.now());
    let seen = live.authentication.first_shown(&credential, request_id, address).await.map_err(|rejection| {
        End::Close(match rejection {
            Rejection::TooManyRequests(_) => say::TOO_MANY,
            Rejection::DatabaseUnavailable | Rejection::IssuerUnavailable => say::GOING_AWAY,
            _ => say::FORBIDDEN,
        })
    })?;
    let account = seen.and_then(|seen| seen.viewer.account_id()).ok_or(End::Close(say::FORBIDDEN))?;
    let place = live.admit(account).ok_or(End::Close(say::TOO_MANY))?;
    line.say(&ToClient::ConnectionAck).await?;
    let language = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(Client { credential, language: Language::accepted(language), _place: place })
}

/// The first message that counts.
async fn introduction(line: &mut Line) -> Result<Init, End> {
    loop {
        match line.hear().await? {
            Heard::Message(FromClient::ConnectionInit { payload }) => return Ok(payload.unwrap_or_default()),
            Heard::Message(FromClient::Ping {}) => line.say(&ToClient::Pong).await?,
            Heard::Message(FromClient::Subscribe { .. }) => return Err(End::Close(say::UNAUTHORIZED)),
            Heard::Message(FromClient::Pong {} | FromClient::Complete { .. }) | Heard::Life => {}
        }
    }
}

/// The headers of the opening request with what the client says instead of them: browsers cannot set any on a WebSocket.
pub(super) fn told(mut headers: HeaderMap, init: Init) -> Option<HeaderMap> {
    let said = [
        (AUTHORIZATION, init.authorization),
        (HeaderName::from_static(ORGANISATION_HEADER), init.organisation),
        (ACCEPT_LANGUAGE, init.language),
    ];
    for (name, value) in said {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::try_from(value).ok()?);
        }
    }
    Some(headers)
}

/// What a connection has to do next.
enum Turn {
    Heard(Result<Heard, End>),
    Answer(String, Event),
    Ping,
    Ending,
}

/// A connection whose client is known.
struct Connection {
    live: Live,
    client: Client,
    ending: watch::Receiver<bool>,
    /// The operations under way, by the ids that the client gave them.
    open: HashMap<String, AbortHandle>,
    tasks: JoinSet<()>,
    answers: mpsc::Receiver<(String, Event)>,
    answering: mpsc::Sender<(String, Event)>,
    /// How many of our pings nothing was heard after.
    unanswered: u32,
}

impl Connection {
    fn new(live: Live, client: Client, ending: watch::Receiver<bool>) -> Self {
        let (answering, answers) = mpsc::channel(WAITING);
        let (open, tasks) = (HashMap::new(), JoinSet::new());
        Self { live, client, ending, open, tasks, answers, answering, unanswered: 0 }
    }

    async fn serve(mut self, line: &mut Line) -> End {
        let mut ping = pings(self.live.settings.ping_seconds);
        loop {
            let turn = self.turn(line, &mut ping).await;
            let taken = match turn {
                Turn::Heard(Ok(heard)) => self.heed(line, heard).await,
                Turn::Heard(Err(end)) => Err(end),
                Turn::Answer(id, event) => self.answer(line, &id, event).await,
                Turn::Ping => self.ping(line).await,
                Turn::Ending => Err(End::Close(say::GOING_AWAY)),
            };
            if let Err(end) = taken {
                return end;
            }
        }
    }

    async fn turn(&mut self, line: &mut Line, ping: &mut Interval) -> Turn {
        loop {
            tokio::select! {
                heard = line.hear() => return Turn::Heard(heard),
                Some((id, event)) = self.answers.recv() => return Turn::Answer(id, event),
                // Those that have ended are only let go of.
                Some(_) = self.tasks.join_next() => {}
                _ = ping.tick() => return Turn::Ping,
                _ = self.ending.wait_for(|ending| *ending) => return Turn::Ending,
            }
        }
    }

    async fn heed(&mut self, line: &mut Line, heard: Heard) -> Result<(), End> {
        self.unanswered = 0;
        let Heard::Message(message) = heard else { return Ok(()) };
        match message {
            FromClient::ConnectionInit { .. } => Err(End::Close(say::INIT_AGAIN)),
            FromClient::Ping {} => line.say(&ToClient::Pong).await,
            FromClient::Pong {} => Ok(()),
            FromClient::Complete { id } => {
                if let Some(task) = self.open.remove(&id) {
                    task.abort();
                }
                Ok(())
            }
            FromClient::Subscribe { id, payload } => self.begin(id, payload),
        }
    }

    fn begin(&mut self, id: String, operation: Operation) -> Result<(), End> {
        if id.len() > LONGEST_ID {
            return Err(End::Close(say::NO_MESSAGE));
        }
        if self.open.contains_key(&id) {
            return Err(End::Close(say::SAME_ID));
        }
        if self.open.len() >= self.live.settings.subscriptions_per_connection {
            return Err(End::Close(say::TOO_MANY));
        }
        let Client { credential, language, .. } = &self.client;
        let subscription = Subscription::new(&self.live, credential.clone(), *language, operation);
        let task = self.tasks.spawn(run(subscription, id.clone(), self.answering.clone()));
        self.open.insert(id, task);
        Ok(())
    }

    async fn answer(&mut self, line: &mut Line, id: &str, event: Event) -> Result<(), End> {
        // What the client ended meanwhile is not answered any more.
        if !self.open.contains_key(id) {
            return Ok(());
        }
        match event {
            Event::Next(response) => return line.say(&ToClient::Next { id, payload: &response }).await,
            Event::Only(response) => {
                line.say(&ToClient::Next { id, payload: &response }).await?;
                line.say(&ToClient::Complete { id }).await?;
            }
            Event::Failed(response) => line.say(&ToClient::Error { id, payload: &response.errors }).await?,
            Event::NoAccess => return Err(End::Close(say::FORBIDDEN)),
        }
        self.open.remove(id);
        Ok(())
    }

    async fn ping(&mut self, line: &mut Line) -> Result<(), End> {
        if self.unanswered >= 2 {
            return Err(End::Close(say::SILENT));
        }
        self.unanswered += 1;
        line.send(Message::Ping(Default::default())).await
    }
}

/// Passes on what comes of an operation, and waits where the connection is busy.
async fn run(mut subscription: Subscription, id: String, answering: mpsc::Sender<(String, Event)>) {
    loop {
        let event = subscription.next().await;
        let ends = !matches!(event, Event::Next(_));
        if answering.send((id.clone(), event)).await.is_err() || ends {
            return;
        }
    }
}

fn pings(seconds: u64) -> Interval {
    let mut ping = interval(Duration::from_secs(seconds.max(1)));
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    ping.reset();
    ping
}
