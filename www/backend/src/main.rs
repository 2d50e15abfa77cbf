//! The command `playground-backend`.

use std::collections::HashSet;
use std::env;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use playground_backend::oidc::{Registration, RelyingParty};
use playground_backend::{Mount, Settings, router, serve};
use tokio::net::TcpListener;

/// Serves the playground and the backend behind it on 127.0.0.1.
///
/// Prints one line on stdout once it is ready: `listening on http://127.0.0.1:PORT`. SIGINT or
/// SIGTERM ends it. It is a loopback tool: `/playground` changes the server's behavior for whoever
/// asks.
///
/// With OAUTH_ISSUER, OAUTH_CLIENT_ID and OAUTH_CLIENT_SECRET in the environment it signs users in
/// with that OpenID provider: see docs/backend.md.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The port; 0 takes any free one.
    #[arg(long, default_value_t = 4173)]
    port: u16,

    /// The folder of the built page; without it there are only the endpoints.
    #[arg(long, value_name = "DIR", value_parser = folder)]
    dist: Option<PathBuf>,

    /// Serves one more folder; may be given more than once.
    #[arg(long = "mount", value_name = "/PREFIX=DIR", value_parser = mount)]
    mounts: Vec<Mount>,

    /// Marks the cookies `Secure`; use it whenever https stands in front.
    #[arg(long, env = "PLAYGROUND_SECURE_COOKIES")]
    secure_cookies: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("playground-backend: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    each_prefix_once(&arguments.mounts)?;
    let port = arguments.port;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| cannot_listen(port, &error))?;
    let address = listener
        .local_addr()
        .map_err(|error| cannot_listen(port, &error))?;
    let setting = |name: &str| env::var(name).ok();
    let provider = match Registration::from_settings(setting, address)? {
        Some(registration) => Some(RelyingParty::open(registration).await?),
        None => None,
    };
    let behind_https = provider.as_ref().is_some_and(RelyingParty::is_https);
    let router = router(Settings {
        dist: arguments.dist,
        mounts: arguments.mounts,
        secure_cookies: arguments.secure_cookies || behind_https,
        provider,
    });
    let asked_to_stop = stop_signal().map_err(|error| format!("cannot watch signals: {error}"))?;
    println!("listening on http://{address}");
    tokio::select! {
        () = serve(listener, router) => {}
        () = asked_to_stop => {}
    }
    Ok(())
}

fn each_prefix_once(mounts: &[Mount]) -> Result<(), String> {
    let mut seen = HashSet::new();
    match mounts.iter().find(|mount| !seen.insert(mount.prefix())) {
        Some(twice) => Err(format!(
            "--mount {} was given twice: leave one out, or choose another prefix",
            twice.prefix()
        )),
        None => Ok(()),
    }
}

fn cannot_listen(port: u16, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::AddrInUse {
        format!(
            "port {port} on 127.0.0.1 is in use: stop the program that has it, or choose another \
             with --port (0 takes any free one)"
        )
    } else {
        format!("cannot listen on 127.0.0.1 port {port}: {error}; choose another with --port")
    }
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

fn folder(text: &str) -> Result<PathBuf, String> {
    if Path::new(text).is_dir() {
        Ok(text.into())
    } else {
        Err(format!(
            "there is no folder {text}; build it first, or correct the path"
        ))
    }
}

fn mount(text: &str) -> Result<Mount, String> {
    let (prefix, path) = text
        .split_once('=')
        .ok_or("write /prefix=DIR, with an equals sign between the two")?;
    Mount::new(prefix, folder(path)?)
}
