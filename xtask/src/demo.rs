//! `cargo xtask demo`: everything built, served and shown.

use anyhow::{Context, Result, bail};
use clap::Args;
use std::env;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::setup::{self, Toolbox};
use crate::{package, report, site};

#[derive(Args)]
pub struct Options {
    /// The port to serve on; the next free one is taken where it is in use
    #[arg(long, default_value_t = 4173)]
    port: u16,
    /// Only print the address
    #[arg(long)]
    no_open: bool,
}

/// Serves the playground until it is interrupted.
pub fn run(tools: &mut Toolbox, options: &Options) -> Result<()> {
    setup::for_build(tools)?;
    report::heading("package");
    package::build(tools)?;
    report::heading("playground");
    site::build(tools)?;
    let mut backend = Command::new(site::backend(tools)?);
    let port = free_port(options.port)?;
    if port != options.port {
        report::note(
            "port",
            &format!("{} is in use, {port} is free", options.port),
        );
    }
    backend
        .current_dir(tools.root())
        .args(["--port", &port.to_string(), "--dist", "www/dist"]);
    serve(&mut backend, |address| {
        println!(
            "\n   The playground is at {address} (user demo, password demo). Ctrl-C ends it.\n"
        );
        if !options.no_open {
            open(address);
        }
    })
}

/// The first port from `wanted` on that nobody listens on.
fn free_port(wanted: u16) -> Result<u16> {
    let last = wanted.saturating_add(99);
    (wanted..=last)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .with_context(|| {
            format!("no port from {wanted} to {last} is free. Choose another with --port.")
        })
}

/// Runs the server, hands over its address once it listens, and ends with it.
///
/// An interrupt from the terminal reaches the server too; a signal to this process alone would
/// leave it behind, so it is ended here in either case.
fn serve(backend: &mut Command, when_listening: impl Fn(&str)) -> Result<()> {
    let program = backend.get_program().display().to_string();
    let mut child = backend
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| {
            format!("cannot start {program}. `cargo build --package playground-backend` builds it.")
        })?;
    let lines = BufReader::new(
        child
            .stdout
            .take()
            .context("the server has no standard output")?,
    )
    .lines();
    let child = Arc::new(Mutex::new(child));
    let interrupted = Arc::new(AtomicBool::new(false));
    ctrlc::set_handler({
        let (child, interrupted) = (Arc::clone(&child), Arc::clone(&interrupted));
        move || {
            interrupted.store(true, Ordering::SeqCst);
            // It fails only for a server that has ended already.
            let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
        }
    })
    .context("cannot listen for Ctrl-C")?;
    for line in lines {
        let line = line.context("cannot read what the server prints")?;
        match line.strip_prefix("listening on ") {
            Some(address) => when_listening(address),
            None => println!("{line}"),
        }
    }
    // It has closed its output: it has ended, or is about to.
    let status = child
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .wait()?;
    if !status.success() && !interrupted.load(Ordering::SeqCst) {
        bail!("the playground's server ended ({status}). Its own lines above say why.");
    }
    Ok(())
}

/// Shows the page where there is a desktop; where there is none, the address above has to do.
fn open(address: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.args(["/C", "start", ""]);
        shell
    } else if env::var_os("DISPLAY")
        .or_else(|| env::var_os("WAYLAND_DISPLAY"))
        .is_some()
    {
        Command::new("xdg-open")
    } else {
        return;
    };
    // No error: what there is to see is there without it.
    let _ = command
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let port = taken.local_addr().expect("it is bound").port();
        assert_ne!(
            free_port(port).expect("one of the next hundred is free"),
            port
        );
    }
}
