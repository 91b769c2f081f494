//! What clients see of indicator sets.

use super::catalogue::Version;
use super::catalogue_file::{Audience, DimensionEntry, IndicatorEntry, RuleEntry, Sector, Translation};
use super::rules;
use crate::context::RequestContext;
use crate::date::Date;
use crate::error::Fault;
use crate::ids::{self, ObjectType};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;

/// How much a set lets one indicator weigh. It says nothing about how likely anything is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rules::Strength")]
pub enum Strength {
    /// The heaviest.
    Strong,
    /// Between the two.
    Medium,
    /// The lightest: it counts beside others.
    Weak,
}

/// A version, as clients see it.
#[derive(Clone)]
pub struct IndicatorSetVersion(pub Arc<Version>);

/// One version of an indicator set, as it was published. A report keeps the version it was made with.
#[Object]
impl IndicatorSetVersion {
    /// Opaque id.
    pub async fn id(&self) -> ID {
        ids::encode(ObjectType::IndicatorSet, self.0.id).into()
    }

    /// Stable code of the set, the same for all its versions.
    async fn set(&self) -> &str {
        &self.0.set
    }

    /// Version, unique in the set.
    async fn version(&self) -> &str {
        &self.0.version
    }

    /// First day on which a report may be begun with it.
    async fn valid_from(&self) -> Date {
        self.0.valid_from.into()
    }

    /// First day on which no report may be begun with it any more; null while it is in use.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Date)
    }

    /// The sector whose staff it is written for.
    async fn sector(&self) -> Sector {
        self.0.definition.sector
    }

    /// Whom it is about.
    async fn audience(&self) -> Audience {
        self.0.definition.audience
    }

    /// Where it comes from, in English.
    async fn source(&self) -> &str {
        &self.0.definition.source
    }

    /// Its name, in the language of the request.
    async fn title(&self, context: &Context<'_>) -> String {
        let title = &self.0.definition.title;
        context.language().choose(&title.sr, &title.en)
    }

    /// Its groups of indicators, in their order.
    async fn dimensions(&self) -> Vec<Dimension> {
        let count = self.0.definition.dimensions.len();
        (0..count).map(|position| Dimension { version: self.0.clone(), position }).collect()
    }

    /// How it reads its ticked indicators; null where it is a plain list.
    async fn rule(&self) -> Option<Rule<'_>> {
        self.0.definition.rule.as_ref().map(Rule)
    }
}

impl IndicatorSetVersion {
    /// The version with this key.
    pub async fn load(context: &Context<'_>, key: Uuid) -> Result<Option<Self>, Fault> {
        let catalogue = context.catalogue().await?;
        Ok(catalogue.versions().iter().find(|version| version.id == key).cloned().map(Self))
    }
}

/// A dimension of a version: its position there.
pub struct Dimension {
    version: Arc<Version>,
    position: usize,
}

impl Dimension {
    fn entry(&self) -> &DimensionEntry {
        &self.version.definition.dimensions[self.position]
    }
}

/// A group of indicators that belong together.
#[Object]
impl Dimension {
    /// Code, unique in the version.
    async fn code(&self) -> &str {
        &self.entry().code
    }

    /// Its name, in the language of the request.
    async fn name(&self, context: &Context<'_>) -> String {
        let name = &self.entry().name;
        context.language().choose(&name.sr, &name.en)
    }

    /// Its indicators, in their order.
    async fn indicators(&self) -> Vec<Indicator> {
        let count = self.entry().indicators.len();
        let indicator = |position| Indicator { version: self.version.clone(), dimension: self.position, position };
        (0..count).map(indicator).collect()
    }
}

/// An indicator of a version: its position there.
#[derive(Clone)]
pub struct Indicator {
    pub(super) version: Arc<Version>,
    pub(super) dimension: usize,
    pub(super) position: usize,
}

impl Indicator {
    /// The version of the set that it belongs to.
    pub fn version(&self) -> &Arc<Version> {
        &self.version
    }

    /// What its set says of it.
    pub fn entry(&self) -> &IndicatorEntry {
        &self.version.definition.dimensions[self.dimension].indicators[self.position]
    }
}

/// One observable sign. It proves nothing.
#[Object]
impl Indicator {
    /// Code, unique in the version.
    async fn code(&self) -> &str {
        &self.entry().code
    }

    /// What can be seen or heard, in the language of the request.
    async fn wording(&self, context: &Context<'_>) -> String {
        let entry = self.entry();
        context.language().choose(&entry.sr, &entry.en)
    }

    /// How much its set lets it weigh; null where the source gives no strengths.
    async fn strength(&self) -> Option<Strength> {
        self.entry().strength.map(Strength::from)
    }

    /// Whether the indicator was seen in its source.
    async fn confirmed(&self) -> bool {
        self.entry().confirmed
    }

    /// Where the Serbian wording comes from.
    async fn translation(&self) -> Translation {
        self.entry().translation
    }

    /// The group that it belongs to.
    async fn dimension(&self) -> Dimension {
        Dimension { version: self.version.clone(), position: self.dimension }
    }

    /// The version of the set that it belongs to.
    async fn set(&self) -> IndicatorSetVersion {
        IndicatorSetVersion(self.version.clone())
    }
}

/// The rule of a version.
pub struct Rule<'a>(&'a RuleEntry);

/// How a set reads its ticked indicators. It explains, and decides nothing.
#[Object(name = "IndicatorRule")]
impl Rule<'_> {
    /// The ways to meet a dimension: one is enough.
    async fn dimension_met_by(&self) -> Vec<Count> {
        self.0.dimension_met_by.iter().copied().map(Count::from).collect()
    }

    /// The constellation that suffices: of every inner list of codes of dimensions at least one must be met.
    async fn sufficient(&self) -> &[Vec<String>] {
        &self.0.sufficient
    }

    /// What a reader must know about the rule, in the language of the request.
    async fn note(&self, context: &Context<'_>) -> String {
        context.language().choose(&self.0.note.sr, &self.0.note.en)
    }
}

/// Numbers of indicators by strength. Each is a minimum, and no indicator counts for two of them.
#[derive(SimpleObject)]
#[graphql(name = "IndicatorCount")]
pub struct Count {
    /// Strong ones.
    strong: usize,
    /// Medium ones.
    medium: usize,
    /// Weak ones.
    weak: usize,
    /// Further ones, medium or weak.
    medium_or_weak: usize,
}

impl From<rules::Count> for Count {
    fn from(count: rules::Count) -> Self {
        let rules::Count { strong, medium, weak, medium_or_weak } = count;
        Self { strong, medium, weak, medium_or_weak }
    }
}
