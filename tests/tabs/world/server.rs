//! The server: access tokens that expire, refresh tokens that are rotated, and what befalls who uses one twice.

use oauth_refresh_wasm::core::time::{Millis, SECOND};
use oauth_refresh_wasm::core::token::Reply;
use oauth_refresh_wasm::core::value::Value;

/// The access token of a family of tokens that come from one sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Access {
    pub family: usize,
    pub serial: u32,
    /// By true time.
    pub ends: Millis,
    /// When it was asked for, by true time.
    pub asked: Millis,
    /// When it counts as due for who knows its lifetime and when it was asked for, by true time.
    pub due: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Refresh {
    pub family: usize,
    pub serial: u32,
}

/// What the browser keeps, for all tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cookies {
    pub access: Option<Access>,
    pub refresh: Option<Refresh>,
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    Api,
    Refresh,
    SessionCheck,
    SignIn,
    SignOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    pub status: u16,
    /// In seconds.
    expires_in: Option<Millis>,
    /// What it sets; nothing, if that is not given.
    pub cookies: Option<Cookies>,
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            expires_in: None,
            cookies: None,
        }
    }

    /// How long the token lives, in milliseconds.
    pub fn lifetime(&self) -> Option<Millis> {
        self.expires_in.map(|seconds| seconds * SECOND)
    }

    pub fn reply(&self) -> Reply {
        let member = |seconds| ("expires_in", Value::from(seconds as f64));
        Reply {
            status: self.status,
            body: self
                .expires_in
                .map(|seconds| Value::object([member(seconds)])),
            ..Reply::default()
        }
    }
}

/// A refresh that was granted without a word.
pub fn no_content() -> Reply {
    Answer::status(204).reply()
}

/// What comes of one sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Family {
    /// Of the refresh token that is good.
    serial: u32,
    /// Access tokens from before are revoked.
    floor: u32,
    pub over: bool,
    /// A rotated token never came to the browser: nothing that the tabs do can save this session for certain.
    pub lost: bool,
    /// Two calls were out at once, for a reason that the rules allow: so a refresh token may be used twice.
    pub overlapped: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub families: Vec<Family>,
    /// How long access tokens live, in milliseconds: whole seconds.
    pub lifetime: Millis,
    /// Whether it says so.
    pub tells_expiry: bool,
    /// How long before expiry tabs may refresh.
    pub refresh_before: Millis,
    /// A rotated token that is used again is refused; the family lives.
    pub forgiving: bool,
    /// It answers 503.
    pub is_down: bool,
    /// The API answers 401 to everybody.
    pub refuses_all: bool,
    /// How many refreshes it granted.
    pub refreshes: u32,
    /// How many it was asked for.
    pub asked: u32,
    pub sign_outs: u32,
    pub reuses: u32,
}

impl Server {
    pub fn new() -> Self {
        Self {
            families: Vec::new(),
            lifetime: 600 * SECOND,
            tells_expiry: true,
            refresh_before: 300 * SECOND,
            forgiving: false,
            is_down: false,
            refuses_all: false,
            refreshes: 0,
            asked: 0,
            sign_outs: 0,
            reuses: 0,
        }
    }

    /// `sent` and `now` by true time.
    pub fn answer(
        &mut self,
        question: Question,
        with: Cookies,
        sent: Millis,
        now: Millis,
    ) -> Answer {
        if self.is_down && question != Question::SignIn {
            return Answer::status(503);
        }
        match question {
            Question::Api if self.refuses_all || !self.accepts(with.access, now) => {
                Answer::status(401)
            }
            Question::Api => Answer::status(200),
            Question::Refresh => self.refresh(with.refresh, sent, now),
            Question::SessionCheck => match with
                .access
                .filter(|access| self.accepts(Some(*access), now))
            {
                Some(access) => Answer {
                    expires_in: Some((access.ends - now) / SECOND)
                        .filter(|left| self.tells_expiry && *left > 0),
                    ..Answer::status(200)
                },
                None => Answer::status(401),
            },
            Question::SignIn => self.sign_in(sent, now),
            Question::SignOut => {
                self.sign_outs += 1;
                if let Some(token) = with.refresh {
                    self.families[token.family].over = true;
                }
                Answer {
                    cookies: Some(Cookies::default()),
                    ..Answer::status(204)
                }
            }
        }
    }

    /// Whether the API takes that token.
    pub fn accepts(&self, access: Option<Access>, now: Millis) -> bool {
        access.is_some_and(|access| now < access.ends && !self.is_revoked(access))
    }

    pub fn is_revoked(&self, access: Access) -> bool {
        let family = &self.families[access.family];
        family.over || access.serial < family.floor
    }

    /// All access tokens die; the refresh tokens live.
    pub fn revoke(&mut self) {
        for family in &mut self.families {
            family.floor = family.serial + 1;
        }
    }

    fn sign_in(&mut self, sent: Millis, now: Millis) -> Answer {
        self.families.push(Family {
            serial: 1,
            floor: 0,
            over: false,
            lost: false,
            overlapped: false,
        });
        self.issue(self.families.len() - 1, sent, now)
    }

    fn refresh(&mut self, token: Option<Refresh>, sent: Millis, now: Millis) -> Answer {
        self.asked += 1;
        let Some(token) = token else {
            return Answer::status(401);
        };
        let family = &mut self.families[token.family];
        if family.over {
            return Answer::status(401);
        }
        if token.serial != family.serial {
            self.reuses += 1;
            assert!(
                family.lost || family.overlapped,
                "S3: a refresh token was used twice, and no lost answer explains it"
            );
            family.over = !self.forgiving;
            return Answer::status(401);
        }
        self.refreshes += 1;
        family.serial += 1;
        self.issue(token.family, sent, now)
    }

    fn issue(&self, family: usize, sent: Millis, now: Millis) -> Answer {
        let serial = self.families[family].serial;
        let ahead = self.refresh_before.min(self.lifetime / 4);
        let access = Access {
            family,
            serial,
            asked: sent,
            ends: now + self.lifetime,
            due: sent + self.lifetime - ahead,
        };
        Answer {
            expires_in: self.tells_expiry.then_some(self.lifetime / SECOND),
            cookies: Some(Cookies {
                access: Some(access),
                refresh: Some(Refresh { family, serial }),
            }),
            ..Answer::status(200)
        }
    }
}
