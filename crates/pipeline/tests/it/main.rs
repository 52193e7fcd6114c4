//! The verbs as their callers see them: what they tell an observer, and what happens when it asks them to stop.

#[cfg(test)]
mod asking;
#[cfg(test)]
mod listeners;
#[cfg(test)]
mod loopback;
#[cfg(test)]
mod magenta;
#[cfg(test)]
mod pulling;
#[cfg(test)]
mod verbs;
