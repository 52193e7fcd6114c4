//! Frames of equal size for granules of unequal size: what one frame leaves free, the next ones use.
//!
//! The granules of a frame may begin up to 511 bytes before its own room, in what is left of the rooms of frames before. A frame is
//! complete when its room is full.

use std::collections::VecDeque;

use rusty_mp3::encode::bitstream::{region_capacity, serialize_side_info};
use rusty_mp3::frame::SideInfo;
use rusty_mp3::header::{FrameHeader, MpegVersion};

/// Bytes that decoders keep of frames before and the frame at hand, as those of LAME take for granted: the largest frame there is.
const DECODER_BUFFER: usize = 1440;

/// The head of a frame that waits for its room to be full.
struct Head {
    bytes: Vec<u8>,
    room: usize,
}

/// Lays granules into frames.
#[derive(Default)]
pub(super) struct Reservoir {
    heads: VecDeque<Head>,
    /// What is in the rooms of the heads.
    data: VecDeque<u8>,
    /// Bytes of all those rooms.
    rooms: usize,
}

/// How far back the granules of a frame may begin, in bytes.
fn farthest(header: &FrameHeader) -> usize {
    let field = if header.version == MpegVersion::V1 { 511 } else { 255 };
    DECODER_BUFFER.saturating_sub(header.frame_size()).min(field)
}

impl Reservoir {
    /// Bits that are left of frames before a frame with this header, and may be used.
    pub(super) fn spare(&self, header: &FrameHeader) -> usize {
        8 * (self.rooms - self.data.len()).min(farthest(header))
    }

    /// Bits that would be left at most.
    pub(super) fn capacity(header: &FrameHeader) -> usize {
        8 * farthest(header)
    }

    /// Adds a frame. Its granules, `data`, must not be longer than its room and what is spare.
    pub(super) fn push(&mut self, header: &FrameHeader, side: &mut SideInfo, data: &[u8]) {
        let back = (self.rooms - self.data.len()).min(farthest(header));
        self.data.resize(self.rooms - back, 0);
        self.data.extend(data);
        side.main_data_begin = back as u16;
        let mut bytes = header.to_bytes().to_vec();
        bytes.extend(serialize_side_info(header, side));
        let room = region_capacity(header);
        self.rooms += room;
        debug_assert!(self.data.len() <= self.rooms);
        self.heads.push_back(Head { bytes, room });
    }

    /// Takes the next frame that is complete.
    pub(super) fn pop(&mut self) -> Option<Vec<u8>> {
        self.heads.front().filter(|head| head.room <= self.data.len())?;
        let Head { mut bytes, room } = self.heads.pop_front()?;
        bytes.extend(self.data.drain(..room));
        self.rooms -= room;
        Some(bytes)
    }

    /// Fills all rooms.
    pub(super) fn fill(&mut self) {
        self.data.resize(self.rooms, 0);
    }
}
