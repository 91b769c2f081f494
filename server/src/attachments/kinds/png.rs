//! Pictures in PNG (ISO/IEC 15948): chunks that show the picture stay, in their order; texts, times and unknown ones go.

use super::Refusal;
use super::jpeg::{only_orientation, which_way_is_up};
use axum::body::Bytes;
use img_parts::png::{Png, PngChunk};

/// Chunks that it takes to show the picture, or one that moves.
const SHOWN: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// The picture without places, times, devices, comments and whatever lies behind it. Which way is up stays.
pub(super) fn without_place(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).map_err(|_| Refusal::Broken)?;
    let chunks = png.chunks_mut();
    let orientation = chunks.iter().find(|chunk| chunk.kind() == *b"eXIf");
    let orientation = orientation.and_then(|chunk| which_way_is_up(chunk.contents()));
    chunks.retain(|chunk| SHOWN.contains(&&chunk.kind()));
    let end = chunks.iter().position(|chunk| chunk.kind() == *b"IEND");
    chunks.truncate(end.ok_or(Refusal::Broken)? + 1);
    let begins = chunks.first().is_some_and(|chunk| chunk.kind() == *b"IHDR");
    if !begins || !chunks.iter().any(|chunk| chunk.kind() == *b"IDAT") {
        return Err(Refusal::Broken);
    }
    if let Some(orientation) = orientation {
        chunks.insert(1, PngChunk::new(*b"eXIf", only_orientation(orientation).into()));
    }
    Ok(png.encoder().bytes().to_vec())
}
