//! From options to a configuration, for the page that this is.

use wasm_bindgen::JsValue;

use super::convert::{self, Circumstances};
use super::js;
use crate::core::config::{Config, Page};
use crate::core::error::{Code, Error};
use crate::core::value::Value;

/// Reads the options.
///
/// # Errors
///
/// `AuthError` `invalid_options`.
pub(super) fn read(options: &Value) -> Result<Config, JsValue> {
    let (origin, base) = (js::page_origin(), js::base_href());
    let page = origin
        .as_deref()
        .zip(base.as_deref())
        .map(|(origin, base)| Page { origin, base });
    let config = Config::parse(options, page).map_err(|error| refused(&error))?;
    if config.policy.dpop && !js::can_prove() {
        return Err(invalid(
            "dpop: this page has no WebCrypto to sign with; it takes a secure context, which is https or localhost.",
        ));
    }
    Ok(config)
}

/// The error of an option or argument, in these words.
pub(super) fn invalid(message: &'static str) -> JsValue {
    refused(&Error::new(Code::InvalidOptions, message))
}

/// The error of an option or argument, as the core has it.
pub(super) fn refused(error: &Error) -> JsValue {
    convert::error(error, &Circumstances::default())
}
