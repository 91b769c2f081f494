//! Measuring under load.

use crate::load::{Headers, Target};
use crate::progress::doing;
use crate::result::{Cost, Measured};
use crate::{Load, Result, cpu};
use std::time::Duration;

/// Connections open, statements are prepared and plans settle in so many requests.
const WARM_UP: usize = 500;
/// What a request leaves to do when it is answered is done by then.
const TRAILING_WORK: Duration = Duration::from_millis(200);

/// Measures both sides in turn, so that what disturbs one disturbs the other too.
pub async fn run(
    options: &Load,
    targets: [&Target; 2],
    headers: &Headers,
    postmaster: u32,
) -> Result<Vec<[Measured; 2]>> {
    let requests = options.requests as usize;
    let mut measured = Vec::new();
    for &connections in &options.connections {
        for target in targets {
            target.load(headers, WARM_UP, connections).await?;
        }
        let mut costs = [Vec::new(), Vec::new()];
        for round in 1..=options.rounds {
            for (target, costs) in targets.iter().zip(&mut costs) {
                doing(format!("{} at {connections} connections, round {round} of {}", target.name, options.rounds));
                costs.push(cost(target, headers, requests, connections, postmaster).await?);
            }
        }
        let [ours, theirs] = costs.map(median);
        measured.push([(targets[0].name, ours), (targets[1].name, theirs)].map(|(name, cost)| Measured {
            name,
            connections,
            cost,
        }));
    }
    Ok(measured)
}

/// Asks with as many connections as hold the server busy.
pub async fn under_load(target: &Target, headers: &Headers, requests: u32) -> Result<Duration> {
    target.load(headers, requests as usize, 64).await
}

async fn cost(
    target: &Target,
    headers: &Headers,
    requests: usize,
    connections: usize,
    postmaster: u32,
) -> Result<Cost> {
    let before = (cpu::of_process(target.process)?, cpu::of_family(postmaster)?);
    let time = target.load(headers, requests, connections).await?;
    tokio::time::sleep(TRAILING_WORK).await;
    let after = (cpu::of_process(target.process)?, cpu::of_family(postmaster)?);
    let each = |time: Duration| time / u32::try_from(requests).unwrap_or(u32::MAX);
    Ok(Cost {
        server: each(after.0.saturating_sub(before.0)),
        database: each(after.1.saturating_sub(before.1)),
        requests_per_second: requests as f64 / time.as_secs_f64(),
    })
}

/// The cost in the middle, by its sum.
fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_unstable_by_key(Cost::sum);
    costs.swap_remove(costs.len() / 2)
}
