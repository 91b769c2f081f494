//! E-mail by SMTP.

use super::letter::Letter;
use super::rules;
use crate::config::{self, Encryption};
use chrono::TimeDelta;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use std::time::Duration;
use url::Url;

/// Codes of SMTP with which a receiver says that there is no such mailbox here, and will not be (RFC 5321, 4.2.3).
const NO_SUCH_MAILBOX: [u16; 3] = [550, 551, 553];

/// Why an e-mail could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether trying again makes sense.
    pub kind: rules::Failure,
    /// Why, without a word of the receiver's: it may repeat an address.
    pub why: String,
}

/// Checks what the settings say of e-mail, without sending any.
///
/// # Errors
/// The settings name a server and are not complete, or contradict each other.
pub fn check(settings: &config::Email) -> Result<(), config::Error> {
    let anywhere = Url::parse("https://localhost")
        .map_err(|error| config::Error::of_key("http.public_url", &error.to_string()))?;
    Mailer::of(settings, anywhere).map(drop)
}

/// Sends e-mails through one server.
#[derive(Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The host in the ids of messages.
    host: String,
    address: Url,
    time_limit: Duration,
}

impl Mailer {
    /// The mailer of the settings; nothing where they name no server. `address` is where people sign in.
    ///
    /// # Errors
    /// The settings name a server and are not complete, or contradict each other.
    pub fn of(settings: &config::Email, address: Url) -> Result<Option<Self>, config::Error> {
        if settings.host.is_empty() {
            return Ok(None);
        }
        let wrong = |key: &str, what: &str| config::Error::of_key(&format!("notifications.email.{key}"), what);
        let from = settings.from.parse().map_err(|_| wrong("from", "write an address, such as oslonac@example.rs"))?;
        if settings.encryption == Encryption::None && !settings.user.is_empty() {
            return Err(wrong("encryption", "a password is not sent unencrypted; write \"starttls\" or \"tls\""));
        }
        let host = address.host_str().unwrap_or("localhost").trim_matches(['[', ']']).to_owned();
        let time_limit = Duration::from_secs(settings.time_limit_seconds.get().into());
        let builder = match settings.encryption {
            Encryption::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&*settings.host)),
            Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&settings.host),
            Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&settings.host),
        };
        let mut builder = builder
            .map_err(|error| wrong("host", &format!("{}: {error}", settings.host)))?
            .port(settings.port)
            .timeout(Some(time_limit))
            .hello_name(ClientId::Domain(host.clone()))
            .pool_config(PoolConfig::new().max_size(4));
        if !settings.user.is_empty() {
            let password = settings.password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(settings.user.clone(), password));
        }
        Ok(Some(Self { transport: builder.build(), from, host, address, time_limit }))
    }

    /// Where people sign in.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// How long sending one may take at the most.
    pub fn longest(&self) -> TimeDelta {
        TimeDelta::from_std(self.time_limit).unwrap_or(TimeDelta::MAX)
    }

    /// Sends one e-mail.
    ///
    /// # Errors
    /// The server does not answer in time, or refuses it.
    pub async fn send(&self, letter: Letter) -> Result<(), Failure> {
        let other = |why: &str| Failure { kind: rules::Failure::Other, why: why.to_owned() };
        let message = self.message(letter)?;
        match tokio::time::timeout(self.time_limit, self.transport.send(message)).await {
            Err(_) => Err(other("the server does not answer in time")),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(match error.status().map(u16::from) {
                Some(code) => {
                    let gone = NO_SUCH_MAILBOX.contains(&code);
                    let kind = if gone { rules::Failure::NoSuchRecipient } else { rules::Failure::Other };
                    Failure { kind, why: format!("the server answers {code}") }
                }
                None if error.is_timeout() => other("the server does not answer in time"),
                None if error.is_tls() => other("the server's TLS cannot be trusted"),
                None => other("the server cannot be reached, or speaks another protocol"),
            }),
        }
    }

    fn message(&self, letter: Letter) -> Result<Message, Failure> {
        let gone = |_| Failure {
            kind: rules::Failure::NoSuchRecipient,
            why: "the member's address is none that mail can go to".to_owned(),
        };
        let to: Mailbox = letter.to.parse().map_err(gone)?;
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .message_id(Some(format!("<{}@{}>", letter.id, self.host)))
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject)
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body)
            .map_err(|error| Failure { kind: rules::Failure::Other, why: error.to_string() })
    }
}
