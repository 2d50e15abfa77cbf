//! Any answer to a refresh has a meaning, and no token of it is shown (contract K4, T4, section 5).
#![no_main]

use arbitrary::{Arbitrary, Result, Unstructured};
use fuzz::AnyValue;
use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::keyring::Tokens;
use oauth_refresh_wasm::core::token::{Meaning, Reply};
use oauth_refresh_wasm::core::value::Value;

const TOKEN: &str = "mF_9.B5f-4.1JqM~secret";
/// A day in 2023, in milliseconds since 1970.
const WALL: u64 = 1_700_000_000_000;

#[derive(Debug)]
struct Answer {
    reply: Reply,
    dpop: bool,
}

impl<'a> Arbitrary<'a> for Answer {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let mut body = match bool::arbitrary(input)? {
            true => Some(fuzz::object(input)?),
            false => Option::<AnyValue>::arbitrary(input)?.map(|AnyValue(body)| body),
        };
        if let Some(Value::Map(members)) = &mut body
            && bool::arbitrary(input)?
        {
            members.retain(|(name, _)| name != "access_token");
            members.push(("access_token".to_owned(), TOKEN.into()));
        }
        let reply = Reply {
            status: u16::arbitrary(input)? % 600,
            redirected: bool::arbitrary(input)?,
            html: bool::arbitrary(input)?,
            retry_after: Arbitrary::arbitrary(input)?,
            server_time: Arbitrary::arbitrary(input)?,
            body,
        };
        Ok(Self {
            reply,
            dpop: bool::arbitrary(input)?,
        })
    }
}

fuzz_target!(|answer: Answer| {
    let Answer { reply, dpop } = answer;
    let (meaning, tokens) = reply.token_meaning(dpop, WALL);
    assert_eq!(tokens.is_some(), matches!(meaning, Meaning::Renewed(_)));
    for meaning in [meaning.clone(), reply.meaning(WALL)] {
        if let Meaning::Misconfigured(message) = meaning {
            assert!(
                message.ends_with(['.', '?']) && message.len() > 20,
                "{message}"
            );
        }
    }
    let body = reply.body.clone().unwrap_or(Value::Null);
    let read = Tokens::read(&body, dpop);
    // A token that stands elsewhere can only be known for one by whoever has it.
    let inside = body.member("access_token") == Some(&TOKEN.into());
    let known: &[&str] = if inside { &[] } else { &[TOKEN] };
    let oauth = reply.oauth(known);
    let shown = format!("{meaning:?} {tokens:?} {read:?} {reply:?} {oauth:?}");
    assert!(!shown.contains(TOKEN), "{shown}");
    let _ = (
        reply.shows_session(),
        reply.is_garbled(),
        Reply::returned(body).meaning(WALL),
    );
});
