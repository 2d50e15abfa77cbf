//! The shortest way of a request, for which the package's JavaScript need not come here: the platform's `fetch` has it as
//! it is, and only its 401 is told.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::Response;

use super::{Exchange, Inner};
use crate::browser::driver::now;
use crate::browser::js::Outgoing;
use crate::core::config::Unauthorized;
use crate::core::request::Replay;
use crate::core::route::{Exempt, Route};

/// How a request may go that has no interceptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::browser) enum Way {
    /// The platform's `fetch` may have it as it is, and its answer too.
    Past,
    /// The platform's `fetch` may have it as it is; a 401 is to be judged. Stamped with this generation.
    Straight(u32),
    /// Through [`super::run`].
    Round,
}

impl Inner {
    /// The shortest way for a request.
    pub(in crate::browser) fn way(&self, url: &str, method: &str) -> Way {
        if self.disposed.get() || !self.interceptors.is_empty() {
            return Way::Round;
        }
        let config = self.config();
        if config.base_url.is_some() || config.unauthorized == Unauthorized::Function {
            return Way::Round;
        }
        let bearer = config.policy.bearer;
        drop(config);
        // Where in the site the page is matters only to a URL with neither a slash nor a scheme.
        if !(url.starts_with('/') || url.starts_with("http:") || url.starts_with("https:")) {
            self.look_up_base();
        }
        let place = self.locate(url);
        match place.route {
            Route::Foreign => Way::Past,
            _ if bearer || self.needs_csrf(method) || !place.same_origin => Way::Round,
            Route::Exempt(Exempt::Login) => Way::Round,
            Route::Exempt(Exempt::Other) => Way::Past,
            Route::Protected => match self.session().admits_at_once(now()) {
                Some(generation) => Way::Straight(generation),
                None => Way::Round,
            },
        }
    }

    /// Whether a status alone tells what is unauthorized.
    pub(in crate::browser) fn unauthorized_statuses(&self) -> Option<Vec<u16>> {
        match &self.config().unauthorized {
            Unauthorized::Statuses(statuses) => Some(statuses.clone()),
            Unauthorized::Function => None,
        }
    }
}

/// A request that went straight has been answered 401.
pub(in crate::browser) async fn answered(
    client: Rc<Inner>,
    outgoing: Outgoing,
    stamp: u32,
    response: Response,
) -> Result<JsValue, JsValue> {
    let ticket = client
        .session()
        .reopen(Replay::Possible, stamp, outgoing.place());
    outgoing.pin();
    let place = client.locate(&outgoing.url());
    let exchange = Exchange {
        client,
        outgoing,
        place,
    };
    let judged = exchange.judge(ticket, response)?;
    exchange.conclude(judged).await
}
