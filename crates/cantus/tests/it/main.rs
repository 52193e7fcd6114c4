//! The program as a user meets it: called with arguments, looked at from outside.

#[cfg(test)]
mod album;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod compose;
#[cfg(test)]
mod convert;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod genre_content;
#[cfg(test)]
mod genre_map;
#[cfg(test)]
mod genres;
#[cfg(test)]
mod help;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod magenta;
#[cfg(test)]
mod models;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod play;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod render;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod support;
#[cfg(test)]
mod workshop;
