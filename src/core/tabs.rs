//! What the tabs of one origin know of each other: how far the session is, never a token (contract S4).
//!
//! Each tab counts alike, so that all agree which of two [`News`] is the later one, whatever the order in which they
//! hear them, and however often. They are told twice over: said aloud when something happens, and kept in sight for
//! tabs that did not hear it, came later, or are just about to refresh.

use super::effect::TurnId;
use super::snapshot::Status;
use super::text::{cut, cut_at_first, cut_at_last, decimal, listed, number};
use super::time::{Instant, LAST_DATE, Millis};
use super::token::Expiry;

/// What says that a text is news of this kind; tabs with another version of the package may have other kinds.
const VERSION: &str = "1";
/// Nobody signs in that often; it keeps the count away from its end.
const LAST_GENERATION: u32 = u32::MAX / 2;

/// The ways in which a refresh gets its turn. A tab that freezes in its turn blocks one of them for the others.
pub const LANES: usize = 2;

/// How far a session is, by the count of all tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct News {
    /// The generation that the session began with: which session it is.
    pub session: u32,
    /// Goes up with every refresh and every sign-in, in whatever tab.
    pub generation: u32,
    /// `Active`, `Ended` or `SignedOut`; `Unknown` where there is no news.
    pub status: Status,
    /// Milliseconds since 1970, by this machine's clock.
    pub expires_at: Option<Millis>,
}

impl News {
    /// Before anything is known.
    pub const NONE: Self = Self {
        session: 0,
        generation: 0,
        status: Status::Unknown,
        expires_at: None,
    };

    /// Reads what another tab told; nothing, if that is of another version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = [""; 5];
        let mut rest = Some(text);
        for part in &mut parts {
            let (this, after) = cut(rest?, |b| b == b':');
            (*part, rest) = (this, after.get(1..));
        }
        let [version, session, generation, status, date] = parts;
        let count = |text| number(text).filter(|n| *n <= LAST_GENERATION.into());
        let news = Self {
            session: count(session)? as u32,
            generation: count(generation)? as u32,
            status: [Status::Active, Status::Ended, Status::SignedOut]
                .into_iter()
                .find(|known| known.as_str() == status)?,
            expires_at: match date {
                "" => None,
                date => Some(number(date).filter(|date| *date <= LAST_DATE)?),
            },
        };
        (version == VERSION && news.session <= news.generation).then_some(news)
    }

    /// What [`News::parse`] reads.
    #[must_use]
    pub fn written(&self) -> String {
        let parts = [
            VERSION,
            &decimal(self.session.into()),
            &decimal(self.generation.into()),
            self.status.as_str(),
            &self.expires_at.map(decimal).unwrap_or_default(),
        ];
        listed(&parts, ":")
    }

    /// Whether this is later than what was known so far.
    ///
    /// A sign-out ends its session whatever else becomes of that. A rejection does not: a tab that lost a race is told
    /// no while the winner goes on (contract F6).
    #[must_use]
    pub fn supersedes(&self, known: &Self) -> bool {
        self.rank() > known.rank()
    }

    fn rank(&self) -> (u32, bool, u32, u8, Option<Millis>) {
        let standing = match self.status {
            Status::Unknown => 0,
            Status::Active | Status::Refreshing => 1,
            Status::Ended | Status::SignedOut => 2,
        };
        let signed_out = self.status == Status::SignedOut;
        let Self {
            session,
            generation,
            expires_at,
            ..
        } = *self;
        (session, signed_out, generation, standing, expires_at)
    }

    /// Whether any tab has refreshed it since it began, or was found.
    pub(super) fn is_refreshed(&self) -> bool {
        self.generation > self.session
    }

    /// How long the token lives from now on.
    pub(super) fn expiry(&self, now: Instant) -> Expiry {
        Expiry {
            lifetime: self.expires_at.map(|date| date.saturating_sub(now.wall)),
            instead: None,
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.status, Status::Ended | Status::SignedOut)
    }

    // ---- what happens to a session -----------------------------------------------------------------------------

    pub(super) fn sign_in(&mut self, expires_at: Option<Millis>) {
        self.generation += 1;
        self.session = self.generation;
        self.is_active(expires_at);
    }

    pub(super) fn renew(&mut self, expires_at: Option<Millis>) {
        // Somebody signed in again where nobody told, by a redirect say.
        if self.is_over() {
            return self.sign_in(expires_at);
        }
        self.generation += 1;
        self.is_active(expires_at);
    }

    /// The server says that there is a session.
    pub(super) fn find(&mut self, expires_at: Option<Millis>) {
        if self.is_over() {
            return self.sign_in(expires_at);
        }
        self.is_active(expires_at);
    }

    fn is_active(&mut self, expires_at: Option<Millis>) {
        self.status = Status::Active;
        self.expires_at = expires_at;
    }

    pub(super) fn end(&mut self, status: Status) {
        self.status = status;
        self.expires_at = None;
    }

    /// What happened before it was known how far the others are comes after that.
    pub(super) fn count_on_from(&mut self, others: &Self) {
        let another = self.session > 0 || others.is_over() && !self.is_over();
        self.generation = self.generation.max(others.generation + 1);
        self.session = if another {
            self.generation
        } else {
            others.session
        };
    }
}

/// What is in sight of all tabs: the news that they keep there, who has the turn, and who is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sight {
    /// The latest.
    pub news: Option<News>,
    /// Who has the turn, in each lane.
    pub holders: [Option<Page>; LANES],
    /// The pages that keep or have anything.
    pub pages: Vec<Page>,
}

/// One page, as it is told from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page(u64);

impl Page {
    /// The page that the browser calls so. The names are random, and long ones, of which this much is enough.
    #[must_use]
    pub fn named(name: &str) -> Self {
        // As in FNV, each byte moves what came before it.
        const PRIME: u64 = 0x100_0000_01B3;
        let mut number = 0_u64;
        for byte in name.bytes() {
            number = number.wrapping_mul(PRIME) ^ u64::from(byte);
        }
        Self(number)
    }
}

impl Sight {
    /// Reads a list of lines: news, or the number of a lane whose turn somebody has, and after a space the page that
    /// this is from, as in `@0 5f1c`.
    #[must_use]
    pub fn parse(lines: &str) -> Self {
        let mut sight = Self::default();
        let mut rest = lines;
        while !rest.is_empty() {
            let (line, after) = cut_at_first(rest, |b| b == b'\n').unwrap_or((rest, ""));
            let (what, page) = cut_at_last(line, |b| b == b' ').unwrap_or((line, ""));
            let page = Page::named(page);
            sight.pages.push(page);
            match what.strip_prefix("@") {
                Some(lane) => {
                    let lane = number(lane).unwrap_or(u64::MAX);
                    if let Some(place) = sight.holders.get_mut(lane as usize) {
                        *place = Some(page);
                    }
                }
                None => sight.add(News::parse(what)),
            }
            rest = after;
        }
        sight
    }

    /// Whether some other tab has a turn.
    pub(super) fn is_busy(&self) -> bool {
        self.holders.iter().any(Option::is_some)
    }

    /// Adds what one tab tells.
    pub fn add(&mut self, news: Option<News>) {
        let Some(news) = news else { return };
        if self.news.is_none_or(|best| news.supersedes(&best)) {
            self.news = Some(news);
        }
    }
}

/// What this tab knows of the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Tabs {
    /// How far the session is, as far as is known here.
    pub(super) mark: News,
    /// Whether it was looked how far the others are; until then nothing is told.
    pub(super) joined: bool,
    /// The latest that was heard before that.
    heard: Sight,
    /// The user has just signed in here, and it is being looked how far the others are: until then, on the monotonic
    /// clock, whatever they know is older.
    pub(super) signs_in_until: Millis,
    /// The page lies in the back/forward cache, where it must not hold anything.
    pub(super) away: bool,
    /// The lanes in which somebody does not let go of the turn.
    pub(super) stuck: [Option<Stuck>; LANES],
}

/// A turn that is stuck, as is known for as long as a wish for it is not granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Stuck {
    /// It stays in the queue, for when it is granted the lane is free again.
    pub(super) wish: TurnId,
    /// Who does not let go of it: a page that is frozen, most likely.
    pub(super) holder: Page,
}

impl Tabs {
    pub(super) fn new() -> Self {
        Self {
            mark: News::NONE,
            joined: false,
            heard: Sight::default(),
            signs_in_until: 0,
            away: false,
            stuck: Default::default(),
        }
    }

    /// Takes news that are later than all before.
    pub(super) fn hear(&mut self, news: News) -> bool {
        if !self.joined {
            self.heard.add(Some(news));
            return false;
        }
        news.supersedes(&self.mark)
    }

    /// How far the others are is known now. What is told of that if nothing has happened here so far.
    pub(super) fn join(&mut self, seen: Option<News>) -> Option<News> {
        let again = std::mem::replace(&mut self.joined, true);
        self.heard.add(seen);
        let others = self.heard.news.take()?;
        if again || self.mark.status == Status::Unknown {
            self.mark = others;
            return Some(others);
        }
        self.mark.count_on_from(&others);
        None
    }

    /// The lane in which that wish was for a turn that was stuck; it is stuck no more, if the wish was granted.
    pub(super) fn free(&mut self, wish: TurnId) -> Option<usize> {
        let is_it = |lane: &Option<Stuck>| lane.is_some_and(|stuck| stuck.wish == wish);
        let lane = self.stuck.iter().position(is_it)?;
        self.stuck[lane] = None;
        Some(lane)
    }

    /// Whether the tab still has the turn in that lane that did not let go of it.
    pub(super) fn is_stuck(&self, lane: usize, sight: &Sight) -> bool {
        self.stuck[lane].is_some_and(|stuck| sight.holders[lane] == Some(stuck.holder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn news(session: u32, generation: u32, status: Status) -> News {
        News {
            session,
            generation,
            status,
            expires_at: Some(1_700_000_000_000),
        }
    }

    fn any_news() -> impl Strategy<Value = News> {
        let status = prop::sample::select(vec![Status::Active, Status::Ended, Status::SignedOut]);
        let expires_at = prop::option::of(0..=LAST_DATE);
        (0..5_u32, 0..5_u32, status, expires_at).prop_map(|(session, more, status, expires_at)| {
            News {
                session,
                generation: session + more,
                status,
                expires_at,
            }
        })
    }

    #[test]
    fn s4_what_another_version_tells_is_no_news() {
        for text in [
            "",
            "1",
            "?",
            "2:1:1:active:",
            "01:1:1:active:",
            "1:1:1:active",
            "1:1:1:unknown:",
            "1:1:1:refreshing:",
            "1:-1:1:active:",
            "1:2:1:active:",
            "1:1:4294967295:active:",
            "1:1:1:active:soon",
            "1:1:1:active:8640000000000001",
            "{\"generation\":1}",
        ] {
            assert_eq!(News::parse(text), None, "{text}");
        }
    }

    #[test]
    fn s4_a_later_version_may_say_more() {
        let known = News::parse("1:1:2:active:1700000000000:more");
        assert_eq!(known, Some(news(1, 2, Status::Active)));
    }

    #[test]
    fn s4_of_two_news_all_tabs_take_the_same() {
        let in_order = [
            News::NONE,
            news(0, 0, Status::Active),
            news(1, 1, Status::Active),
            news(1, 1, Status::Ended),
            // Who lost a race was told no, while the winner goes on.
            news(1, 2, Status::Active),
            // Whoever signs out means it, whatever is refreshed meanwhile.
            news(1, 1, Status::SignedOut),
            news(1, 3, Status::SignedOut),
            news(4, 4, Status::Active),
        ];
        for (index, news) in in_order.iter().enumerate() {
            for (other, known) in in_order.iter().enumerate() {
                assert_eq!(news.supersedes(known), index > other, "{news:?} {known:?}");
            }
        }
    }

    #[test]
    fn s4_a_sight_shows_the_latest_news_who_has_the_turns_and_who_is_there() {
        let sight =
            Sight::parse("1:1:2:active: a\n@0 b\n2:9:9:ac tive: c\n1:1:3:active:5\n@7 d\n@x e\n");
        let news = News::parse("1:1:3:active:5");
        let holders = [Some(Page::named("b")), None];
        let pages = ["a", "b", "c", "", "d", "e"].map(Page::named).to_vec();
        assert_eq!(
            sight,
            Sight {
                news,
                holders,
                pages
            }
        );
    }

    proptest! {
        #[test]
        fn s4_news_say_what_they_were_made_of(news in any_news()) {
            prop_assert_eq!(News::parse(&news.written()), Some(news));
        }

        #[test]
        fn s4_news_in_any_order_come_to_the_same(mut all in prop::collection::vec(any_news(), 1..6)) {
            let latest = |all: &[News]| {
                let mut sight = Sight::default();
                all.iter().for_each(|news| sight.add(Some(*news)));
                sight.news
            };
            let before = latest(&all);
            all.reverse();
            prop_assert_eq!(latest(&all), before);
        }

        #[test]
        fn s6_pages_are_told_from_each_other_by_their_names(one in "[0-9a-f-]{1,36}", other in "[0-9a-f-]{1,36}") {
            prop_assert_eq!(Page::named(&one), Page::named(&one));
            prop_assert_eq!(Page::named(&one) == Page::named(&other), one == other);
        }

        #[test]
        fn s4_no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = News::parse(&text);
            let _ = Sight::parse(&text);
        }
    }
}
