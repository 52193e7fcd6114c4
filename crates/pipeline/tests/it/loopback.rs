//! A server on this machine that answers as it is told to, one request after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server was asked: the first line, the headers, names in small letters, and the body, if there is one.
pub(crate) type Asked = Vec<String>;

/// An answer: bytes as they go over the line, and how long the line stays open after them.
#[derive(Clone)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    hold: Duration,
}

/// The server; it ends with the test.
pub(crate) struct Server {
    /// Address of a file on it.
    pub(crate) url: String,
    /// Address of the server.
    pub(crate) base: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Reply {
    /// Status line, headers without `Content-Length`, and a body that is whole.
    pub(crate) fn new(head: &str, body: &[u8]) -> Self {
        Self::announcing(body.len(), head, body)
    }

    /// The same that announces another length.
    pub(crate) fn announcing(length: usize, head: &str, body: &[u8]) -> Self {
        let head = head.replace('\n', "\r\n");
        let mut bytes =
            format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")
                .into_bytes();
        bytes.extend_from_slice(body);
        Self { bytes, hold: Duration::ZERO }
    }

    /// The same of which no end is announced.
    pub(crate) fn open_ended(body: &[u8]) -> Self {
        let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        bytes.extend_from_slice(body);
        Self { bytes, hold: Duration::ZERO }
    }

    /// A line that is open for a while, and nothing on it.
    pub(crate) fn silent(hold: Duration) -> Self {
        Self { bytes: Vec::new(), hold }
    }

    /// The same with the line open for a while after it.
    pub(crate) fn held(self, hold: Duration) -> Self {
        Self { hold, ..self }
    }
}

impl Server {
    /// A server that gives these answers in turn, and then no more.
    pub(crate) fn new(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let url = format!("{base}/basic_rnn.mag");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for reply in replies {
                let Ok((stream, _)) = listener.accept() else { return };
                log.lock().unwrap().push(read_request(&stream));
                thread::spawn(move || answer(stream, &reply));
            }
        });
        Self { url, base, asked }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn read_request(stream: &TcpStream) -> Asked {
    let mut stream = BufReader::new(stream);
    let lines = stream.by_ref().lines().map_while(Result::ok);
    let lines = lines.take_while(|line| !line.is_empty());
    let mut asked: Asked = lines
        .map(|line| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
            None => line,
        })
        .collect();
    let length = asked.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = String::new();
    if stream.take(length.unwrap_or(0)).read_to_string(&mut body).is_ok_and(|bytes| bytes > 0) {
        asked.push(body);
    }
    asked
}

fn answer(mut stream: TcpStream, reply: &Reply) {
    // Whoever asked may be gone already.
    let _ = stream.write_all(&reply.bytes);
    let _ = stream.flush();
    thread::sleep(reply.hold);
}
