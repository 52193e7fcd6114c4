//! A map in space, seen from one side.

/// From where it is seen, in radians: around the upright axis, then around the one that runs to the right.
const YAW: f64 = -0.55;
const PITCH: f64 = 0.35;

/// Where a place of a map in space is on paper (to the right, upwards) and how near it is; without perspective, so that equal lengths
/// along an axis look equal.
pub(super) fn projected([x, y, z]: [f64; 3]) -> [f64; 3] {
    let ((sin_yaw, cos_yaw), (sin_pitch, cos_pitch)) = (libm::sincos(YAW), libm::sincos(PITCH));
    let depth = cos_yaw * z - sin_yaw * x;
    [
        cos_yaw * x + sin_yaw * z,
        cos_pitch * y - sin_pitch * depth,
        sin_pitch * y + cos_pitch * depth,
    ]
}
