//! Wordings of the indicators, in memory.

use crate::Result;
use serde::Deserialize;
use sqlx::PgPool;
use std::collections::HashMap;
use uuid::Uuid;

/// Code and wording of each indicator.
pub struct Catalogue(HashMap<Uuid, Indicator>);

/// What is shown of an indicator.
#[derive(Deserialize)]
pub struct Indicator {
    /// Its code.
    pub code: String,
    /// Its wording in Serbian.
    #[serde(rename = "sr")]
    pub wording: String,
}

#[derive(Deserialize)]
struct Definition {
    #[serde(rename = "dimension")]
    dimensions: Vec<Dimension>,
}

#[derive(Deserialize)]
struct Dimension {
    #[serde(rename = "indicator")]
    indicators: Vec<Indicator>,
}

impl Catalogue {
    /// Reads it from the database.
    pub async fn read(pool: &PgPool) -> Result<Self> {
        let keys: Vec<(Uuid, String, Uuid)> =
            sqlx::query_as("SELECT set_version_id, code, id FROM indicator").fetch_all(pool).await?;
        let keys: HashMap<(Uuid, String), Uuid> =
            keys.into_iter().map(|(version, code, id)| ((version, code), id)).collect();
        let versions: Vec<(Uuid, String)> =
            sqlx::query_as("SELECT id, definition FROM indicator_set_version").fetch_all(pool).await?;
        let mut indicators = HashMap::new();
        for (version, definition) in versions {
            let definition: Definition = serde_json::from_str(&definition)?;
            for indicator in definition.dimensions.into_iter().flat_map(|dimension| dimension.indicators) {
                let key = keys.get(&(version, indicator.code.clone())).ok_or("an indicator has no row")?;
                indicators.insert(*key, indicator);
            }
        }
        Ok(Self(indicators))
    }

    /// The indicator with this key.
    pub fn indicator(&self, key: Uuid) -> Option<&Indicator> {
        self.0.get(&key)
    }
}
