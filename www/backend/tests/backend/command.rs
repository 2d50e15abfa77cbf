//! The command line: what it prints, and how it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_playground-backend"));
    command.args(arguments);
    command
}

fn refused(arguments: &[&str]) -> String {
    sentence_of(&mut command(arguments))
}

fn refused_with(settings: &[(&str, &str)]) -> String {
    sentence_of(command(&["--port", "0"]).envs(settings.iter().copied()))
}

fn sentence_of(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_and_ends_on_a_signal() {
    for signal in ["-INT", "-TERM"] {
        let mut child = command(&["--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://");
        std::net::TcpStream::connect(address.unwrap()).unwrap();
        let pid = child.id().to_string();
        Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(child.wait().unwrap().success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[test]
fn a_port_in_use_is_named_with_the_cure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let sentence = refused(&["--port", &port]);
    assert!(sentence.contains(&format!("port {port} on 127.0.0.1 is in use")));
    assert!(sentence.contains("--port"));
}

#[test]
fn a_wrong_folder_or_mount_is_named_with_the_cure() {
    let missing = refused(&["--dist", "no/such/folder"]);
    assert!(missing.contains("--dist") && missing.contains("no/such/folder"));
    assert!(refused(&["--mount", "pkg"]).contains("/prefix=DIR"));
    assert!(refused(&["--mount", "/api=src"]).contains("taken"));
    assert!(refused(&["--mount", "/oauth=src"]).contains("taken"));
    let twice = refused(&["--mount", "/a=src", "--mount", "/a/=tests"]);
    assert!(twice.contains("--mount /a was given twice"), "{twice}");
}

#[test]
fn a_provider_that_is_half_set_is_refused_by_the_missing_name() {
    let sentence = refused_with(&[
        ("OAUTH_ISSUER", "https://login.example.com"),
        ("OAUTH_CLIENT_SECRET", "hush-hush"),
    ]);
    assert!(
        sentence.contains("OAUTH_CLIENT_ID is not") && !sentence.contains("hush"),
        "{sentence}"
    );
}

#[test]
fn a_store_that_cannot_be_opened_is_named_with_the_cure() {
    let settings = [
        ("OAUTH_ISSUER", "https://login.example.com"),
        ("OAUTH_CLIENT_ID", "app"),
        ("OAUTH_CLIENT_SECRET", "hush-hush"),
    ];
    let with = |store| refused_with(&[&settings[..], &[("SESSION_STORE", store)]].concat());
    let unknown = with("redis://user:hush@localhost");
    assert!(
        unknown.contains("SESSION_STORE is not a store: write memory, sqlite://"),
        "{unknown}"
    );
    let missing = with("sqlite:///no/such/folder/sessions.db");
    assert!(
        missing.contains("SESSION_STORE") && missing.contains("is the folder of /no/such/folder"),
        "{missing}"
    );
    assert!(!format!("{unknown}{missing}").contains("hush"));
}
