//! The samples of an SF3 file: Ogg Vorbis streams, each on its own.

use std::io::Cursor;
use std::sync::Arc;

use symphonia_codec_vorbis::VorbisDecoder;
use symphonia_core::codecs::CodecParameters;
use symphonia_core::codecs::audio::AudioDecoder as _;
use symphonia_core::formats::FormatReader as _;
use symphonia_core::io::MediaSourceStream;
use symphonia_format_ogg::OggReader;

/// Frames of one sample, at most: six minutes. A few bytes can claim more than any memory holds.
const MAX_FRAMES: usize = 1 << 24;

/// The frames of a stream with one channel; of a damaged one, those before the damage. None if there are none.
pub(super) fn decode(stream: &[u8]) -> Option<Arc<[i16]>> {
    let source = MediaSourceStream::new(Box::new(Cursor::new(stream.to_vec())), Default::default());
    let mut reader = OggReader::try_new(source, Default::default()).ok()?;
    let track = reader.tracks().first()?;
    let Some(CodecParameters::Audio(parameters)) = track.codec_params.clone() else { return None };
    let channels = parameters.channels.as_ref()?.count();
    let mut decoder = VorbisDecoder::try_new(&parameters, &Default::default()).ok()?;
    let mut frames = Vec::new();
    let mut block: Vec<i16> = Vec::new();
    while let Ok(Some(packet)) = reader.next_packet() {
        let Ok(decoded) = decoder.decode(&packet) else { break };
        decoded.copy_to_vec_interleaved(&mut block);
        frames.extend(block.iter().step_by(channels.max(1)));
        if frames.len() > MAX_FRAMES {
            return None;
        }
    }
    // The stream ends where its last page says, which is before the end of its last packet.
    frames.truncate(length(stream).unwrap_or(usize::MAX));
    (!frames.is_empty()).then(|| frames.into())
}

/// The granule position of the last page.
fn length(stream: &[u8]) -> Option<usize> {
    let page = stream.windows(4).rposition(|bytes| bytes == b"OggS")?;
    let position = stream.get(page + 6..page + 14)?.first_chunk::<8>()?;
    usize::try_from(i64::from_le_bytes(*position)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_stream_give_nothing() {
        assert!(decode(b"").is_none() && decode(b"OggS").is_none() && decode(&[0; 1000]).is_none());
    }
}
