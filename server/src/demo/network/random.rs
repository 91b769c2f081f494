//! Chance that comes out the same everywhere: a fixed seed, a generator that is a standard, and arithmetic of our own on
//! it, because libraries may change how they draw.

use crate::ids;
use chrono::{DateTime, Utc};
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use std::ops::RangeInclusive;
use uuid::{Builder, Uuid};

/// Draws from a fixed seed.
pub(super) struct Random {
    generator: ChaCha8Rng,
    /// Millisecond of the last key, and how many keys it has had.
    last: (u64, u16),
}

impl Random {
    /// The same draws for the same seed.
    pub(super) fn seeded(seed: &[u8; 32]) -> Self {
        Self { generator: ChaCha8Rng::from_seed(*seed), last: (0, 0) }
    }

    /// A number from 0 to `bound - 1`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let wide = u128::from(self.generator.next_u64()) * bound as u128;
        (wide >> 64) as usize
    }

    /// A number of the range.
    pub(super) fn within(&mut self, range: RangeInclusive<u32>) -> u32 {
        range.start() + self.below((range.end() - range.start() + 1) as usize) as u32
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of these texts so many times in a hundred, else nothing.
    pub(super) fn maybe(&mut self, percent: usize, from: &[String]) -> String {
        if self.chance(percent) { self.pick(from).clone() } else { String::new() }
    }

    /// Another order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A key (UUIDv7) of this instant; keys of one instant, drawn one after the other, keep their order.
    pub(super) fn key(&mut self, at: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        self.last = if self.last.0 == millis { (millis, self.last.1 + 1) } else { (millis, 0) };
        let mut bits = [0; 10];
        self.generator.fill_bytes(&mut bits);
        bits[..2].copy_from_slice(&self.last.1.to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
    }

    /// A key (UUIDv4) that tells no order.
    pub(super) fn orderless_key(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.generator.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A human reference with this prefix.
    pub(super) fn reference(&mut self, prefix: &str) -> String {
        ids::reference_from(prefix, std::array::from_fn(|_| self.within(0..=31) as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_in_every_version() {
        let mut random = Random::seeded(&[7; 32]);
        let drawn: Vec<usize> = (0..8).map(|_| random.below(1000)).collect();
        assert_eq!(drawn, [223, 831, 290, 353, 704, 110, 649, 587]);
        let at = DateTime::from_timestamp(1_530_000_000, 0).unwrap_or_default();
        let keys: Vec<Uuid> = (0..100).map(|_| random.key(at)).collect();
        assert!(keys.is_sorted());
        assert_eq!(keys[0].to_string(), "01643b1b-4400-7000-af99-60c0dc95ee3f");
    }

    #[test]
    fn every_number_below_the_bound_comes_up() {
        let mut random = Random::seeded(&[1; 32]);
        let drawn: std::collections::BTreeSet<usize> = (0..500).map(|_| random.below(10)).collect();
        assert_eq!(drawn, (0..10).collect());
        assert!((0..500).all(|_| (3..=5).contains(&random.within(3..=5))));
    }
}
