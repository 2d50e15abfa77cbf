//! A server that rotates refresh tokens and takes the reuse of one for theft, and a network that
//! loses answers: what a refresh token goes through, whatever happens in whatever order.

use std::collections::HashMap;

use oauth_refresh_wasm::core::keyring::Secret;
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};
use oauth_refresh_wasm::core::token::{Expiry, Reply};
use proptest::prelude::*;

use crate::bearer::{granted, policy, tokens};
use crate::world::{World, json, status};

#[derive(Clone, Debug)]
enum Step {
    /// A request is answered 401.
    Unauthorized,
    Refresh,
    Answer(Fate),
    SignIn,
    SignOut,
    Offline(bool),
    Pass(Millis),
    Wake,
}

/// What becomes of the token request under way.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Granted,
    /// Granted, but the answer is lost.
    LostAnswer,
    /// Granted, but the answer's body is cut off.
    Garbled,
    /// It never reached the server.
    LostRequest,
    Unavailable,
}

fn any_step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        4 => Just(Fate::Granted),
        2 => Just(Fate::LostAnswer),
        1 => Just(Fate::Garbled),
        1 => Just(Fate::LostRequest),
        1 => Just(Fate::Unavailable),
    ];
    prop_oneof![
        4 => Just(Step::Unauthorized),
        2 => Just(Step::Refresh),
        6 => fate.prop_map(Step::Answer),
        1 => Just(Step::SignIn),
        1 => Just(Step::SignOut),
        1 => any::<bool>().prop_map(Step::Offline),
        4 => (0..100 * SECOND).prop_map(Step::Pass),
        1 => Just(Step::Wake),
    ]
}

/// One authorization server, for one user.
#[derive(Default)]
struct Server {
    last: u32,
    /// The refresh token that is good, if any is.
    good: Option<String>,
    /// How often each was presented and its presenter heard what came of it.
    heard: HashMap<String, usize>,
}

impl Server {
    fn issue(&mut self) -> (String, String) {
        self.last += 1;
        let refresh = format!("refresh.{}", self.last);
        self.good = Some(refresh.clone());
        (format!("access.{}", self.last), refresh)
    }

    /// Answers the token request with `token`.
    fn answer(&mut self, token: &str, fate: Fate) -> Result<Reply, &'static str> {
        if matches!(fate, Fate::Granted | Fate::Unavailable) {
            *self.heard.entry(token.to_owned()).or_default() += 1;
        }
        let granted = match fate {
            Fate::LostRequest => return Err("TypeError"),
            Fate::Unavailable => return Ok(status(503)),
            _ if self.good.as_deref() == Some(token) => {
                let (access, refresh) = self.issue();
                granted(&access, &*refresh)
            }
            // Reuse: whoever has the newest token may be the thief.
            _ => {
                self.good = None;
                json(400, &[("error", "invalid_grant".into())])
            }
        };
        match fate {
            Fate::LostAnswer => Err("TypeError"),
            Fate::Garbled => Ok(status(200)),
            _ => Ok(granted),
        }
    }
}

fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut world = World::with(policy());
    let mut server = Server::default();
    // The refresh token that the client was last told.
    let mut told = String::new();
    for step in steps {
        let before = world.presented.len();
        match step {
            Step::Unauthorized => {
                let caller = world.request();
                if world.is_sent(caller) {
                    world.answer(caller, 401);
                }
            }
            Step::Refresh => drop(world.refresh()),
            Step::Answer(fate) if !world.calls.is_empty() => {
                let presented = world.presented.last().expect("a call presents").clone();
                let reply = server.answer(&presented, fate);
                let call = world.calls.remove(0);
                let is_over = world.status() == Status::SignedOut;
                world.reply_to(call, reply.as_ref().map_err(|cause| *cause));
                if !is_over && fate == Fate::Granted && world.status() == Status::Active {
                    told = server.good.clone().expect("it was granted");
                }
                if is_over {
                    // Whatever the answer brought is revoked.
                    server.good = server.good.filter(|good| !world.revoked.contains(good));
                    let heard =
                        fate == Fate::Granted && reply.is_ok_and(|reply| reply.status == 200);
                    prop_assert!(
                        !heard || server.good.is_none(),
                        "F5: a token nobody revokes"
                    );
                }
            }
            Step::Answer(_) => {}
            Step::SignIn => {
                let (access, refresh) = server.issue();
                world.sign_in_with(tokens(&access, &*refresh), Expiry::default());
                told = refresh;
            }
            Step::SignOut => world.sign_out(),
            Step::Offline(offline) => world.offline = offline,
            Step::Pass(span) => world.pass(span),
            Step::Wake => world.wake(true),
        }
        for token in &world.presented[before..] {
            prop_assert_eq!(token, &told, "K6: an old refresh token was sent");
        }
        for token in &world.presented {
            let sent = world.presented.iter().filter(|sent| *sent == token).count();
            let heard = server.heard.get(token).copied().unwrap_or_default();
            prop_assert!(sent - heard <= 2, "K6: {token} was sent {sent} times");
        }
        let heard = world.events();
        let shown = format!("{:?} {heard:?}", world.session);
        prop_assert!(
            !shown.contains("access.") && !shown.contains("refresh."),
            "K4: {shown}"
        );
        if matches!(world.status(), Status::SignedOut | Status::Ended) {
            prop_assert!(world.session.access_token().is_none(), "K7");
            prop_assert!(world.session.refresh_token().is_none(), "K7");
        }
        let times = |token| {
            world
                .revoked
                .iter()
                .filter(|revoked| *revoked == token)
                .count()
        };
        prop_assert!(
            world.revoked.iter().all(|token| times(token) == 1),
            "K7: revoked twice"
        );
    }
    // The user goes, and the server is told of it within seconds.
    let signed_in = world.session.access_token().is_some();
    let last = world.session.refresh_token().map(Secret::expose);
    let last = last.map(str::to_owned);
    world.sign_out();
    world.pass(4 * SECOND);
    prop_assert!(
        !signed_in || last.is_none_or(|last| world.revoked.contains(&last)),
        "K7"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn k6_k7_no_refresh_token_is_sent_once_it_was_replaced_or_thrice_in_vain(
        steps in prop::collection::vec(any_step(), 1..60),
    ) {
        run(std::iter::once(Step::SignIn).chain(steps).collect())?;
    }
}
