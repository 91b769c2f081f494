//! What clients see of an evaluation.

use super::types::{Indicator, IndicatorSetVersion};
use super::{Version, explanation, rules};
use crate::context::RequestContext;
use async_graphql::{Context, Object};
use std::sync::Arc;

/// The evaluation of one version.
#[derive(Clone, Debug)]
pub struct Evaluation {
    pub(super) version: Arc<Version>,
    pub(super) result: rules::Evaluation,
}

/// What the ticked indicators of one version amount to, in words. It is no score, and it decides nothing.
#[Object]
impl Evaluation {
    /// The version that the indicators come from.
    async fn set(&self) -> IndicatorSetVersion {
        IndicatorSetVersion(self.version.clone())
    }

    /// What they amount to in each of its dimensions, in their order.
    async fn dimensions(&self) -> Vec<EvaluatedDimension> {
        let dimension = |position| EvaluatedDimension { evaluation: self.clone(), position };
        (0..self.result.dimensions.len()).map(dimension).collect()
    }

    /// Whether everything that the rule of the set asks for is met; null where it has no rule. A report may be sent
    /// whatever this says.
    async fn suffices(&self) -> Option<bool> {
        self.result.suffices()
    }

    /// What they amount to as a whole, in the language of the request.
    async fn conclusion(&self, context: &Context<'_>) -> String {
        explanation::conclusion(context.language(), &self.version, &self.result)
    }

    /// What a reader must never forget, in the language of the request. Show it beside every conclusion.
    async fn caution(&self, context: &Context<'_>) -> String {
        explanation::caution(context.language())
    }
}

/// One dimension of an evaluation: its position there.
pub struct EvaluatedDimension {
    evaluation: Evaluation,
    position: usize,
}

impl EvaluatedDimension {
    fn result(&self) -> &rules::DimensionResult {
        &self.evaluation.result.dimensions[self.position]
    }
}

/// What the ticked indicators amount to in one dimension of a set.
#[Object]
impl EvaluatedDimension {
    /// Code of the dimension, unique in the version.
    async fn code(&self) -> &str {
        &self.result().code
    }

    /// Its name, in the language of the request.
    async fn name(&self, context: &Context<'_>) -> String {
        let name = &self.evaluation.version.definition.dimensions[self.position].name;
        context.language().choose(&name.sr, &name.en)
    }

    /// Whether the rule of the set holds it to be met; null where the set has no rule.
    async fn met(&self) -> Option<bool> {
        match self.result().outcome {
            rules::Outcome::NoRule => None,
            rules::Outcome::Met(_) => Some(true),
            rules::Outcome::NotMet(_) => Some(false),
        }
    }

    /// Its ticked indicators, in the order of the set.
    async fn ticked(&self) -> Vec<Indicator> {
        let version = &self.evaluation.version;
        let ticked = &self.result().ticked;
        let count = version.definition.dimensions[self.position].indicators.len();
        let indicator = |at| Indicator { version: version.clone(), dimension: self.position, position: at };
        (0..count).map(indicator).filter(|indicator| ticked.contains(&indicator.entry().code)).collect()
    }

    /// Which indicators are ticked, of which strength, which way of the rule holds, or what is missing for the nearest
    /// ways, in the language of the request.
    async fn explanation(&self, context: &Context<'_>) -> String {
        explanation::dimension(context.language(), &self.evaluation.version, self.result())
    }
}
