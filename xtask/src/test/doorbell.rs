//! Keeps the server of wasm-bindgen's test runner serving.

use anyhow::{Context, Result};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(500);

/// Connects to the server again and again, and says nothing.
///
/// The runner serves its page with tiny_http 0.12. Where several connections come at once, that may queue one for a
/// thread which is already taken by another, and a browser keeps that other open for minutes: the page never finishes
/// loading. The thread that serves a connection of ours looks into the queue when it is done.
pub struct Doorbell {
    address: SocketAddr,
    ringing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Doorbell {
    /// At an address of its own on the loopback interface, which the server is to take.
    pub fn install() -> Result<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|any| any.local_addr());
        let address = free.context("there is no free port on the loopback interface")?;
        let (stop, stopped) = channel();
        let ringing = spawn(move || {
            while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                // Nobody is there yet, or any more.
                let _ = TcpStream::connect_timeout(&address, PAUSE);
            }
        });
        Ok(Self {
            address,
            ringing: Some((stop, ringing)),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Doorbell {
    fn drop(&mut self) {
        if let Some((stop, ringing)) = self.ringing.take() {
            drop(stop);
            let _ = ringing.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rings_again_and_again_until_it_is_dropped() {
        let bell = Doorbell::install().unwrap();
        let server = TcpListener::bind(bell.address()).unwrap();
        for _ in 0..2 {
            server.accept().unwrap();
        }
        drop(bell);
        server.set_nonblocking(true).unwrap();
        while server.accept().is_ok() {}
        assert!(server.accept().is_err(), "it is silent");
    }
}
