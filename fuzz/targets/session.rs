//! Whatever happens in whatever order, the rules of the session hold (contract S1, R1, R8, F2, F4, F5).
#![no_main]
#![allow(dead_code, reason = "the tests of the session use the rest")]

#[path = "../../tests/session/random.rs"]
mod random;
#[path = "../../tests/session/world.rs"]
mod world;

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::request::Replay;
use oauth_refresh_wasm::core::time::{Millis, SECOND};
use random::{Outcome, Step, judge};

#[derive(Debug)]
struct Life {
    policy: Policy,
    steps: Vec<Step>,
}

/// A longer life shows nothing that a shorter one does not.
const LONGEST: usize = 150;

impl<'a> Arbitrary<'a> for Life {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let modes = [Proactive::Visible, Proactive::Always, Proactive::Never];
        let policy = Policy {
            checks_session: bool::arbitrary(input)?,
            proactive: *input.choose(&modes)?,
            ..Policy::default()
        };
        let mut steps = Vec::new();
        while !input.is_empty() && steps.len() < LONGEST {
            steps.push(step(input)?);
        }
        Ok(Self { policy, steps })
    }
}

fn step(input: &mut Unstructured<'_>) -> Result<Step> {
    let replays = [Replay::Possible, Replay::OneShot, Replay::OptedOut];
    Ok(match input.int_in_range(0..=16)? {
        0 => Step::Send(*input.choose(&replays)?),
        1 => Step::Straight,
        2 => Step::Answer(which(input)?, *input.choose(&[401, 200, 500])?),
        3 => Step::Lose(which(input)?),
        4 => Step::Abort(which(input)?),
        5 => Step::Refresh,
        6 => Step::EnsureFresh(span(input)?),
        7 => Step::GoOn,
        8 => Step::Reply(Some(outcome(input)?)),
        9 => Step::Reply(None),
        10 => Step::LateReply(which(input)?, outcome(input)?),
        11 => Step::SignIn(Option::<u16>::arbitrary(input)?.map(u64::from)),
        12 => Step::SignOut,
        13 => Step::Pass(span(input)?),
        14 => Step::Late(span(input)?),
        15 => Step::Sleep(span(input)?),
        _ => match bool::arbitrary(input)? {
            true => Step::Wake(bool::arbitrary(input)?),
            false => Step::Show(bool::arbitrary(input)?),
        },
    })
}

fn which(input: &mut Unstructured<'_>) -> Result<usize> {
    u8::arbitrary(input).map(usize::from)
}

/// Mostly short, for that is when things meet.
fn span(input: &mut Unstructured<'_>) -> Result<Millis> {
    let unit = *input.choose(&[1, 20, 160, 300 * SECOND])?;
    Ok(u64::from(u8::arbitrary(input)?) * unit)
}

fn outcome(input: &mut Unstructured<'_>) -> Result<Outcome> {
    Ok(match input.int_in_range(0..=5)? {
        0 => Outcome::Renewed(u16::arbitrary(input)?.max(1).into()),
        1 => Outcome::NoExpiry,
        2 => Outcome::Rejected,
        3 => Outcome::Redirected,
        4 => Outcome::Unavailable(Arbitrary::arbitrary(input)?),
        _ => Outcome::Misconfigured,
    })
}

fuzz_target!(|life: Life| judge(life.policy, &life.steps));
