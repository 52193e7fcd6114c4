//! Sound cards: which there are, and one that is opened.

use std::path::Path;

use maudio::audio::sample_rate::SampleRate;
use maudio::backend::Backend;
use maudio::context::{Context, ContextBuilder, ContextOps as _, EnumerateControl};
use maudio::device::device_builder::{DeviceBuilder, DeviceBuilderOps as _};
use maudio::device::device_id::DeviceId;
use maudio::device::device_type::DeviceType;

use crate::render::CHANNELS;
use crate::{Error, Result};

/// Milliseconds that the sound card asks for at a time. It keeps three times as much: on a busy machine 75 ms were too little, and the
/// sound broke off where nobody could count it.
const PERIOD: u32 = 60;

/// Seconds from when the sound card takes a sample until it is heard, about: it keeps between two and three periods.
pub(super) const DELAY: f64 = 2.5 * PERIOD as f64 / 1000.0;

/// Which sound card to play on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// That of the system.
    #[default]
    Usual,
    /// None: all is played, at the right speed, and nobody hears it.
    Null,
    /// One by its name or a part of it, or that of a sound system: `ALSA`.
    Named(String),
}

impl DeviceChoice {
    /// What a text means: `null`, else a name.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text == "null" { Self::Null } else { Self::Named(text.to_owned()) }
    }
}

/// A sound card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its name, as the system has it.
    pub name: String,
    /// The sound system that it is reached by: `PulseAudio`, `Core Audio`.
    pub host: &'static str,
    /// Whether it is the one that the sound system plays on where nothing is said.
    pub is_default: bool,
}

/// A sound card that is open. It asks for sound as soon as it is there.
pub(super) struct Opened {
    pub(super) device: Device,
    _handle: maudio::device::Device<f32>,
}

/// Sound systems, the best first. PipeWire is reached as PulseAudio.
const HOSTS: [(Backend, &str); 9] = [
    (Backend::Wasapi, "WASAPI"),
    (Backend::DSound, "DirectSound"),
    (Backend::WinMm, "WinMM"),
    (Backend::CoreAudio, "Core Audio"),
    (Backend::Sndio, "sndio"),
    (Backend::Audio4, "audio(4)"),
    (Backend::Oss, "OSS"),
    (Backend::PulseAudio, "PulseAudio"),
    (Backend::Alsa, "ALSA"),
];

/// It is only tried when it is asked for: its library has its own words for stderr.
const JACK: (Backend, &str) = (Backend::Jack, "JACK");

const NULL: (Backend, &str) = (Backend::Null, "null");

type Host = (Backend, &'static str);

/// All sound cards that can be played on.
///
/// # Errors
///
/// [`Error::NoDevice`] if there is none.
pub fn devices() -> Result<Vec<Device>> {
    let (mut devices, mut tried) = (Vec::new(), Vec::new());
    for host in usual_hosts() {
        match found_on(host) {
            Ok((_, found)) => devices.extend(found.into_iter().map(|(device, _)| device)),
            Err(reason) => tried.push(reason),
        }
    }
    if devices.is_empty() { Err(Error::NoDevice { tried }) } else { Ok(devices) }
}

impl Opened {
    /// Opens a sound card that takes stereo samples, at most some milliseconds at a time, from `fill`.
    pub(super) fn new(
        choice: &DeviceChoice,
        sample_rate: u32,
        fill: impl FnMut(&mut [f32]) + Clone + Send + 'static,
    ) -> Result<Self> {
        match choice {
            DeviceChoice::Null => Self::on_one(&[NULL], None, sample_rate, fill),
            DeviceChoice::Usual => Self::on_one(&usual_hosts(), None, sample_rate, fill),
            DeviceChoice::Named(name) => {
                let all = HOSTS.iter().chain([&JACK]).copied().filter(is_possible);
                match all.into_iter().find(|host| host.1.eq_ignore_ascii_case(name)) {
                    Some(host) => Self::on_one(&[host], None, sample_rate, fill),
                    None => Self::on_one(&usual_hosts(), Some(name), sample_rate, fill),
                }
            }
        }
    }

    /// The first that is called `name` and can be opened.
    fn on_one(
        hosts: &[Host],
        name: Option<&str>,
        sample_rate: u32,
        fill: impl FnMut(&mut [f32]) + Clone + Send + 'static,
    ) -> Result<Self> {
        let (mut tried, mut others) = (Vec::new(), Vec::new());
        for &host in hosts {
            let (context, found) = match found_on(host) {
                Ok(found) => found,
                Err(reason) => {
                    tried.push(reason);
                    continue;
                }
            };
            let names = found.iter().map(|(device, _)| device.name.as_str());
            let Some(number) = choose(names, name) else {
                others.extend(found.into_iter().map(|(device, _)| device.name));
                continue;
            };
            // Without a name it is for the sound system to say which.
            let id = name.and_then(|_| found.get(number)).map(|(_, id)| id);
            match open(&context, id, sample_rate, fill.clone()) {
                Ok(handle) => {
                    let default = found.iter().position(|(device, _)| device.is_default);
                    let number = name.map_or(default.unwrap_or(number), |_| number);
                    let device = found.into_iter().nth(number).map(|(device, _)| device);
                    let none = || Device { name: String::new(), host: host.1, is_default: true };
                    return Ok(Self { device: device.unwrap_or_else(none), _handle: handle });
                }
                Err(error) => tried.push(format!("{} cannot be opened: {error}", host.1)),
            }
        }
        match name {
            Some(name) if !others.is_empty() => {
                Err(Error::UnknownDevice { name: name.to_owned(), found: others })
            }
            _ => Err(Error::NoDevice { tried }),
        }
    }
}

fn open(
    context: &Context,
    id: Option<&DeviceId>,
    sample_rate: u32,
    mut fill: impl FnMut(&mut [f32]) + Send + 'static,
) -> maudio::MaResult<maudio::device::Device<f32>> {
    let mut builder = DeviceBuilder::playback().f32();
    builder
        .context(context)
        .playback_channels(CHANNELS as u32)
        .sample_rate(SampleRate::Custom(sample_rate))
        .period_size_millis(PERIOD);
    if let Some(id) = id {
        builder.playback_device_id(id);
    }
    let mut device = builder.with_callback(move |_, buffer| fill(buffer))?;
    device.device_start()?;
    Ok(device)
}

/// Which of these names is meant: the one that is the same, else the first that has it in it; the first of all where none is given. Large
/// and small letters are the same.
fn choose<'a>(names: impl Iterator<Item = &'a str>, name: Option<&str>) -> Option<usize> {
    let names: Vec<String> = names.map(str::to_lowercase).collect();
    let name = name.unwrap_or_default().to_lowercase();
    let same = names.iter().position(|it| *it == name);
    same.or_else(|| names.iter().position(|it| it.contains(&name)))
}

/// The sound cards of a sound system, or why there are none.
fn found_on((backend, host): Host) -> Result<(Context, Vec<(Device, DeviceId)>), String> {
    // Where the kernel has no sound card, ALSA still lists what has none behind it.
    if backend == Backend::Alsa && !kernel_has_cards(Path::new("/dev/snd")) {
        return Err(format!("{host} has no device"));
    }
    let context = ContextBuilder::new().preferred_backends([backend]).build();
    let context = context.map_err(|_| format!("{host} does not answer"))?;
    let mut found = Vec::new();
    let listed = context.enumerate_devices(|kind, info| {
        if kind == DeviceType::Playback {
            let (name, is_default) = (info.name().to_owned(), info.is_default());
            found.push((Device { name, host, is_default }, info.id()));
        }
        EnumerateControl::Continue
    });
    match listed {
        Ok(()) if !found.is_empty() => Ok((context, found)),
        Ok(()) => Err(format!("{host} has no device")),
        Err(error) => Err(format!("{host} lists no devices: {error}")),
    }
}

/// Whether there is something to play on: nodes are called `pcmC0D0p`.
fn kernel_has_cards(folder: &Path) -> bool {
    let is_output = |name: &str| name.starts_with("pcm") && name.ends_with('p');
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_str().is_some_and(is_output))
}

fn usual_hosts() -> Vec<Host> {
    HOSTS.into_iter().filter(is_possible).collect()
}

fn is_possible(host: &Host) -> bool {
    host.0.possible_on_this_target()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named_in_whole_or_in_part() {
        let names = ["Built-in Audio", "USB Audio", "usb"];
        let choose = |name| choose(names.into_iter(), name);
        assert_eq!(choose(None), Some(0));
        assert_eq!(choose(Some("usb")), Some(2));
        assert_eq!(choose(Some("usb a")), Some(1));
        assert_eq!(choose(Some("headphones")), None);
    }

    #[test]
    fn without_a_device_the_error_says_what_was_tried() {
        let none = Opened::on_one(&[], None, 48_000, |_: &mut [f32]| ());
        assert!(matches!(none.err(), Some(Error::NoDevice { tried }) if tried.is_empty()));
        let error = Error::NoDevice { tried: vec!["A has no device".into(), "B is off".into()] };
        assert_eq!(error.to_string(), "no sound card: A has no device, B is off");
        let unknown = Opened::on_one(&[NULL], Some("piano"), 48_000, |_: &mut [f32]| ());
        let Some(Error::UnknownDevice { name, found }) = unknown.err() else { panic!() };
        assert_eq!((name.as_str(), found.len()), ("piano", 1));
    }

    #[test]
    fn a_kernel_without_outputs_has_no_cards() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!kernel_has_cards(folder.path()) && !kernel_has_cards(&folder.path().join("x")));
        std::fs::write(folder.path().join("pcmC0D0c"), "").unwrap();
        assert!(!kernel_has_cards(folder.path()));
        std::fs::write(folder.path().join("pcmC1D0p"), "").unwrap();
        assert!(kernel_has_cards(folder.path()));
    }
}
