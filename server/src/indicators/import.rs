//! How indicator sets get into the database: at every start those that the service comes with, by a command others.

use super::catalogue_file::{CatalogueError, SetFile};
use super::plan::{Plan, plan};
use super::{Catalogue, Version, embedded, keys};
use crate::access::{self, Act, Action, Database, Purpose, Scope, Viewer, Write};
use crate::clock::Clock;
use crate::ids;
use entity::{indicator, indicator_set_version as table};
use std::fmt;
use std::path::{Path, PathBuf};

/// What an import did, as lines to print.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// One line for each version that was added or that got its end.
    pub changes: Vec<String>,
    /// How many files said what the database says already.
    pub unchanged: usize,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.changes {
            writeln!(f, "{line}")?;
        }
        write!(f, "{} changed, {} as before", self.changes.len(), self.unchanged)
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file is not in order, or contradicts what was imported before.
    #[error(transparent)]
    File(#[from] CatalogueError),
    /// A folder or a file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A folder holds no file of the catalogue.
    #[error("{}: no file in this folder ends in .toml", .0.display())]
    Empty(PathBuf),
    /// The database refuses.
    #[error(transparent)]
    Access(#[from] access::Error),
    /// What was imported before cannot be read any more.
    #[error("the definition of set `{set}`, version `{version}`, in the database cannot be read: {error}")]
    Definition {
        /// Code of the set.
        set: String,
        /// The version.
        version: String,
        /// What is wrong.
        error: serde_json::Error,
    },
}

/// Imports the sets that the service comes with. Where they are there already, it only reads.
pub async fn import_embedded(database: &Database, clock: Clock) -> Result<Imported, ImportError> {
    import(&scope(database, clock), &embedded::FILES).await
}

/// Imports every file of a folder whose name ends in `.toml`.
pub async fn import_folder(database: &Database, clock: Clock, folder: &Path) -> Result<Imported, ImportError> {
    let files = read_folder(folder)?;
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    import(&scope(database, clock), &files).await
}

/// Every version in the database, one line each: set, version, period, number of indicators.
pub async fn list(database: &Database, clock: Clock) -> access::Result<Vec<String>> {
    let scope = scope(database, clock);
    let catalogue = Catalogue::read(&scope).await?;
    scope.finish().await?;
    Ok(catalogue.versions().iter().map(|version| line(version)).collect())
}

fn line(version: &Version) -> String {
    let until = version.valid_until.map_or_else(|| "now".to_owned(), |end| format!("before {end}"));
    let size: usize = version.definition.dimensions.iter().map(|dimension| dimension.indicators.len()).sum();
    format!("{} {}: from {} until {until}, {size} indicators", version.set, version.version, version.valid_from)
}

fn scope(database: &Database, clock: Clock) -> Scope {
    Scope::new(database.clone(), Viewer::service(Purpose::Import), clock, ids::new_key(clock.now()))
}

fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, ImportError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| ImportError::Unreadable { path, error }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    if files.is_empty() { Err(ImportError::Empty(folder.to_owned())) } else { Ok(files) }
}

/// Imports files, each given by its name for messages and its text, all or none. What is there already stays as it is: a
/// version never changes, but for the end that it lacks. A version without an end gets one where a newer one begins.
///
/// # Errors
/// See [`ImportError`]; its text names the file and the key.
pub async fn import(scope: &Scope, files: &[(&str, &str)]) -> Result<Imported, ImportError> {
    let names = files.iter().map(|(name, _)| (*name).to_owned());
    let files: Vec<(String, SetFile)> = names.zip(embedded::read(files)?).collect();
    let there = versions(&rows(scope).await?)?;
    scope.finish().await?;
    let plan = plan(&there, &files)?;
    if plan.is_empty() {
        return Ok(Imported { changes: Vec::new(), unchanged: plan.unchanged });
    }
    match change(scope, &files).await {
        // Another server imported the same at the same time; now it is there.
        Err(ImportError::Access(access::Error::Duplicate(_))) => change(scope, &files).await,
        outcome => outcome,
    }
}

async fn rows(scope: &Scope) -> access::Result<Vec<table::Model>> {
    scope.find::<table::Entity>().locked().all().await
}

fn versions(rows: &[table::Model]) -> Result<Vec<Version>, ImportError> {
    let version = |row: &table::Model| {
        let unreadable = |error| {
            let (set, version) = (row.set_code.clone(), row.version.clone());
            ImportError::Definition { set, version, error }
        };
        Version::of_row(row.clone()).map_err(unreadable)
    };
    rows.iter().map(version).collect()
}

/// Plans anew while nobody else writes, and does what is planned.
async fn change(scope: &Scope, files: &[(String, SetFile)]) -> Result<Imported, ImportError> {
    let write = scope.begin().await?;
    let rows = rows(&write).await?;
    let there = versions(&rows)?;
    let plan = plan(&there, files)?;
    let mut imported = Imported { changes: Vec::new(), unchanged: plan.unchanged };
    end_versions(&write, &rows, &plan, &mut imported).await?;
    add_versions(&write, &plan, &mut imported).await?;
    if plan.is_empty() {
        return Ok(imported);
    }
    write.commit().await?;
    Ok(imported)
}

async fn end_versions(
    write: &Write,
    rows: &[table::Model],
    plan: &Plan<'_>,
    imported: &mut Imported,
) -> access::Result<()> {
    for (set, version, end) in &plan.ending {
        for row in rows.iter().filter(|row| row.set_code == *set && row.version == *version) {
            let after = table::Model { valid_until: Some(*end), ..row.clone() };
            let act = Act::because(Action::IndicatorsImported, format!("ends on {end}"));
            write.update::<table::Entity>(row, after, act).await?;
            imported.changes.push(format!("{set} {version}: ends on {end}"));
        }
    }
    Ok(())
}

async fn add_versions(write: &Write, plan: &Plan<'_>, imported: &mut Imported) -> access::Result<()> {
    for (file, end) in &plan.new {
        let row = row(file, *end, write);
        let key = row.id;
        let indicators: Vec<_> = file.indicators().map(|entry| indicator_row(file, key, &entry.code)).collect();
        imported.changes.push(format!("{} {}: added, {} indicators", file.code, file.version, indicators.len()));
        write.insert::<table::Entity>(row, Action::IndicatorsImported).await?;
        write.insert_parts::<indicator::Entity>(indicators).await?;
    }
    Ok(())
}

fn row(file: &SetFile, valid_until: Option<chrono::NaiveDate>, write: &Write) -> table::Model {
    table::Model {
        id: keys::of_version(&file.code, &file.version),
        set_code: file.code.clone(),
        version: file.version.clone(),
        valid_from: file.valid_from,
        valid_until,
        definition: serde_json::to_string(&file.definition()).expect("texts, flags and numbers are JSON"),
        imported_at: write.now(),
    }
}

fn indicator_row(file: &SetFile, set_version_id: uuid::Uuid, code: &str) -> indicator::Model {
    let id = keys::of_indicator(&file.code, &file.version, code);
    indicator::Model { id, set_version_id, code: code.to_owned() }
}
