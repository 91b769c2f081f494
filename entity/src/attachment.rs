//! Files that belong to reports. The file itself lies sealed in a store of objects; its row says where, and holds the key.

use sea_orm::entity::prelude::*;

/// What a file was found to be, by what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// PDF.
    #[sea_orm(string_value = "pdf")]
    Pdf,
    /// A picture in JPEG.
    #[sea_orm(string_value = "jpeg")]
    Jpeg,
    /// A picture in PNG.
    #[sea_orm(string_value = "png")]
    Png,
    /// A text of Word (Office Open XML).
    #[sea_orm(string_value = "docx")]
    Docx,
    /// A text of OpenDocument.
    #[sea_orm(string_value = "odt")]
    Odt,
    /// Plain text in UTF-8.
    #[sea_orm(string_value = "text")]
    Text,
    /// Plain text in windows-1250.
    #[sea_orm(string_value = "text_windows_1250")]
    TextWindows1250,
    /// Sound in MP3.
    #[sea_orm(string_value = "mp3")]
    Mp3,
    /// Sound in an MPEG-4 container.
    #[sea_orm(string_value = "m4a")]
    M4a,
    /// Sound in Ogg.
    #[sea_orm(string_value = "ogg")]
    Ogg,
}

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// It was announced and has not arrived.
    #[sea_orm(string_value = "expected")]
    Expected,
    /// It is here; the scanner has not answered yet.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// The scanner found nothing.
    #[sea_orm(string_value = "clean")]
    Clean,
    /// The scanner found something: it is kept, and handed to nobody.
    #[sea_orm(string_value = "infected")]
    Infected,
    /// It is here, and there is no scanner.
    #[sea_orm(string_value = "not_scanned")]
    NotScanned,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Time-ordered key (UUIDv7).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant: the organisation that reports.
    pub organisation_id: Uuid,
    /// The report.
    pub report_id: Uuid,
    /// Membership that adds it.
    pub author_id: Uuid,
    /// Whether the Centre adds it, for itself; what the partner adds both see.
    pub of_centre: bool,
    /// Its number among those of its side on the report, from 1.
    pub position: i32,
    /// Where it stands.
    pub state: State,
    /// What it was found to be, once it is here.
    pub kind: Option<Kind>,
    /// How long it is in bytes, as it is handed out.
    pub size: i64,
    /// Name of the sealed object in the store; empty until it is there.
    pub object: String,
    /// A keyed digest of the bytes that were sent, by which they are known again; empty until they were.
    pub digest: Vec<u8>,
    /// The secret that seals it, in base64.
    #[sea_orm(column_type = "Text")]
    pub secret: String,
    /// When it was announced.
    pub created_at: DateTimeUtc,
    /// When it arrived.
    pub received_at: Option<DateTimeUtc>,
}

/// Relations that lead out of the table.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
