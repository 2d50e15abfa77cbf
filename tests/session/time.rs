//! Contract section 6: time.

use oauth_refresh_wasm::core::config::{Policy, Proactive};
use oauth_refresh_wasm::core::event::{Event, Trigger, Warning};
use oauth_refresh_wasm::core::snapshot::Status;
use oauth_refresh_wasm::core::time::{Millis, SECOND};
use oauth_refresh_wasm::core::token::{Expiry, Reply};
use oauth_refresh_wasm::core::value::Value;

use crate::world::{Fate, World, json, lifetime, renewed, status};

const DAY: Millis = 86_400 * SECOND;

#[test]
fn t1_ten_years_of_a_session() {
    let mut world = World::new();
    let start = world.now.monotonic;
    world.sign_in(lifetime(3_600));
    let mut timeouts = 0;
    while world.now.monotonic < start + 3_652 * DAY {
        world.jump();
        timeouts += 1;
        world.tick(200);
        world.reply(renewed(3_600));
        world.sent.clear();
        world.events();
        let caller = world.request();
        assert!(world.is_sent(caller));
        world.answer(caller, 200);
    }
    // One refresh for each 55 minutes, and nothing besides.
    let expected = (3_652 * DAY / (3_300 * SECOND)) as usize;
    assert!(
        world.refreshes.abs_diff(expected) <= 1,
        "{} is not {expected}",
        world.refreshes
    );
    assert_eq!(timeouts, world.refreshes);
    assert_eq!(
        world.session.snapshot().generation as usize,
        world.refreshes + 1
    );
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn t1_being_woken_early_is_no_matter() {
    let mut world = World::signed_in(300);
    let at = world.session.poll_timeout();
    for _ in 0..1_000 {
        world.tick(100);
        world.session.handle_timeout(world.now);
        world.settle();
    }
    assert_eq!(world.session.poll_timeout(), at);
    assert_eq!(world.refreshes, 0);
    world.refresh();
    let deadline = world.session.poll_timeout();
    world.tick(10);
    world.session.handle_timeout(world.now);
    assert_eq!(world.session.poll_timeout(), deadline);
}

#[test]
fn t1_refreshes_ahead_by_refresh_before_or_a_quarter_of_the_life() {
    for (seconds, ahead) in [(3_600, 300), (1_200, 300), (1_199, 299), (60, 15), (4, 1)] {
        let world = World::signed_in(seconds);
        let due = world.session.poll_timeout().expect("a timer") - world.now.monotonic;
        let ahead_by = (seconds * SECOND - due) / SECOND;
        assert_eq!(ahead_by, ahead, "{seconds}");
    }
    let refresh_before = 10 * SECOND;
    let mut world = World::with(Policy {
        refresh_before,
        ..Policy::default()
    });
    world.sign_in(lifetime(3_600));
    assert_eq!(
        world.session.poll_timeout(),
        Some(world.now.monotonic + 3_590 * SECOND)
    );
}

#[test]
fn t1_tokens_that_are_dead_when_they_come_do_not_make_the_timer_spin() {
    let mut world = World::signed_in(1);
    for latency in [2 * SECOND, 200] {
        let (start, before) = (world.now.monotonic, world.refreshes);
        while world.now.monotonic < start + 60 * SECOND {
            world.jump();
            if !world.calls.is_empty() {
                world.grant(latency, renewed(1));
            }
        }
        let most = 60 * SECOND / (latency + SECOND) + 2;
        assert!(((world.refreshes - before) as Millis) <= most);
    }
}

#[test]
fn t1_tokens_that_are_dead_when_they_come_do_not_make_requests_spin() {
    let mut world = World::signed_in(1);
    world.show(false);
    world.tick(5 * SECOND);
    for _ in 0..100 {
        let caller = world.request();
        if world.waits(caller) {
            world.grant(2 * SECOND, renewed(1));
        }
        assert!(world.is_sent(caller));
        world.tick(10);
        world.answer(caller, 401);
        while !world.calls.is_empty() {
            world.grant(2 * SECOND, renewed(1));
        }
        let fresh = world.ensure_fresh(60 * SECOND);
        assert_eq!(world.fate(fresh), Some(&Fate::Fresh));
    }
    // 100 requests took 1 second and the refreshes.
    assert!(world.refreshes <= 3, "{}", world.refreshes);
}

#[test]
fn t1_the_longest_life_does_not_overflow() {
    let mut world = World::new();
    world.sign_in(lifetime(315_360_000));
    let due = world.session.poll_timeout().expect("a timer");
    assert_eq!(due - world.now.monotonic, (315_360_000 - 300) * SECOND);
    let fresh = world.ensure_fresh(Millis::MAX);
    assert!(world.waits(fresh));
}

#[test]
fn t2_expiry_counts_from_when_the_request_was_sent() {
    let mut world = World::signed_in_until_whenever();
    world.refresh();
    let sent = world.now;
    world.grant(20 * SECOND, renewed(60));
    assert_eq!(
        world.session.snapshot().expires_at,
        Some(sent.wall + 60 * SECOND)
    );
    world.show(false);
    world.pass(40 * SECOND - 1);
    assert!(world.straight().is_some());
    world.pass(1);
    assert_eq!(world.straight(), None);

    let since = world.now;
    world.tick(20 * SECOND);
    world.session.handle_sign_in(lifetime(60), since, world.now);
    world.settle();
    assert_eq!(
        world.session.snapshot().expires_at,
        Some(since.wall + 60 * SECOND)
    );
}

#[test]
fn t2_a_wall_clock_that_is_set_expires_nothing_and_keeps_nothing() {
    for shift in [-30 * DAY as i64, -60_000, 60_000, 30 * DAY as i64] {
        let mut world = World::signed_in(60);
        world.now.wall = world.now.wall.saturating_add_signed(shift);
        let caller = world.request();
        assert!(world.is_sent(caller), "{shift}: it is good");
        world.show(false);
        world.pass(59 * SECOND);
        assert!(world.straight().is_some(), "{shift}: it is still good");
        world.pass(SECOND);
        assert_eq!(world.straight(), None, "{shift}: it is dead");
    }
}

#[test]
fn t2_a_doubtful_clock_costs_one_refresh_and_delays_nobody() {
    let mut world = World::signed_in(300);
    world.sleep(DAY);
    world.wake(false);
    assert_eq!(world.triggers(), [Trigger::Wake]);
    let caller = world.request();
    assert!(
        world.is_sent(caller),
        "it may have been somebody setting the clock"
    );
    world.reply(renewed(300));
    for _ in 0..10 {
        world.wake(true);
        world.show(true);
        world.pass(SECOND);
    }
    assert_eq!(world.refreshes, 1);
}

#[test]
fn t2_sleep_is_noticed_on_wake() {
    let mut world = World::signed_in(300);
    world.tick(100 * SECOND);
    world.sleep(124 * SECOND);
    world.wake(false);
    assert_eq!(world.refreshes, 0, "a moment is left");
    // What was slept is remembered: the timer is early by as much.
    world.pass(999);
    assert_eq!(world.refreshes, 0);
    world.pass(1);
    assert_eq!(world.triggers(), [Trigger::Expiry]);
}

#[test]
fn t2_clocks_that_differ_a_little_have_not_slept() {
    let mut world = World::signed_in(300);
    for _ in 0..1_000 {
        world.now.wall += 2_000;
        world.wake(false);
    }
    assert_eq!(world.refreshes, 0);
}

#[test]
fn t2_what_is_slept_before_the_sign_in_is_not_the_tokens() {
    let mut world = World::new();
    world.sleep(DAY);
    world.sign_in(lifetime(300));
    world.wake(false);
    assert_eq!(world.refreshes, 0);
}

#[test]
fn t3_however_many_wake_ups_fire_together_one_refresh_comes_of_it() {
    let mut world = World::signed_in(300);
    world.show(false);
    world.sleep(3_600 * SECOND);
    world.show(true);
    world.wake(false);
    world.wake(true);
    world.wake(true);
    world.session.handle_timeout(world.now);
    world.settle();
    assert_eq!(world.refreshes, 1);
    world.reply(renewed(300));
    world.wake(true);
    world.show(true);
    assert_eq!(world.triggers(), [Trigger::Wake]);
    assert_eq!(world.refreshes, 1);
}

#[test]
fn t3_waking_up_with_a_good_token_does_nothing() {
    let mut world = World::signed_in(300);
    world.pass(200 * SECOND);
    world.show(false);
    world.show(true);
    world.wake(true);
    assert_eq!(world.refreshes, 0);
    let mut world = World::signed_in_until_whenever();
    world.pass(DAY);
    world.show(true);
    assert_eq!(world.refreshes, 0, "nothing is known of its expiry");
}

#[test]
fn t3_a_hidden_page_refreshes_when_it_is_seen_again() {
    let mut world = World::signed_in(300);
    world.show(false);
    world.pass(DAY);
    assert_eq!(world.refreshes, 0);
    world.wake(true);
    assert_eq!(world.refreshes, 0, "online, but hidden");
    world.show(true);
    assert_eq!(world.triggers(), [Trigger::Wake]);
}

#[test]
fn t3_proactive_says_when_to_refresh_ahead() {
    for (proactive, hidden, visible) in [
        (Proactive::Visible, 0, 1),
        (Proactive::Always, 1, 1),
        (Proactive::Never, 0, 0),
    ] {
        for (shown, expected) in [(false, hidden), (true, visible)] {
            let mut world = World::with(Policy {
                proactive,
                ..Policy::default()
            });
            world.sign_in(lifetime(60));
            world.show(shown);
            world.pass(50 * SECOND);
            assert_eq!(world.refreshes, expected, "{proactive:?}, visible: {shown}");
            if expected == 0 && proactive == Proactive::Never {
                world.sleep(DAY);
                world.wake(true);
                assert_eq!(world.refreshes, 0);
            }
        }
    }
}

#[test]
fn t4_an_expiry_that_makes_no_sense_is_none_and_is_warned_of_once() {
    let words = [
        "", " 300", "+300", "-1", "3e2", "300.0", "NaN", "soon", "1e400", "٣٠٠",
    ];
    let numbers = [
        0.0,
        -0.0,
        -1.0,
        300.5,
        0.1,
        1e300,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        315_360_001.0,
        f64::MIN_POSITIVE,
    ];
    let others = [
        Value::Null,
        Value::Bool(true),
        Value::List(vec![]),
        Value::Map(vec![]),
        Value::Other,
    ];
    let values = words.into_iter().map(Value::from);
    let values = values
        .chain(numbers.into_iter().map(Value::from))
        .chain(others);
    for value in values {
        for name in ["expires_in", "accessTokenExpiresIn"] {
            let mut world = World::signed_in(300);
            world.refresh();
            world.events();
            world.reply(json(200, &[(name, value.clone())]));
            let warned = |event: &&Event| {
                matches!(
                    event,
                    Event::Warning {
                        code: Warning::ExpiryIgnored,
                        ..
                    }
                )
            };
            let events = world.events();
            let warnings: Vec<_> = events.iter().filter(warned).collect();
            let [Event::Warning { message, .. }] = warnings[..] else {
                panic!("{value:?}: {events:?}")
            };
            assert!(
                message.contains(name) && message.contains(value.kind()),
                "{message}"
            );
            assert_eq!(world.status(), Status::Active);
            assert_eq!(world.session.snapshot().expires_at, None, "{value:?}");
            assert_eq!(world.session.poll_timeout(), None, "{value:?}");
        }
    }
}

#[test]
fn t4_numbers_in_strings_are_numbers() {
    for value in [Value::from(600.0), "600".into(), "0600".into()] {
        let mut world = World::signed_in_until_whenever();
        world.refresh();
        world.reply(json(200, &[("expires_in", value)]));
        let expected = world.now.wall + 600 * SECOND;
        assert_eq!(world.session.snapshot().expires_at, Some(expected));
    }
}

#[test]
fn t4_dates_are_read_by_the_servers_own_clock() {
    let mut world = World::signed_in_until_whenever();
    let server = world.now.wall - 3_600 * SECOND;
    world.refresh();
    let expires_at = (server / SECOND + 600) as f64;
    world.reply(Reply {
        server_time: Some(server),
        ..json(200, &[("expires_at", expires_at.into())])
    });
    assert_eq!(
        world.session.snapshot().expires_at,
        Some(world.now.wall + 600 * SECOND)
    );
}

#[test]
fn t4_a_warning_at_sign_in_is_told_too() {
    let mut world = World::new();
    let expiry = Expiry::read(&Value::Map(vec![("expires_in".to_owned(), Value::Null)]), 0);
    world.sign_in(expiry);
    assert_eq!(
        world.events().len(),
        2,
        "the warning, and the start of the session"
    );
    assert_eq!(world.status(), Status::Active);
}

#[test]
fn t5_a_401_before_the_known_expiry_refreshes() {
    let mut world = World::signed_in(3_600);
    world.pass(60 * SECOND);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.triggers(), [Trigger::Unauthorized]);
    world.grant(50, renewed(3_600));
    world.answer(caller, 200);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    // And again.
    world.pass(5 * SECOND);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
}

#[test]
fn t5_an_expired_token_is_renewed_before_it_is_sent() {
    let mut world = World::signed_in(60);
    world.show(false);
    world.pass(60 * SECOND);
    let caller = world.request();
    assert!(world.waits(caller));
    assert_eq!(world.triggers(), [Trigger::Demand]);
    world.reply(renewed(60));
    assert_eq!(world.sends(caller), 1);
    let unknown = World::signed_in_until_whenever();
    assert!(unknown.session.admits_at_once(unknown.now).is_some());
}

#[test]
fn t5_ensure_fresh_looks_ahead() {
    let mut world = World::signed_in(60);
    for (validity, fresh) in [(0, true), (59_999, true), (60_000, false)] {
        let asked = world.ensure_fresh(validity);
        assert_eq!(world.fate(asked) == Some(&Fate::Fresh), fresh, "{validity}");
    }
    assert_eq!(world.refreshes, 1);
    world.reply(status(503));
    let asked = world.ensure_fresh(0);
    assert_eq!(world.fate(asked), Some(&Fate::Fresh));
}

#[test]
fn t5_a_401_soon_after_a_refresh_that_no_401_asked_for_is_believed_once() {
    let mut world = World::signed_in(3_600);
    world.refresh();
    world.reply(renewed(3_600));
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.refreshes, 2);
    world.reply(renewed(3_600));
    world.answer(caller, 401);
    let caller = world.request();
    world.answer(caller, 401);
    assert_eq!(world.fate(caller), Some(&Fate::Answered));
    assert_eq!(world.refreshes, 2);
}
